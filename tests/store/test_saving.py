"""Audits are saved once, findings keep their history, and a kill loses nothing."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from sqlmodel import col, select

from plainterms.engine.audit import Request, audit
from plainterms.engine.finding_json import as_dict
from plainterms.engine.store.documents import policy_of
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.saving import Saved, excerpt_for, save
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import DocumentVersion, Evidence, Finding, FindingVersion, Organisation, Run
from plainterms.engine.store.verifying import verify_store
from tests.store.audits import demo, written
from tests.store.killed import main


def saved(store: Store, organisation: Organisation, request: Request) -> Saved:
    request = replace(request, excerpt=excerpt_for(organisation))
    return save(audit(request), request, store, organisation, "test")


def test_an_audit_is_saved_whole_and_once(store: Store) -> None:
    report, request = demo()
    acme = store.found("Acme", "test", texts="excerpt")
    first = save(report, request, store, acme, "test")
    assert first == Saved(first.run, new=len(report.result.findings))
    assert save(report, request, store, acme, "test") == Saved(first.run, before=first.new)
    with store.reading(acme.id) as session:
        run = session.exec(select(Run)).one()
        assert (run.state, run.saved, run.events) == ("complete", first.new, report.total.events)
        versions = {one.finding: one for one in session.exec(select(FindingVersion))}
        for found in report.result.findings:
            version = versions[found.id]
            assert orjson.loads(str(version.document)) == as_dict(found)
            assert orjson.loads(str(version.events)) == list(found.events)
            kept = session.get(DocumentVersion, (acme.id, version.policy))
            assert kept is not None
            assert policy_of(kept).digest == version.policy
        shown = set(session.exec(select(Evidence.event)))
        assert shown == set(report.exhibits)
    assert [one.problems for one in verify_store(store)] == [()]


def test_a_changed_finding_keeps_its_history(store: Store, tmp_path: Path) -> None:
    acme = store.found("Acme", "test")
    first = saved(store, acme, written(tmp_path / "a"))
    again = saved(store, acme, written(tmp_path / "a", requests=9))
    assert (first.new, again.new, again.changed, again.same) == (3, 0, 2, 1)
    with store.reading(acme.id) as session:
        rows = session.exec(select(Finding).order_by(col(Finding.subject))).all()
        assert [(one.subject, one.number, one.event_count, one.run) for one in rows] == [
            ("ann", 2, 9, again.run),
            ("bob", 2, 9, again.run),
            ("cy", 1, 1, again.run),
        ]
        history = session.exec(select(FindingVersion).where(FindingVersion.finding == rows[0].id)).all()
        assert [(one.number, one.run) for one in sorted(history, key=lambda one: one.number)] == [
            (1, first.run),
            (2, again.run),
        ]


def test_a_finding_that_begins_elsewhere_takes_the_place_of_the_older(store: Store, tmp_path: Path) -> None:
    acme = store.found("Acme", "test")
    saved(store, acme, written(tmp_path / "a", bound=3))
    saved(store, acme, written(tmp_path / "a", bound=2))
    with store.reading(acme.id) as session:
        rows = session.exec(select(Finding).where(Finding.subject == "ann").order_by(col(Finding.created))).all()
        assert [one.superseded_by for one in rows] == [rows[1].id, None]


@pytest.mark.parametrize(("texts", "kept"), [("none", ""), ("excerpt", "wh…"), ("all", "where is the secret recipe")])
def test_texts_are_kept_as_the_organisation_chooses(store: Store, tmp_path: Path, texts: str, kept: str) -> None:
    acme = store.found("Acme", "test", texts=texts, excerpt=2)
    saved(store, acme, written(tmp_path / "a"))
    with store.reading(acme.id) as session:
        content = session.exec(select(Evidence.content).where(Evidence.event == "r9-cy")).one()
        assert orjson.loads(str(content))["values"] == {"account": "cy", "country": "KP", "plan": "pro"}
        (text,) = orjson.loads(str(content))["texts"].values()
        assert (text["length"], text["excerpt"]) == (26, kept)


def test_pseudonyms_stand_for_names_everywhere(store: Store, tmp_path: Path) -> None:
    acme = store.found("Acme", "test", pseudonyms=True)
    saved(store, acme, written(tmp_path / "a"))
    ann = store.keys.pseudonym(acme.id, "account", "ann")
    with store.reading(acme.id) as session:
        assert session.exec(select(Finding.subject).where(Finding.subject == ann)).one() == ann
        for text in (*session.exec(select(FindingVersion.document)), *session.exec(select(Evidence.content))):
            assert '"ann"' not in str(text)
            assert '"bob"' not in str(text)


def test_terms_that_change_under_an_audit_are_refused(store: Store, tmp_path: Path) -> None:
    acme = store.found("Acme", "test")
    request = written(tmp_path / "a")
    report = audit(request)
    written(tmp_path / "a", bound=4)
    with pytest.raises(StoreError, match=r"house.terms, or a file that it uses, was changed while the audit ran"):
        save(report, request, store, acme, "test")


def test_kills_lose_nothing_and_double_nothing(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(3, url)
    assert "kills, nothing lost and nothing doubled" in capsys.readouterr().out
