"""Samples that say by whom their author was made: a hint at where they come from, no proof."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import re2

from plainterms.engine.matching.texts import Text

SAID = re2.compile(
    r"(?i:\b(?:i am|i['’]m|as)\s+(?:an?\s+)?(?:\w+\s+){0,4}?(?:model|assistant|ai|chatbot)\b[^.!?;\n]{0,60}?"
    r"\b(?:made|created|developed|trained|built)\s+by\s+)([A-Z][\w&-]*(?:\s+[A-Z][\w&-]*){0,2})"
)
KEPT = 20


@dataclass(frozen=True)
class Identities:
    """How many samples name each maker, most first, and the first samples that do."""

    makers: tuple[tuple[str, int], ...]
    samples: tuple[tuple[int, str], ...]


def identities(samples: Iterable[list[Text]]) -> Identities:
    """Look for sentences such as `as a language model trained by NAME`."""
    makers: Counter[str] = Counter()
    first: list[tuple[int, str]] = []
    for batch in samples:
        for text in batch:
            found = SAID.search(text.text)
            if found is not None:
                makers[found.group(1)] += 1
                if len(first) < KEPT:
                    first.append((text.number, text.id))
    return Identities(tuple(sorted(makers.items(), key=lambda pair: (-pair[1], pair[0]))), tuple(first))
