"""Makes `engine/matching/marks.json`: the marks that put scores of pairs on one scale, from the development prompts.

    python -m benchmarks.match_marks

Each score of pairs of independent models' answers to the same prompt is marked where fewer than 3 %, 1 %, 0.2 % and
0.05 % of the pairs reach it, each excess where fewer than 10 %, 1 % and 0.1 % do; beyond, in proportion. Models of
which one pair of answers in a hundred are near-copies are siblings and left out, as are models of one maker, and
those trained on the other's outputs. Excesses are those of distinctive outputs.
"""

import orjson

from benchmarks.answers import ANSWERS, answers
from benchmarks.match_quality import FLOOR, World, siblings_of
from plainterms.engine.matching.scores import Scores
from plainterms.engine.matching.strength import ENOUGH, FULL, LONG, MARKS, SHORT, excesses, marks

ALONE = ("letters", "letters_within", "words_within", "alignment", "edits", "run")
TAILS = ((0.03, 200), (0.01, 300), (0.002, 400), (0.0005, 450))
EXCESS_TAILS = ((0.1, 100), (0.01, 200), (0.001, 300))
MOST = {"run": 100}
"""The value of all of a text, where it is not a thousand thousandths."""


def main() -> None:
    """Write the file."""
    world = World(answers(), development=True)
    siblings = siblings_of(world)
    rows = world.answers.development
    alone = [pair.scores for pair in world.pairs(rows, siblings, gated=False) if pair.words >= FLOOR]
    long = [one for one in alone if one.shorter >= LONG]
    short = [one for one in alone if SHORT <= one.shorter < LONG]
    gated = [pair for pair in world.pairs(rows, siblings) if pair.words >= FLOOR]
    excess = [excesses(pair.scores, pair.rivals) if pair.scores.shorter >= ENOUGH else {} for pair in gated]
    made = {
        "from": f"{ANSWERS.name}, {len(rows)} of its prompts, by benchmarks/match_marks.py",
        "pairs": {"long": len(long), "short": len(short), "excess": len(excess)},
        "siblings": sorted(sorted(one) for one in siblings),
        "marks": {
            "long": {name: alone_line(long, name, TAILS) for name in ALONE},
            "short": {name: alone_line(short, name, TAILS[:3]) for name in marks("short")},
            "excess": {
                name: beyond(line([one.get(name, 0) for one in excess], EXCESS_TAILS)) for name in marks("excess")
            },
        },
    }
    MARKS.write_bytes(orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def alone_line(found: list[Scores], name: str, tails: tuple[tuple[float, int], ...]) -> list[tuple[int, int]]:
    """The marks of a score, up to all of a text."""
    most = MOST.get(name, 1000)
    kept = [mark for mark in line([getattr(one, name) for one in found], tails) if mark[0] < most]
    return [*kept, (most, FULL)]


def line(values: list[int], tails: tuple[tuple[float, int], ...]) -> list[tuple[int, int]]:
    """The least value that fewer than each share of the values reach, rising."""
    order, found = sorted(values, reverse=True), []
    for share, strength in tails:
        found.append((max(order[int(len(order) * share)], found[-1][0] if found else 0) + 1, strength))
    return found


def beyond(marks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Marks with one more, as far in proportion as the last two are apart."""
    (low, weak), (high, strong) = marks[-2:]
    return [*marks, (high + (high - low) * (FULL - strong) // (strong - weak), FULL)]


if __name__ == "__main__":
    main()
