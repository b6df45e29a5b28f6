"""What `verify` says of a bundle and of a store."""

from pathlib import Path

from plainterms.engine.store.notes import Checkpoint
from plainterms.engine.store.store import Store
from plainterms.engine.store.verifying import Unreadable, verify_store
from plainterms.engine.store.verifying_bundles import verify_bundle
from plainterms.engine.store.zips import BundleError

SHOWN = 20
"""Problems of a log that are listed."""

TRUSTED = (
    "note: nothing was compared with a checkpoint held elsewhere, so this trusts that the holder of the key has not"
    " cut off or rewritten the log"
)


def said_of_bundle(path: str, held: str | None) -> tuple[list[str], bool]:
    """Lines to print, and whether everything fits."""
    try:
        found = verify_bundle(Path(path).read_bytes(), held)
    except BundleError as error:
        return [f"NOT VERIFIED: {error}"], False
    kind = "redacted bundle" if found.redacted else "bundle"
    lines = [
        f"verified: {kind} of finding {found.finding} of {found.organisation}",
        f"{found.records:,} rows, each in the log of custody as it is here; every byte of the bundle is signed",
        *_log(found.checkpoint, found.key, compared=found.compared),
    ]
    return lines, True


def said_of_store(url: str, held: str | None) -> tuple[list[str], bool]:
    """Lines to print, and whether everything fits."""
    lines, fits = [], True
    with Store.open(url, create=False) as store:
        try:
            found = verify_store(store, held)
        except Unreadable as error:
            return [f"NOT VERIFIED: {error}"], False
        for one in found:
            if one.problems:
                fits = False
                lines.append(f"NOT VERIFIED: {one.name or one.organisation}")
                lines += [f"  {problem}" for problem in one.problems[:SHOWN]]
                if len(one.problems) > SHOWN:
                    lines.append(f"  and {len(one.problems) - SHOWN:,} more")
            else:
                lines.append(f"verified: {one.name}, {one.rows:,} rows and {one.entries:,} entries of the log")
                if one.checkpoint is not None:
                    lines += _log(one.checkpoint, one.key, compared=one.compared)
    return lines, fits


def _log(checkpoint: Checkpoint, key: str, *, compared: bool) -> list[str]:
    return [
        f"log of {checkpoint.size:,} entries, root {checkpoint.root.hex()}",
        f"signed by {key}",
        "the log begins as it did at the checkpoint held elsewhere" if compared else TRUSTED,
    ]
