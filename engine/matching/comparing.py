"""Compares texts with a collection: candidates are nominated, then verified, and the strongest pairs kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from plainterms.engine.matching.collection import Collection, prompt_runs
from plainterms.engine.matching.index import Nominations
from plainterms.engine.matching.normal import Normal, normalised
from plainterms.engine.matching.profiles import Profile, outside, profiles
from plainterms.engine.matching.scores import Scores, scores
from plainterms.engine.matching.strength import WORTH, strength, strength_against
from plainterms.engine.matching.texts import Text

NO_PROMPT: frozenset[int] = frozenset()

PORTION = 250
"""Texts that are compared at a time: what they are compared with is held in memory for so long."""

KEPT = 3
"""Pairs that are kept of one text: the strongest."""


Rivals = Callable[[Text], Sequence[Text]]
"""Independent answers to the prompt of a text, as many as are compared, or none."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A text of the collection that is like the text compared; ``strength`` is against rivals where it has any."""

    other: int
    strength: int
    scores: Scores


@dataclass(frozen=True, slots=True)
class Compared:
    """A text with its words outside its prompt, and the pairs worth keeping, strongest first.

    ``against``: their strength is against rivals; ``alone`` is that of the strongest pair without regard to them.
    """

    text: Text
    words: int
    pairs: tuple[Pair, ...]
    alone: int = 0
    against: bool = False

    @property
    def strength(self) -> int:
        """That of the strongest pair."""
        return self.pairs[0].strength if self.pairs else 0


def compared(
    texts: Sequence[Text],
    collection: Collection,
    nominated: Nominations | None = None,
    *,
    itself: bool = False,
    rivals: Rivals = lambda _: (),
) -> Iterator[Compared]:
    """Compare each text with the collection; ``itself`` if it is one of the collection.

    ``nominated`` are pairs (row of ``texts``, number in the collection) that another stage found worth verifying.
    """
    for start in range(0, len(texts), PORTION):
        some = None if nominated is None else _from(nominated, start)
        yield from _compared(texts[start : start + PORTION], collection, some, itself, rivals)


def _from(nominated: Nominations, start: int) -> Nominations:
    """The pairs of a portion, its rows counted from 0."""
    own = (nominated.left >= start) & (nominated.left < start + PORTION)
    return Nominations(nominated.left[own] - start, nominated.right[own])


def _compared(
    texts: Sequence[Text], collection: Collection, nominated: Nominations | None, itself: bool, rivals: Rivals
) -> Iterator[Compared]:
    normal = normalised([text.text for text in texts])
    prompts = [prompt_runs(text.prompt) if text.prompt else NO_PROMPT for text in texts]
    others = _others(_candidates(texts, normal, collection, nominated, itself), collection)
    own = dict(zip(others, profiles([texts[row].text for row in others]), strict=True))
    for row, (text, words) in enumerate(zip(texts, outside(normal, prompts), strict=True)):
        known = others.get(row, ())
        pairs = [_pair(own[row], profile, prompts[row], other) for other, profile in known]
        alone = max((pair.strength for pair in pairs), default=0)
        answers = rivals(text)
        if answers and alone >= WORTH:
            pairs = _against(pairs, [profile for _, profile in known], answers, prompts[row])
        yield Compared(text, words, _strongest(pairs), alone, bool(answers))


def _strongest(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    worth = [pair for pair in pairs if pair.strength >= WORTH]
    return tuple(sorted(worth, key=lambda pair: (-pair.strength, pair.other))[:KEPT])


def _against(
    pairs: Sequence[Pair], others: Sequence[Profile], rivals: Sequence[Text], prompt: frozenset[int]
) -> list[Pair]:
    """The pairs that are strong on their own, with their strength against rivals."""
    known = profiles([rival.text for rival in rivals])
    return [
        replace(pair, strength=strength_against(pair.scores, [scores(rival, other, prompt) for rival in known]))
        for pair, other in zip(pairs, others, strict=True)
        if pair.strength >= WORTH
    ]


def _candidates(
    texts: Sequence[Text], normal: Normal, collection: Collection, nominated: Nominations | None, itself: bool
) -> list[tuple[int, int]]:
    found = collection.candidates(normal, nominated)
    pairs = zip(found.left.tolist(), found.right.tolist(), strict=True)
    if not itself:
        return list(pairs)
    own = [collection.same(normal, row) for row in range(len(texts))]
    return [(row, other) for row, other in pairs if other != own[row]]


def _others(pairs: list[tuple[int, int]], collection: Collection) -> dict[int, list[tuple[Text, Profile]]]:
    """The candidates of each row, each made ready once."""
    texts = collection.shelf.get(sorted({other for _, other in pairs}))
    ready = dict(
        zip((text.number for text in texts), zip(texts, profiles([t.text for t in texts]), strict=True), strict=True)
    )
    found: dict[int, list[tuple[Text, Profile]]] = {}
    for row, other in pairs:
        found.setdefault(row, []).append(ready[other])
    return found


def _pair(own: Profile, other: Profile, prompt: frozenset[int], text: Text) -> Pair:
    found = scores(own, other, prompt | prompt_runs(text.prompt) if text.prompt else prompt)
    return Pair(text.number, strength(found), found)
