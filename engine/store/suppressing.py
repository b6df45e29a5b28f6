"""Suppressions: findings hidden for a while, with a reason and somebody who approved it; nothing is deleted."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.tables import Finding, Suppression


def suppress(session: Session, made: Suppression) -> int:
    """Add a suppression and hide what it names: one finding, or those of a clause, of a subject, or of both.

    Returns how many findings it hides now; those that come later are hidden when they are saved. Raises StoreError
    where it names nothing, or has no reason, no approver, or no time to run.
    """
    if not (made.finding or made.clause or made.subject):
        raise StoreError("a suppression names a finding, a clause or a subject; this one would hide everything")
    if not made.reason or not made.approver:
        raise StoreError("a suppression needs a reason and somebody who approves it")
    if made.expires <= made.created:
        raise StoreError("a suppression has to end after it begins")
    if made.clause and not made.terms:
        raise StoreError(f"say of which terms the clause `{made.clause}` is")
    session.add(made)
    session.flush()
    named = {"id": made.finding, "terms": made.terms, "clause": made.clause, "subject": made.subject}
    conditions = [col(getattr(Finding, column)) == value for column, value in named.items() if value]
    return hide(session.exec(select(Finding).where(*conditions, col(Finding.suppression).is_(None))).all(), [made])


def hide(findings: Iterable[Finding], active: Iterable[Suppression]) -> int:
    """Mark findings with the first suppression that names them; how many."""
    active = list(active)
    count = 0
    for row in findings:
        by = next((one.id for one in active if _names(one, row)), None)
        if by is not None:
            row.suppression = by
            count += 1
    return count


def active(session: Session, at: int) -> list[Suppression]:
    """The suppressions that run at an instant, the oldest first."""
    asked = select(Suppression).where(
        col(Suppression.ended).is_(None), Suppression.expires > at, col(Suppression.purged).is_(None)
    )
    return list(session.exec(asked.order_by(col(Suppression.created), col(Suppression.id))))


def lift(session: Session, made: Suppression, at: int) -> int:
    """End a suppression and show what it hid, unless another one names it; how many findings are shown again."""
    made.ended = at
    session.flush()
    rows = session.exec(select(Finding).where(Finding.suppression == made.id)).all()
    for row in rows:
        row.suppression = None
    return len(rows) - hide(rows, active(session, at))


def lift_expired(session: Session, at: int) -> int:
    """End all suppressions that have expired; how many findings are shown again."""
    expired = select(Suppression).where(col(Suppression.ended).is_(None), Suppression.expires <= at)
    return sum(lift(session, one, at) for one in session.exec(expired).all())


def _names(one: Suppression, row: Finding) -> bool:
    wanted = ((one.finding, row.id), (one.terms, row.terms), (one.clause, row.clause), (one.subject, row.subject))
    return all(value is None or value == actual for value, actual in wanted)
