"""What is held of a subject of whom clauses cannot find anything yet: the rows of its events, and little else."""

from typing import Any

from plainterms.engine.stream.rows import Row


class Quiet:
    """The state of one subject in all clauses that are for each such subject.

    ``rows`` are its events in the order of arrival, ``open`` those that were decided and are not recorded. ``awake``
    are the places of the clauses that look at each event themselves; of the others ``marks`` bound what they could
    measure from above. So many rows as ``alarm`` are looked through again.
    """

    __slots__ = ("alarm", "awake", "degraded", "joins", "marks", "open", "rows")

    def __init__(self, marks: list[Any], alarm: int) -> None:
        self.rows: list[Row] = []
        self.open: tuple[Row, ...] = ()
        self.awake: tuple[int, ...] = ()
        self.marks = marks
        self.alarm = alarm
        self.joins = 0
        self.degraded = False

    def take_over(self, other: "Quiet") -> None:
        """Become one subject with another, in which the same clauses are awake; its marks are out of date then."""
        self.rows = sorted(self.rows + other.rows)
        self.open += other.open
        self.joins += other.joins
