"""What stands behind findings, for many at once: sets of (finding, event) as sorted packed numbers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from plainterms.engine.columnar import kleene
from plainterms.engine.columnar.arrays import Bools, Ints, ascending, firsts, once, packed, seconds
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.lacking import lacking, presumed_at
from plainterms.engine.columnar.lazy import lazy
from plainterms.engine.findings import ExceptionTally, field_name
from plainterms.engine.plan import leaves
from plainterms.policy.meaning import Condition, RegisterField


@dataclass(frozen=True)
class AtStart:
    """What is said of the start of a period, which is no event of the log."""

    exceptions: tuple[ExceptionTally, ...]
    presumed: tuple[str, ...]
    missing: frozenset[str]


@dataclass
class Evidence:
    """Pairs of a finding's number and an event's position.

    ``events`` are shown, exceptions are tested on those ``considered``, ``answers`` (perhaps) fulfil a duty;
    ``starts`` are those of a periodic duty's findings.
    """

    case: Case
    findings: int
    events: list[Ints] = field(default_factory=list)
    considered: list[Ints] = field(default_factory=list)
    answers: list[Ints] = field(default_factory=list)
    missing: dict[str, list[Ints]] = field(default_factory=dict)
    starts: Sequence[AtStart] = ()

    def pairs(self, finding: Ints, at: Ints) -> Ints:
        """Findings and positions as one number."""
        return packed(finding, at)

    def considers(self, pairs: Ints) -> None:
        """Note the events on which exceptions are tested, and for which defaults may stand in."""
        if self.case.clause.exceptions or self._defaulted:
            self.considered.append(pairs)

    def answered(self, pairs: Ints) -> None:
        """Note the events that (perhaps) fulfil a duty, for which defaults may stand in."""
        if self._defaulted:
            self.answers.append(pairs)

    def lacks(self, name: str, pairs: Ints) -> None:
        """Note that a field is missing on events."""
        if len(pairs):
            self.missing.setdefault(name, []).append(pairs)

    def lacks_for(self, condition: Condition, pairs: Ints) -> None:
        """Note the fields for want of which a condition is unknown of events."""
        if len(pairs) == 0:
            return
        pairs = ascending(pairs)
        for name, marked in lacking(self.case, condition, seconds(pairs)):
            self.lacks(name, pairs[marked])

    @lazy
    def _defaulted(self) -> set[RegisterField]:
        return defaulted(self.case)

    # ── Results

    def positions_by_finding(self) -> list[Ints]:
        """The events of each finding in total order."""
        pairs = _set(self.events)
        return np.split(seconds(pairs), self._edges(pairs)[1:-1])

    def tallies(self) -> list[tuple[ExceptionTally, ...]]:
        """For each finding how each exception fared on the events considered."""
        if self.starts:
            return [start.exceptions for start in self.starts]
        if not self.case.clause.exceptions:
            return [()] * self.findings
        pairs = _set(self.considered)
        owner, at = firsts(pairs), seconds(pairs)
        found: list[tuple[ExceptionTally, ...]] = [()] * self.findings
        for exception in self.case.clause.exceptions:
            truth = self.case.truth_at(exception.condition, at)
            applied, unknown = self._per_finding(owner, truth.yes), self._per_finding(owner, kleene.unknown(truth))
            rest = self._per_finding(owner, ~kleene.possible(truth))
            for index, counts in enumerate(zip(applied, rest, unknown, strict=True)):
                found[index] = (*found[index], ExceptionTally(exception.name, exception.words, *counts))
        return found

    def presumed(self) -> list[tuple[str, ...]]:
        """For each finding the register fields whose default stood in on an event considered, or on an answer."""
        if not self._defaulted:
            return [()] * self.findings
        pairs = _set([*self.considered, *self.answers])
        owner, at = firsts(pairs), seconds(pairs)
        names: list[set[str]] = [set() for _ in range(self.findings)]
        for own, start in zip(names, self.starts, strict=False):
            own.update(start.presumed)
        for of in self._defaulted:
            for index in ascending(owner[presumed_at(self.case, of, at)]).tolist():
                names[index].add(field_name(of))
        return [tuple(sorted(found)) for found in names]

    def missing_counts(self) -> list[tuple[tuple[str, int], ...]]:
        """For each finding how many events lacked each field, by the field's name."""
        lacking: dict[int, Counter[str]] = {index: Counter(start.missing) for index, start in enumerate(self.starts)}
        for name, pieces in self.missing.items():
            counts = np.bincount(firsts(_set(pieces)), minlength=self.findings)
            for index in np.flatnonzero(counts).tolist():
                lacking.setdefault(index, Counter())[name] += int(counts[index])
        found: list[tuple[tuple[str, int], ...]] = [()] * self.findings
        alike: dict[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]] = {}
        for index, own in lacking.items():
            counted = tuple(sorted(own.items()))
            found[index] = alike.setdefault(counted, counted)
        return found

    def _per_finding(self, owner: Ints, marked: Bools) -> list[int]:
        found: list[int] = np.bincount(owner[marked], minlength=self.findings).tolist()
        return found

    def _edges(self, pairs: Ints) -> Ints:
        return np.searchsorted(
            pairs, packed(np.arange(self.findings + 1), np.zeros(self.findings + 1, dtype=np.int32))
        )


def _set(pieces: list[Ints]) -> Ints:
    """Each pair once, ascending."""
    if not pieces:
        return np.empty(0, dtype=np.int64)
    whole = np.concatenate(pieces)
    whole.sort()
    return once(whole)


def defaulted(case: Case) -> set[RegisterField]:
    """The register fields of a clause that have a default."""
    nodes = leaves(case.clause.parts)
    return {node for node in nodes if isinstance(node, RegisterField) and node.default is not None}
