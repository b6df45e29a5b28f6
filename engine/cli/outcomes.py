"""Shows how the examples of clauses went, on the terminal and as JUnit XML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

from rich.text import Text

from plainterms.engine.cli.paper import Paper
from plainterms.engine.example_coverage import KINDS, Part, example_coverage
from plainterms.engine.examples import Outcome, run_examples, unnamed
from plainterms.engine.findings import Named
from plainterms.engine.report import views
from plainterms.engine.report.words import counted, listed
from plainterms.policy.meaning import Policy
from plainterms.policy.schema import Schema


@dataclass(frozen=True)
class Tested:
    """A file of terms, its schema, the outcomes of its examples, and, where that was asked, what they cover."""

    file: str
    schema: Schema
    outcomes: Sequence[Outcome]
    coverage: Sequence[Part] = ()

    @property
    def passed(self) -> bool:
        """Whether every example ends as its author says."""
        return all(outcome.passed for outcome in self.outcomes)


def tested(file: str, policy: Policy, with_coverage: bool) -> Tested:
    """Run the examples of a document, and if they hold see what they cover."""
    one = Tested(file, policy.schema, list(run_examples(policy)))
    return replace(one, coverage=list(example_coverage(policy))) if with_coverage and one.passed else one


def print_outcomes(tested: Sequence[Tested], with_coverage: bool) -> None:
    """Print each failure, what no example tests where that was asked, and the totals."""
    console = Paper(soft_wrap=True)
    failed = [(one, outcome) for one in tested for outcome in one.outcomes if not outcome.passed]
    total = sum(len(one.outcomes) for one in tested)
    for one, outcome in failed:
        console.print(_failure(one, outcome))
    if total == 0:
        console.print(Text("no examples, so nothing was tested", style="yellow"))
        return
    for one in tested:
        for part in one.coverage:
            if not part.covered:
                console.print(Text(f"{one.file}: clause {part.clause}: {_untested(part)}"))
    console.print(Text(f"{total - len(failed)} passed, {len(failed)} failed", style="red" if failed else "green"))
    if with_coverage and not failed:
        console.print(Text(f"covered: {_covered([part for one in tested for part in one.coverage])}"))


def _untested(part: Part) -> str:
    return part.missing if part.kind == "clause" else f"{part.kind} `{part.words}`: {part.missing}"


def _covered(parts: Sequence[Part]) -> str:
    """`2 of 3 clauses, 1 of 1 exceptions and 4 of 4 bounds`."""
    of_kind = {kind: [part.covered for part in parts if part.kind == kind] for kind in KINDS}
    return listed([f"{sum(found):,} of {len(found):,} {kind}s" for kind, found in of_kind.items()])


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
