"""How well matching finds changed copies, and how often it errs: on real answers, thresholds from other prompts.

    python -m benchmarks.match_quality [--planted 300] [--seeds 100]

Prints the tables of `benchmarks/results/match-quality-*.md`.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations, product

import numpy as np

from benchmarks.answers import RELATED, TEACHERS, Answers, answers, other_texts
from benchmarks.edits import EDITS
from benchmarks.harvest import false_and_missed
from plainterms.engine.matching.binomial import most_by_chance, upper
from plainterms.engine.matching.collection import Collection
from plainterms.engine.matching.normal import normalised
from plainterms.engine.matching.profiles import Profile, of_prompt, profiles
from plainterms.engine.matching.scores import Scores, scores
from plainterms.engine.matching.strength import FULL, LEAST, RIVALS, WORTH, strength, strength_against
from plainterms.engine.matching.texts import Text

FLOOR = 50
RATES = (1e-3, 3e-4, 1e-4, 3e-5)
NEAR, SIBLING = 400, 0.01
"""Strength alone of near-copies, and the share of a pair of models' answers from which these are siblings."""

RESAMPLES = 1_000


@dataclass(frozen=True)
class Pair:
    """Two models' answers to one prompt; ``words`` are those of the first outside the prompt.

    ``scores`` are of the two, ``rivals`` of the second and independent answers, ``strength`` is against these.
    """

    prompt: int
    output: str
    sample: str
    words: int
    scores: Scores
    rivals: Sequence[Scores]

    @cached_property
    def strength(self) -> int:
        """How strong the evidence is."""
        return against(self.scores, self.rivals)


def against(found: Scores, rivals: Sequence[Scores]) -> int:
    """The strength that matching gives: nothing to a pair that is not strong on its own."""
    return strength_against(found, rivals) if strength(found) >= WORTH else 0


class World:
    """Answers made ready, with the scores of every pair of answers to one prompt; ``development``: of one half."""

    def __init__(self, found: Answers, *, development: bool = False) -> None:
        rows = set(found.development if development else found.prompts)
        self.answers = found
        self.prompts = {row: profiles([found.prompts[row]])[0].three_set for row in rows}
        keys = [key for key in found.texts if key[1] in rows]
        self.profiles = dict(zip(keys, profiles([found.texts[key] for key in keys]), strict=True))
        self.words = {key: of_prompt(one, self.prompts[key[1]]).count(False) for key, one in self.profiles.items()}
        self.scores: dict[tuple[int, str, str], Scores] = {}
        self.alone: dict[tuple[int, str, str], int] = {}
        for row in rows:
            for one, other in combinations(found.models, 2):
                pair = self.of(self.profiles[one, row], self.profiles[other, row], row)
                self.scores[row, one, other] = self.scores[row, other, one] = pair
                self.alone[row, one, other] = self.alone[row, other, one] = strength(pair)

    def of(self, output: Profile, sample: Profile, row: int) -> Scores:
        """The scores of a pair of answers to a prompt."""
        return scores(output, sample, self.prompts[row])

    def controls(self, row: int, model: str, other: str) -> list[str]:
        """The models of five control answers, other than these two."""
        rest = [one for one in self.answers.models if one not in (model, other)]
        return random.Random(f"{row} {model} {other}").sample(rest, RIVALS)

    def is_distinctive(self, row: int, model: str, other: str) -> bool:
        """Whether none of five control answers is like the model's."""
        return all(self.alone[row, model, one] < WORTH for one in self.controls(row, model, other))

    def pairs(
        self, rows: Sequence[int], siblings: frozenset[frozenset[str]], *, gated: bool = True
    ) -> Iterator[Pair]:
        """Pairs of independent models' answers in both directions; ``gated``: of distinctive ones."""
        for row, (one, other) in product(rows, permutations(self.answers.models, 2)):
            if {one, other} not in siblings and (not gated or self.is_distinctive(row, one, other)):
                yield self.pair(row, one, other)

    def pair(self, row: int, output: str, sample: str) -> Pair:
        """Two models' answers to a prompt."""
        rivals = [self.scores[row, one, sample] for one in self.controls(row, output, sample)]
        return Pair(row, output, sample, self.words[output, row], self.scores[row, output, sample], rivals)

    def of_copy(self, model: str, row: int, copy: Profile) -> int:
        """The strength of a model's answer with a changed copy of it."""
        rivals = [self.of(self.profiles[one, row], copy, row) for one in self.controls(row, model, model)]
        return against(self.of(self.profiles[model, row], copy, row), rivals)


def siblings_of(world: World) -> frozenset[frozenset[str]]:
    """Pairs of models that are not independent.

    They are related, or on development prompts at least one answer in a hundred is a near-copy.
    """
    seen: Counter[frozenset[str]] = Counter()
    near: Counter[frozenset[str]] = Counter()
    for pair in world.pairs(world.answers.development, frozenset()):
        if pair.words >= FLOOR:
            models = frozenset((pair.output, pair.sample))
            seen[models] += 1
            near[models] += strength(pair.scores) >= NEAR
    return RELATED | {models for models in near if near[models] / seen[models] >= SIBLING}


# ── Thresholds and their error


def threshold(pairs: Sequence[Pair], rate: float) -> int | None:
    """The least strength above which the upper limit of the rate of pairs, resampled by prompt, is as asked.

    None where the pairs are too few to support the rate even if none of them were a match.
    """
    if upper(0, len(pairs)) > rate:
        return None
    weak, strong = LEAST - 2, FULL
    while strong - weak > 1:
        middle = (weak + strong) // 2
        weak, strong = (weak, middle) if false_rate(pairs, middle)[2] <= rate else (middle, strong)
    return strong


def false_rate(pairs: Sequence[Pair], above: int) -> tuple[int, float, float]:
    """False matches, their rate, and the upper limit of its 95 % interval, resampled by prompt."""
    by_prompt: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for pair in pairs:
        by_prompt[pair.prompt][0] += pair.strength > above
        by_prompt[pair.prompt][1] += 1
    table = np.array(list(by_prompt.values()))
    drawn = np.random.default_rng(0).multinomial(len(table), [1 / len(table)] * len(table), RESAMPLES)
    sums = drawn @ table
    false = int(table[:, 0].sum())
    return false, false / len(pairs), float(np.quantile(sums[:, 0] / sums[:, 1], 0.975))


# ── Planted copies


@dataclass(frozen=True)
class Planted:
    """A teacher's answer and its changed copy."""

    model: str
    row: int
    text: str


def planted(world: World, name: str, count: int) -> list[Planted]:
    """Changed copies of teachers' answers to test prompts, the same originals for each edit."""
    chance = random.Random(7)
    keys = [(model, row) for model in TEACHERS for row in world.answers.test]
    chance.shuffle(keys)
    texts = list(world.answers.texts.values())
    return [
        Planted(model, row, EDITS[name](world.answers.texts[model, row], chance, chance.sample(texts, 3)))
        for model, row in keys[:count]
    ]


def strengths(world: World, copies: Sequence[Planted]) -> list[int]:
    """The strength of each copy with its original."""
    ready = profiles([copy.text for copy in copies])
    return [world.of_copy(copy.model, copy.row, one) for copy, one in zip(copies, ready, strict=True)]


def nominated(world: World, copies: Sequence[Planted], filling: Sequence[str]) -> list[bool]:
    """Whether each original nominates its copy among all other models' answers and more texts."""
    originals = {(copy.model, copy.row) for copy in copies}
    rest = [text for key, text in world.answers.texts.items() if key not in originals]
    every = [*rest, *filling, *(copy.text for copy in copies)]
    first = len(every) - len(copies)
    with Collection() as collection:
        collection.take_in(_batches(every))
        asked = normalised([world.answers.texts[copy.model, copy.row] for copy in copies])
        found = collection.candidates(asked)
        known = [collection.same(normalised([copy.text])) for copy in copies]
    hits = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    return [(place, first + place) in hits or (place, known[place]) in hits for place in range(len(copies))]


def _batches(texts: Sequence[str]) -> Iterator[list[Text]]:
    for start in range(0, len(texts), 1_000):
        yield [Text(start + row, "", text) for row, text in enumerate(texts[start : start + 1_000])]


# ── The tables


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--planted", type=int, default=300)
    options.add_argument("--seeds", type=int, default=100)
    asked = options.parse_args()
    world = World(answers())
    siblings = siblings_of(world)
    above = _errors(world, siblings)
    _sets(world, siblings, above[2])
    _concentration(asked.seeds)
    _edits(world, above, asked.planted)


def _errors(world: World, siblings: frozenset[frozenset[str]]) -> list[int | None]:
    print("## False matches\n")
    own = sorted(sorted(models) for models in siblings - RELATED)
    print(f"Left out are pairs of related models, and siblings on development prompts: {own}.\n")
    learned = [pair for pair in world.pairs(world.answers.development, siblings) if pair.words >= FLOOR]
    held = [pair for pair in world.pairs(world.answers.test, siblings) if pair.words >= FLOOR]
    print("| rate asked | strength above | false, held out | rate | upper limit by prompt |")
    print("|---|---|---|---|---|")
    found = [threshold(learned, rate) for rate in RATES]
    for rate, above in zip(RATES, found, strict=True):
        if above is None:
            print(f"| {rate:g} | not supported | | | |")
            continue
        false, measured, limit = false_rate(held, above)
        print(f"| {rate:g} | {above} | {false} of {len(held):,} | {measured:.2g} | {limit:.2g} |")
    for low, high in ((0, 20), (20, FLOOR)):
        short = [p for p in world.pairs(world.answers.test, siblings) if low <= p.words < high]
        mark = [one for one in found if one is not None][-1]
        false = sum(p.strength > mark for p in short)
        print(f"\nShort outputs, {low} to {high - 1} words: {false} of {len(short):,} pairs above the last mark.")
    kin = [p for p in world.pairs(world.answers.test, siblings - RELATED) if p.words >= FLOOR]
    false, measured, limit = false_rate(kin, mark)
    print(
        f"\nWith pairs of related models, above {mark}: {false} of {len(kin):,}, {measured:.2g}, limit {limit:.2g}."
    )
    print("\nThe strongest held-out pairs, to be looked at:\n")
    for pair in sorted(held, key=lambda one: -one.strength)[:12]:
        print(f"- {pair.strength}: {pair.output} and {pair.sample}, “{_short(world.answers.prompts[pair.prompt])}”")
    print("\nHeld-out pairs by strength:\n\n| strength above | false | rate | upper limit |\n|---|---|---|---|")
    for above in range(250, FULL + 1, 25):
        false, measured, limit = false_rate(held, above)
        print(f"| {above} | {false} | {measured:.2g} | {limit:.2g} |")
    print()
    return found


def _short(prompt: str) -> str:
    return " ".join(prompt.split())[:90]


def _edits(world: World, above: Sequence[int | None], count: int) -> None:
    filling = other_texts()
    print("## Planted copies found\n")
    print("Share found at each rate asked (outputs of 50 words and more outside the prompt, distinctive; – is not")
    print("supported), of shorter outputs at the strictest rate, and the share that is nominated.\n")
    rates = " | ".join(f"{rate:g}" for rate in RATES)
    print(f"| edit | {rates} | 20 to 49 words | nominated |\n|---|{'---|' * (len(RATES) + 2)}")
    left: tuple[float, float] | None = None
    for name in EDITS:
        copies = planted(world, name, count)
        fair = [world.is_distinctive(copy.row, copy.model, copy.model) for copy in copies]
        words = [world.words[copy.model, copy.row] for copy in copies]
        long = np.array([ok and n >= FLOOR for ok, n in zip(fair, words, strict=True)])
        short = np.array([ok and 20 <= n < FLOOR for ok, n in zip(fair, words, strict=True)])
        left = left or (float(np.mean([n >= FLOOR for n in words])), float(long.mean()))
        value = np.array(strengths(world, copies))
        given = np.array(nominated(world, copies, filling))
        shares = [f"{(value[long] > mark).mean():.3f}" if mark is not None else "–" for mark in above]
        last = [mark for mark in above if mark is not None][-1]
        few = f"{(value[short] > last).mean():.3f} of {short.sum()}" if short.any() else "none"
        print(f"| {name} | {' | '.join(shares)} | {few} | {given[long].mean():.3f} |", flush=True)
    assert left is not None
    print(f"\nThe floor of 50 words leaves {left[0]:.0%} of the originals, distinctiveness {left[1]:.0%}.\n")


def _sets(world: World, siblings: frozenset[frozenset[str]], above: int | None) -> None:
    """Samples of 200 answers of one model against the outputs of another."""
    mark = above or LEAST
    negatives = [p for p in world.pairs(world.answers.development, siblings) if p.words >= FLOOR]
    false = sum(pair.strength > mark for pair in negatives)
    rate = upper(false, len(negatives))
    print(f"## Sets of 200 samples\n\nNear-copies above {mark}, each prompt once, against a rate of {rate:.2g}.\n")
    named: dict[str, list[bool]] = {"unrelated": [], "related or siblings": []}
    for output in world.answers.models:
        for sample in world.answers.models:
            if output != sample:
                kind = "related or siblings" if {output, sample} in siblings else "unrelated"
                named[kind].append(_is_named(world, output, sample, mark, rate, 0))
    for kind, told in named.items():
        print(f"- {kind}: {sum(told)} of {len(told)} pairs of models named")
    for copied in (2, 4, 10, 20):
        told = [
            _is_named(world, one, other, mark, rate, copied)
            for one in TEACHERS
            for other in world.answers.models
            if one != other and {one, other} not in siblings
        ]
        print(f"- {copied} of the 200 are changed copies: {sum(told)} of {len(told)} sources named")
    print()


def _is_named(world: World, output: str, sample: str, mark: int, rate: float, copied: int) -> bool:
    """Whether more prompts have a near-copy than chance allows; ``copied`` samples are changed copies."""
    chance = random.Random(f"{output} {sample} {copied}")
    rows = chance.sample(world.answers.test, 200)
    names = list(EDITS)
    near = examined = 0
    for place, row in enumerate(rows):
        if world.words[output, row] < FLOOR or not world.is_distinctive(row, output, sample):
            continue
        examined += 1
        if place < copied:
            text = EDITS[chance.choice(names)](
                world.answers.texts[output, row], chance, [world.answers.texts[sample, other] for other in rows[:3]]
            )
            near += world.of_copy(output, row, profiles([text])[0]) > mark
        else:
            near += world.pair(row, output, sample).strength > mark
    return near > most_by_chance(examined, rate)


def _concentration(seeds: int) -> None:
    print("## Concentration\n")
    runs = [false_and_missed(seed) for seed in range(seeds)]
    missed = sum(one.missed > 0 for one in runs)
    share = np.mean([one.false / max(1, one.named) for one in runs])
    print(
        f"A month, 2,000 accounts, 3 of them harvest; 1,500 of 5,000 samples are theirs, at a false-discovery rate of"
        f" 1 %: all three are named in {seeds - missed} of {seeds} seeds; {share:.2%} of the names are false.\n"
    )


if __name__ == "__main__":
    main()
