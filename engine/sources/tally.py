"""Counts what became of every record that was read, so that nothing can be lost unseen."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Counts:
    """What became of the records of one file.

    A record is a line of a JSON Lines file, a row of a table, a span of a trace export, or an object of a file that
    holds whole JSON documents. What cannot be split into records (the rest of a broken archive) is one record.
    Always: read = events + blank + passed over + quarantined.
    """

    read: int = 0
    events: int = 0
    blank: int = 0
    passed_over: int = 0
    quarantined: int = 0

    @property
    def balanced(self) -> bool:
        """Whether every record read is accounted for."""
        return self.read == self.events + self.blank + self.passed_over + self.quarantined

    def __str__(self) -> str:
        return (
            f"{self.read} read = {self.events} events + {self.blank} blank"
            f" + {self.passed_over} passed over + {self.quarantined} quarantined"
        )


@dataclass
class SourceFile:
    """A file that was read, how it was understood, and its counts; ``position`` is how far it has been read."""

    name: str
    format: str = ""
    counts: Counts = field(default_factory=Counts)
    position: Callable[[], int] = field(default=lambda: 0, compare=False)


@dataclass
class Tally:
    """All files of a run; the ``source`` column of a batch is an index into ``files``.

    ``finished`` once all of them were read.
    """

    files: list[SourceFile] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    finished: bool = False

    @property
    def position(self) -> int:
        """Bytes of the files on disk that have been read."""
        return sum(file.position() for file in list(self.files))

    @property
    def total(self) -> Counts:
        """The sum over all files."""
        total = Counts()
        for file in self.files:
            total.read += file.counts.read
            total.events += file.counts.events
            total.blank += file.counts.blank
            total.passed_over += file.counts.passed_over
            total.quarantined += file.counts.quarantined
        return total

    def withdraw(self, source: int, events: int = 1) -> None:
        """Count events of a file as quarantined after all, as a later stage does with conflicting repetitions."""
        counts = self.files[source].counts
        counts.events -= events
        counts.quarantined += events
