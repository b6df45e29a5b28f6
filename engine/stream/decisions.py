"""What to do with a request: the clauses that it breaks or may break, and the action that follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from plainterms.engine.finding_json import measured
from plainterms.engine.findings import Interval, Limit, measures_of
from plainterms.engine.stream.foresight import Foreseen
from plainterms.engine.stream.limits import STOPPING, STRENGTH, Failing
from plainterms.policy.meaning import ActionOnBreach, Citation

Outcome = Literal["breach", "undetermined", "deferred", "degraded"]
ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one clause says of a request.

    ``outcome`` is `breach`; `undetermined` where too little is known, with the fields that are ``missing``;
    `deferred` where it turns on what is known only after the answer; `degraded` where not all of the subject's events
    are held.
    ``actions`` follow from it, none unless it counts as a breach. ``values`` and ``limits`` are in millionths, of
    shares in events and in millionths of a percent.
    """

    terms: str
    clause: str
    title: str
    outcome: Outcome
    severity: str
    actions: tuple[ActionOnBreach, ...]
    citation: Citation
    measures: tuple[str, ...]
    values: tuple[Interval, ...]
    limits: tuple[Limit, ...]
    missing: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """For a log: names, exact numbers, and the citation."""
        return {
            "terms": self.terms,
            "clause": self.clause,
            "outcome": self.outcome,
            "severity": self.severity,
            "actions": [f"{one.name} {one.argument}".strip() for one in self.actions],
            "citation": {"version": self.citation.version, "section": self.citation.section},
            "measures": [
                {"measure": words, **measured(value, limit)}
                for words, value, limit in zip(self.measures, self.values, self.limits, strict=True)
            ],
            "missing": list(self.missing),
        }


Told = tuple[Judgement, ...] | Callable[[], tuple[Judgement, ...]]


class Decision:
    """What to do with a request, provisionally: the strongest action, `allow` if there is none.

    ``shadowed`` is the action that would have been taken, where a monitor only watches. ``warming`` are clauses that
    were new when the terms were replaced, and do not yet know all that their windows reach back to.
    """

    __slots__ = ("_told", "action", "event", "shadowed", "warming")

    def __init__(
        self, event: str, action: str, told: Told = (), shadowed: str | None = None, warming: tuple[str, ...] = ()
    ) -> None:
        self.event = event
        self.action = action
        self.shadowed = shadowed
        self.warming = warming
        self._told = told

    def __repr__(self) -> str:
        return f"Decision({self.event!r}, {self.action!r}, {self.judgements!r})"

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """What clauses say that are not clear; where nothing follows from it, worked out when first asked for."""
        if not isinstance(self._told, tuple):
            self._told = self._told()
        return self._told

    @property
    def allowed(self) -> bool:
        """Whether the request may be answered as it is."""
        return self.action not in STOPPING

    @property
    def deferred(self) -> tuple[str, ...]:
        """The clauses that are judged once the request is recorded with its answer."""
        return tuple(one.clause for one in self.judgements if one.outcome == "deferred")


def judged(foreseen: Foreseen, outcome: Outcome, failing: Failing) -> Judgement:
    """What a clause says, and what follows: on a breach its actions, elsewhere those too if it fails closed.

    What is deferred never acts: before the answer nobody could know more.
    """
    clause, version = foreseen.clause, foreseen.version
    acts = outcome == "breach" or (failing == "closed" and outcome != "deferred")
    return Judgement(
        clause.terms,
        clause.name,
        version.title,
        outcome,
        version.severity,
        version.actions if acts else (),
        version.citation,
        tuple([measure.words for measure in measures_of(clause)]),
        foreseen.reading.values,
        foreseen.reading.limits,
        foreseen.missing() if outcome == "undetermined" else (),
    )


def decided(event: str, judgements: tuple[Judgement, ...], shadow: bool, warming: tuple[str, ...]) -> Decision:
    """The strongest of all actions."""
    names = [action.name for one in judgements for action in one.actions]
    action = max(names, key=_STRENGTH.__getitem__, default=ALLOW)
    if shadow:
        return Decision(event, ALLOW, judgements, action, warming)
    return Decision(event, action, judgements, None, warming)


_STRENGTH: Mapping[str, int] = {name: rank for rank, name in enumerate(STRENGTH)}
