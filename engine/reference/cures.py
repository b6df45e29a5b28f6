"""How the time to cure runs: was notice given, and did the breach end in time."""

from collections.abc import Callable
from dataclasses import replace

from plainterms.engine.events import Event
from plainterms.engine.findings import Cure, Finding
from plainterms.engine.reference.log import Case, Key

State = Callable[[int, int], str]
"""(deadline, horizon of the log) -> running, lapsed or cured."""


def with_cure(finding: Finding, key: Key | None, case: Case, state: State) -> Finding:
    """The finding with the state of its cure, where its clause grants one.

    ``key`` is the subject (of a group, the entity) of its first anchor.
    """
    length = finding.version.cure
    if length is None or finding.verdict == "pending":
        return finding
    notice = _notice(finding, key, case)
    if notice is None:
        return replace(finding, cure=Cure("no notice"))
    deadline = notice.time + length
    return replace(finding, cure=Cure(state(deadline, _horizon(case)), notice.id, notice.time, deadline))


def state_of_conduct(last_time: int, deadline: int, horizon: int) -> str:
    """Conduct is cured when it has stopped by the deadline."""
    if last_time > deadline:
        return "lapsed"
    return "running" if deadline >= horizon else "cured"


def state_of_duty(done: bool, deadline: int, horizon: int) -> str:
    """A duty is cured when it is done, late, by the deadline."""
    if done:
        return "cured"
    return "running" if deadline >= horizon else "lapsed"


def _notice(finding: Finding, key: Key | None, case: Case) -> Event | None:
    members = frozenset() if key is None else case.linked_as_of(case.events[-1], key)
    for event in case.events:
        about = event.get("about")
        if (
            event.kind == "notice"
            and event.time >= finding.opening.time
            and case.key(event) in members
            and about in (None, finding.clause.name)
        ):
            return event
    return None


def _horizon(case: Case) -> int:
    """Up to when the log tells what happened."""
    return case.events[-1].time + 1 if case.period.until is None else case.period.until
