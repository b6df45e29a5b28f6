"""Signed notes and checkpoints against the examples of C2SP and of Go's module mirror, and under damage."""

from pathlib import Path

import pytest

from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.keys import keys_in
from plainterms.engine.store.notes import Checkpoint, NoteError, PublicKey, Signer, checkpoint_of

C2SP = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
GO = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("plainterms/acme", bytes(range(32)))


@pytest.mark.parametrize(("key", "note"), [(C2SP, C2SP_NOTE), (GO, GO_NOTE)])
def test_published_notes_open(key: str, note: str) -> None:
    public = PublicKey.parsed(key)
    assert str(public) == key
    assert public.opened(note) == note.rpartition("\n\n")[0] + "\n"


def test_a_checkpoint_is_signed_and_opened() -> None:
    made = Checkpoint("plainterms/acme", 20_852_163, bytes(32))
    note = SIGNER.signed(str(made))
    assert note.startswith("plainterms/acme\n20852163\n" + "A" * 43 + "=\n\n— plainterms/acme ")
    assert checkpoint_of(note, SIGNER.public) == made


def test_every_byte_of_a_checkpoint_counts() -> None:
    note = SIGNER.signed(str(Checkpoint("plainterms/acme", 7, bytes(32)))).encode()
    for place in range(len(note)):
        for bit in range(8):
            damaged = bytearray(note)
            damaged[place] ^= 1 << bit
            with pytest.raises((NoteError, UnicodeDecodeError)):
                checkpoint_of(damaged.decode(), SIGNER.public)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n1\n", "a checkpoint has three lines: origin, size and root"),
        ("a\n01\nAAAA\n", "the size or the root of the checkpoint is not well formed"),
        ("a\n1\n!\n", "the root is not base64"),
        ("b\n1\n" + "A" * 43 + "=\n", "the checkpoint is of the log b, not of plainterms/acme"),
    ],
)
def test_notes_that_are_no_checkpoint(text: str, message: str) -> None:
    with pytest.raises(NoteError) as raised:
        checkpoint_of(SIGNER.signed(text), SIGNER.public)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("a+b", "`a+b` is no public key such as name+0123abcd+base64"),
        (C2SP.replace("530d", "530e"), "{} is no Ed25519 key, or its hash 530e903a does not fit"),
        (C2SP + "!", "the public key is not base64"),
    ],
)
def test_keys_that_are_none(key: str, message: str) -> None:
    with pytest.raises(NoteError) as raised:
        PublicKey.parsed(key)
    assert str(raised.value) == message.format(f"`{key}`")


def test_another_key_does_not_open_a_note() -> None:
    other = Signer("plainterms/acme", bytes(32)).public
    with pytest.raises(NoteError, match=r"^the note is not signed by the key plainterms/acme"):
        other.opened(SIGNER.signed("text\n"))


def test_keys_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    keys = keys_in(tmp_path / "keys")
    assert keys == keys_in(tmp_path / "keys")
    assert keys.signing != keys.subjects
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    (tmp_path / "keys" / "signing.key").write_text("short")
    with pytest.raises(StoreError, match=r"holds no key; it should be 32 bytes in base64$"):
        keys_in(tmp_path / "keys")
