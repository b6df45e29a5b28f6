"""The conventions of `rules/README.md`, as tiny declarations: what each asks, and how a breach of it is found."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from plainterms.engine.plan import leaves
from plainterms.policy import meaning, syntax
from plainterms.policy.told import may_be_missing
from plainterms.rules.catalogue import FOLDER, Entry
from plainterms.rules.quotes import OURS, quotations

LONGEST_QUOTE = 200


@dataclass(frozen=True)
class Convention:
    """What every file does, and the sentences about those that do not."""

    asks: str
    find: Callable[[Entry], Iterable[str]]


def file_name(one: Entry) -> Iterator[str]:
    if not re.fullmatch(r"[a-z]+/[a-z0-9.-]+\.\d{4}-\d\d-\d\d", one.name):
        yield f"`{one.name}` is not PROVIDER/DOCUMENT.DATE in small letters, figures and hyphens"
    if not one.name.endswith(f".{one.version}"):
        yield f'`version "{one.version}"` is not the date in the file\'s name'
    if one.provenance is not None and one.provenance.date not in ("", one.version):
        yield f"the text is of {one.provenance.date}, the version of {one.version}"


def made_from(one: Entry) -> Iterator[str]:
    if one.provenance is None:
        yield "no comment says what it was made from"


def undecided(one: Entry) -> Iterator[str]:
    made = one.provenance
    if made is not None and not made.undecided:
        yield "nothing stands under `Not decided from data`"
    yield from (f"`{item}` is not SECTION “WORDS”: REASON" for item in made.malformed) if made is not None else ()


def dates(one: Entry) -> Iterator[str]:
    if not one.start:
        yield "no `in force from`"
    elif one.published > one.start:
        yield f"published on {one.published}, after it took effect"


ITEMS = (
    syntax.Use,
    syntax.Incorporates,
    syntax.Let,
    (syntax.ListOfValues, syntax.ListFromFile),
    syntax.Event,
    syntax.Register,
    (syntax.DefineEvent, syntax.DefineCondition),
    syntax.Clause,
)
SECTIONS = (
    syntax.Cites,
    (syntax.ForEach, syntax.ForEachGroup, syntax.ForWholeService),
    (syntax.Prohibits, syntax.Permits, syntax.Requires),
    syntax.Exception_,
    syntax.Severity,
    syntax.OnBreach,
    syntax.Cure,
    syntax.Note,
    syntax.Example,
)


def order(one: Entry) -> Iterator[str]:
    yield from _out_of_order(one.document.items, ITEMS, "the file")
    for clause in clauses(one):
        yield from _out_of_order(clause.sections, SECTIONS, f"clause `{clause.name.text}`")


def _out_of_order(parts: Iterable[object], kinds: Iterable[object], of: str) -> Iterator[str]:
    ranks = [next(rank for rank, kind in enumerate(kinds) if isinstance(part, kind)) for part in parts]  # type: ignore[arg-type]
    if ranks != sorted(ranks):
        yield f"the parts of {of} are not in order"


def citations(one: Entry) -> Iterator[str]:
    stored = one.provenance is not None and one.provenance.text
    for clause in clauses(one):
        cited = [section for section in clause.sections if isinstance(section, syntax.Cites)]
        if not cited:
            yield f"clause `{clause.name.text}` cites nothing"
        elif stored and any(cite.words is None for cite in cited):
            yield f"clause `{clause.name.text}` cites a section without its words"
    for quotation in quotations(one):
        if len(quotation.words) > LONGEST_QUOTE:
            yield f"{quotation.place} quotes {len(quotation.words)} characters; {LONGEST_QUOTE} are enough"
        if quotation.words and not stored:
            instead = f"begin with `{OURS.strip()}` or cite the section"
            yield f"{quotation.place} quotes a text that is not stored; {instead}"


def consequences(one: Entry) -> Iterator[str]:
    for clause, meant in decided(one):
        for kind, words in ((syntax.Severity, "severity"), (syntax.OnBreach, "on breach")):
            if not any(isinstance(section, kind) for section in clause.sections):
                yield f"clause `{meant.name}` has no `{words}`"


def examples(one: Entry) -> Iterator[str]:
    for _, clause in decided(one):
        verdicts = [example.verdict for example in clause.examples]
        if verdicts[:1] != ["breach"]:
            yield f"the first example of clause `{clause.name}` is not in breach"
        wanted = (
            {"clear"} | ({"pending"} if has_time(clause) else set()) | ({"undetermined"} if turns(clause) else set())
        )
        yield from (f"clause `{clause.name}` has no {verdict} example" for verdict in sorted(wanted - set(verdicts)))


def has_time(clause: meaning.Clause) -> bool:
    return isinstance(clause.statement, meaning.TriggeredDuty) and clause.statement.direction == "after"


def turns(clause: meaning.Clause) -> bool:
    """Whether something that may be missing decides it: a condition of its events or an exception, or a limit."""
    found = (clause.statement, clause.exceptions)
    follows = [node for node in leaves(found) if isinstance(node, meaning.Follows)]
    asked = {field for node in leaves(found) if isinstance(node, meaning.Missing) for field in [node.field]}
    fields = [
        node
        for node in leaves(found)
        if isinstance(node, meaning.EventField | meaning.RegisterField) and node not in asked and may_be_missing(node)
    ]
    entities = isinstance(clause.subject, meaning.GroupSubject) or bool(follows)
    return bool(fields) and not entities


def names(one: Entry) -> Iterator[str]:
    known = set(re.findall(r"`(\w+)`", readme("Names of clauses")))
    yield from (f"clause `{name}` is not a name of README.md" for name in one.clauses if name not in known)


def vocabulary(one: Entry) -> Iterator[str]:
    known = set(re.findall(r'"([^"]+)"', readme("Words in logs and registers")))
    for _, clause in decided(one):
        for word in sorted(words_of(clause) - known):
            yield f'clause `{clause.name}` looks for "{word}", which README.md does not list'


def words_of(clause: meaning.Clause) -> set[str]:
    """Values of purposes, authorisations, providers and families that a clause compares with."""
    found: set[str] = set()
    for node in leaves((clause.statement, clause.exceptions)):
        match node:
            case meaning.Compare(left, "is", meaning.Constant(str() as value)) if _free(left):
                found.add(value)
            case meaning.InList(field, values) | meaning.ContainsAny(field, values) if _free(field):
                found.update(str(value) for value in values)
    return found


def _free(field: meaning.Field) -> bool:
    listed = {"purpose", "authorisations", "provider"}
    return isinstance(field, meaning.EventField | meaning.RegisterField) and (
        field.name in listed or (field.name == "family" and isinstance(field, meaning.RegisterField))
    )


def clauses(one: Entry) -> list[syntax.Clause]:
    return [item for item in one.document.items if isinstance(item, syntax.Clause)]


def decided(one: Entry) -> Iterator[tuple[syntax.Clause, meaning.Clause]]:
    """The clauses of the file that can be broken; permissions cannot."""
    meant = {clause.name: clause for clause in one.policy.clauses}
    for clause in clauses(one):
        if not isinstance(meant[clause.name.text].statement, meaning.Permission):
            yield clause, meant[clause.name.text]


@cache
def readme(section: str) -> str:
    found = re.search(rf"^## {section}\n(.*?)^## ", (FOLDER / "README.md").read_text("utf-8"), re.M | re.S)
    assert found is not None, section
    return found[1]


CONVENTIONS = (
    Convention("a file is named after its provider, document and date", file_name),
    Convention("a file says what it was made from", made_from),
    Convention("what cannot be decided is listed, with the reason", undecided),
    Convention("dates tell publication from effect", dates),
    Convention("parts stand in one order", order),
    Convention("citations name the section and its words, in short", citations),
    Convention("every clause says how grave it is and what follows", consequences),
    Convention("every clause has a breach, a near miss, and what else can occur", examples),
    Convention("one idea has one name", names),
    Convention("words that are looked for are listed", vocabulary),
)

OF_SIGNALS = tuple(one for one in CONVENTIONS if one.find in (order, consequences, examples, vocabulary))
"""Signals are nobody's terms: they have no date, no stored text, and names of their own."""
