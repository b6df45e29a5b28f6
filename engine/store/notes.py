"""Signed notes with Ed25519 and checkpoints of logs, as C2SP specifies them (`signed-note`, `tlog-checkpoint`)."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from plainterms.engine.store.errors import StoreError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = b"\x01"
SIGNED = "\u2014 "
"""How a line of a signature begins: an em dash and a space."""


class NoteError(StoreError):
    """A note that is not well formed, or not signed by the key that was expected."""


@dataclass(frozen=True)
class PublicKey:
    """Whom a signature is by: a name, and the 32 bytes of an Ed25519 key."""

    name: str
    key: bytes

    @classmethod
    def parsed(cls, text: str) -> Self:
        """From `name+hash+base64`. Raises NoteError."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise NoteError(f"`{text}` is no public key such as name+0123abcd+base64")
        name, number, encoded = parts
        raw = _decoded(encoded, "the public key")
        found = cls(name, raw[1:])
        if raw[:1] != ED25519 or len(raw) != 33 or str(found) != text:
            raise NoteError(f"`{text}` is no Ed25519 key, or its hash {number} does not fit")
        return found

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{b64encode(ED25519 + self.key).decode()}"

    @property
    def hash(self) -> bytes:
        """The four bytes by which a note names the key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def opened(self, note: str) -> str:
        """The text of a note that this key alone has signed. Raises NoteError."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        text, found, lines = note.rpartition("\n\n")
        text += "\n"
        begun = f"{SIGNED}{self.name} "
        if not found or not lines.startswith(begun) or lines.count("\n") != 1 or not lines.endswith("\n"):
            raise NoteError(f"this is no note with one signature of {self.name}")
        signature = _decoded(lines[len(begun) : -1], "the signature")
        if signature[:4] != self.hash or len(signature) != 68:
            raise NoteError(f"the note is not signed by the key {self}")
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature[4:], text.encode())
        except (InvalidSignature, ValueError) as error:
            raise NoteError(f"the signature of {self.name} does not fit the text") from error
        return text


@dataclass(frozen=True)
class Signer:
    """A name and the 32 bytes of a private Ed25519 key."""

    name: str
    seed: bytes

    @property
    def public(self) -> PublicKey:
        """The key that opens what this one signs."""
        return PublicKey(self.name, self._key().public_key().public_bytes_raw())

    def signed(self, text: str) -> str:
        """A note: the text, which must end a line, and the signature."""
        signature = b64encode(self.public.hash + self._key().sign(text.encode())).decode()
        return f"{text}\n{SIGNED}{self.name} {signature}\n"

    def _key(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True)
class Checkpoint:
    """How long a log is, and the root of its tree."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parsed(cls, text: str) -> Self:
        """From the text of a note. Raises NoteError."""
        lines = text.split("\n")
        if len(lines) != 4 or not lines[0] or lines[3]:
            raise NoteError("a checkpoint has three lines: origin, size and root")
        found = cls(lines[0], int(lines[1]) if lines[1].isdecimal() else -1, _decoded(lines[2], "the root"))
        if len(found.root) != 32 or str(found) != text:
            raise NoteError("the size or the root of the checkpoint is not well formed")
        return found

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def checkpoint_of(note: str, key: PublicKey) -> Checkpoint:
    """The checkpoint in a note signed by the key of the log. Raises NoteError."""
    found = Checkpoint.parsed(key.opened(note))
    if found.origin != key.name:
        raise NoteError(f"the checkpoint is of the log {found.origin}, not of {key.name}")
    return found


def _decoded(text: str, what: str) -> bytes:
    """Bytes from the one base64 text that stands for them. Raises NoteError for any other."""
    try:
        found = b64decode(text, validate=True)
    except ValueError as error:
        raise NoteError(f"{what} is not base64") from error
    if b64encode(found).decode() != text:
        raise NoteError(f"{what} is not well-formed base64")
    return found
