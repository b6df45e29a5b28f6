"""The documents of an audit, read and planned; refused where they cannot be audited as asked."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from plainterms.engine.events import Period
from plainterms.engine.inputs import is_read_once
from plainterms.engine.plan import Plan, PlanError, leaves, plan, require_end
from plainterms.engine.sources.files import expand
from plainterms.policy.load import load
from plainterms.policy.meaning import AppearsIn, Policy


def planned(terms: Sequence[Path], samples: Iterable[str], logs: Sequence[str], period: Period) -> Plan:
    """The plan of documents on disk.

    Raises TermsErrors for mistakes in them, and PlanError where they do not go together, with the samples, or with
    the period.
    """
    whole = plan([_with_clauses(path) for path in terms])
    require_end(whole, period, lambda: _suggested(logs))
    _require_asked(whole, samples)
    return whole


def _with_clauses(path: Path) -> Policy:
    policy = load(path)
    if not policy.clauses:
        raise PlanError(f"{path} has no clauses, so nothing can be audited by it; give a document that uses it")
    return policy


def _require_asked(whole: Plan, samples: Iterable[str]) -> None:
    asked = {node.samples for node in leaves(whole.clauses) if isinstance(node, AppearsIn)}
    for name in samples:
        if name not in asked:
            named = ", ".join(f"`{one}`" for one in sorted(asked)) or "none"
            raise PlanError(f"no clause asks for samples `{name}`; the terms name {named}")


def _suggested(logs: Sequence[str]) -> str:
    """A value for the end of the audit that is not far off; the author of the command decides."""
    written = [Path(name).stat().st_mtime for name in expand(logs) if not is_read_once(name)]
    moment = datetime.fromtimestamp(ceil(max(written)), UTC) if written else datetime.now(UTC)
    why = "when the newest log was last written" if written else "which is now"
    return f"`--until {moment:%Y-%m-%dT%H:%M:%SZ}`, {why}"
