"""Shows how the examples of clauses went, on the terminal and as JUnit XML."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.text import Text

from plainterms.engine.examples import Outcome
from plainterms.engine.report.words import reading_words

Outcomes = Sequence[tuple[str, Sequence[Outcome]]]
"""File and the outcomes of its examples."""


def print_outcomes(outcomes: Outcomes) -> bool:
    """Print each failure and the total; whether all examples passed."""
    console = Console(highlight=False, soft_wrap=True)
    failed = [(file, one) for file, found in outcomes for one in found if not one.passed]
    total = sum(len(found) for _, found in outcomes)
    for file, outcome in failed:
        console.print(_failure(file, outcome))
    console.print(Text(f"{total - len(failed)} passed, {len(failed)} failed", style="red" if failed else "green"))
    return not failed


def _failure(file: str, outcome: Outcome) -> Text:
    shown = Text()
    shown.append(f"{file}: clause {outcome.clause}: ", style="bold")
    shown.append(f'example "{outcome.example.title}"\n')
    shown.append(f"  - expected  {outcome.example.verdict}\n", style="green")
    shown.append(f"  + actual    {outcome.actual}\n", style="red")
    for line in _why(outcome):
        shown.append(f"    {line}\n")
    return shown


def _why(outcome: Outcome) -> list[str]:
    """What was measured, what was missing, and which exceptions were considered."""
    if not outcome.findings:
        return ["no event of the example is, or may be, in breach"]
    lines = []
    for finding in outcome.findings:
        lines.append(f"{finding.verdict} of {finding.subject.kind} {finding.subject.name}: {reading_words(finding)}")
        lines += [f"missing: {name} on {count} events" for name, count in finding.missing]
        lines += [f'exception {tally.name} "{tally.words}": {tally.result}' for tally in finding.exceptions]
    return lines


def write_junit(outcomes: Outcomes, path: Path) -> None:
    """The outcomes in the JUnit XML form that CI services read: a suite for each file, a case for each example."""
    root = ElementTree.Element("testsuites")
    for file, found in outcomes:
        failures = sum(1 for outcome in found if not outcome.passed)
        suite = ElementTree.SubElement(root, "testsuite", name=file, tests=str(len(found)), failures=str(failures))
        for outcome in found:
            name = f"{outcome.clause}: {outcome.example.title}"
            case = ElementTree.SubElement(suite, "testcase", classname=file, name=name)
            if not outcome.passed:
                message = f"expected {outcome.example.verdict}, got {outcome.actual}"
                ElementTree.SubElement(case, "failure", message=message).text = "\n".join(_why(outcome))
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
