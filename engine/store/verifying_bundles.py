"""Whether a bundle is what its log says, to the byte, without a network and without the store."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from plainterms.engine.findings import digest_of
from plainterms.engine.store.bundles import (
    CHECKPOINT,
    CONSISTENCY,
    KEY,
    MANIFEST,
    RECORDS,
    SIGNATURE,
    signed_text,
)
from plainterms.engine.store.keys import origin
from plainterms.engine.store.merkle import is_consistent
from plainterms.engine.store.notes import Checkpoint, NoteError, PublicKey, checkpoint_of
from plainterms.engine.store.records import Record, current, documents, terms_files
from plainterms.engine.store.zips import BundleError, unpacked
from plainterms.policy.check import check
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.files import Texts
from plainterms.policy.parse import parse


@dataclass(frozen=True)
class VerifiedBundle:
    """A bundle that fits together. ``compared`` says that its log was compared with a checkpoint held elsewhere."""

    finding: str
    organisation: str
    redacted: bool
    records: int
    checkpoint: Checkpoint
    key: str
    compared: bool


def verify_bundle(data: bytes, held: str | None = None) -> VerifiedBundle:
    """Check every byte of a bundle. Raises BundleError for the first thing that does not fit.

    ``held`` is a checkpoint that was held elsewhere.
    """
    files = unpacked(data)
    try:
        return _verified(files, held)
    except (NoteError, KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
        reason = error if isinstance(error, NoteError) else f"{type(error).__name__}: {error}"
        raise BundleError(f"the bundle is damaged: {reason}") from error


def _verified(files: dict[str, bytes], held: str | None) -> VerifiedBundle:
    key = PublicKey.parsed(files[KEY].decode().removesuffix("\n"))
    manifest = _manifest(files, key)
    checkpoint = checkpoint_of(files[CHECKPOINT].decode(), key)
    records = [Record.read(one) for one in orjson.loads(files[RECORDS])]
    for one in records:
        problem = one.problem(checkpoint)
        if problem is not None:
            raise BundleError(problem)
        if origin(one.plain["organisation"]) != key.name:
            raise BundleError(f"the row {one.plain['id']} of {one.table} is of another organisation")
    _finding(files, records)
    _terms(files, records)
    return VerifiedBundle(
        current(records).plain["finding"],
        manifest["organisation"],
        manifest["redacted"],
        len(records),
        checkpoint,
        str(key),
        compared=held is not None and _compared(files, held, key, checkpoint),
    )


def _manifest(files: dict[str, bytes], key: PublicKey) -> dict[str, Any]:
    """The manifest: signed, and of these very files."""
    own = key.name.removeprefix(origin(""))
    if key.opened(files[SIGNATURE].decode()) != signed_text(own, files[MANIFEST]):
        raise BundleError("the manifest is not the one that was signed")
    manifest: dict[str, Any] = orjson.loads(files[MANIFEST])
    told = {name: one["sha256"] for name, one in manifest["files"].items()}
    there = {
        name: sha256(content).hexdigest() for name, content in files.items() if name not in (MANIFEST, SIGNATURE)
    }
    for name in {**told, **there}:
        if told.get(name) != there.get(name):
            raise BundleError(f"the file {name} of the bundle is not the one in its manifest")
    return manifest


def _finding(files: dict[str, bytes], records: list[Record]) -> None:
    """The finding and the ids of its events are those of the records, and the ids have the digest that it states."""
    version = current(records)
    document = version.get("document")
    if document is None:
        return
    if files["finding.json"] != f"{document}\n".encode() or files["events.json"] != version.get("events").encode():
        raise BundleError("the finding is not the one in the records")
    if digest_of(version.parsed("events")) != version.parsed("document")["events_digest"]:
        raise BundleError("the ids of the events do not have the digest that the finding states")


def _terms(files: dict[str, bytes], records: list[Record]) -> None:
    """The terms are those of the records, and their digests are those under which the run judged by them."""
    if {name: text for name, text in files.items() if name.startswith("terms/")} != terms_files(records):
        raise BundleError("the terms are not those in the records")
    for version in documents(records):
        texts, main = version.parsed("files"), version.plain["main"]
        try:
            digest = check(parse(texts[main], main), Texts(texts)).digest
        except PlainTermsError as error:
            raise BundleError("the terms of the bundle cannot be read by this version of Plainterms") from error
        if digest != version.plain["sha256"]:
            raise BundleError("the terms do not have the digest under which the run judged by them")


def _compared(files: dict[str, bytes], held: str, key: PublicKey, checkpoint: Checkpoint) -> bool:
    """Compare with a checkpoint held elsewhere. Raises BundleError where the log is another, or nobody can say."""
    first = checkpoint_of(held, key)
    if first.size == checkpoint.size:
        if first.root != checkpoint.root:
            raise BundleError(
                "the log was rewritten: at the same size the checkpoint held elsewhere has another root"
            )
        return True
    if first.size > checkpoint.size:
        raise BundleError(
            f"the checkpoint held elsewhere is of {first.size:,} entries, later than the bundle's"
            f" {checkpoint.size:,}; compare it with a newer bundle, or with the store"
        )
    proof = orjson.loads(files[CONSISTENCY]) if CONSISTENCY in files else None
    if proof is None or proof["size"] != first.size:
        raise BundleError(
            f"the bundle has no proof for a checkpoint of {first.size:,} entries; ask for one made with"
            " `plainterms bundle … --checkpoint FILE`, or compare with the store"
        )
    hashes = [bytes.fromhex(one) for one in proof["proof"]]
    if not is_consistent(first.size, checkpoint.size, hashes, first.root, checkpoint.root):
        raise BundleError("the log was rewritten: it does not begin as it did at the checkpoint held elsewhere")
    return True
