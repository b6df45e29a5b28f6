"""The texts of simulated prompts: a template's fixed words around a number and a quoted name that change."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.simulation.cohorts import ASKS
from plainterms.engine.simulation.population import Ints
from plainterms.engine.simulation.refusals import Columns
from plainterms.engine.simulation.traffic import SHORT

KINDS = (*ASKS, "ordinary_reasoning", "ordinary_grading")
"""What `ask` numbers; a task asks for nothing beside it."""

BEFORE, BETWEEN = 7, 5
"""Fixed words of a template before its number, and between number and name."""


def mixed(numbers: Ints, salt: int) -> Ints:
    """Numbers that look random, from 0 below 2^62, the same for the same number and salt (SplitMix64)."""
    state = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt * 0x632BE59BD9B4E019 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        state = (state ^ (state >> np.uint64(shift))) * np.uint64(factor)
    return ((state ^ (state >> np.uint64(31))) >> np.uint64(2)).astype(np.int64)


def prompts_of(columns: Columns, wordings: Mapping[str, Sequence[str]], rng: np.random.Generator) -> pa.Array:
    """A prompt for each request; requests sent again (`text`) have the prompt of the one before, word for word."""
    count = int(columns["text"].max(initial=-1)) + 1
    templates, places = np.unique(columns["template"][:count], return_inverse=True)
    where = pa.array(places)
    head, middle = (_words(templates, wordings["words"], number).take(where) for number in (BEFORE, BETWEEN))
    numbers = pc.cast(pa.array(rng.integers(1, 1_000_000, count)), pa.string())
    names = pa.array([f'"{word.capitalize()}"' for word in wordings["words"]])
    name = names.take(pa.array(rng.integers(0, len(names), count)))
    made = pc.binary_join_element_wise(head, numbers, middle, name, " ")
    made = pc.binary_join_element_wise(_asked(columns, wordings, count), made, "")
    short = pa.array(wordings["short"]).take(pa.array(rng.integers(0, len(wordings["short"]), count)))
    return pc.if_else(pa.array(columns["template"][:count] == SHORT), short, made).take(pa.array(columns["text"]))


def _words(templates: Ints, words: Sequence[str], count: int) -> pa.Array:
    listed = pa.array(words)
    chosen = [listed.take(pa.array(mixed(templates, count * 100 + place) % len(words))) for place in range(count)]
    return pc.binary_join_element_wise(*chosen, " ")


def _asked(columns: Columns, wordings: Mapping[str, Sequence[str]], count: int) -> pa.Array:
    """What stands before the template: nothing, or the wording of what is asked for, and a space."""
    texts, starts, sizes = [""], [0], [1]
    for kind in KINDS[1:]:
        starts.append(len(texts))
        sizes.append(len(wordings[kind]))
        texts += [f"{text} " for text in wordings[kind]]
    ask, wording = columns["ask"][:count], columns["wording"][:count]
    rows = np.array(starts)[ask] + wording % np.array(sizes)[ask]
    return pa.array(texts).take(pa.array(rows))
