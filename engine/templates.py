"""The template of a text: what many texts share that differ only in numbers, names, quotations and long literals.

A versioned pure function. Words are runs of letters and digits (a character of a script written without spaces is a
word of its own); what stands between them is dropped but for one space. Masked by a mark, equal neighbours by one:

* `"` words between quotation marks (the last of an odd number of marks does not count);
* `@` parts of an e-mail address or a link: words joined by one to three characters other than spaces, about `@` or
  `://`;
* `#` words with a digit;
* `~` words longer than `LONGEST_WORD` characters;
* `^` names: words with a capital letter after the first, and capitalised words of two letters and more that do not
  begin a sentence. In a text that is mostly capitals nothing is a name.

Other words are in lower case (ASCII and letters up to U+07FF). A text that keeps fewer than `FEWEST_WORDS` has no
template. A template longer than `LONGEST` characters is its beginning and a digest of the whole.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from plainterms.engine.digests import digest

TEMPLATE_VERSION = 1
FEWEST_WORDS = 5
LONGEST_WORD = 30
LONGEST = 80
BEGINNING = 60

QUOTATION, ADDRESS, NUMBER, LITERAL, NAME, KEPT = '"', "@", "#", "~", "^", ""
QUOTES = '"`\u00ab\u00bb\u201c\u201d\u201e\u201f\u300c\u300d\u300e\u300f'
ENDS_SENTENCE = ".!?:;\n\r"
LINES = "\n\r"
WIDE = ("\u3040", "\u9fff")
SEPARATORS = (
    ("\u0080", "\u00bf"),
    ("\u2000", "\u206f"),
    ("\u3000", "\u303f"),
    ("\uff00", "\uff0f"),
    ("\uff1a", "\uff20"),
)
"""Ranges of characters beyond ASCII that part words; of ASCII, all but letters and digits do."""


def _lower(character: str) -> str | None:
    lower = character.lower()
    return None if lower == character or len(lower) > 1 or len(lower.encode()) != len(character.encode()) else lower


LOWER = {code: lower for code in (*range(0x80), *range(0xC0, 0x800)) if (lower := _lower(chr(code))) is not None}
"""Code of each capital letter that is recognised -> the small letter."""

_PARTS = r"\x00-/:-@\[-`{-\x7f" + "".join(f"{low}-{high}" for low, high in SEPARATORS)
_WORD = re.compile(f"[{WIDE[0]}-{WIDE[1]}]|[^{WIDE[0]}-{WIDE[1]}{_PARTS}]+")
_DIGIT = re.compile("[0-9]")
_QUOTE = re.compile(f"[{QUOTES}]")

Span = tuple[int, int]


def template(text: str) -> str | None:
    """The template of a text, or None if the text keeps too few words."""
    words = [match.span() for match in _WORD.finditer(text)]
    named = not _shouted(text)
    marks = [_mark(text, words, place, named) for place in range(len(words))]
    for place in _addresses(text, words):
        marks[place] = ADDRESS
    for place in _quoted(text, words):
        marks[place] = QUOTATION
    return None if marks.count(KEPT) < FEWEST_WORDS else _shortened(_joined(text, words, marks))


def _mark(text: str, words: Sequence[Span], place: int, named: bool) -> str:
    start, end = words[place]
    word = text[start:end]
    if _DIGIT.search(word):
        return NUMBER
    if len(word) > LONGEST_WORD:
        return LITERAL
    return NAME if named and _is_name(text, words, place) else KEPT


def _is_name(text: str, words: Sequence[Span], place: int) -> bool:
    start, end = words[place]
    if any(ord(character) in LOWER for character in text[start + 1 : end]):
        return True
    return ord(text[start]) in LOWER and end - start > 1 and not _begins_sentence(text, words, place)


def _begins_sentence(text: str, words: Sequence[Span], place: int) -> bool:
    if place == 0:
        return True
    return text[words[place - 1][1]] in ENDS_SENTENCE or text[words[place][0] - 1] in LINES


def _shouted(text: str) -> bool:
    capitals = sum(ord(character) in LOWER for character in text)
    return 2 * capitals > len(text.encode(errors="surrogatepass"))


def _addresses(text: str, words: Sequence[Span]) -> set[int]:
    gaps = [text[left[1] : right[0]] for left, right in pairwise(words)]
    found = set()
    for seed in (place for place, gap in enumerate(gaps) if gap in ("@", "://")):
        first, last = seed, seed + 1
        while first > 0 and _links(gaps[first - 1]):
            first -= 1
        while last < len(gaps) and _links(gaps[last]):
            last += 1
        found.update(range(first, last + 1))
    return found


def _links(gap: str) -> bool:
    return 1 <= len(gap.encode()) <= 3 and min(gap) > " "


def _quoted(text: str, words: Sequence[Span]) -> set[int]:
    starts = [start for start, _ in words]
    quotes = [match.start() for match in _QUOTE.finditer(text)]
    found: set[int] = set()
    for left, right in zip(quotes[::2], quotes[1::2], strict=False):
        found.update(range(bisect_left(starts, left), bisect_left(starts, right)))
    return found


def _joined(text: str, words: Sequence[Span], marks: Sequence[str]) -> str:
    done: list[str] = []
    for place, (start, end) in enumerate(words):
        mark = marks[place]
        if mark != KEPT and place > 0 and marks[place - 1] == mark:
            continue
        if place > 0 and words[place - 1][1] < start:
            done.append(" ")
        done.append(mark or text[start:end].translate(LOWER))
    return "".join(done)


def _shortened(masked: str) -> str:
    if len(masked) <= LONGEST:
        return masked
    return f"{masked[:BEGINNING]}…{digest(masked.encode(errors='surrogatepass')):016x}"
