"""How groups of entities grow: a tree of joinings, each with the position in the total order at which it happens."""

from dataclasses import dataclass

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.lazy import lazy
from plainterms.engine.columnar.links import Links


@dataclass(frozen=True)
class Joinings:
    """Groups as numbers: below the count of entities each alone, then each joining in turn.

    A group lasts for the positions [born, died). Entities stand in an ``order`` (``rank`` is its inverse) in which
    those of any group are neighbours, [left, right).

    Groups of which each is the larger part of the next make a path, named by its first entity. At the position where
    it ``ends`` the path goes ``into`` another one (-1: none). So an entity is on few paths, however many join.
    """

    born: Ints
    died: Ints
    parent: Ints
    left: Ints
    right: Ints
    order: Ints
    rank: Ints
    top: Ints
    ends: Ints
    into: Ints

    @lazy
    def _ancestors(self) -> list[Ints]:
        """For each group its 1st, 2nd, 4th … ancestor (itself at the end)."""
        found = [self.parent]
        while not np.array_equal(found[-1], found[-1][found[-1]]):
            found.append(found[-1][found[-1]])
        return found

    def group_of(self, entities: Ints, positions: Ints) -> Ints:
        """The group of each entity as of a position."""
        group = np.asarray(entities).astype(np.int64)
        climbing = np.flatnonzero(self.died[group] <= positions)
        low, upto = group[climbing], np.asarray(positions)[climbing]
        for ancestor in reversed(self._ancestors):
            higher = ancestor[low]
            low = np.where(begun(self.born[higher], upto), higher, low)
        group[climbing] = low
        return group


def begun(born: Ints, positions: Ints) -> Bools:
    """Whether groups have joined as of events: the event that links them is the first."""
    return born <= positions


def joinings(links: Links, entities: int, end: int) -> Joinings:
    """The tree of joinings of so many entities; ``end`` is the position after the last event."""
    born, parent, children = [-1] * entities, list(range(entities)), []
    leader, group = list(range(entities)), list(range(entities))
    holder: dict[int, int] = {}
    for entity, value, since in zip(links.entity.tolist(), links.value.tolist(), links.since.tolist(), strict=True):
        if since >= end:
            break
        first, second = _leader(leader, holder.setdefault(value, entity)), _leader(leader, entity)
        if first == second:
            continue
        for one in (first, second):
            parent[group[one]] = len(parent)
        children.append((group[first], group[second]))
        leader[second], group[first] = first, len(parent)
        parent.append(len(parent))
        born.append(since)
    return _laid_out(np.array(born, dtype=np.int64), np.array(parent, dtype=np.int64), children, entities, end)


def _leader(leader: list[int], entity: int) -> int:
    while leader[entity] != entity:
        leader[entity] = leader[leader[entity]]
        entity = leader[entity]
    return entity


def _laid_out(born: Ints, parent: Ints, children: list[tuple[int, int]], entities: int, end: int) -> Joinings:
    """Give every group its stretch of entities: the later joining first, its parts side by side."""
    size = [1] * entities
    for first, second in children:
        size.append(size[first] + size[second])
    left, top, free = [0] * len(size), list(range(len(size))), 0
    for group in range(len(size) - 1, -1, -1):
        if parent[group] == group:
            left[group], free = free, free + size[group]
        if group >= entities:
            first, second = children[group - entities]
            left[first], left[second] = left[group], left[group] + size[first]
            top[first] = top[second] = top[group]
    rank = np.array(left[:entities], dtype=np.int64)
    order = np.empty(entities, dtype=np.int64)
    order[rank] = np.arange(entities)
    begin = np.array(left, dtype=np.int64)
    died = np.where(parent == np.arange(len(parent)), end + 1, born[parent])
    stretch = (begin, begin + np.array(size, dtype=np.int64), order, rank)
    return Joinings(born, died, parent, *stretch, np.array(top, dtype=np.int64), *_paths(born, children, size, end))


def _paths(born: Ints, children: list[tuple[int, int]], size: list[int], end: int) -> tuple[Ints, Ints]:
    """Where each path ends, and into which it goes."""
    entities = len(size) - len(children)
    path = list(range(entities))
    ends, into = np.full(entities, end + 1), np.full(entities, -1)
    for group, (first, second) in enumerate(children, entities):
        large, small = (first, second) if size[first] >= size[second] else (second, first)
        path.append(path[large])
        ends[path[small]], into[path[small]] = born[group], path[large]
    return ends, into
