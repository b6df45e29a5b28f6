"""How many different values: each stays alive from its event until it comes again or leaves the window."""

import numpy as np

from plainterms.engine.columnar import windows
from plainterms.engine.columnar.amounts import Amounts
from plainterms.engine.columnar.arrays import Bools, Ints, Places, ascending, covering, firsts, packed, seconds
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.kleene import possible
from plainterms.engine.columnar.sheet import Sheet
from plainterms.engine.columnar.spans import Spans
from plainterms.engine.columnar.windows import Clock
from plainterms.policy.meaning import Field, Window
from plainterms.policy.schema import MILLION


def distinct(field: Field, sheet: Sheet, counted: Truth, within: Spans, clock: Clock) -> Amounts:
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
        certain = within.sum(counted.yes)
        low = np.maximum(low, np.minimum(certain, 1))
        high = high + within.sum(unnamed)
    return Amounts(low * MILLION, high * MILLION)


def alive(sheet: Sheet, values: Places, marked: Bools, window: Window | None, clock: Clock) -> Ints:
    """At each row, how many different values the marked rows up to it have in the window that ends there.

    A value is alive from the row at which it is first seen until it leaves the window, if it is not seen again.
    """
    rows = np.flatnonzero(marked)
    start, end = seen_from(sheet).take(rows), windows.expires(window, sheet, rows, clock)
    pairs = packed(values.take(rows), np.arange(len(rows), dtype=np.int32))
    if sheet.late is not None:
        pairs = packed(values.take(rows), start).argsort(kind="stable")
        pairs = packed(values.take(rows).take(pairs), pairs)
    else:
        pairs.sort()
    value, order = firsts(pairs), seconds(pairs)
    begin, end = start.take(order), end.take(order)
    reached = np.maximum.accumulate(packed(value, end)) if len(order) else pairs
    before = np.where(value[1:] == firsts(reached[:-1]), seconds(reached[:-1]), -1)
    begin[1:] = np.maximum(begin[1:], before)
    lives = np.flatnonzero(begin < end)
    return covering(begin.take(lives), end.take(lives), len(sheet))


def seen_from(sheet: Sheet) -> Ints:
    """The row from which on each row is of its run."""
    found = np.arange(len(sheet))
    if sheet.late is not None:
        rows, seen = sheet.late
        found[rows] = seen
    return found


def kinds_per_run(sheet: Sheet, values: Places, marked: Bools) -> Ints:
    """How many different values the marked rows of each run have."""
    rows = np.flatnonzero(marked)
    pairs = ascending(packed(sheet.index.take(rows), values.take(rows)))
    return np.bincount(firsts(pairs), minlength=len(sheet.starts))
