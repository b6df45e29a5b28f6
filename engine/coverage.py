"""Which events lie within the dates of the terms, counted while the log is read."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plainterms.engine.events import Period
from plainterms.engine.report import times
from plainterms.engine.report.words import counted, listed
from plainterms.policy.meaning import Policy

Span = tuple[int | None, int | None]


class Coverage:
    """Counts the events of the audited period, and for each document those at which none of its versions binds.

    Repetitions of an event count too, so that nothing must be remembered.
    """

    def __init__(self, policies: Sequence[Policy], period: Period) -> None:
        self._period = period
        self._versions = {one.title: [two for two in policies if two.title == one.title] for one in policies}
        self.events = 0
        self.outside = dict.fromkeys(self._versions, 0)

    def watched(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same batches."""
        for batch in batches:
            if batch.num_rows:
                self._count(batch["time"].to_numpy())
            yield batch

    def _count(self, time: npt.NDArray[np.int64]) -> None:
        first, last = int(time.min()), int(time.max())
        judged = (self._period.start, self._period.until)
        if not _holds(judged, first, last):
            time = time[_inside(time, [judged])]
        self.events += len(time)
        for title, versions in self._versions.items():
            spans = [(one.start, one.end) for one in versions]
            if not any(_holds(span, first, last) for span in spans):
                self.outside[title] += len(time) - int(np.count_nonzero(_inside(time, spans)))

    @property
    def none(self) -> bool:
        """Whether there were events, but none within the dates of any document."""
        return self.events > 0 and all(count == self.events for count in self.outside.values())

    def notes(self) -> Iterator[str]:
        """A sentence for each document outside whose dates events lie."""
        for title, count in self.outside.items():
            if count:
                dates = listed([_dates(one) for one in self._versions[title]])
                lie, them = ("lies", "it") if count == 1 else ("lie", "them")
                yield (
                    f"{count:,} of {counted(self.events, 'event')} {lie} outside the dates of “{title}” ({dates}),"
                    f" so no clause of it was applied to {them}."
                )


def _holds(span: Span, first: int, last: int) -> bool:
    start, end = span
    return (start is None or start <= first) and (end is None or last < end)


def _inside(time: npt.NDArray[np.int64], spans: Sequence[Span]) -> npt.NDArray[np.bool_]:
    inside = np.zeros(len(time), dtype=np.bool_)
    for start, end in spans:
        begun = np.ones(len(time), dtype=np.bool_) if start is None else time >= start
        inside |= begun if end is None else begun & (time < end)
    return inside


def _dates(version: Policy) -> str:
    return f"version {version.version} in force {times.in_force(version.start, version.end, version.timezone)}"
