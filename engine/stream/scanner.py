"""All patterns of the terms, looked for in one pass over a text, once per text."""

from collections.abc import Iterable
from typing import Any

import re2

from plainterms.engine.conditions import compiled

REMEMBERED = 1_024
"""Texts whose answer is kept, so that a request is not scanned again when it is recorded."""

ALWAYS = r"\A"
"""Found in every text: a set of patterns that does not find it has run out of memory."""


NOTHING: frozenset[int] = frozenset()


class Scanner:
    """Which of many patterns are found in a text.

    RE2 gives up on a set without a word where it needs too much memory; the patterns are then looked for one by one.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(dict.fromkeys(patterns))
        self.places = {pattern: place for place, pattern in enumerate(self.patterns)}
        self._singly = [compiled(pattern) for pattern in self.patterns]
        self._set = _set((*self.patterns, ALWAYS))
        self._found: dict[str, frozenset[int]] = {}
        self.scanned = self._found.get

    def found(self, text: str) -> frozenset[int]:
        """The places of the patterns that are found in the text."""
        known = self._found.get(text)
        if known is None:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            known = self._found[text] = self._look(text)
        return known

    def _look(self, text: str) -> frozenset[int]:
        if self._set is not None:
            hits = self._set.Match(text)
            if hits is not None and len(self.patterns) in hits:
                return frozenset(hits) - {len(self.patterns)} if len(hits) > 1 else NOTHING
        return frozenset(place for place, one in enumerate(self._singly) if one.search(text) is not None) or NOTHING


def _set(patterns: tuple[str, ...]) -> Any:
    """The patterns as one set; None where RE2 cannot hold them all."""
    options = re2.Options()
    options.log_errors = False
    found = re2.Set.SearchSet(options)
    try:
        for pattern in patterns:
            found.Add(pattern)
        found.Compile()
    except re2.error:
        return None
    return found
