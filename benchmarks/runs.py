"""What a run of the benchmark has measured so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from benchmarks.measure import GIB, Cost, python
from benchmarks.queries import Answer


@dataclass
class Run:
    """What was measured so far: costs by name, figures of the audits, and the answers of the queries."""

    events: int
    repeat: int
    costs: dict[str, Cost] = field(default_factory=dict)
    audits: dict[str, Mapping[str, object]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    def measure(self, name: str, module: str, *arguments: str) -> Cost:
        """Measure a module; of several runs the one of median time counts."""
        costs = [python(module, *arguments, "--events", str(self.events)) for _ in range(self.repeat)]
        middle = median(cost.seconds for cost in costs)
        self.costs[name] = min(costs, key=lambda cost: abs(cost.seconds - middle))
        print(f"  {name}: {self.costs[name].seconds:.1f} s, {self.costs[name].peak / GIB:.2f} GiB", flush=True)
        return self.costs[name]

    def seconds(self, name: str) -> float | None:
        """The wall time of what was measured."""
        return self.costs[name].seconds if name in self.costs else None

    def floor(self, gaps: bool, templates: bool) -> float | None:
        """The floor of fifty clauses: the faster of DuckDB's and our own, which always makes the templates too."""
        ways = ("templates", "ours") if templates else ("gated", "conditions", "ours")
        found = [self.seconds(f"{way} 50, missing" if gaps else f"{way} 50") for way in ways]
        return min((one for one in found if one is not None), default=None)
