"""How many different values: each stays alive from its event until it comes again or leaves the window."""

import numpy as np

from plainterms.engine.columnar import windows
from plainterms.engine.columnar.amounts import Amounts
from plainterms.engine.columnar.arrays import Bools, Ints, Places, firsts, packed, seconds
from plainterms.engine.columnar.counts import between
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.kleene import possible
from plainterms.engine.columnar.sheet import Sheet, running
from plainterms.engine.columnar.windows import Clock, Ending
from plainterms.policy.meaning import Field, Window
from plainterms.policy.schema import MILLION


def distinct(field: Field, sheet: Sheet, counted: Truth, within: Ending, clock: Clock) -> Amounts:
    """The different values among the rows that count, in windows."""
    window, anchors = within.window, within.anchors
    values = sheet.facts.codes(field).of.take(sheet.at)
    known = values >= 0
    some = possible(counted)
    low = high = alive(sheet, values, counted.yes & known, window, clock).take(anchors)
    if counted.maybe is not None:
        high = alive(sheet, values, some & known, window, clock).take(anchors)
    unnamed = some & ~known
    if unnamed.any():
        certain = between(running(counted.yes), within.begin(), anchors + 1)
        low = np.maximum(low, np.minimum(certain, 1))
        high = high + between(running(unnamed), within.begin(), anchors + 1)
    return Amounts(low * MILLION, high * MILLION)


def alive(sheet: Sheet, values: Places, marked: Bools, window: Window | None, clock: Clock) -> Ints:
    """At each row, how many different values the marked rows up to it have in the window that ends there."""
    rows = np.flatnonzero(marked)
    end = np.minimum(
        windows.expires(window, sheet, rows, clock),
        next_alike(values.take(rows), sheet.run.take(rows), rows, len(sheet)),
    )
    change = np.zeros(len(sheet) + 1, dtype=np.int64)
    change[rows] = 1
    change -= np.bincount(end, minlength=len(sheet) + 1)
    return np.cumsum(change[:-1])


def next_alike(values: Places, run: Places, rows: Ints, end: int) -> Ints:
    """For each row the next one of the same run and value; ``end`` where there is none."""
    following = np.full(len(rows), end, dtype=np.int64)
    if len(rows) == 0:
        return following
    pairs = packed(values, np.arange(len(rows), dtype=np.int32))
    pairs.sort()
    value, order = firsts(pairs), seconds(pairs)
    whose = run.take(order)
    alike = np.flatnonzero((value[:-1] == value[1:]) & (whose[:-1] == whose[1:]))
    following[order.take(alike)] = rows.take(order.take(alike + 1))
    return following


def kinds_per_run(sheet: Sheet, values: Places, marked: Bools) -> Ints:
    """How many different values the marked rows of each run have."""
    rows = np.flatnonzero(marked)
    last = next_alike(values.take(rows), sheet.run.take(rows), rows, len(sheet)) == len(sheet)
    return np.bincount(sheet.index.take(rows.compress(last)), minlength=len(sheet.starts))
