"""A store is laid out, opened, and keeps organisations apart, in SQLite and in PostgreSQL alike."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from plainterms.engine.cli.storing import require_store
from plainterms.engine.store import engines, schema
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Document, Entry, Job, Log, Organisation, Person, Row
from plainterms.engine.store.verifying import verify_store
from plainterms.policy.errors import PlainTermsError


def test_layouts_go_up_down_and_up_and_are_what_the_tables_say(url: str) -> None:
    engine = engines.engine_of(engines.url_of(url))
    schema.upgrade(engine)
    schema.downgrade(engine, "base")
    assert schema.version_of(engine) is None
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Row.metadata) == []
    engine.dispose()


def test_a_row_is_added_changed_and_logged(store: Store) -> None:
    acme = store.found("Acme", "test")
    with store.writing(acme.id, "test") as session:
        session.add(Document(organisation=acme.id, id="d", title="Terms"))
    with store.writing(acme.id, "test") as session:
        document = session.get(Document, (acme.id, "d"))
        assert document is not None
        document.active = "v1"
    with store.reading(acme.id) as session:
        assert session.exec(select(Document.active)).all() == ["v1"]
        log = session.get(Log, acme.id)
        assert log is not None
        assert log.size == session.exec(select(func.count()).select_from(Entry)).one() == 3


def test_organisations_are_apart(store: Store) -> None:
    acme, other = store.found("Acme", "test"), store.found("Other", "test")
    for one in (acme, other):
        with store.writing(one.id, "test") as session:
            session.add(Document(organisation=one.id, id="d", title=one.name))
    with store.reading(acme.id) as session:
        assert session.exec(select(Document.title)).all() == ["Acme"]
        assert [one.title for one in session.exec(select(Document))] == ["Acme"]
        assert session.get(Document, (other.id, "d")) is None
        assert session.exec(select(Organisation.name)).all() == ["Acme"]
        assert session.exec(select(func.count()).select_from(Document)).one() == 1
    with store.reading() as session:
        assert sorted(session.exec(select(Document.title)).all()) == ["Acme", "Other"]
    with (
        pytest.raises(StoreError, match=f"^a session of {acme.id} may not change a row of another organisation$"),
        store.writing(acme.id, "test") as session,
    ):
        session.add(Document(organisation=other.id, title="Foreign"))


def test_nothing_gets_past_the_log(store: Store) -> None:
    acme = store.found("Acme", "test")
    document = Document(organisation=acme.id, title="Terms")
    with store.reading(acme.id) as session:
        session.add(document)
        with pytest.raises(StoreError, match=r"^this session only reads; take `Store.writing`$"):
            session.flush()
    with pytest.raises(StoreError, match="are under custody"), store.working() as common:
        common.add(Document(organisation=acme.id, title="Terms"))
    with pytest.raises(StoreError, match="are under custody"), store.writing(acme.id, "test") as session:
        session.execute(update(Document).values(title="other"))
    with store.working() as common:
        common.add(Job(organisation=acme.id, kind="audit"))
    with pytest.raises(IntegrityError), store.writing(acme.id, "test") as session:
        session.add_all(Document(organisation=acme.id, title="Terms") for _ in range(2))
    with store.reading(acme.id) as session:
        assert session.exec(select(Document)).all() == []
        assert session.exec(select(Entry.number)).all() == [0]
        assert session.exec(select(Job.state)).all() == ["queued"]


def test_what_is_erasable_is_sealed_and_purged(store: Store) -> None:
    acme = store.found("Acme", "test")
    with store.writing(acme.id, "test") as session:
        session.add(Person(organisation=acme.id, id="p", name="Ada", email="ada@acme.example"))
    with store.writing(acme.id, "test") as session:
        person = session.get(Person, (acme.id, "p"))
        assert person is not None
        sealed = person.sealed
        person.purge(5)
    with store.reading(acme.id) as session:
        person = session.get(Person, (acme.id, "p"))
        assert person is not None
        assert (person.name, person.email, person.salt, person.purged, person.sealed) == (None, None, None, 5, sealed)


def test_writers_take_turns_and_the_log_stays_whole(store: Store) -> None:
    acme = store.found("Acme", "test")

    def write(writer: int) -> None:
        for number in range(8):
            with store.writing(acme.id, f"writer {writer}") as session:
                session.add(Document(organisation=acme.id, title=f"{writer} {number}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    (found,) = verify_store(store)
    assert (found.problems, found.entries) == ((), 33)


def test_names_are_taken_once(store: Store) -> None:
    store.found("Acme", "test")
    with pytest.raises(StoreError, match=r"^there is an organisation `Acme` already$"):
        store.found("Acme", "test")
    assert [one.name for one in store.organisations()] == ["Acme"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/name", "a store is kept in SQLite or PostgreSQL; write its URL as "),
        ("sqlite://", "a store is kept in SQLite or PostgreSQL; write its URL as "),
        ("postgresql://host:port/name", "the URL of the store cannot be read; write it as "),
    ],
)
def test_urls_that_name_no_store(url: str, message: str) -> None:
    with pytest.raises(StoreError) as raised:
        Store.open(url)
    assert str(raised.value) == f"{message}{engines.SHAPES}"


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=f"^there is no store at {tmp_path}/cases.db$"):
        Store.open(f"{tmp_path}/cases.db", create=False)
    (tmp_path / "text").write_text("This is a text, and no database at all." * 100)
    with pytest.raises(StoreError, match=r"cannot be opened: file is not a database$"):
        Store.open(f"{tmp_path}/text")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plainterms.engine.cli.storing.find_spec", lambda _name: None)
    with pytest.raises(PlainTermsError, match=r"run `pip install 'plainterms\[store\]'`$"):
        require_store()
