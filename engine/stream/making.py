"""What a monitor is made of, from what a platform has at hand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from plainterms.engine.plan import Plan, plan
from plainterms.engine.registers import RegisterTable, load_registers
from plainterms.engine.sources import Quarantine, Tally
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.meaning import EventField, Policy, Prohibition
from plainterms.policy.rewrite import nodes

Registers = Mapping[str, Path | RegisterTable]
Terms = Policy | Sequence[Policy] | Plan


def planned(policy: Terms) -> Plan:
    """One plan of all terms."""
    if isinstance(policy, Plan):
        return policy
    return plan([policy] if isinstance(policy, Policy) else policy)


def tables(registers: Registers, whole: Plan) -> dict[str, RegisterTable]:
    """The registers, read where they are files; a row that cannot be read is an error here."""
    files = {name: one for name, one in registers.items() if isinstance(one, Path)}
    tables = {name: one for name, one in registers.items() if isinstance(one, RegisterTable)}
    quarantine = Quarantine()
    tables |= load_registers(files, whole.schema, Tally(), quarantine)
    if quarantine.reasons:
        reason, count = next(iter(sorted(quarantine.reasons.items())))
        raise PlainTermsError(f"registers have rows that cannot be used, for example {count} because of: {reason}")
    return tables


def known_after(whole: Plan) -> dict[str, tuple[str, ...]]:
    """For each clause by its key the event fields it looks at that are not known before the answer."""
    found: dict[str, set[str]] = {}
    for clause in whole.clauses:
        parts = (clause.subject, clause.statement, clause.conduct, clause.exceptions)
        fields = [node for node in nodes(parts) if isinstance(node, EventField) and node.known_after]
        found.setdefault(clause.key, set()).update(field.name for field in fields)
    return {key: tuple(sorted(names)) for key, names in found.items()}


def duty(whole: Plan) -> str:
    """The name of a clause that is a duty."""
    return next(clause.name for clause in whole.clauses if not isinstance(clause.statement, Prohibition))


def instant(until: datetime | int | None) -> int | None:
    """A time in microseconds. Raises PlainTermsError for one without offset."""
    if not isinstance(until, datetime):
        return until
    if until.tzinfo is None:
        raise PlainTermsError("`until` must have an offset, for example `datetime(2026, 6, 1, tzinfo=UTC)`")
    return int(until.astimezone(UTC).timestamp()) * 1_000_000 + until.microsecond


def shown(time: int) -> str:
    """A time in words."""
    return datetime.fromtimestamp(time / 1e6, UTC).isoformat(timespec="seconds")
