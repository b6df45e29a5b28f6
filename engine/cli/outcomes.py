"""Shows how the examples of clauses went, on the terminal and as JUnit XML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from rich.text import Text

from plainterms.engine.cli.paper import Paper
from plainterms.engine.examples import Outcome, unnamed
from plainterms.engine.findings import Named
from plainterms.engine.report import views
from plainterms.engine.report.words import counted
from plainterms.policy.schema import Schema


@dataclass(frozen=True)
class Tested:
    """A file of terms, its schema, and the outcomes of its examples."""

    file: str
    schema: Schema
    outcomes: Sequence[Outcome]


def print_outcomes(tested: Sequence[Tested]) -> None:
    """Print each failure and the total."""
    console = Paper(soft_wrap=True)
    failed = [(one, outcome) for one in tested for outcome in one.outcomes if not outcome.passed]
    total = sum(len(one.outcomes) for one in tested)
    for one, outcome in failed:
        console.print(_failure(one, outcome))
    if total == 0:
        console.print(Text("no examples, so nothing was tested", style="yellow"))
        return
    console.print(Text(f"{total - len(failed)} passed, {len(failed)} failed", style="red" if failed else "green"))


def _failure(tested: Tested, outcome: Outcome) -> Text:
    shown = Text()
    shown.append(f"{tested.file}: clause {outcome.clause}: ", style="bold")
    shown.append(f'example "{outcome.example.title}"\n')
    shown.append(f"  - expected  {outcome.example.verdict}\n", style="green")
    shown.append(f"  + actual    {outcome.actual}\n", style="red")
    for line in _why(outcome, tested.schema):
        shown.append(f"    {line}\n")
    return shown


def _why(outcome: Outcome, schema: Schema) -> Iterator[str]:
    """What was measured, what was missing, and which exceptions were considered."""
    if not outcome.findings:
        yield "no event of the example is, or may be, in breach"
    for finding in outcome.findings:
        measured = "; ".join(f"{measure.peak} ({measure.bound})" for measure in views.measures(finding, schema))
        yield f"{finding.verdict} of {_judged(finding.subject)}: {measured}"
        yield from (f"missing: {name} on {counted(count, 'event')}" for name, count in finding.missing)
        yield from (f'exception {tally.name} "{tally.words}": {tally.result}' for tally in finding.exceptions)


def _judged(subject: Named) -> str:
    """Whom a finding is about: `account ann`, and `the account` where the example names none."""
    return subject.name if subject.name == unnamed(subject.kind) else views.subject(subject)


def write_junit(tested: Sequence[Tested], path: Path) -> None:
    """The outcomes in the JUnit XML form that CI services read: a suite for each file, a case for each example."""
    root = ElementTree.Element("testsuites")
    for one in tested:
        failures = sum(1 for outcome in one.outcomes if not outcome.passed)
        suite = ElementTree.SubElement(root, "testsuite", name=one.file)
        suite.set("tests", str(len(one.outcomes)))
        suite.set("failures", str(failures))
        for outcome in one.outcomes:
            name = f"{outcome.clause}: {outcome.example.title}"
            case = ElementTree.SubElement(suite, "testcase", classname=one.file, name=name)
            if not outcome.passed:
                message = f"expected {outcome.example.verdict}, got {outcome.actual}"
                failure = ElementTree.SubElement(case, "failure", message=message)
                failure.text = "\n".join(_why(outcome, one.schema))
    ElementTree.indent(root)
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")
