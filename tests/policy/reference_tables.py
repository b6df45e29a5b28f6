"""The tables of `docs/language.md` that the program knows best; run this file to write them anew."""

import re
from collections.abc import Iterable
from pathlib import Path

from plainterms.policy.lint import RULES
from plainterms.policy.schema import BREACH, BUILT_IN, MILLION, Field

REFERENCE = Path(__file__).parents[2] / "docs" / "language.md"

LOGS = {"litellm": "L", "otel": "O", "bedrock": "B"}


def tables() -> dict[str, str]:
    """Each table by the name of its marks."""
    return {"fields": "\n\n".join(_sections()), "lints": "\n".join(_lints())}


def _lints() -> Iterable[str]:
    yield "| lint | warns of |"
    yield "|---|---|"
    for rule in RULES:
        yield f"| `{rule.code}` | {rule.warns_of} |"


def _sections() -> Iterable[str]:
    yield _section("Fields of every event", "", BUILT_IN.entity_fields.values())
    for kind in (*BUILT_IN.kinds.values(), BREACH):
        yield _section(f"Events `{kind.name}`", f"{_sentence(kind.meaning)}.", kind.fields.values())
    for register in BUILT_IN.registers.values():
        yield _section(f"Register `{register.name}`", f"{_sentence(register.meaning)}.", register.fields.values())


def _section(title: str, words: str, fields: Iterable[Field]) -> str:
    rows = [f"| `{field.name}` | {_type(field)} | {_meaning(field)} | {_logs(field)} |" for field in fields]
    head = [
        f"### {title}",
        *(["", words] if words else []),
        "",
        "| field | type | meaning | logs |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows])


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _type(field: Field) -> str:
    if field.least is None:
        return field.type.value
    greatest = f" to {field.greatest // MILLION}" if field.greatest is not None else " or more"
    return f"{field.type.value}, {field.least // MILLION}{greatest}"


def _meaning(field: Field) -> str:
    unit = f" ({field.unit})" if field.unit else ""
    return f"{field.meaning}{unit}{'; known after the request' if field.known_after else ''}"


def _logs(field: Field) -> str:
    return " ".join(LOGS[carrier] for carrier in field.carriers)


def written(text: str) -> str:
    """The reference with its tables written anew."""
    for name, table in tables().items():
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = marked.sub(lambda found, table=table: f"{found[1]}\n{table}\n\n{found[2]}", text)  # type: ignore[misc]
    return text


if __name__ == "__main__":
    REFERENCE.write_text(written(REFERENCE.read_text(encoding="utf-8")), encoding="utf-8")
