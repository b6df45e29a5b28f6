"""The sample with a hostile text put into every text of it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

from plainterms.engine.report.visible import visible
from plainterms.policy.schema import Schema

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style></svg><b>bold</b>",
    "{{ 7 * 7 }}{% for x in y %}{# no #}",
    "&lt;b&gt;&amp;",
    "[bold red]rich[/bold red] :smile: [link=http://x.example]x[/link]",
    "\x1b[31mred\x1b[0m\x07\r\nnew\ttab",
    "acct\u202egnp.exe\u2066\u200f\u200b",
    "javascript:alert(1)",
    "-->]]><!--",
    "x" * 3000,
)

KEPT = {"relation", "verdict", "timezone", "part", "state", "direction", "severity", "unit", "patterns"}
"""Fields whose texts come from a closed list."""

T = TypeVar("T")


def poisoned(value: T, text: str) -> T:
    """A report, or what it is made from, with the text appended to every text in it, keys of mappings included."""
    if isinstance(value, Schema | Enum):
        return value
    if isinstance(value, str):
        return value + text  # type: ignore[return-value]
    if isinstance(value, tuple | list):
        return type(value)(poisoned(item, text) for item in value)
    if isinstance(value, Mapping):
        return {poisoned(key, text): poisoned(item, text) for key, item in value.items()}  # type: ignore[return-value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    told = [field.name for field in fields(value) if field.init and field.name not in KEPT]
    return replace(value, **{name: poisoned(getattr(value, name), text) for name in told})


def controls(shown: str) -> set[str]:
    """The characters in a shown text, other than line breaks, that would have been spelled out."""
    return {character for character in set(shown) - set("\n\u00ad") if visible(character) != character}
