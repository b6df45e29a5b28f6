"""Anchors joined to episodes: one finding for each."""

from dataclasses import dataclass

import numpy as np

from plainterms.engine.columnar import windows
from plainterms.engine.columnar.anchors import Anchors
from plainterms.engine.columnar.arrays import Ints, starts_of
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.groups import Groups
from plainterms.engine.findings import Verdict
from plainterms.policy.meaning import Window


@dataclass(frozen=True)
class Episodes:
    """Anchors of one verdict in the order of their episodes, each in the total order; ``starts`` begins each."""

    verdict: Verdict
    anchors: Anchors
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def lasts(self) -> Ints:
        """The last anchor of each episode."""
        return np.append(self.starts[1:], len(self.anchors))[: len(self.starts)] - 1

    @property
    def index(self) -> Ints:
        """The episode of each anchor."""
        return np.repeat(np.arange(len(self.starts)), np.diff(np.append(self.starts, len(self.anchors))))

    @property
    def peaks(self) -> Ints:
        """The first anchor of each episode at which the first measure is greatest."""
        rank = self.anchors.values[0].rank(self.verdict)
        greatest = np.maximum.reduceat(rank, self.starts)
        at_peak = np.flatnonzero(rank == greatest[self.index])
        return at_peak[starts_of(self.index[at_peak])]


def episodes_of(case: Case, anchors: Anchors, window: Window | None, verdict: Verdict) -> Episodes | None:
    """The episodes of one verdict; None where there are none."""
    own = anchors.take(anchors.sure == (verdict == "breach"))
    if len(own) == 0:
        return None
    if isinstance(case.subjects, Groups):
        return _of_groups(case, case.subjects, own, window, verdict)
    own = own.take(np.lexsort((own.at, own.run)))
    parted = (case.facts.time[own.at[:-1]] < joined_from(window, case, own)[1:]) | (own.run[1:] != own.run[:-1])
    return Episodes(verdict, own, np.concatenate(([0], np.flatnonzero(parted) + 1)))


def joined_from(window: Window | None, case: Case, anchors: Anchors) -> Ints:
    """For each anchor the first instant at which an earlier one of the subject is of one episode with it."""
    return windows.opened(window, case.facts.time[anchors.at], case.clock)


def _of_groups(case: Case, groups: Groups, own: Anchors, window: Window | None, verdict: Verdict) -> Episodes:
    """One anchor after another, for groups join: of the open episodes of its members the earliest goes on."""
    own = own.take(np.argsort(own.at, kind="stable"))
    time, entities = case.facts.time[own.at].tolist(), groups.numbers[own.at]
    since, components = joined_from(window, case, own).tolist(), groups.components[entities].tolist()
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
