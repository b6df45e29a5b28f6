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
from plainterms.engine.store.notes import PublicKey, checkpoint_of
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
        entries = {}
        wanted = {(str(row.__tablename__), row.id) for row in rows}  # type: ignore[attr-defined]
        leaves = []
        for number, body in bodies(session, own):
            leaves.append(leaf_hash(body.encode()))
            changed = said(body).changed
            if (changed.table, changed.id) in wanted:
                entries[changed.table, changed.id] = number, body
    tree = Tree(leaves)
    records = [
        Record.of(row, *entries[str(row.__tablename__), row.id], tree, redacted=redacted)  # type: ignore[attr-defined]
        for row in rows
    ]
    for problem in (one.problem(checkpoint_of(log.checkpoint, PublicKey.parsed(log.key))) for one in records):
        if problem is not None:
            raise StoreError(f"the store does not verify, so nothing is bundled from it: {problem}")
    files = {
        "README.txt": instructions(records, organisation.name, redacted=redacted),
        "report.html": report(records, log.checkpoint, redacted=redacted),
        "certification.txt": certification(records, organisation.name),
        **terms_files(records),
        **_found(records),
        RECORDS: orjson.dumps([asdict(one) for one in records], option=orjson.OPT_INDENT_2),
        CHECKPOINT: log.checkpoint.encode(),
        KEY: f"{log.key}\n".encode(),
    }
    if held is not None:
        first = checkpoint_of(held, PublicKey.parsed(log.key)).size
        if not 0 < first <= tree.size:
            raise StoreError(f"the log has {tree.size} entries, and had {first} at the checkpoint that was given")
        proof = [one.hex() for one in consistency(first, tree.size, tree.root)]
        files[CONSISTENCY] = orjson.dumps({"size": first, "proof": proof})
    manifest = _manifest(files, organisation.name, records, redacted=redacted)
    signer = store.keys.signer(own)
    if str(signer.public) != log.key:
        raise StoreError(f"the log is signed by {log.key}, and the key at hand is {signer.public}; give its own keys")
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
