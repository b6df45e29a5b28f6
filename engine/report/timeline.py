"""Where a finding lies in time: positions on a line, for a drawing that says the same in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plainterms.engine.findings import Finding
from plainterms.engine.report import times
from plainterms.engine.report.exhibits import Exhibit, first_and_last
from plainterms.engine.report.words import counted
from plainterms.policy.meaning import Prohibition
from plainterms.policy.syntax import MICROSECONDS

WIDTH = 720.0
"""Length of the line in the drawing's units."""

_MARGIN = 12.0
_MOST_TICKS = 6


@dataclass(frozen=True)
class Mark:
    """An instant with a label, in a row of its own; ``anchor`` is the side of the mark the label ends at."""

    x: float
    label: str
    row: int
    anchor: str


@dataclass(frozen=True)
class Tick:
    """A division of the line."""

    x: float
    label: str


@dataclass(frozen=True)
class Timeline:
    """``start`` to ``end`` is the episode; ``events`` are the positions of those shown; ``gap`` holds the others.

    It is not ``wide`` when all is one instant, and there is nothing to draw.
    """

    wide: bool
    start: float
    end: float
    events: tuple[float, ...]
    gap: tuple[float, float] | None
    hidden: int
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    description: str

    @property
    def rows(self) -> int:
        """How many rows the marks take."""
        return len(self.marks)


def timeline(finding: Finding, exhibits: Mapping[str, Exhibit]) -> Timeline:
    """The drawing of a finding: its evidence where its times are known, its episode, and what matters besides."""
    shown = [exhibits[name].time for name in first_and_last(finding) if name in exhibits]
    named = _named(finding)
    scale = _Scale([*shown, *(time for time, _ in named), finding.first_time, finding.last_time])
    marks = tuple(_mark(scale, time, label, row) for row, (time, label) in enumerate(sorted(named)))
    hidden = len(finding.events) - len(first_and_last(finding)) if shown else 0
    return Timeline(
        scale.low < scale.high,
        scale.at(finding.first_time),
        scale.at(finding.last_time),
        tuple(scale.at(time) for time in shown),
        _gap(finding, exhibits, scale) if hidden else None,
        hidden,
        marks,
        scale.ticks(),
        _description(finding, shown, named),
    )


def _named(finding: Finding) -> list[tuple[int, str]]:
    """The instants that have names: of conduct its opening and peak, of a duty its occasion and the end of its time.

    Notice and cure are left out: they lie weeks after the conduct, which would shrink to a point beside them.
    """
    found = {}
    if isinstance(finding.clause.statement, Prohibition):
        found[finding.opening.time] = "opening"
        if finding.peak.time != finding.opening.time:
            found[finding.peak.time] = "peak"
    else:
        found[finding.first_time] = "duty falls due for"
        found[finding.last_time] = "end of the time for it"
    return sorted(found.items())


def _mark(scale: "_Scale", time: int, label: str, row: int) -> Mark:
    x = scale.at(time)
    return Mark(x, f"{label}, {times.instant(time)}", row, "start" if x < WIDTH / 2 else "end")


def _gap(finding: Finding, exhibits: Mapping[str, Exhibit], scale: "_Scale") -> tuple[float, float] | None:
    ids = first_and_last(finding)
    half = len(ids) // 2
    around = [exhibits[name].time for name in ids[half - 1 : half + 1] if name in exhibits]
    return (scale.at(around[0]), scale.at(around[1])) if len(around) == 2 else None


def _description(finding: Finding, shown: Sequence[int], named: Sequence[tuple[int, str]]) -> str:
    said = [f"The episode lasts from {times.dated(finding.first_time)} to {times.dated(finding.last_time)}."]
    if shown:
        whole = counted(len(finding.events), "event")
        said.append(f"{whole} of evidence; those shown lie {times.dated_span(min(shown), max(shown))}.")
    said += [f"{label.capitalize()}: {times.dated(time)}." for time, label in named]
    return " ".join(said)


_STEPS = (
    *(10**power for power in range(6)),
    *(count * MICROSECONDS["second"] for count in (1, 2, 5, 10, 15, 30)),
    *(count * MICROSECONDS["minute"] for count in (1, 2, 5, 10, 15, 30)),
    *(count * MICROSECONDS["hour"] for count in (1, 2, 3, 6, 12)),
    *(count * MICROSECONDS["day"] for count in (1, 2, 5, 7, 14, 30, 60, 120, 365, 1825, 3650)),
)


class _Scale:
    """From instants to positions, with a margin on either side."""

    def __init__(self, instants: Sequence[int]) -> None:
        self.low, self.high = min(instants), max(instants)

    def at(self, time: int) -> float:
        """The position of an instant."""
        inner = WIDTH - 2 * _MARGIN
        return round(_MARGIN + inner * (time - self.low) / max(1, self.high - self.low), 1)

    def ticks(self) -> tuple[Tick, ...]:
        """Divisions at round times of UTC; the first, and each that begins a day, says its date."""
        step = next((one for one in _STEPS if (self.high - self.low) // one < _MOST_TICKS), _STEPS[-1])
        first = -(-self.low // step) * step
        found = []
        day = ""
        for time in range(first, self.high + 1, step):
            date = times.moment(time).date().isoformat()
            whole_days = step >= MICROSECONDS["day"]
            label = date if whole_days or date != day else _clock(time, step)
            if not whole_days and date != day:
                label = f"{date} {_clock(time, step)}"
            found.append(Tick(self.at(time), label))
            day = date
        return tuple(found)


def _clock(time: int, step: int) -> str:
    shown = times.clock(time)
    return shown[:5] if step >= MICROSECONDS["minute"] else shown
