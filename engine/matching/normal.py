"""Texts as they are compared: folded letters and words, each with its place in the original."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from plainterms.engine.matching.folding import GAP, SCRIPTS_WITHOUT_SPACES, folded
from plainterms.engine.matching.hashing import BASE, mixed, windows, word_hashes

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint32]

UNICODE = 0x110000
SPACE = ord(GAP)
MARKUP = re.compile(r"\]\([^()\s]{0,2000}\)|</?[A-Za-z][^<>]{0,200}>|&(?:[a-z]{2,8}|#\d{1,7});")
"""Targets of links, tags and character references: no words of the text."""


@dataclass(frozen=True, eq=False)
class Normal:
    """Texts side by side.

    ``letters`` are folded characters without gaps, ``origins`` their places in their own original (code points),
    ``words`` the number of the word that each is in. Text *t* has the letters from ``text_ends[t - 1]`` to
    ``text_ends[t]`` and the words from ``word_ends[t - 1]`` to ``word_ends[t]`` (the ends begin with 0).
    ``word_starts`` are the first letters of words, and one past the last letter.
    """

    letters: Codes
    origins: Ints
    words: Ints
    text_ends: Ints
    word_ends: Ints
    word_starts: Ints
    word_hashes: Hashes

    def __len__(self) -> int:
        return len(self.text_ends) - 1

    def letters_of(self, text: int) -> str:
        """The folded letters of one text, without gaps."""
        return _decoded(self.letters[self.text_ends[text] : self.text_ends[text + 1]])

    def words_of(self, text: int) -> Hashes:
        """The hashes of the words of one text."""
        return self.word_hashes[self.word_ends[text] : self.word_ends[text + 1]]

    def text_of(self, text: int) -> str:
        """One text with single spaces between its words."""
        spelled = self.letters_of(text)
        starts = self.word_starts[self.word_ends[text] : self.word_ends[text + 1] + 1] - self.text_ends[text]
        return GAP.join(spelled[a:b] for a, b in pairwise(starts))

    def span(self, text: int, first: int, last: int) -> tuple[int, int]:
        """Where the words from ``first`` to ``last`` (both included, counted in the text) stand in the original."""
        words = self.word_starts[self.word_ends[text] :]
        return int(self.origins[words[first]]), int(self.origins[words[last + 1] - 1]) + 1


def normalised(texts: Sequence[str]) -> Normal:
    """Fold texts. Texts are unchanged by being folded twice, composed or decomposed, or written in capitals."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    codes = _without_markup(codes, texts, ends)
    table = _table(codes)
    sizes = table.sizes[codes]
    letters, sources = _expanded(codes, sizes, table)
    return _cut(letters, sources, ends)


# ── From code points to letters


@dataclass(frozen=True, eq=False)
class _Table:
    """What each code point folds to: ``sizes`` characters of ``flat`` from ``starts``; -1 is not looked up yet."""

    sizes: npt.NDArray[np.int16]
    starts: Ints
    single: Codes


@cache
def _tables() -> tuple[_Table, list[int]]:
    empty = _Table(np.full(UNICODE, -1, np.int16), np.zeros(UNICODE, np.int64), np.zeros(UNICODE, np.uint32))
    return empty, []


def _table(codes: Codes) -> _Table:
    table, flat = _tables()
    fresh = codes[table.sizes[codes] < 0]
    for code in np.unique(fresh).tolist():
        kept = GAP if 0xD800 <= code < 0xE000 else folded(chr(code))
        table.sizes[code] = len(kept)
        table.starts[code] = len(flat)
        table.single[code] = ord(kept) if len(kept) == 1 else 0
        flat.extend(map(ord, kept))
    return table


def _expanded(codes: Codes, sizes: npt.NDArray[np.int16], table: _Table) -> tuple[Codes, Ints]:
    """The folded characters, and the index among ``codes`` that each comes from."""
    if len(sizes) == 0 or sizes.max() <= 1:
        sources = np.flatnonzero(sizes)
        return table.single[codes[sources]], sources
    sources = np.repeat(np.arange(len(codes)), sizes)
    before = np.cumsum(sizes, dtype=np.int64) - sizes
    flat = np.array(_tables()[1], np.uint32)
    return flat[table.starts[codes[sources]] + np.arange(len(sources)) - before[sources]], sources


def _without_markup(codes: Codes, texts: Sequence[str], ends: Ints) -> Codes:
    marked = [index for index, text in enumerate(texts) if "](" in text or "<" in text or "&" in text]
    if not marked:
        return codes
    codes = codes.copy()
    for index in marked:
        for found in MARKUP.finditer(texts[index]):
            codes[ends[index] + found.start() : ends[index] + found.end()] = SPACE
    return codes


# ── From letters to words


def _cut(folded_codes: Codes, sources: Ints, ends: Ints) -> Normal:
    gap = folded_codes == SPACE
    kept = np.flatnonzero(~gap)
    letters, sources = folded_codes[kept], sources[kept]
    text_ends = np.searchsorted(sources, ends)
    begins = np.ones(len(kept), bool)
    begins[1:] = kept[1:] != kept[:-1] + 1
    begins[text_ends[:-1][text_ends[:-1] < len(kept)]] = True
    _separate(begins, letters)
    words = np.cumsum(begins) - 1
    starts = np.append(np.flatnonzero(begins), len(letters))
    owner = np.repeat(ends[:-1], np.diff(text_ends))
    word_ends = np.append(words, len(starts) - 1)[text_ends] if len(letters) else np.zeros_like(text_ends)
    return Normal(letters, sources - owner, words, text_ends, word_ends, starts, word_hashes(letters, words, starts))


def _separate(begins: npt.NDArray[np.bool_], letters: Codes) -> None:
    """Begin a word at, and after, each character that stands alone."""
    if len(letters) == 0 or letters.max() < SCRIPTS_WITHOUT_SPACES[0][0]:
        return
    places = np.flatnonzero(letters >= SCRIPTS_WITHOUT_SPACES[0][0])
    found = letters[places]
    alone = places[np.logical_or.reduce([(found >= low) & (found <= high) for low, high in SCRIPTS_WITHOUT_SPACES])]
    begins[alone] = True
    begins[alone[alone < len(letters) - 1] + 1] = True


def _decoded(codes: Codes) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def letter_grams(normal: Normal, size: int) -> tuple[Hashes, Ints]:
    """A hash for each run of ``size`` letters inside one text, and the index of its first letter."""
    return _inside(windows(mixed(normal.letters), size), normal.text_ends, size)


def word_grams(normal: Normal, size: int) -> tuple[Hashes, Ints]:
    """A hash for each run of ``size`` words inside one text, and the index of its first word."""
    return _inside(windows(normal.word_hashes, size), normal.word_ends, size)


def word_pairs(normal: Normal, reach: int) -> tuple[Hashes, Ints]:
    """A hash for each two words of one text, in order, at most ``reach`` apart; and the index of the first word."""
    last = np.repeat(normal.word_ends[1:], np.diff(normal.word_ends))
    places = np.arange(len(last))
    there = places[:, None] + np.arange(1, reach + 1)
    inside = there < last[:, None]
    first = np.repeat(places, inside.sum(axis=1))
    left, right = normal.word_hashes[first], normal.word_hashes[there[inside]]
    return mixed(left * np.uint64(BASE) + right), first


def _inside(hashes: Hashes, ends: Ints, size: int) -> tuple[Hashes, Ints]:
    """Only windows that do not reach into the next text."""
    whole = np.ones(len(hashes), bool)
    for back in range(1, size):
        at = ends[1:-1] - back
        whole[at[(at >= 0) & (at < len(hashes))]] = False
    places = np.flatnonzero(whole)
    return hashes[places], places


def each(ends: Ints) -> Iterator[slice]:
    """The slice of each text."""
    return (slice(a, b) for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
