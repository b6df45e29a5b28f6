"""Characters and figures that have no place in a document, and what to write instead."""

import re

from plainterms.policy.literals import Flaw


def wrong_figure(written: str) -> Flaw:
    """What is wrong with something that begins like a number."""
    if len(written) > 40:
        return Flaw(f"`{written[:39]}…` is not a number, a date or a time")
    if re.fullmatch(r"-?[\d_]+(?:\.\d+)?[eE][+-]?\d+", written):
        return Flaw(f"`{written}` is not a number", "write it out, as in `1_000_000`")
    if re.fullmatch(r"-?[\d_]+(?:\.\d+)?[^\W\d]\w*", written):
        return Flaw(f"`{written}` is not a number", "leave a blank between a number and a word, as in `30 days`")
    if re.fullmatch(r"\d+[-./]\d+[-./]\d+", written):
        return Flaw(f"`{written}` is not a date", "a date is written year-month-day, as in `2026-03-01`")
    if ":" in written:
        return Flaw(f"`{written}` is not a time", "write a time with its day, as in `2026-04-01T09:00:00Z`")
    return Flaw(f"`{written}` is not a number, a date or a time")


_WRONG_CHARACTERS = {
    "'": ("`'` does not begin a text", 'put a text between double quotes, as in "CU"'),
    "‘": ("`‘` does not begin a text", 'put a text between double quotes, as in "CU"'),
    "’": ("`’` does not begin a text", 'put a text between double quotes, as in "CU"'),
    "„": ("`„` does not begin a text", 'write a text as "…" or as “…”'),
    "«": ("`«` does not begin a text", 'write a text as "…" or as “…”'),
    "”": ("`”` does not begin a text", 'write a text as "…" or as “…”'),
    "=": ("`=` is not part of the language", "to compare write `is`"),
    "==": ("`==` is not part of the language", "to compare write `is`"),
    "!=": ("`!=` is not part of the language", "to compare write `is not`"),
    "<>": ("`<>` is not part of the language", "to compare write `is not`"),
    "=>": ("`=>` is not part of the language", "write `>=`"),
    "=<": ("`=<` is not part of the language", "write `<=`"),
    "≥": ("`≥` is not part of the language", "write `>=`"),
    "≤": ("`≤` is not part of the language", "write `<=`"),
    "≠": ("`≠` is not part of the language", "write `is not`"),
    "&&": ("`&&` is not part of the language", "write `and`"),
    "&": ("`&` is not part of the language", "write `and`"),
    "||": ("`||` is not part of the language", "write `or`"),
    "|": ("`|` is not part of the language", "write `or`"),
    "!": ("`!` is not part of the language", "write `not`"),
    ";": ("`;` is not part of the language", "sections and items end where the next one begins"),
    "{": ("`{` is not part of the language", "sections begin with their keyword and need no braces"),
    "}": ("`}` is not part of the language", "sections begin with their keyword and need no braces"),
    "[": ("`[` is not part of the language", 'a list is written without brackets, as in `list spam is "a", "b"`'),
    "]": ("`]` is not part of the language", 'a list is written without brackets, as in `list spam is "a", "b"`'),
    "*": ("`*` is not part of the language", "the language does not calculate"),
    "+": ("`+` is not part of the language", "the language does not calculate"),
    "-": ("`-` is not part of the language", "the language does not calculate"),
    "–": ("`–` is not part of the language", "the language does not calculate"),
    "$": ("`$` is not part of the language", "write an amount as a number"),
    "€": ("`€` is not part of the language", "write an amount as a number"),
    "%": ("`%` does not follow a number", "write a percentage as `30%`"),
    "//": ("this pattern is empty", "a comment begins with `#`"),
}


def wrong_at(text: str, start: int) -> tuple[int, Flaw]:
    """What is wrong at a place that begins no word, value or mark, and where to go on."""
    character = text[start]
    if character == '"':
        return _end_of_line(text, start), Flaw("this text has no closing quote")
    if character == "“":
        return _end_of_line(text, start), Flaw(
            "this text has no closing quote", "a text that begins with “ ends with ”"
        )
    for length in (2, 1):
        written = text[start : start + length]
        if written in _WRONG_CHARACTERS:
            return start + len(written), Flaw(*_WRONG_CHARACTERS[written])
    if character == "/":
        return _end_of_line(text, start), Flaw(
            "this pattern has no closing `/`", "a pattern ends on its line; write `\\/` for a slash in it"
        )
    if character.isprintable():
        return start + 1, Flaw(f"`{character}` is not part of the language")
    return start + 1, Flaw(f"there is an invisible character here (U+{ord(character):04X})", "delete it")


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text[start : end if end >= 0 else len(text)].rstrip()) + start
