"""The audit: terms, logs and registers in, a report out. Each stage is one call in `audit`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal, TypeGuard, get_args

import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.acceptance import acceptances
from plainterms.engine.appearances import Appearances, appearances
from plainterms.engine.chance import without_chance
from plainterms.engine.coverage import Coverage
from plainterms.engine.documents import planned
from plainterms.engine.events import Event, Period, events_of
from plainterms.engine.findings import Result, similarity_name
from plainterms.engine.inputs import Copies, Digests, spooled
from plainterms.engine.log import Location, gather
from plainterms.engine.needs import event_columns
from plainterms.engine.plan import Plan, leaves
from plainterms.engine.registers import RegisterTable, load_registers
from plainterms.engine.report.exhibits import Exhibit, exhibits_of, shown_ids
from plainterms.engine.report.model import Input, RegisterInput, Report, input_of, register_input_of
from plainterms.engine.resemblance import Resemblance, asked, decided, examined, load
from plainterms.engine.sources import Place, Quarantine, SourceFile, Tally, read
from plainterms.engine.sources.files import STDIN
from plainterms.engine.switching import quick_turns
from plainterms.engine.uncollected import uncollected
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.meaning import ResemblesAny

CONFLICT = "conflicting repetition: another event has the same id and says something else"
SHOWN_STANDARD_INPUT = "<standard input>"
ALL_TIME = Period()
Evaluator = Literal["columnar", "reference"]


@dataclass(frozen=True)
class Request:
    """What to audit.

    ``registers`` maps a register's name (or `rulings`) to its file; ``samples`` a sample set's name to its file.
    ``resemblance`` is the file that `resemble` wrote of these logs.
    ``quarantine`` is the file to which bad records are written; ``spill`` a folder for data larger than memory.
    ``excerpt`` is how many characters of a prompt or output an exhibit may show.
    """

    terms: tuple[Path, ...]
    logs: tuple[str, ...]
    registers: Mapping[str, Path] = field(default_factory=dict)
    samples: Mapping[str, Path] = field(default_factory=dict)
    resemblance: Path | None = None
    period: Period = ALL_TIME
    format: str | None = None
    mapping: Path | None = None
    evaluator: Evaluator = "columnar"
    workers: int = 1
    quarantine: Path | None = None
    spill: Path | None = None
    exhibits: bool = False
    excerpt: int = 0
    allow_quarantine: int = 0
    allow_unattributed: int = 0

    def __post_init__(self) -> None:
        """Raises PlainTermsError for a request that asks for nothing or for what there is not."""
        if not self.terms:
            raise PlainTermsError("no terms are given; name at least one document in `terms`")
        logs: object = self.logs
        if isinstance(logs, str) or not logs:
            raise PlainTermsError('`logs` must be a tuple of at least one path, for example `("requests.jsonl",)`')
        if self.evaluator not in get_args(Evaluator):
            raise PlainTermsError(
                f"there is no evaluator `{self.evaluator}`; it is {' or '.join(get_args(Evaluator))}"
            )
        if self.workers < 1:
            raise PlainTermsError(f"`workers` must be at least 1, not {self.workers}")


@dataclass(frozen=True)
class Inputs:
    """What the stages of an audit share: the plan, copies of what can be read only once, and the books kept.

    ``tally`` counts the records of logs, ``rows`` those of registers.
    """

    request: Request
    plan: Plan
    copies: Copies
    tally: Tally
    rows: Tally
    quarantine: Quarantine
    appearances: Appearances

    def batches(self, columns: frozenset[str]) -> Iterator[pa.RecordBatch]:
        """The log, keeping the books."""
        return self._read(columns, self.tally, self.quarantine)

    def batches_again(self, columns: frozenset[str]) -> Iterator[pa.RecordBatch]:
        """The log once more, for a closer look: the books are not kept twice."""
        return self._read(columns, Tally(), Quarantine())

    def _read(self, columns: frozenset[str], tally: Tally, quarantine: Quarantine) -> Iterator[pa.RecordBatch]:
        request = self.request
        batches = read(
            request.logs,
            self.plan.schema,
            tally,
            quarantine,
            format=request.format,
            mapping=request.mapping,
            columns=columns,
            copies=self.copies,
        )
        return self.appearances.told(batches)

    def on_conflict(self, identifier: str, places: Sequence[Location]) -> None:
        """Quarantine all events of an id that contradict one another."""
        for source, line in places:
            self.quarantine.add(Place(self.tally.files[source].name, line), CONFLICT, identifier)
            self.tally.withdraw(source)


def audit(request: Request, tally: Tally | None = None) -> Report:
    """Run an audit. ``tally`` may be watched by another thread, to show progress.

    Raises TermsErrors for mistakes in terms, PlanError for documents that cannot be audited together or a missing
    end, SourceError for paths, formats, mappings and registers that cannot be used. Bad records never raise: they
    are quarantined and counted.
    """
    with ExitStack() as stack:
        stack.enter_context(uncollected())
        stack.enter_context(quick_turns())
        inputs, registers = opened(request, stack, tally)
        digests = stack.enter_context(Digests([*request.logs, *tables_of(request)], inputs.copies))
        return _report(inputs, registers, evaluated(inputs, registers), digests)


def opened(request: Request, stack: ExitStack, tally: Tally | None = None) -> tuple[Inputs, dict[str, RegisterTable]]:
    """The terms planned, the logs ready to be read, and the registers; raises what `audit` raises."""
    whole = planned(request.terms, request.samples, request.logs, request.period)
    return opened_for(request, whole, stack, tally)


def opened_for(
    request: Request, whole: Plan, stack: ExitStack, tally: Tally | None = None
) -> tuple[Inputs, dict[str, RegisterTable]]:
    """The logs ready to be read and the registers, to be judged by another plan than that of the request's terms."""
    mapping = () if request.mapping is None else (request.mapping,)
    copies = stack.enter_context(spooled([*request.logs, *tables_of(request), *mapping]))
    quarantine = stack.enter_context(Quarantine(request.quarantine))
    if request.resemblance is not None:
        whole = decided(whole, load(copies.get(str(request.resemblance), request.resemblance)))
    samples = {name: copies.get(str(path), path) for name, path in request.samples.items()}
    inputs = Inputs(request, whole, copies, tally or Tally(), Tally(), quarantine, appearances(whole, samples))
    return inputs, _registers(inputs)


def tables_of(request: Request) -> tuple[Path, ...]:
    """The files of registers, of samples, and of what resembles what."""
    resemblance = () if request.resemblance is None else (request.resemblance,)
    return (*request.registers.values(), *request.samples.values(), *resemblance)


# ── Registers


def _registers(inputs: Inputs) -> dict[str, RegisterTable]:
    tables = load_registers(
        inputs.request.registers, inputs.plan.schema, inputs.rows, inputs.quarantine, inputs.copies
    )
    titles = inputs.plan.accepted_documents
    if titles:
        events = gather(_acceptance_events(inputs), lambda _identifier, _places: None).events
        tables |= acceptances(events, titles)
    return tables


def _acceptance_events(inputs: Inputs) -> Iterator[pa.RecordBatch]:
    for batch in inputs.batches_again(event_columns(inputs.plan)):
        yield batch.filter(pc.equal(batch["kind"], "acceptance"))


# ── Evaluation


@dataclass(frozen=True)
class Evaluated:
    """What an evaluator found in the set of events, and how many records repeated or contradicted one another."""

    result: Result
    repeated: int
    conflicting: int
    coverage: Coverage


def evaluated(inputs: Inputs, registers: Mapping[str, RegisterTable]) -> Evaluated:
    """Read the log and judge it."""
    request = inputs.request
    coverage = Coverage(inputs.plan.policies, request.period)
    batches = coverage.watched(inputs.batches(event_columns(inputs.plan)))
    if request.evaluator == "reference":
        from plainterms.engine import reference

        log = gather(batches, inputs.on_conflict)
        result = reference.evaluate(inputs.plan, log.events, registers, request.period)
        result = without_chance(result, inputs.plan.clauses, log.events, registers, inputs.appearances)
        return Evaluated(result, log.repeated, log.conflicting, coverage)
    from plainterms.engine import columnar

    conditions, fields = columnar.needs(inputs.plan)
    facts = columnar.scan(batches, conditions, fields, registers, spill=request.spill, on_conflict=inputs.on_conflict)
    result = columnar.evaluate(inputs.plan, facts, registers, request.period, workers=request.workers)
    result = without_chance(result, inputs.plan.clauses, _examined(inputs), registers, inputs.appearances)
    return Evaluated(result, facts.repeated, facts.conflicting, coverage)


def _examined(inputs: Inputs) -> Iterator[Event]:
    """The events that a matches file speaks of, each once."""
    if inputs.appearances.columns:
        batches = map(inputs.appearances.known, inputs.batches_again(event_columns(inputs.plan)))
        yield from gather(batches, lambda _identifier, _places: None).events


# ── The report


def _report(inputs: Inputs, registers: Mapping[str, RegisterTable], found: Evaluated, digests: Digests) -> Report:
    request = inputs.request
    named = {**request.registers, **{f'samples "{name}"': path for name, path in request.samples.items()}}
    return Report(
        result=replace(
            found.result, notes=(*_notes(inputs.plan), *inputs.appearances.notes(), *found.coverage.notes())
        ),
        plan=inputs.plan,
        period=request.period,
        inputs=tuple(_input(file, digests) for file in inputs.tally.files),
        registers=tuple(
            register_input_of(name, path, digests.of(path), _rows(registers.get(name)), inputs.rows.files)
            for name, path in named.items()
        )
        + tuple(_resemblance(inputs, digests)),
        quarantined=tuple(sorted(inputs.quarantine.reasons.items())),
        passed_over=tuple(sorted(inputs.tally.passed_over.items())),
        repeated=found.repeated,
        conflicting=found.conflicting,
        ungoverned=found.coverage.none,
        exhibits=_exhibits(inputs, registers, found.result) if request.exhibits else {},
        evaluator=request.evaluator,
        engine_version=version("plainterms"),
        allow_quarantine=request.allow_quarantine,
        allow_unattributed=request.allow_unattributed,
    )


def _notes(whole: Plan) -> Iterator[str]:
    """What the reader should know of the audit as a whole."""
    unmatched = sorted({similarity_name(node) for node in leaves(whole.clauses) if _is_unmatched(node)})
    if unmatched:
        yield f"No matching of texts has run, so these conditions are unknown of every event: {', '.join(unmatched)}."
    yield from dict.fromkeys(
        note for node in asked(whole) if isinstance(node.by, Resemblance) for note in node.by.notes(node)
    )


def _is_unmatched(node: object) -> TypeGuard[ResemblesAny]:
    return isinstance(node, ResemblesAny) and node.by is None


def _input(file: SourceFile, digests: Digests) -> Input:
    found = input_of(file, digests.of(file.name))
    return replace(found, path=SHOWN_STANDARD_INPUT) if file.name == STDIN else found


def _rows(table: RegisterTable | None) -> int:
    return 0 if table is None else sum(len(rows) for rows in table.rows.values())


def _resemblance(inputs: Inputs, digests: Digests) -> Iterator[RegisterInput]:
    """The file of what resembles what, as a table of which each text examined is a row."""
    path = inputs.request.resemblance
    if path is not None:
        yield RegisterInput("resemblance", str(path), digests.of(path), examined(inputs.plan))


def _exhibits(inputs: Inputs, registers: Mapping[str, RegisterTable], result: Result) -> Mapping[str, Exhibit]:
    """The events that the report shows, read from the log once more."""
    wanted = pa.array(sorted(shown_ids(result)), pa.string())
    events: dict[str, Event] = {}
    if len(wanted):
        for batch in inputs.batches_again(event_columns(inputs.plan)):
            events |= {event.id: event for event in events_of([batch.filter(pc.is_in(batch["id"], wanted))])}
    return exhibits_of(events.values(), inputs.plan, registers, inputs.request.excerpt)
