"""Groups of linked entities as subjects: each group while it lasts is a run of its own, with its members' past."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, Places, ascending, firsts, packed, seconds, spread
from plainterms.engine.columnar.columns import Columns, taken
from plainterms.engine.columnar.joinings import Joinings, joinings
from plainterms.engine.columnar.lazy import lazy
from plainterms.engine.columnar.links import Numbered, linked
from plainterms.engine.columnar.order import BLOCK, Rows, cut, sorted_rows
from plainterms.engine.columnar.paths import Paths
from plainterms.engine.columnar.subjects import Each, Reach
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import GroupSubject

PORTION = 2**20
"""Events at a time."""


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
        found = np.full(len(positions), -1, dtype=np.int32)
        for start in range(0, len(positions), PORTION):
            here = np.asarray(positions[start : start + PORTION])
            entities = self.numbers.take(here)
            known = np.flatnonzero(entities >= 0)
            found[start + known] = self.joinings.group_of(entities.take(known), here.take(known))
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
        numbers = np.append(self.components, -1).astype(np.int32).take(self.numbers, mode="wrap")
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
        """Entities that never join first, then the paths of the others."""
        some = marked & self.known
        if wanted is not None:
            ending = np.zeros(self.runs + 1, dtype=bool)
            ending[self.joinings.top[: len(self.values)][wanted[: len(self.values)]]] = True
            some &= ending[np.append(self.components, -1)].take(self.numbers, mode="wrap")
        positions = np.flatnonzero(some)
        entities = self.numbers.take(positions)
        alone = self.joinings.parent.take(entities) == entities
        single = alone if wanted is None else alone & wanted.take(entities)
        for block in cut(sorted_rows(entities.compress(single), positions.compress(single)), BLOCK):
            yield Rows(block.run, block.at, np.ones(len(block), dtype=bool))
        paths = Paths(self.joinings, self._reached(since))
        yield from cut(paths.rows(entities.compress(~alone), positions.compress(~alone), wanted), BLOCK)

    def _reached(self, since: Reach | None) -> Ints:
        """For each path that goes into another, the first position that matters there of what was before."""
        last = np.minimum(self.joinings.ends, self.facts.n - 1)
        if since is None or self.facts.n == 0:
            return np.zeros(len(last), dtype=np.int64)
        return since(self.facts.time.take(last))

    def apart(
        self, history: Bools, own: Bools | None = None, wanted: Bools | None = None, since: Reach | None = None
    ) -> Iterator[Rows]:
        """Every group by itself: what its members did before and while it lasted, and the events that are its own."""
        positions = np.flatnonzero(history & self.known)
        groups = np.flatnonzero(self.lasting(positions) if wanted is None else wanted)
        stretches = _Stretches.of(self, positions)
        low, high = stretches.between(self, groups, since)
        mine = np.flatnonzero(self.known if own is None else own & self.known)[: None if own is not None else 0]
        whose = self.of(mine)
        own_rows = np.bincount(whose.compress(whose >= 0), minlength=self.runs)
        reached = np.cumsum(high - low + own_rows.take(groups)) // BLOCK
        for part in ascending(reached).tolist():
            some = reached == part
            here = np.zeros(self.runs, dtype=bool)
            here[groups[some]] = True
            keep = here.take(whose)
            told = self._told(stretches, groups[some], low[some], high[some])
            yield self._together(told, sorted_rows(whose.compress(keep), mine.compress(keep)))

    def _told(self, stretches: "_Stretches", groups: Ints, low: Ints, high: Ints) -> Rows:
        """The events of each group's members within its stretch of the component's events."""
        index, which = spread(low, high)
        group, rank = groups.take(which), stretches.rank.take(index)
        inside = (rank >= self.joinings.left.take(group)) & (rank < self.joinings.right.take(group))
        return sorted_rows(group.compress(inside), stretches.at.take(index).compress(inside))

    def _together(self, told: Rows, own: Rows) -> Rows:
        """The rows of both, each once."""
        pairs = ascending(np.concatenate((packed(told.run, told.at), packed(own.run, own.at))))
        run, at = firsts(pairs), seconds(pairs)
        fresh = (at >= self.joinings.born.take(run)) & (at < self.joinings.died.take(run))
        return Rows(run, at, fresh)


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
