"""A finding as a zip that a stranger can verify offline: what was found, by which terms, from what, and proofs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256

import orjson
from sqlmodel import Session, col, select

from plainterms.engine.store.bundle_pages import certification, instructions, report
from plainterms.engine.store.custody import bodies, said
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.merkle import Tree, consistency, leaf_hash
from plainterms.engine.store.notes import Checkpoint, PublicKey, checkpoint_of
from plainterms.engine.store.records import Record, current, terms_files
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import (
    Document,
    DocumentVersion,
    Evidence,
    Finding,
    FindingVersion,
    Log,
    Notice,
    Organisation,
    Review,
    Run,
    RunInput,
    Suppression,
)
from plainterms.engine.store.tables.rows import Kept
from plainterms.engine.store.zips import packed

FORMAT = "plainterms bundle 1"
MANIFEST, SIGNATURE, CHECKPOINT, KEY, RECORDS = "manifest.json", "manifest.note", "checkpoint", "key", "records.json"
CONSISTENCY = "consistency.json"
UNSOUND = "the store does not verify, so nothing is bundled from it"

RowKey = tuple[str, str]
"""A table, and the id of a row."""


def bundle(
    store: Store, organisation: Organisation, finding: str, *, redacted: bool = False, held: str | None = None
) -> bytes:
    """The zip of a finding, by its id or how it begins; the same store gives the same bytes.

    ``redacted`` leaves out names, texts and ids of events; digests of theirs stay. ``held`` is a checkpoint held
    elsewhere, to which the bundle then holds a proof. Raises StoreError where there is no such finding, or a row is
    not as the log says.
    """
    own = organisation.organisation
    with store.reading(own) as session:
        rows = list(_rows(session, _finding(session, finding)))
        log = session.get_one(Log, own)
        tree, entries = _logged(session, own, {_key(row) for row in rows})
    records = [Record.of(row, *entries[_key(row)], tree, redacted=redacted) for row in rows]
    key = PublicKey.parsed(log.key)
    _require_sound(records, checkpoint_of(log.checkpoint, key))
    files = {
        "README.txt": instructions(records, organisation.name, redacted=redacted),
        "report.html": report(records, log.checkpoint, redacted=redacted),
        "certification.txt": certification(records, organisation.name),
        **terms_files(records),
        **_found(records),
        RECORDS: orjson.dumps([asdict(one) for one in records], option=orjson.OPT_INDENT_2),
        CHECKPOINT: log.checkpoint.encode(),
        KEY: f"{key}\n".encode(),
    }
    if held is not None:
        files[CONSISTENCY] = _begins_with(checkpoint_of(held, key), tree)
    manifest = _manifest(files, organisation.name, records, redacted=redacted)
    signer = store.keys.signer(own)
    if signer.public != key:
        raise StoreError(f"the log is signed by {key}, and the key at hand is {signer.public}; give its own keys")
    signature = signer.signed(signed_text(own, manifest)).encode()
    return packed({MANIFEST: manifest, SIGNATURE: signature, **files})


def signed_text(organisation: str, manifest: bytes) -> str:
    """What the log's key signs of a bundle."""
    return f"{FORMAT}\n{organisation}\n{sha256(manifest).hexdigest()}\n"


def _manifest(files: Mapping[str, bytes], name: str, records: list[Record], *, redacted: bool) -> bytes:
    told = {
        "format": FORMAT,
        "organisation": name,
        "finding": records[1].get("id"),
        "redacted": redacted,
        "files": {
            name: {"sha256": sha256(content).hexdigest(), "bytes": len(content)} for name, content in files.items()
        },
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


# ── The proofs


def _key(row: Kept) -> RowKey:
    return str(row.__tablename__), row.id  # type: ignore[attr-defined]


def _logged(session: Session, organisation: str, wanted: set[RowKey]) -> tuple[Tree, dict[RowKey, tuple[int, str]]]:
    """The tree of the log, and the last entry about each row. Raises StoreError where there is none."""
    leaves: list[bytes] = []
    entries: dict[RowKey, tuple[int, str]] = {}
    for number, body in bodies(session, organisation):
        leaves.append(leaf_hash(body.encode()))
        try:
            changed = said(body).changed
        except ValueError as error:
            raise StoreError(f"{UNSOUND}: entry {number} cannot be read: {error}") from error
        if (changed.table, changed.id) in wanted:
            entries[changed.table, changed.id] = number, body
    for table, identity in sorted(wanted - entries.keys()):
        raise StoreError(f"{UNSOUND}: the row {identity} of {table} is not in the log")
    return Tree(leaves), entries


def _require_sound(records: Iterable[Record], checkpoint: Checkpoint) -> None:
    for one in records:
        problem = one.problem(checkpoint)
        if problem is not None:
            raise StoreError(f"{UNSOUND}: {problem}")


def _begins_with(first: Checkpoint, tree: Tree) -> bytes:
    """The proof that the log begins as it did at a checkpoint."""
    if not 0 < first.size <= tree.size:
        raise StoreError(f"the log has {tree.size} entries, and had {first.size} at the checkpoint that was given")
    proof = [one.hex() for one in consistency(first.size, tree.size, tree.root)]
    return orjson.dumps({"size": first.size, "proof": proof})


# ── What goes into it


def _finding(session: Session, beginning: str) -> Finding:
    found = session.exec(select(Finding).where(col(Finding.id).startswith(beginning, autoescape=True)).limit(2)).all()
    if len(found) == 1:
        return found[0]
    if found:
        raise StoreError(f"several findings have an id that begins with `{beginning}`; give more of it")
    raise StoreError(f"no finding in the store has an id that begins with `{beginning}`")


def _rows(session: Session, finding: Finding) -> Iterable[Kept]:
    """The rows of a bundle: the organisation and the finding first, then what they rest on, in a fixed order."""
    own = finding.organisation
    yield session.get_one(Organisation, own)
    yield finding
    versions = session.exec(
        select(FindingVersion).where(FindingVersion.finding == finding.id).order_by(col(FindingVersion.number))
    ).all()
    yield from versions
    shown = select(Evidence).where(Evidence.finding_version == versions[-1].id).order_by(col(Evidence.position))
    yield from session.exec(shown)
    runs = sorted({one.run for one in versions} | {finding.run})
    for run in runs:
        yield session.get_one(Run, (own, run))
        yield from session.exec(select(RunInput).where(RunInput.run == run).order_by(col(RunInput.id)))
    judged = session.get_one(Run, (own, versions[-1].run)).policies.split()
    for policy in sorted({*judged, *(one.policy for one in versions)}):
        yield session.get_one(DocumentVersion, (own, policy))
    titled = {session.get_one(DocumentVersion, (own, one.policy)).document for one in versions}
    for document in sorted(titled):
        yield session.get_one(Document, (own, document))
    yield from session.exec(select(Review).where(Review.finding == finding.id).order_by(col(Review.id)))
    yield from session.exec(select(Notice).where(Notice.finding == finding.id).order_by(col(Notice.id)))
    yield from session.exec(
        select(Suppression).where(Suppression.finding == finding.id).order_by(col(Suppression.id))
    )


def _found(records: Sequence[Record]) -> dict[str, bytes]:
    """The finding as an audit writes it, and the ids of all its events; nothing of what is erased or redacted."""
    version = current(records)
    document, events, pairs = version.get("document"), version.get("events"), version.get("pairs")
    if document is None:
        return {}
    return {"finding.json": f"{document}\n".encode(), "events.json": events.encode(), "pairs.json": pairs.encode()}
