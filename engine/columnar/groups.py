"""Groups of linked entities as subjects: each group while it lasts is a run of its own, with its members' past."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, Places, ascending, packed, seconds, spread
from plainterms.engine.columnar.columns import Columns, taken
from plainterms.engine.columnar.joinings import Joinings, joinings
from plainterms.engine.columnar.lazy import lazy
from plainterms.engine.columnar.links import Numbered, linked
from plainterms.engine.columnar.order import BLOCK, Rows, cut, sorted_rows
from plainterms.engine.columnar.subjects import Each, Reach
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import GroupSubject


@dataclass(frozen=True)
class Groups:
    """Entities by number (those of events first), and how they join."""

    facts: Columns
    numbers: Places
    values: Numbered
    joinings: Joinings

    @property
    def runs(self) -> int:
        """Every entity alone, and every joining."""
        return len(self.joinings.born)

    @lazy
    def known(self) -> Bools:
        """Where the entity is not missing."""
        return self.numbers >= 0

    def of(self, positions: Ints) -> Places:
        """The group of each event's entity as of the event."""
        entities = self.numbers[positions]
        found = np.full(len(entities), -1, dtype=np.int32)
        known = np.flatnonzero(entities >= 0)
        found[known] = self.joinings.group_of(entities[known], np.asarray(positions)[known])
        return found

    def values_of(self, entities: Ints) -> list[object]:
        """The entities' values."""
        return taken(self.values, entities)

    @lazy
    def components(self) -> Ints:
        """For each entity the group in which it ends."""
        return self.joinings.top[: len(self.values)]

    @lazy
    def at_last(self) -> Each:
        """The groups as they are in the end, as if they had always been: what no group can exceed."""
        numbers = np.append(self.components, -1)[self.numbers].astype(np.int32)
        return Each(self.facts, numbers, range(self.runs), self.runs)

    @lazy
    def joined(self) -> Bools:
        """Which groups are of entities that join others at some time."""
        return self.joinings.top >= len(self.values)

    def lasting(self, positions: Ints) -> Bools:
        """The groups to which events belong as of themselves."""
        found = np.zeros(self.runs, dtype=bool)
        found[self.of(positions)] = True
        return found

    def holds(self, group: int, entity: int) -> bool:
        """Whether an entity is in a group."""
        rank = self.joinings.rank[entity]
        return bool(self.joinings.left[group] <= rank < self.joinings.right[group])

    def members(self, group: int) -> list[object]:
        """The values of the entities in a group."""
        stretch = self.joinings.order[self.joinings.left[group] : self.joinings.right[group]]
        return self.values_of(stretch)

    # ── Rows

    def blocks(self, marked: Bools, wanted: Bools | None = None, since: Reach | None = None) -> Iterator[Rows]:
        """Entities that never join first, then the groups of the others."""
        positions = np.flatnonzero(marked & self.known)
        entities = self.numbers[positions]
        alone = self.joinings.parent[entities] == entities
        single = alone if wanted is None else alone & wanted[entities]
        for block in cut(sorted_rows(entities[single], positions[single]), BLOCK):
            yield Rows(block.run, block.at, np.ones(len(block), dtype=bool))
        yield from self._of_joining(positions[~alone], wanted, since)

    def _of_joining(self, positions: Ints, wanted: Bools | None, since: Reach | None) -> Iterator[Rows]:
        if len(positions) == 0:
            return
        lasting = self.lasting(positions) if wanted is None else wanted & self.joined
        groups = np.flatnonzero(lasting)
        stretches = _Stretches.of(self, positions)
        low, high = stretches.between(self, groups, since)
        reached = np.cumsum(high - low) // BLOCK
        for part in ascending(reached).tolist():
            some = reached == part
            yield self._replicated(stretches, groups[some], low[some], high[some])

    def _replicated(self, stretches: "_Stretches", groups: Ints, low: Ints, high: Ints) -> Rows:
        """The events of each group's members within its stretch of the component's events."""
        index, which = spread(low, high)
        group, at = groups[which], stretches.at[index]
        rank = stretches.rank[index]
        inside = (rank >= self.joinings.left[group]) & (rank < self.joinings.right[group])
        rows = sorted_rows(group[inside], at[inside])
        fresh = (rows.at >= self.joinings.born[rows.run]) & (rows.at < self.joinings.died[rows.run])
        return Rows(rows.run, rows.at, fresh)


@dataclass(frozen=True)
class _Stretches:
    """Events of entities that join, by (component, position), with the rank of their entity."""

    keys: Ints
    at: Places
    rank: Ints

    @staticmethod
    def of(groups: Groups, positions: Ints) -> "_Stretches":
        component = groups.components[groups.numbers[positions]]
        keys = np.sort(packed(component, positions))
        at = seconds(keys)
        return _Stretches(keys, at, groups.joinings.rank.take(groups.numbers.take(at)))

    def between(self, groups: Groups, which: Ints, since: Reach | None) -> tuple[Ints, Ints]:
        """Where the events begin and end that matter for some groups."""
        tree, count = groups.joinings, groups.facts.n
        component = tree.top[which]
        begin, end = np.zeros(len(which), dtype=np.int64), np.full(len(which), count)
        if since is not None:
            born = np.clip(tree.born[which], 0, count - 1)
            begin = np.where(tree.born[which] <= 0, 0, since(groups.facts.time[born]))
            end = np.minimum(tree.died[which], count)
        low = np.searchsorted(self.keys, packed(component, begin))
        return low, np.searchsorted(self.keys, packed(component, end))


def groups_of(
    subject: GroupSubject, facts: Columns, registers: Mapping[str, RegisterTable], logged: Bools | None
) -> Groups:
    """The groups of a log."""
    found = linked(subject, facts, registers, logged)
    tree = joinings(found.links, len(found.entities), facts.n)
    return Groups(facts, facts.codes(subject.entity).of, found.entities, tree)
