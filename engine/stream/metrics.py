"""What a monitor counts, as Prometheus reads it (text format 0.0.4)."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

BUCKETS = (5, 10, 25, 50, 100, 250, 500, 1_000, 10_000, 100_000)
"""Upper limits of the histogram of latencies, in microseconds."""

_NANOSECONDS = tuple(limit * 1_000 for limit in BUCKETS)

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counts of decisions by clause, outcome and action, and how long they took."""

    def __init__(self) -> None:
        self.decisions: Counter[str] = Counter()
        self.judgements: Counter[tuple[str, str, str]] = Counter()
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.nanoseconds = 0

    def took(self, nanoseconds: int) -> None:
        """Add how long a decision took."""
        self.buckets[bisect_left(_NANOSECONDS, nanoseconds)] += 1
        self.nanoseconds += nanoseconds

    def lines(self, gauges: Iterable[tuple[str, str, Mapping[Labels, float]]]) -> Iterator[str]:
        """The text, with (name, help, value by labels) of what is as it is now."""
        yield from _metric(
            "plainterms_decisions_total",
            "counter",
            "Decisions by the action taken.",
            {(("action", action),): count for action, count in sorted(self.decisions.items())},
        )
        yield from _metric(
            "plainterms_judgements_total",
            "counter",
            "What clauses said of requests, where they were not clear.",
            {
                (("clause", clause), ("outcome", outcome), ("action", action)): count
                for (clause, outcome, action), count in sorted(self.judgements.items())
            },
        )
        yield from self._histogram()
        for name, words, values in gauges:
            yield from _metric(name, "counter" if name.endswith("_total") else "gauge", words, values)

    def _histogram(self) -> Iterator[str]:
        name, count = "plainterms_decision_seconds", 0
        yield f"# HELP {name} How long decisions took."
        yield f"# TYPE {name} histogram"
        for limit, found in zip((*BUCKETS, None), self.buckets, strict=True):
            count += found
            shown = "+Inf" if limit is None else f"{limit / 1e6:g}"
            yield f'{name}_bucket{{le="{shown}"}} {count}'
        yield f"{name}_sum {self.nanoseconds / 1e9:.9f}"
        yield f"{name}_count {count}"


def _metric(name: str, kind: str, words: str, values: Mapping[Labels, float]) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values.items():
        shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
        yield f"{name}{{{shown}}} {value:g}" if shown else f"{name} {value:g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
