"""Erasure: what names somebody, or is older than it should be, is purged; digests stay, so that the log verifies."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlmodel import Session, col, select

from plainterms.engine.store.pseudonyms import GROUP, naming
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import (
    Decision,
    Erasable,
    Evidence,
    Finding,
    FindingVersion,
    Notice,
    Organisation,
    Review,
    Suppression,
)
from plainterms.engine.store.tables.rows import column_text, now

DAY = 86_400_000_000
PORTION = 200
"""Findings that are purged in one transaction."""


def retained_until(organisation: Organisation) -> int | None:
    """Before which instant everything should be purged by now, by the organisation's own retention."""
    return None if organisation.retention is None else now() - organisation.retention * DAY


def purge_subject(store: Store, organisation: Organisation, kind: str, name: str, by: str) -> int:
    """Purge the findings about a subject with all that hangs on them, and decisions about it; how many rows.

    ``name`` is the subject's own, also where the store keeps pseudonyms. What it did as a member of a group that is
    named otherwise stays, and so does its name in evidence about others, until that is purged by date.
    """
    known = column_text(naming(organisation, store.keys)(kind, name))
    kinds = (kind, f"{GROUP}{kind}")
    findings = select(Finding.id).where(Finding.subject == known, col(Finding.subject_kind).in_(kinds))
    others = (select(table).where(table.subject == known) for table in (Decision, Suppression))
    return _purge(store, organisation, findings, others, by)


def purge_before(store: Store, organisation: Organisation, time: int, by: str) -> int:
    """Purge findings whose conduct ended before an instant with all that hangs on them, and decisions made before it.

    Returns how many rows.
    """
    findings = select(Finding.id).where(Finding.last_time < time)
    others = [
        select(Decision).where(Decision.created < time),
        select(Suppression).where(Suppression.expires < time),
    ]
    return _purge(store, organisation, findings, others, by)


def _purge(store: Store, organisation: Organisation, findings: Any, others: Iterable[Any], by: str) -> int:
    count = 0
    with store.writing(organisation.organisation, by) as session:
        ids = session.exec(findings.where(col(Finding.purged).is_(None))).all()
        for query in others:
            count += _erase(session.exec(query).all())
    for start in range(0, len(ids), PORTION):
        with store.writing(organisation.organisation, by) as session:
            for one in ids[start : start + PORTION]:
                count += _erase(_of_finding(session, one))
    return count


def _of_finding(session: Session, finding: str) -> Iterator[Erasable]:
    """A finding last, after all rows that hang on it."""
    yield from session.exec(select(Review).where(Review.finding == finding)).all()
    yield from session.exec(select(Notice).where(Notice.finding == finding)).all()
    yield from session.exec(select(Suppression).where(Suppression.finding == finding)).all()
    versions = session.exec(select(FindingVersion).where(FindingVersion.finding == finding)).all()
    for version in versions:
        yield from session.exec(select(Evidence).where(Evidence.finding_version == version.id)).all()
    yield from versions
    yield from session.exec(select(Finding).where(Finding.id == finding)).all()


def _erase(rows: Iterable[Erasable]) -> int:
    count = 0
    for row in rows:
        if row.purged is None:
            row.purge(now())
            count += 1
    return count
