"""What people read of a bundle: the report that prints, the instructions, and the draft of a certification."""

import shlex
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

import jinja2
from markupsafe import Markup, escape

from plainterms.engine.findings import rfc3339
from plainterms.engine.report.pages import environment
from plainterms.engine.report.visible import visible, visible_lines
from plainterms.engine.store.records import Record, cited, current, documents, folder_of, made_by, of_table

REDACTED = "Names, texts and ids of events are left out of this variant; seals, digests of theirs, stand for them."
WHOLE = "Nothing that the store holds of it is left out."


def report(records: Sequence[Record], checkpoint: str, *, redacted: bool) -> bytes:
    """The page to be read and printed."""
    version = current(records)
    terms = cited(records)
    finding = of_table(records, "findings")[0]
    page = _page().render(
        finding=finding,
        version=version,
        document=version.parsed("document"),
        pairs=version.parsed("pairs") or {},
        shown=[(one, one.parsed("content")) for one in of_table(records, "evidence")],
        history=of_table(records, "finding_versions"),
        run=made_by(records, version),
        calibrations=made_by(records, version).parsed("calibrations"),
        inputs=_inputs(records, version),
        terms=terms,
        text=terms.parsed("files")[terms.plain["main"]],
        reviews=of_table(records, "reviews"),
        notices=of_table(records, "notices"),
        suppressions=of_table(records, "suppressions"),
        records=records,
        checkpoint=checkpoint,
        redacted=redacted,
    )
    return page.encode()


def instructions(records: Sequence[Record], organisation: str, *, redacted: bool) -> bytes:
    """What a bundle holds, how to verify it, and how to reproduce the finding."""
    version = current(records)
    title = f"Evidence bundle: finding {version.plain['finding']}"
    return _filled(
        "readme.txt",
        finding=version.plain["finding"],
        underline="=" * len(title),
        organisation=visible(organisation),
        redaction=REDACTED if redacted else WHOLE,
        engine=made_by(records, version).plain["engine"],
        inputs=_listed(records, version),
        command=_command(records, version),
    )


def certification(records: Sequence[Record], organisation: str) -> bytes:
    """A draft for a custodian to complete."""
    version = current(records)
    run = made_by(records, version).plain
    return _filled(
        "certification.txt",
        organisation=visible(organisation),
        finding=version.plain["finding"],
        engine=run["engine"],
        run=run["id"],
        finished="(not finished)" if run["finished"] is None else rfc3339(run["finished"]),
        events=f"{run['events']:,}",
        quarantined=f"{run['quarantined']:,}",
        key="stated in the file `key` of this bundle",
        inputs=_listed(records, version),
    )


def _filled(name: str, **values: str) -> bytes:
    text = files("plainterms.engine.store").joinpath(name).read_text("utf-8")
    return Template(text).substitute(values).encode()


def _inputs(records: Sequence[Record], version: Record) -> list[Record]:
    return [one for one in of_table(records, "run_inputs") if one.plain["run"] == version.plain["run"]]


def _listed(records: Sequence[Record], version: Record) -> str:
    lines = [
        f"  {one.plain['sha256']}  {visible(one.plain['name'] or one.plain['kind'])}  {visible(one.plain['path'])}"
        for one in _inputs(records, version)
    ]
    return "\n".join(lines)


def _command(records: Sequence[Record], version: Record) -> str:
    """The options of the audit, with the places of the files as they were."""
    run = made_by(records, version).plain
    options = [f"--terms {folder_of(one)}/{shlex.quote(one.plain['main'])}" for one in documents(records)]
    for one in _inputs(records, version):
        name, path = visible(one.plain["name"]), shlex.quote(visible(one.plain["path"]))
        if one.plain["kind"] == "log":
            options.append(f"--log {path}")
        elif one.plain["kind"] == "samples":
            options.append(f"--samples {shlex.quote(name.removeprefix('samples ').strip(chr(34)))}={path}")
        elif name == "resemblance":
            options.append(f"--resemblance {path}")
        elif one.plain["kind"] == "mapping":
            options.append(f"--mapping {path}")
        else:
            options.append(f"--register {name}={path}")
    for option, time in (("--from", run["start"]), ("--until", run["until"])):
        if time is not None:
            options.append(f"{option} {rfc3339(time)}")
    return " \\\n    ".join(options)


RELATIONS = {
    ">=": "speaks of at least",
    ">": "speaks of more than",
    "<=": "speaks of at most",
    "<": "speaks of fewer than",
}


@cache
def _page() -> jinja2.Template:
    made = environment("plainterms.engine.store", visible)
    made.filters |= {
        "instant": rfc3339,
        "lines": lambda text: escape(visible_lines(text)),
        "amount": _amount,
        "relation": RELATIONS.__getitem__,
    }
    made.globals |= {
        "style": Markup(files("plainterms.engine.report").joinpath("report.css").read_text("utf-8")),  # noqa: S704 - ours
    }
    return made.get_template("bundle.html.jinja")


def _amount(value: dict[str, Any]) -> str:
    """A measured value or a limit in words: exact, or what it is at least and at most."""
    low, high = (_one(value[name]) for name in ("low", "high"))
    return low if low == high else f"{low} to {high}"


def _one(value: Any) -> str:
    match value:
        case None:
            return "unbounded"
        case {"part": part, "whole": whole}:
            return f"{part:,} of {whole:,}"
        case int():
            return f"{value:,}"
        case _:
            return str(value)
