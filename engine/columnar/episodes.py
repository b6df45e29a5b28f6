"""Anchors joined to episodes: one finding for each."""

from dataclasses import dataclass, replace

import numpy as np

from plainterms.engine.columnar import windows
from plainterms.engine.columnar.anchors import Anchors
from plainterms.engine.columnar.arrays import Ints, Places, in_order, starts_of
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.groups import Groups
from plainterms.engine.columnar.lazy import lazy
from plainterms.engine.findings import Verdict
from plainterms.policy.meaning import Window

PORTION = 2**20
"""Anchors that are looked at together."""


@dataclass(frozen=True)
class Episodes:
    """Anchors of one verdict in the order of their episodes, each in the total order; ``starts`` begins each."""

    verdict: Verdict
    anchors: Anchors
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def unmeasured(self) -> "Episodes":
        """The same without what was measured, which takes most memory."""
        return replace(self, anchors=replace(self.anchors, values=()))

    @property
    def lasts(self) -> Ints:
        """The last anchor of each episode."""
        return np.append(self.starts[1:], len(self.anchors))[: len(self.starts)] - 1

    @lazy
    def index(self) -> Places:
        """The episode of each anchor."""
        return np.repeat(
            np.arange(len(self.starts), dtype=np.int32), np.diff(np.append(self.starts, len(self.anchors)))
        )

    @property
    def peaks(self) -> Ints:
        """The first anchor of each episode at which the first measure is greatest."""
        rank = self.anchors.values[0].rank(self.verdict)
        greatest = np.maximum.reduceat(rank, self.starts)
        found = np.full(len(self), -1)
        for start in range(0, len(rank), PORTION):
            index = self.index[start : start + PORTION]
            at_peak = np.flatnonzero(rank[start : start + PORTION] == greatest.take(index))
            first = at_peak.take(starts_of(index.take(at_peak)))
            first = first.compress(found.take(index.take(first)) < 0)
            found[index.take(first)] = start + first
        return found


def episodes_of(case: Case, own: Anchors, window: Window | None, verdict: Verdict) -> Episodes:
    """The episodes of the anchors of one verdict, at least one."""
    if isinstance(case.subjects, Groups):
        return _of_groups(case, case.subjects, own, window, verdict)
    order = in_order(own.run, own.at)
    own = own if order is None else own.take(order)
    starts = [np.zeros(1, np.int64)]
    for start in range(1, len(own), PORTION):
        here = slice(start, min(start + PORTION, len(own)))
        before = slice(here.start - 1, here.stop - 1)
        parted = case.facts.time.take(own.at[before]) < joined_from(window, case, own.at[here])
        parted |= own.run[before] != own.run[here]
        starts.append(np.flatnonzero(parted) + start)
    return Episodes(verdict, own, np.concatenate(starts))


def joined_from(window: Window | None, case: Case, at: Places) -> Ints:
    """For each anchor the first instant at which an earlier one of the subject is of one episode with it."""
    return windows.opened(window, case.facts.time.take(at), case.clock)


def _of_groups(case: Case, groups: Groups, own: Anchors, window: Window | None, verdict: Verdict) -> Episodes:
    """One anchor after another, for groups join: of the open episodes of its members the earliest goes on."""
    own = own.take(np.argsort(own.at, kind="stable"))
    time, entities = case.facts.time[own.at].tolist(), groups.numbers[own.at]
    since, components = joined_from(window, case, own.at).tolist(), groups.components[entities].tolist()
    owner = np.empty(len(own), dtype=np.int64)
    going_on: dict[int, list[tuple[int, int, int]]] = {}
    count = 0
    for index, run in enumerate(groups.of(own.at).tolist()):
        others: list[tuple[int, int, int]] = []
        mine: list[tuple[int, int, int]] = []
        for first, last, number in going_on.get(components[index], ()):
            if time[last] >= since[index]:
                inside = groups.holds(run, int(entities[first]))
                (mine if inside else others).append((first, last, number))
        if mine:
            first, _, number = min(mine)
        else:
            first, number, count = index, count, count + 1
        owner[index] = number
        going_on[components[index]] = [*others, (first, index, number)]
    order = np.argsort(owner, kind="stable")
    return Episodes(verdict, own.take(order), starts_of(owner[order]))
