"""What can be wrong with a request to read, as opposed to a bad record, which is quarantined."""

from collections.abc import Iterable
from difflib import get_close_matches

from plainterms.policy.errors import PlainTermsError

ALIKE = 0.65
"""How alike two names must be for one to be meant: of five letters, four."""


class SourceError(PlainTermsError):
    """A path that is not there, an unknown format, or a mapping or register file that cannot be used."""


def nearest(name: str, known: Iterable[str]) -> str:
    """``, did you mean `country`?`` or nothing."""
    near = get_close_matches(name[:64], sorted(known), n=1, cutoff=ALIKE)
    return f", did you mean `{near[0]}`?" if near else ""


def shown(value: object, length: int = 40) -> str:
    """A value in backticks, short and on one line."""
    text = value if isinstance(value, str) else str(value)
    text = text[: length + 1].encode("unicode_escape").decode("ascii") if not text.isprintable() else text
    return f"`{text[:length]}…`" if len(text) > length else f"`{text}`"
