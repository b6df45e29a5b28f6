"""Rows as a bundle holds them: what the log covers, what may be left out of it, and the proof that it was logged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import orjson

from plainterms.engine.store.custody import said
from plainterms.engine.store.merkle import Tree, inclusion, is_included, leaf_hash
from plainterms.engine.store.notes import Checkpoint
from plainterms.engine.store.tables.rows import Erasable, Kept, digest_of, seal_of


@dataclass(frozen=True)
class Record:
    """A row. ``erasable`` is None where it was purged, or is redacted; ``entry`` is the last one about the row."""

    table: str
    plain: dict[str, Any]
    erasable: dict[str, Any] | None
    number: int
    entry: str
    proof: tuple[str, ...]

    @classmethod
    def of(cls, row: Kept, number: int, entry: str, tree: Tree, *, redacted: bool) -> Self:
        """A row with the proof that the entry is in the tree."""
        held = row.erasable() if isinstance(row, Erasable) and row.purged is None and not redacted else None
        proof = tuple(one.hex() for one in inclusion(number, tree.size, tree.root))
        return cls(str(row.__tablename__), row.plain(), held, number, entry, proof)

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """From JSON. Raises KeyError or TypeError for anything else."""
        return cls(**{**data, "proof": tuple(data["proof"])})

    def get(self, name: str) -> Any:
        """A column; None where it was erased or redacted."""
        return self.plain[name] if name in self.plain else (self.erasable or {}).get(name)

    def parsed(self, name: str) -> Any:
        """A column of JSON, read; None where it was erased or redacted."""
        text = self.get(name)
        return None if text is None else orjson.loads(text)

    def problem(self, checkpoint: Checkpoint) -> str | None:
        """Why the record cannot be trusted, if it cannot: the row, its seal, its entry or the proof."""
        name = f"the row {self.plain.get('id')} of {self.table}"
        try:
            entry = said(self.entry)
            proof = [bytes.fromhex(one) for one in self.proof]
        except ValueError as error:
            return f"{name}: its entry cannot be read: {error}"
        if (entry.changed.table, entry.changed.id) != (self.table, self.plain.get("id")):
            return f"{name}: its entry is about another row"
        if entry.number != self.number or entry.changed.digest != digest_of(self.table, self.plain):
            return f"{name} is not as its entry says"
        if self.erasable is not None and seal_of(self.erasable) != self.plain.get("sealed"):
            return f"what {name} seals is not what was sealed"
        leaf = leaf_hash(self.entry.encode())
        if not is_included(leaf, self.number, checkpoint.size, proof, checkpoint.root):
            return f"{name}: its entry is not in the log that the checkpoint signs"
        return None


def of_table(records: Iterable[Record], table: str) -> list[Record]:
    """The records of a table."""
    return [one for one in records if one.table == table]


def current(records: Iterable[Record]) -> Record:
    """The current version of the finding."""
    return max((one for one in records if one.table == "finding_versions"), key=lambda one: one.plain["number"])


def made_by(records: Iterable[Record], version: Record) -> Record:
    """The run that made a version of the finding."""
    return next(one for one in of_table(records, "runs") if one.plain["id"] == version.plain["run"])


def documents(records: Sequence[Record]) -> list[Record]:
    """All versions of terms that the run judged by, in the order in which they were given."""
    known = {one.plain["id"]: one for one in of_table(records, "document_versions")}
    return [known[policy] for policy in made_by(records, current(records)).plain["policies"].split()]


def cited(records: Sequence[Record]) -> Record:
    """The version of the terms that the finding cites."""
    policy = current(records).plain["policy"]
    return next(one for one in of_table(records, "document_versions") if one.plain["id"] == policy)


def terms_files(records: Sequence[Record]) -> dict[str, bytes]:
    """The files of all these versions, each in a folder named by how its digest begins."""
    return {
        f"{folder_of(one)}/{name}": text.encode()
        for one in documents(records)
        for name, text in sorted(one.parsed("files").items())
    }


def folder_of(version: Record) -> str:
    """Where the files of a version of terms lie in a bundle."""
    return f"terms/{version.plain['sha256'][:12]}"
