"""The store's own keys, kept apart from it: one signs checkpoints, one makes pseudonyms of subjects."""

import hmac
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.notes import Signer

SIGNING, SUBJECTS = "signing.key", "subjects.key"
LENGTH = 32


@dataclass(frozen=True, repr=False)
class Keys:
    """32 secret bytes for each purpose."""

    signing: bytes
    subjects: bytes

    def signer(self, organisation: str) -> Signer:
        """Who signs the checkpoints of an organisation's log."""
        return Signer(origin(organisation), self.signing)

    def pseudonym(self, organisation: str, kind: str, name: str) -> str:
        """What a subject is called in the store where names are not kept: a keyed hash, 128 bits in hexadecimal."""
        message = "\0".join((organisation, kind, name)).encode("utf-8", "surrogatepass")
        return hmac.new(self.subjects, message, sha256).hexdigest()[:32]


def origin(organisation: str) -> str:
    """The name of an organisation's log."""
    return f"plainterms/{organisation}"


def keys_in(folder: Path) -> Keys:
    """The keys in a folder, made there if it has none. Raises StoreError where they cannot be read or written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Keys(_key(folder / SIGNING), _key(folder / SUBJECTS))
    except OSError as error:
        raise StoreError(f"the keys in {folder} cannot be used: {error.strerror}: {error.filename}") from error


def _key(path: Path) -> bytes:
    if not path.exists():
        _make(path)
    try:
        found = b64decode(path.read_text("ascii").strip(), validate=True)
    except ValueError as error:
        raise StoreError(f"{path} holds no key; it should be {LENGTH} bytes in base64") from error
    if len(found) != LENGTH:
        raise StoreError(f"{path} holds {len(found)} bytes; a key has {LENGTH}")
    return found


def _make(path: Path) -> None:
    """Write a new key, readable to its owner alone; whoever comes second uses the first one's."""
    own = path.with_name(f"{path.name}.{os.getpid()}.{token_bytes(4).hex()}")
    own.touch(mode=0o600)
    own.write_text(b64encode(token_bytes(LENGTH)).decode() + "\n", "ascii")
    try:
        path.hardlink_to(own)
    except FileExistsError:
        pass
    finally:
        own.unlink()
