"""What `plainterms demo` runs: an audit of the example logs, in every format, against the demo's terms."""

from importlib.resources import files
from pathlib import Path

from plainterms.engine.audit import Request
from plainterms.engine.events import Period

UNTIL = 1_780_272_000_000_000
"""2026-06-01T00:00:00Z, when the example logs were taken."""

EXCERPT = 200
"""Characters of a prompt or an output that the demo shows."""

LOGS = ("events.jsonl", "litellm.jsonl", "otel.jsonl", "bedrock.jsonl")
REGISTERS = ("account", "organisation", "api_key", "model")


def demo_folder() -> Path:
    """The folder of the examples as installed."""
    return Path(str(files("plainterms.examples")))


def demo_request() -> Request:
    """The audit of the demo, with excerpts of texts as evidence."""
    folder = demo_folder()
    return Request(
        terms=(folder / "demo.terms",),
        logs=tuple(str(folder / name) for name in LOGS),
        registers={name: folder / "registers" / f"{name}.csv" for name in REGISTERS},
        period=Period(None, UNTIL),
        exhibits=True,
        excerpt=EXCERPT,
    )


def command_line(folder: Path, out: Path | None) -> str:
    """The same audit as a command to copy."""
    logs = " ".join(f"--log {folder / name}" for name in LOGS)
    registers = " ".join(f"--register {name}={folder / 'registers' / name}.csv" for name in REGISTERS)
    written = "" if out is None else f" --out {out}"
    terms = folder / "demo.terms"
    return f"plainterms audit --terms {terms} {logs} {registers} --until 2026-06-01 --excerpt {EXCERPT}{written}"
