"""The template of a text: what many texts share that differ only in numbers, names, quotations and long literals.

A versioned pure function, made of a few replacements by RE2 so that it is the same for one text and for a column
(`columnar.templates`). Instructions stand first, and what they are to be done to follows: of the first `READ`
characters, each of these becomes `#`, several in a row (parted by space or `,;:()`) become one:

* what stands between quotation marks or backticks; if it is not closed, all that follows;
* links, e-mail addresses, and words with a digit: numbers, codes, base64;
* names: capitalised words after a space.

Letters of ASCII are in lower case, white space is one space, and the first `KEPT` characters of the result are the
template. Where they have fewer than `FEWEST_WORDS` words (a character of Chinese or Japanese is one), nothing is
taken for a name or a quotation; a text that has too few even so has no template.

It misses what comes after its reach, rewording, and texts whose beginnings differ.
"""

from typing import Any

import re2

TEMPLATE_VERSION = 1
READ = 200
KEPT = 100
FEWEST_WORDS = 5

_LETTER = r"A-Za-z\x{c0}-\x{1fff}\x{2c00}-\x{2dff}\x{a000}-\x{10ffff}"
_CAPITAL = "A-ZÀ-ÖØ-ÞΑ-ΫЀ-Я"
_WORD_OF_ITS_OWN = r"\x{3040}-\x{30ff}\x{3400}-\x{9fff}"
"""Ranges of characters, not Unicode's classes, which take RE2 a hundred times longer to compile."""

_PAIRS = (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("「", "」"), ("`", "`"))
_QUOTED = "|".join(f"{opening}[^{closing}]*(?:{closing}|$)" for opening, closing in _PAIRS)
_LINK = r'https?://[^\s"]+'
_LITERAL = rf'[A-Za-z_.+-]*[0-9@][^\s"{_WORD_OF_ITS_OWN}]*'
_NAME = rf" [{_CAPITAL}][{_LETTER}'’-]+"
MASKED = rf"(?:[\s,;:()]*(?:{_QUOTED}|{_LINK}|{_LITERAL}|{_NAME}))+"
MASK = " #"
QUOTES = f"[{''.join(sorted({mark for pair in _PAIRS for mark in pair}))}]"
SPACES = r"\s\s+|[\t\n\f\r]"
_WORD = rf"[{_WORD_OF_ITS_OWN}]|[{_LETTER}]+[^{_LETTER}{_WORD_OF_ITS_OWN}]+"
_OTHER = rf"[^{_LETTER}{_WORD_OF_ITS_OWN}]*"
ENOUGH = rf"(?:(?:{_WORD}){_OTHER}){{{FEWEST_WORDS - 1}}}[{_LETTER}{_WORD_OF_ITS_OWN}]"
"""Found in a text that has `FEWEST_WORDS`."""


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


_MASKED, _QUOTES, _SPACES, _ENOUGH = (_compiled(pattern) for pattern in (MASKED, QUOTES, SPACES, ENOUGH))


def template(text: str) -> str | None:
    """The template of a text, or None if the text has too few words."""
    read = text[:READ]
    found = _masked(read)
    if not _ENOUGH.search(found):
        found = _masked(_lower(_QUOTES.sub("", read)))
    return found if _ENOUGH.search(found) else None


def _masked(text: str) -> str:
    kept = _lower(_MASKED.sub(MASK, text)[:KEPT])
    return str(_SPACES.sub(" ", kept)).strip(" ")


def _lower(text: str) -> str:
    return text.encode().lower().decode()
