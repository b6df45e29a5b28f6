"""The template of a text: what many texts share that differ only in numbers, names, quotations and long literals.

A versioned pure function, made of a few replacements by RE2 so that it is the same for one text and for a column
(`columnar.templates`). It looks at the first `READ` characters. Each of these becomes `#`, several in a row (parted
by space or `,;:()`) become one:

* what stands between quotation marks or backticks;
* links, e-mail addresses, and words with a digit: numbers, codes, base64;
* names: capitalised words after a space. Where that leaves fewer than `FEWEST_WORDS`, as in a text all in capitals,
  nothing is taken for a name.

Letters of ASCII are in lower case, white space is one space. A text that keeps fewer than `FEWEST_WORDS` words (a
character of Chinese or Japanese is one) has no template. A template longer than `LONGEST` characters is given as its
beginning and a digest of the whole.
"""

from typing import Any

import re2

from plainterms.engine.digests import digest

TEMPLATE_VERSION = 1
READ = 1_000
FEWEST_WORDS = 5
LONGEST = 80
BEGINNING = 60

_LETTER = r"A-Za-z\x{c0}-\x{1fff}\x{2c00}-\x{2dff}\x{a000}-\x{10ffff}"
_CAPITAL = "A-ZÀ-ÖØ-ÞΑ-ΫЀ-Я"
_WORD_OF_ITS_OWN = r"\x{3040}-\x{30ff}\x{3400}-\x{9fff}"
"""Ranges of characters, not Unicode's classes, which take RE2 a hundred times longer to compile."""

_QUOTED = '"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|`[^`]*`'
_LINK = r'https?://[^\s"]+'
_LITERAL = rf'[A-Za-z_.+-]*[0-9@][^\s"{_WORD_OF_ITS_OWN}]*'
_NAME = rf" [{_CAPITAL}][{_LETTER}'’-]+"
MASKED = rf"(?:[\s,;:()]*(?:{_QUOTED}|{_LINK}|{_LITERAL}|{_NAME}))+"
MASK = " #"
SPACES = r"\s\s+|[\t\n\f\r]"
_WORD = rf"[{_WORD_OF_ITS_OWN}]|[{_LETTER}]+[^{_LETTER}{_WORD_OF_ITS_OWN}]+"
_OTHER = rf"[^{_LETTER}{_WORD_OF_ITS_OWN}]*"
ENOUGH = rf"(?:(?:{_WORD}){_OTHER}){{{FEWEST_WORDS - 1}}}[{_LETTER}{_WORD_OF_ITS_OWN}]"
"""Found in a text that has `FEWEST_WORDS`."""


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


_MASKED, _SPACES, _ENOUGH = _compiled(MASKED), _compiled(SPACES), _compiled(ENOUGH)


def template(text: str) -> str | None:
    """The template of a text, or None if the text keeps too few words."""
    read = text[:READ]
    for version in (read, _lower(read)):
        masked = _masked(version)
        if _ENOUGH.search(masked):
            return _shortened(masked)
    return None


def _masked(text: str) -> str:
    return str(_SPACES.sub(" ", _lower(_MASKED.sub(MASK, text)))).strip(" ")


def _lower(text: str) -> str:
    return text.encode().lower().decode()


def _shortened(masked: str) -> str:
    return masked if len(masked) <= LONGEST else f"{masked[:BEGINNING]}…{digest(masked.encode()):016x}"
