"""Stores verify as they are; what is changed, dropped, exchanged or inserted behind their backs is found."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from plainterms.engine.audit import Request
from plainterms.engine.report.model import Report
from plainterms.engine.store.bundles import bundle
from plainterms.engine.store.erasure import purge_before, purge_subject, retained_until
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.exports import csv_lines, harmless
from plainterms.engine.store.notes import Checkpoint, NoteError
from plainterms.engine.store.saving import save
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Decision, Finding, FindingVersion, Job, Log, Review
from plainterms.engine.store.verifying import Unreadable, Verified, verify_store
from tests.store.audits import written
from tests.store.mutations import damage, is_found
from tests.store.test_bundles import Case
from tests.store.test_saving import saved


@pytest.fixture
def filled(store: Store, house: tuple[Report, Request]) -> Store:
    save(*house, store, store.found("Acme", "test", texts="all"), "test")
    return store


def problems(store: Store, held: str | None = None) -> list[str]:
    return [problem for one in verify_store(store, held) for problem in one.problems]


def checkpoint(store: Store) -> str:
    (acme,) = store.organisations()
    with store.reading(acme.id) as session:
        return session.get_one(Log, acme.id).checkpoint


def behind(store: Store, statement: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE runs SET events = 12", "the row {run} of runs is not as the log says"),
        ("UPDATE findings SET subject = 'eve' WHERE subject = 'cy'", "what the row {cy} of findings seals is not"),
        ("UPDATE findings SET purged = 5 WHERE subject = 'cy'", "the row {cy} of findings is not as the log says"),
        ("DELETE FROM evidence WHERE event = 'r9-cy'", "the row {cy}.1.0 of evidence is gone"),
        ("UPDATE entries SET body = replace(body, 'insert', 'change') WHERE number = 3", "entries are not the"),
        ("UPDATE entries SET body = body || ' ' WHERE number = 3", "entry 3 cannot be read: it is not written as"),
        ("DELETE FROM entries WHERE number = 3", "entry 3 of the log is missing"),
        ("UPDATE logs SET size = size + 1", "the end of the log is not where it says"),
        ("UPDATE logs SET checkpoint = 'x'", "the checkpoint cannot be trusted: this is no note with one signature"),
        ("DELETE FROM logs", "there is no log of these rows"),
        ("UPDATE jobs SET state = 'done'", ""),
    ],
)
def test_changes_behind_its_back_are_found(filled: Store, statement: str, expected: str) -> None:
    (acme,) = filled.organisations()
    with filled.working() as session:
        session.add(Job(organisation=acme.id, kind="audit"))
    with filled.reading() as session:
        cy = session.execute(text("SELECT id, run FROM findings WHERE subject = 'cy'")).one()
    assert problems(filled) == []
    behind(filled, statement)
    found = problems(filled)
    wanted = expected.format(run=cy.run, cy=cy.id)
    assert any(wanted in one for one in found) if wanted else found == []


def test_random_damage_to_a_store_is_found(tmp_path: Path) -> None:
    Case(tmp_path).store.close()
    found = [is_found(tmp_path, tmp_path / "copy.db", seed) for seed in range(20)]
    missed = [damage(tmp_path / "cases.db", seed) for seed, one in enumerate(found) if one is False]
    assert missed == []
    assert found.count(True) > 12


def test_a_database_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    Case(tmp_path).store.close()
    file = tmp_path / "cases.db"
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    damaged = bytearray(file.read_bytes())
    damaged[(page - 1) * size : page * size] = b"\x55" * size
    file.write_bytes(damaged)
    with Store.open(str(file)) as store, pytest.raises(Unreadable, match=r"^the store cannot be read: "):
        verify_store(store)


def test_a_rolled_back_log_is_found_by_a_checkpoint_held_elsewhere(tmp_path: Path) -> None:
    case = Case(tmp_path)
    case.store.close()
    older = (tmp_path / "cases.db").read_bytes()
    case.grow()
    held = case.checkpoint()
    assert [(one.problems, one.compared) for one in verify_store(case.store, held)] == [((), True)]
    case.store.close()
    (tmp_path / "cases.db").write_bytes(older)
    assert problems(case.store) == []
    (size,) = (one.entries for one in verify_store(case.store))
    assert problems(case.store, held) == [
        f"the log has {size} entries, and had {size + 1} at the checkpoint held elsewhere"
    ]


def test_a_rewritten_log_is_found_by_a_checkpoint_held_elsewhere(filled: Store) -> None:
    (acme,) = filled.organisations()
    signer = filled.keys.signer(acme.id)
    held = signer.signed(str(Checkpoint(signer.name, 5, bytes(32))))
    assert problems(filled, held) == ["the first 5 entries are not those of the checkpoint held elsewhere"]
    with pytest.raises(NoteError, match=r"^the checkpoint is of the log `other`, which is not in this store$"):
        verify_store(filled, "other\n1\n")


# ── Erasure and exports


def test_a_subject_is_erased_and_the_log_still_verifies(filled: Store, tmp_path: Path) -> None:
    (acme,) = filled.organisations()
    with filled.writing(acme.id, "test") as session:
        (finding,) = (one for one in session.exec(select(Finding)) if one.subject == "cy")
        session.add(Review(organisation=acme.id, finding=finding.id, number=1, action="comment", by="p", note="cy!"))
        session.add(Decision(organisation=acme.id, policies="", action="block", subject="cy", body='"cy"'))
    assert purge_subject(filled, acme, "account", "cy", "test") == 5
    assert purge_subject(filled, acme, "account", "cy", "test") == 0
    with filled.reading(acme.id) as session:
        purged = session.get_one(Finding, (acme.id, finding.id))
        assert (purged.subject, purged.clause) == (None, "regions")
        assert [one.document for one in session.exec(select(FindingVersion)) if one.finding == finding.id] == [None]
    assert problems(filled) == []
    filled.close()
    for file in tmp_path.glob("cases.db*"):
        assert not file.is_file() or b"secret recipe" not in file.read_bytes()
    again = saved(filled, acme, written(tmp_path / "a", requests=6))
    assert (again.erased, again.changed) == (1, 2)
    assert problems(filled) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE runs SET events = 12", r"the row \w+ of runs is not as its entry says"),
        ("UPDATE run_inputs SET id = 'other'", "the row other of run_inputs is not in the log"),
        ("UPDATE entries SET body = 'x' WHERE number = 2", "entry 2 cannot be read: "),
        ("UPDATE entries SET body = replace(body, 'test', 'rest') WHERE number = 2", ".* is not in the log that the"),
    ],
)
def test_nothing_is_bundled_from_a_store_that_does_not_verify(filled: Store, statement: str, expected: str) -> None:
    (acme,) = filled.organisations()
    behind(filled, statement)
    with filled.reading(acme.id) as session:
        finding = session.exec(select(Finding.id)).first()
    with pytest.raises(StoreError, match=f"^the store does not verify, so nothing is bundled from it: {expected}"):
        bundle(filled, acme, str(finding))


def test_what_is_old_is_erased(filled: Store) -> None:
    (acme,) = filled.organisations()
    assert retained_until(acme) is None
    assert purge_before(filled, acme, 0, "test") == 0
    assert purge_before(filled, acme, 2**60, "test") == 17
    with filled.reading(acme.id) as session:
        assert {one.subject for one in session.exec(select(Finding))} == {None}
    assert problems(filled) == []


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+a", "'+a"),
        ("-a", "'-a"),
        ("@a", "'@a"),
        (" =a", "' =a"),
        ("\ta", "'\ta"),
        ("a=b", "a=b"),
    ],
)
def test_no_cell_is_a_formula(cell: str, written: str) -> None:
    assert harmless(cell) == written


def test_findings_are_exported_as_a_table(filled: Store) -> None:
    (acme,) = filled.organisations()
    with filled.reading(acme.id) as session:
        lines = [line.decode() for line in csv_lines(session)]
    assert lines[0].startswith('"id","terms","version","clause"')
    assert [line.split(",")[8] for line in lines[1:]] == ['"cy"', '"bob"', '"ann"']


def test_a_store_says_what_was_verified(filled: Store) -> None:
    (one,) = verify_store(filled)
    assert isinstance(one, Verified)
    assert (one.rows, one.entries) == (22, 24)
    assert one.checkpoint is not None
    assert (one.name, one.checkpoint.size, one.compared) == ("Acme", one.entries, False)
