"""What a monitor may take: time, memory, and what to do where it does not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from plainterms.engine.plan import Plan, PlannedClause
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.state import is_endless

Failing = Literal["open", "closed"]
CHOICES = ("open", "closed")

STOPPING = frozenset({"block", "suspend", "throttle", "verify"})
"""Actions on which a request is not answered as it is."""

STRENGTH = ("flag", "notify", "review", "warn", "verify", "throttle", "block", "suspend")
"""Actions, the mildest first."""


@dataclass(frozen=True)
class Limits:
    """Numbers that bound a monitor.

    ``lateness`` is how long after a later event an event may come and still be judged exactly; it must be longer than
    the longest request, if requests are recorded when they end. ``events`` bounds what is held of one subject of a
    clause in each window, ``subjects`` the subjects of a clause. Where either is exceeded the subject is *degraded*.
    ``skew`` is how far ahead of the clock the time of an event may be, where the monitor is given one.
    ``endless`` lets clauses in that never forget.
    """

    lateness: timedelta = timedelta(minutes=5)
    events: int = 100_000
    subjects: int = 1_000_000
    endless: bool = False
    skew: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        """Raises PlainTermsError for numbers that bound nothing."""
        for name in ("lateness", "skew"):
            if getattr(self, name) < timedelta(0):
                raise PlainTermsError(f"`{name}` must not be negative, and is {getattr(self, name)}")
        for name in ("events", "subjects"):
            if getattr(self, name) < 1:
                raise PlainTermsError(f"`{name}` must be at least 1, not {getattr(self, name)}")


def refuse_endless(plan: Plan, limits: Limits) -> None:
    """Raises PlainTermsError where a clause never forgets, and the limits do not allow that."""
    endless = [clause.name for clause in plan.clauses if is_endless(clause.statement)]
    if endless and not limits.endless:
        raise PlainTermsError(
            f"clause `{endless[0]}` has no window, so what it keeps of each subject has no end; add `within …` or"
            " `per calendar …`, or allow it with `Limits(endless=True)`"
        )


def stops(clause: PlannedClause) -> bool:
    """Whether a breach of the clause keeps a request from being answered."""
    return any(action.name in STOPPING for version in clause.versions for action in version.actions)


def choices(plan: Plan, failing: Failing | Mapping[str, Failing] | None) -> dict[str, Failing]:
    """For each clause by its name, what to do where it cannot be decided.

    Raises PlainTermsError for a clause that stops requests and has no choice, and for names that are no clause.
    """
    names = {clause.name for clause in plan.clauses}
    if failing is None or isinstance(failing, str):
        given: Mapping[str, Failing] = {} if failing is None else dict.fromkeys(names, failing)
    else:
        given = failing
    for name, choice in given.items():
        if name not in names:
            raise PlainTermsError(f"`failing` names `{name}`, and there is no such clause")
        if choice not in CHOICES:
            raise PlainTermsError(f"`failing` of `{name}` is `{choice}`; it is `open` or `closed`")
    for clause in plan.clauses:
        if clause.name not in given and stops(clause):
            raise PlainTermsError(
                f"clause `{clause.name}` stops requests, so say what happens to one about which too little is known:"
                f' `failing={{"{clause.name}": "open"}}` answers it, `"closed"` does not'
            )
    return {name: given.get(name, "open") for name in sorted(names)}
