"""An explanation drawn as a tree: every condition with its truth in words, and the values behind it."""

from collections.abc import Iterator

from rich.text import Text
from rich.tree import Tree

from plainterms.engine.conditions import Truth
from plainterms.engine.explain import Explanation, Moment, Weighed, Witness
from plainterms.engine.report import times, views
from plainterms.engine.report.asked import ALL, Asked
from plainterms.engine.report.visible import clipped, visible
from plainterms.engine.report.words import bound, counted, measured
from plainterms.policy.schema import Schema

_TRUTHS: dict[Truth, tuple[str, str]] = {
    True: ("true", "green"),
    False: ("false", "red"),
    None: ("unknown", "yellow"),
}
_COUNTS: dict[Truth, tuple[str, str]] = {
    True: ("counts", "green"),
    False: ("does not count", "red"),
    None: ("may count", "yellow"),
}
_LONGEST = 120


def explanation_tree(explanation: Explanation, schema: Schema) -> Tree:
    """The whole explanation; nothing in it is read as markup."""
    finding = explanation.finding
    tree = Tree(
        Text.assemble(
            (finding.verdict, "bold"),
            f" {visible(finding.id)}  ",
            (visible(finding.clause.name), "bold"),
            f"  {visible(finding.version.title)}  {views.reference(finding)}",
        )
    )
    tree.add(Text(clipped(views.subject(finding.subject), _LONGEST)))
    tree.add(Text(views.why(finding)))
    document = f"{visible(finding.clause.terms)}, version {visible(finding.version.version)}"
    governed = tree.add(Text(f"governed by {document}"))
    _asked(governed, explanation.governed)
    for moment in explanation.moments:
        _moment(tree, moment, explanation, schema)
    if finding.missing:
        wanting = tree.add(Text("not known, over all windows of the episode"))
        for words in views.missing(finding):
            wanting.add(Text(words))
    return tree


def _moment(tree: Tree, moment: Moment, explanation: Explanation, schema: Schema) -> None:
    event = moment.event
    label = Text.assemble((moment.name, "bold"), f"  {times.instant(event.time)} UTC  event {_id(event.id)}")
    finding = explanation.finding
    if moment.occasion is not None and finding.last_time != event.time:
        label.append(f"  due by {times.instant(finding.last_time)} UTC")
    branch = tree.add(label)
    if not moment.agrees:
        branch.add(
            Text(
                "measured anew, this is not what the finding says: the log, the registers or the terms have changed",
                style="bold yellow",
            )
        )
    if moment.occasion is not None:
        _witness(branch, moment.occasion, "falls due")
    for weighed in moment.measures:
        _weighed(branch, weighed, explanation, schema)


def _weighed(branch: Tree, weighed: Weighed, explanation: Explanation, schema: Schema) -> None:
    clause = explanation.finding.clause
    label = _truth(weighed.holds)
    label.append(measured(weighed.measure, weighed.value, schema), style="bold")
    label.append(f" ({bound(clause, weighed.measure, weighed.limit)})")
    measure = branch.add(label)
    measure.add(Text(", ".join(_numbers(weighed)), style="dim"))
    for witness in weighed.witnesses:
        _witness(measure, witness)
    if weighed.omitted:
        measure.add(Text(f"and {counted(weighed.omitted, 'more event')}", style="dim"))


def _witness(branch: Tree, witness: Witness, verb: str = "") -> None:
    words, style = _COUNTS[witness.counts]
    label = Text.assemble(
        (verb or words, style), f"  {_id(witness.event.id)}  ", (times.instant(witness.event.time), "dim")
    )
    event = branch.add(label)
    for name, part in witness.parts:
        if name == "events":
            for one in part.parts if part.words == ALL else (part,):
                _asked(event, one)
        else:
            _asked(event, part, f"{visible(name)}: ")


def _numbers(weighed: Weighed) -> Iterator[str]:
    yield f"{counted(weighed.certain, 'event')} counted"
    if weighed.possible:
        yield f"{weighed.possible:,} that may count"
    if weighed.excepted:
        yield f"{weighed.excepted:,} taken out by exceptions"


def _asked(branch: Tree, part: Asked, lead: str = "") -> None:
    label = _truth(part.truth)
    label.append(lead, style="italic")
    label.append(part.words)
    if part.values:
        name, value = part.values[0]
        bare = len(part.values) == 1 and part.words in (name, f"not {name}")
        label.append(f" = {value}" if bare else f"  [{'; '.join(map(' = '.join, part.values))}]", style="dim")
    inner = branch.add(label)
    for one in part.parts:
        _asked(inner, one)


def _truth(truth: Truth) -> Text:
    word, style = _TRUTHS[truth]
    return Text.assemble((f"{word:<8}", style))


def _id(name: str) -> str:
    return clipped(visible(name), 60)
