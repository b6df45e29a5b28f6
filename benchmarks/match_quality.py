"""How well matching finds changed copies, and how often it errs: on real answers, thresholds from other prompts.

    python -m benchmarks.match_quality [--planted 300] [--seeds 100]

Prints the tables of `benchmarks/results/match-quality-*.md`.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from benchmarks.answers import TEACHERS, Answers, answers, other_texts
from benchmarks.edits import EDITS
from benchmarks.harvest import false_and_missed
from plainterms.engine.matching.binomial import most_by_chance, upper
from plainterms.engine.matching.collection import Collection
from plainterms.engine.matching.normal import normalised
from plainterms.engine.matching.profiles import Profile, of_prompt, profiles
from plainterms.engine.matching.scores import scores
from plainterms.engine.matching.strength import LEAST, WORTH, strength
from plainterms.engine.matching.texts import Text

FLOOR = 50
CONTROLS = 5
RATES = (1e-3, 3e-4, 1e-4, 3e-5)
STRICT = 500
"""A strength at which the rate measured on held-out prompts is below 1e-4: read off there, not learned."""

SIBLING = 0.01
RESAMPLES = 1_000


@dataclass(frozen=True)
class Pair:
    """Two models' answers to one prompt; ``words`` are those of the first outside the prompt."""

    prompt: int
    output: str
    sample: str
    words: int
    strength: int


class World:
    """Answers made ready, with the strength of every pair of answers to one prompt."""

    def __init__(self, found: Answers) -> None:
        self.answers = found
        self.prompts = {row: profiles([text])[0].three_set for row, text in found.prompts.items()}
        ready = profiles(list(found.texts.values()))
        self.profiles = dict(zip(found.texts, ready, strict=True))
        self.words = {key: of_prompt(one, self.prompts[key[1]]).count(False) for key, one in self.profiles.items()}
        self.strength: dict[tuple[int, str, str], int] = {}
        for row in found.prompts:
            for one, other in combinations(found.models, 2):
                value = self.of(self.profiles[one, row], self.profiles[other, row], row)
                self.strength[row, one, other] = self.strength[row, other, one] = value

    def of(self, output: Profile, sample: Profile, row: int) -> int:
        """The strength of a pair of answers to a prompt."""
        return strength(scores(output, sample, self.prompts[row]))

    def is_distinctive(self, row: int, model: str, other: str) -> bool:
        """Whether none of five control answers, by models other than these two, is like the model's."""
        rest = [one for one in self.answers.models if one not in (model, other)]
        drawn = random.Random(f"{row} {model} {other}").sample(rest, CONTROLS)
        return all(self.strength[row, model, one] < WORTH for one in drawn)

    def pairs(self, rows: Sequence[int], siblings: frozenset[frozenset[str]]) -> Iterator[Pair]:
        """Pairs of independent models' distinctive answers, in both directions."""
        for row in rows:
            for one in self.answers.models:
                for other in self.answers.models:
                    if one != other and {one, other} not in siblings and self.is_distinctive(row, one, other):
                        yield Pair(row, one, other, self.words[one, row], self.strength[row, one, other])


def siblings_of(world: World) -> frozenset[frozenset[str]]:
    """Pairs of models of which, on development prompts, at least one answer in a hundred is a near-copy."""
    seen: Counter[frozenset[str]] = Counter()
    near: Counter[frozenset[str]] = Counter()
    for pair in world.pairs(world.answers.development, frozenset()):
        if pair.words >= FLOOR:
            models = frozenset((pair.output, pair.sample))
            seen[models] += 1
            near[models] += pair.strength >= 400
    return frozenset(models for models in near if near[models] / seen[models] >= SIBLING)


# ── Thresholds and their error


def threshold(pairs: Sequence[Pair], rate: float) -> int | None:
    """The strength that at most this share of pairs is above; None where there are too few pairs to say."""
    allowed = int(len(pairs) * rate)
    if allowed == 0:
        return None
    return max(LEAST - 1, sorted((pair.strength for pair in pairs), reverse=True)[allowed])


def false_rate(pairs: Sequence[Pair], above: int) -> tuple[int, float, float]:
    """False matches, their rate, and the upper limit of its 95 % interval, resampled by prompt."""
    by_prompt: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for pair in pairs:
        by_prompt[pair.prompt][0] += pair.strength > above
        by_prompt[pair.prompt][1] += 1
    table = np.array(list(by_prompt.values()))
    drawn = np.random.default_rng(0).integers(0, len(table), (RESAMPLES, len(table)))
    sums = table[drawn].sum(axis=1)
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
    return [
        world.of(world.profiles[copy.model, copy.row], one, copy.row) for copy, one in zip(copies, ready, strict=True)
    ]


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
    print(f"Siblings on development prompts, left out: {sorted(sorted(models) for models in siblings)}.\n")
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
        false = sum(p.strength > (found[-1] or LEAST) for p in short)
        print(f"\nShort outputs, {low} to {high - 1} words: {false} of {len(short):,} pairs above the last mark.")
    false, measured, limit = false_rate(held, STRICT)
    print(f"\nAt strength {STRICT}, read off: {false} of {len(held):,}, rate {measured:.2g}, limit {limit:.2g}.\n")
    return found


def _edits(world: World, above: Sequence[int | None], count: int) -> None:
    filling = other_texts()
    print("## Planted copies found\n")
    print("Share found at each rate asked (outputs of 50 words and more outside the prompt, distinctive), above the")
    print("strength read off, of shorter outputs at the strictest rate, and the share that is nominated.\n")
    rates = " | ".join(f"{rate:g}" for rate in RATES)
    print(f"| edit | {rates} | above {STRICT} | 20 to 49 words | nominated |\n|---|{'---|' * (len(RATES) + 3)}")
    above = [*above, STRICT]
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
        last = [mark for mark in above[:-1] if mark is not None][-1]
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
    named: dict[str, list[bool]] = {"unrelated": [], "siblings": []}
    for output in world.answers.models:
        for sample in world.answers.models:
            if output != sample:
                kind = "siblings" if {output, sample} in siblings else "unrelated"
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
            near += world.of(world.profiles[output, row], profiles([text])[0], row) > mark
        else:
            near += world.strength[row, output, sample] > mark
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
