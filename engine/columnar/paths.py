"""The events of entities that join: on each path of groups once, seen there from the position at which they join."""

from dataclasses import dataclass

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, packed
from plainterms.engine.columnar.joinings import Joinings
from plainterms.engine.columnar.order import NO_ROWS, Rows


@dataclass(frozen=True)
class Paths:
    """Paths of groups; of what was before a path ended, only what is not before ``reached`` matters in the next."""

    joinings: Joinings
    reached: Ints

    def rows(self, entities: Ints, positions: Ints, wanted: Bools | None) -> Rows:
        """The events by (path, position), of the wanted paths on which some group has an event of its own."""
        pieces = list(self._climbed(entities.astype(np.int64), positions))
        if not pieces:
            return NO_ROWS
        run, at, seen = (np.concatenate(column) for column in zip(*pieces, strict=True))
        fresh = (seen <= at) & (at < self.joinings.ends.take(run))
        alive = np.zeros(len(self.joinings.ends), dtype=bool)
        alive[run.compress(fresh)] = True
        if wanted is not None:
            alive &= wanted[: len(alive)]
        kept = np.flatnonzero(alive.take(run))
        order = kept.take(np.argsort(packed(run.take(kept), at.take(kept))))
        run, at, seen = run.take(order), at.take(order), seen.take(order)
        return Rows(
            run.astype(np.int32),
            at.astype(np.int32),
            fresh.take(order),
            np.where(seen > at, seen, -1).astype(np.int32),
        )

    def _climbed(self, path: Ints, at: Ints) -> "list[tuple[Ints, Ints, Ints]]":
        """(path, event, position from which it is on the path), from the first path of each entity upwards."""
        found = []
        seen: Ints = np.full(len(at), -1, dtype=np.int64)
        while len(at):
            inside = at < self.joinings.ends.take(path)
            found.append((path.compress(inside), at.compress(inside), seen.compress(inside)))
            onward = (self.joinings.into.take(path) >= 0) & (at >= self.reached.take(path))
            path, at = path.compress(onward), at.compress(onward)
            seen, path = self.joinings.ends.take(path), self.joinings.into.take(path)
        return found
