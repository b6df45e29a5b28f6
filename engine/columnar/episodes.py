"""Anchors joined to episodes: one finding for each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from plainterms.engine.columnar import windows
from plainterms.engine.columnar.anchors import Anchors, together
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
    """Anchors of one verdict in the order of their episodes, each in the total order; ``starts`` begins each.

    What was measured is left of each episode's first anchor and of its peak: the first anchor at which the first
    measure is greatest.
    """

    verdict: Verdict
    anchors: Anchors
    starts: Ints
    first: Anchors
    peak: Anchors

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def lasts(self) -> Ints:
        """The last anchor of each episode."""
        return np.append(self.starts[1:], len(self.anchors))[: len(self.starts)] - 1

    @lazy
    def index(self) -> Places:
        """The episode of each anchor."""
        return _index(self.anchors, self.starts)


def episodes_of(
    case: Case, pieces: Iterable[tuple[Verdict, Anchors]], window: Window | None
) -> dict[Verdict, Episodes]:
    """The episodes of anchors, by verdict; ungrouped subjects have all of theirs in one piece."""
    if isinstance(case.subjects, Groups):
        whole: dict[Verdict, list[Anchors]] = {}
        for verdict, anchors in pieces:
            whole.setdefault(verdict, []).append(anchors)
        groups = case.subjects
        return {
            verdict: _of_groups(case, groups, together(whole[verdict]), window, verdict) for verdict in sorted(whole)
        }
    found: dict[Verdict, list[Episodes]] = {}
    for verdict, anchors in pieces:
        found.setdefault(verdict, []).append(_measured(verdict, *_of_runs(case, anchors, window)))
    return {verdict: _joined(found[verdict]) for verdict in sorted(found)}


def _measured(verdict: Verdict, anchors: Anchors, starts: Ints) -> Episodes:
    """Episodes without what was measured in their midst, which takes most memory."""
    peak = anchors.take(_peaks(verdict, anchors, starts))
    return Episodes(verdict, replace(anchors, values=()), starts, anchors.take(starts), peak)


def _joined(pieces: list[Episodes]) -> Episodes:
    ends = np.cumsum([len(piece.anchors) for piece in pieces])
    return Episodes(
        pieces[0].verdict,
        together([piece.anchors for piece in pieces]),
        np.concatenate([piece.starts + end - len(piece.anchors) for piece, end in zip(pieces, ends, strict=True)]),
        together([piece.first for piece in pieces]),
        together([piece.peak for piece in pieces]),
    )


def _peaks(verdict: Verdict, anchors: Anchors, starts: Ints) -> Ints:
    rank = anchors.values[0].rank(verdict)
    greatest = np.maximum.reduceat(rank, starts)
    index = _index(anchors, starts)
    at_peak = np.flatnonzero(rank == greatest.take(index))
    return at_peak.take(starts_of(index.take(at_peak)))


def _index(anchors: Anchors, starts: Ints) -> Places:
    return np.repeat(np.arange(len(starts), dtype=np.int32), np.diff(np.append(starts, len(anchors))))


def _of_runs(case: Case, own: Anchors, window: Window | None) -> tuple[Anchors, Ints]:
    """Anchors in the order of their episodes, and where each of these begins."""
    order = in_order(own.run, own.at)
    own = own if order is None else own.take(order)
    starts = [np.zeros(1, np.int64)]
    for start in range(1, len(own), PORTION):
        here = slice(start, min(start + PORTION, len(own)))
        before = slice(here.start - 1, here.stop - 1)
        parted = case.facts.time.take(own.at[before]) < joined_from(window, case, own.at[here])
        parted |= own.run[before] != own.run[here]
        starts.append(np.flatnonzero(parted) + start)
    return own, np.concatenate(starts)


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
    return _measured(verdict, own.take(order), starts_of(owner[order]))
