"""An audit that was asked for over HTTP: its files found, run in a process of its own, and saved."""

import os
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import orjson

from plainterms.engine.audit import Request, audit
from plainterms.engine.events import Period
from plainterms.engine.plan import PlanError
from plainterms.engine.server.settings import own_folder
from plainterms.engine.sources import Tally
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.saving import excerpt_for, save
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import DocumentVersion, Organisation
from plainterms.policy.errors import PlainTermsError, TermsErrors

UNUSABLE = (
    "a log, register, mapping or samples cannot be used as asked; `plainterms audit` with the same files says why"
)
EVERY = 0.5
"""Seconds between two reports of progress."""


def run(
    url: str, keys: Path | None, data: Path, organisation: str, payload: dict[str, Any], pipe: Connection
) -> None:
    """The whole life of the process: send how far it has come, and in the end what came of it.

    ``payload`` is what `routes.audits` wrote. It ends at once when nobody listens any more.
    """
    tally, done, saved = Tally(), Event(), [0]
    watcher = Thread(target=_tell, args=(pipe, tally, saved, done), daemon=True)
    watcher.start()
    try:
        told: dict[str, Any] = {"result": _audited(url, keys, data, organisation, payload, tally, saved)}
    except (TermsErrors, PlanError, StoreError) as error:
        told = {"error": str(error)}
    except PlainTermsError as error:  # its message may repeat what stands in a file
        told = {"error": f"{UNUSABLE} ({type(error).__name__})"}
    except MemoryError:
        told = {"error": "there was not enough memory for this audit"}
    except Exception as error:  # noqa: BLE001 - told to the worker, which logs it; nothing of the input goes with it
        told = {"defect": type(error).__name__}
    done.set()
    watcher.join()
    with suppress(OSError):
        pipe.send(told)


def _tell(pipe: Connection, tally: Tally, saved: list[int], done: Event) -> None:
    while not done.wait(EVERY):
        total = tally.total
        stage = "saving" if saved[0] else "judging" if tally.finished else "reading"
        try:
            pipe.send(
                {
                    "progress": {
                        "stage": stage,
                        "records": total.read,
                        "quarantined": total.quarantined,
                        "saved": saved[0],
                    }
                }
            )
        except OSError:  # the worker is gone, and another will begin again
            os._exit(1)


def _audited(
    url: str,
    keys: Path | None,
    data: Path,
    organisation: str,
    payload: dict[str, Any],
    tally: Tally,
    saved: list[int],
) -> dict[str, Any]:
    scratch = own_folder(data / "scratch")
    with Store.open(url, keys=keys, create=False) as store, TemporaryDirectory(dir=scratch) as folder:
        with store.reading(organisation) as session:
            own = session.get_one(Organisation, organisation)
            terms = tuple(
                _laid_out(session.get_one(DocumentVersion, (organisation, one)), Path(folder))
                for one in payload["terms"]
            )
        request = replace(_request(terms, payload), excerpt=excerpt_for(own), spill=Path(folder))
        report = audit(request, tally)
        outcome = 3 if report.gaps else int(bool(report.result.findings))

        def note(count: int) -> None:
            saved[0] = count

        found = save(report, request, store, own, payload["by"], outcome=outcome, progress=note)
    return {
        "run": found.run,
        "exit": outcome,
        "findings": len(report.result.findings),
        "new": found.new,
        "changed": found.changed,
        "gaps": list(report.gaps),
    }


def _laid_out(version: DocumentVersion, folder: Path) -> Path:
    """The files of a document on disk, where an audit reads them."""
    own = folder / version.sha256
    for name, text in orjson.loads(version.files).items():
        path = own / name
        if not path.resolve().is_relative_to(own.resolve()):
            raise PlainTermsError("a document of terms names a file outside its folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return own / version.main


def _request(terms: tuple[Path, ...], payload: dict[str, Any]) -> Request:
    return Request(
        terms=terms,
        logs=tuple(payload["logs"]),
        registers={name: Path(path) for name, path in payload["registers"].items()},
        samples={name: Path(path) for name, path in payload["samples"].items()},
        resemblance=None if payload["resemblance"] is None else Path(payload["resemblance"]),
        period=Period(payload["from"], payload["until"]),
        format=payload["format"],
        mapping=None if payload["mapping"] is None else Path(payload["mapping"]),
        workers=max(1, (os.cpu_count() or 2) - 1),
        exhibits=True,
        allow_quarantine=payload["allow_quarantine"],
    )
