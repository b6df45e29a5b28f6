"""From the text of a document to its tree, or to all that is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plainterms.policy import syntax
from plainterms.policy.errors import Problem, TermsErrors
from plainterms.policy.expected import Place
from plainterms.policy.grammar import Grammar, Machine, Unexpected, grammar
from plainterms.policy.literals import Flaw
from plainterms.policy.mistakes import explain
from plainterms.policy.scan import UNITS, Token, scan
from plainterms.policy.segments import Segment, cut
from plainterms.policy.syntax import Document, Node, Span

LARGEST_FILE = 1_048_576
DEEPEST = 64
LONGEST_LIST = 100_000
MOST_MISTAKES = 1_000


def parse(text: str, file: str = "<text>") -> Document:
    """The tree of a document.

    Raises `TermsErrors` with every syntax error of the text: at most one for each item, beside the values in it
    that are not well written.
    """
    document, problems = parse_collecting(text, file)
    if problems:
        raise TermsErrors(problems)
    return document


def parse_collecting(text: str, file: str = "<text>") -> tuple[Document, list[Problem]]:
    """The tree of the items that can be read, and the problems of all (see `Document`)."""
    size = len(text.encode(errors="surrogatepass"))
    if size > LARGEST_FILE:
        flaw = Flaw(f"this file has {size:_} bytes, more than the {LARGEST_FILE:_} allowed", "divide it with `use`")
        return Document(None, text=text, file=file), [_problem(flaw, Span(0, 0), text, file)]
    tokens, comments = scan(text)
    rules = grammar()
    outcomes = list(_in_order(list(_read_all(cut(tokens, rules), rules))))
    problems = [_problem(flaw, span, text, file) for outcome in outcomes for span, flaw in outcome.flaws]
    head, items = _sound(outcomes)
    broken = tuple(_broken(outcome.segment) for outcome in outcomes if outcome.node is None)
    flawed = tuple(span for outcome in outcomes for span in outcome.flawed)
    return Document(head, items, tuple(comments), text, file, broken, flawed), problems


@dataclass(frozen=True)
class _Outcome:
    """A segment, its tree unless broken, what is wrong with it, and the values in it that could not be read."""

    segment: Segment
    node: Any
    flaws: tuple[tuple[Span, Flaw], ...]
    flawed: tuple[Span, ...] = ()


def _problem(flaw: Flaw, span: Span, text: str, file: str) -> Problem:
    return Problem(flaw.message, flaw.span or span, file, text, flaw.help)


def _sound(outcomes: Iterable[_Outcome]) -> tuple[syntax.Head | None, tuple[syntax.Item, ...]]:
    nodes = [outcome.node for outcome in outcomes if outcome.node is not None]
    heads = [node for node in nodes if isinstance(node, syntax.Head)]
    return (heads[0] if heads else None), tuple(node for node in nodes if not isinstance(node, syntax.Head))


def _broken(segment: Segment) -> syntax.Broken:
    words = [token for token in segment.tokens[1:4] if token.type == "WORD"]
    if segment.opening == "define":
        words = words[1:]
    first, last = segment.tokens[0], segment.tokens[-1]
    name = words[0].text if words and segment.opening not in ("terms", "use", "incorporates", "") else None
    return syntax.Broken(segment.opening, name, span=Span(first.start, last.end))


def _in_order(outcomes: Sequence[_Outcome]) -> Iterator[_Outcome]:
    """The head stands once, and first."""
    for index, outcome in enumerate(outcomes):
        if outcome.segment.opening == "terms" and index > 0:
            seen = any(other.segment.opening == "terms" for other in outcomes[:index])
            flaw = (
                Flaw("`terms` stands twice", "a file holds one document; put the other in a file of its own")
                if seen
                else Flaw("`terms` must stand first", "move it with its parts to the top of the file")
            )
            span = outcome.segment.tokens[0].span
            yield _Outcome(outcome.segment, None, (*outcome.flaws, (span, flaw)))
        else:
            yield outcome


# ── One item ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_all(segments: Sequence[Segment], rules: Grammar) -> Iterator[_Outcome]:
    """Each item, until there are more mistakes than anyone reads: then it is not a document at all."""
    mistakes = 0
    for segment in segments:
        outcome = _read(segment, rules)
        mistakes += len(outcome.flaws)
        if mistakes > MOST_MISTAKES:
            flaw = Flaw(f"this file has more than {MOST_MISTAKES:_} mistakes; the rest was not read")
            yield _Outcome(segment, None, ((segment.tokens[0].span, flaw),))
            return
        yield outcome


def _read(segment: Segment, rules: Grammar) -> _Outcome:
    flaws = [(token.span, flaw) for token in segment.tokens for flaw in token.flaws if token.type != "WRONG"]
    too_deep = _too_deep(segment.tokens) or _too_long(segment.tokens)
    if too_deep is not None:
        return _Outcome(segment, None, (*flaws, too_deep))
    node, error = _parsed(segment, rules)
    if error is not None:
        return _Outcome(segment, None, (*flaws, error))
    repeated = tuple(_repeated(node)) if isinstance(node, syntax.Clause | syntax.Head) else ()
    if flaws and isinstance(node, _NEEDED_WHOLE):
        return _Outcome(segment, None, tuple(flaws))
    return _Outcome(segment, node, (*flaws, *repeated), tuple(_whole(span, flaw) for span, flaw in flaws))


_NEEDED_WHOLE = (syntax.Use, syntax.Incorporates, syntax.ListFromFile, syntax.Event, syntax.Register)
"""Items that name files, or declare what others are measured by: with a wrong value in them they are left out."""


def _whole(token: Span, flaw: Flaw) -> Span:
    """Where a value stands; of a duration the flaw is told at its unit."""
    return min(token, flaw.span) if flaw.span is not None else token


def _parsed(segment: Segment, rules: Grammar) -> tuple[Any, tuple[Span, Flaw] | None]:
    machine = Machine(rules, "head" if segment.opening == "terms" else "item")
    before = ""
    end = segment.tokens[-1].end
    try:
        for token in segment.tokens:
            typed = typed_token(token, before, rules.states[machine.states[-1]], rules)
            machine.feed(typed)
            before = typed.type
        return machine.finish(Token("$END", "", end, end)), None
    except Unexpected as error:
        return None, explain(_place(segment, error.token, rules))


def _place(segment: Segment, found: Token, rules: Grammar) -> Place:
    """The parser again as it was before it took notice of the wrong token."""
    machine = Machine(rules, "head" if segment.opening == "terms" else "item")
    typed: list[Token] = []
    for token in segment.tokens:
        if token.start >= found.start:
            break
        before = typed[-1].type if typed else ""
        typed.append(typed_token(token, before, rules.states[machine.states[-1]], rules))
        machine.feed(typed[-1])
    return Place(segment.opening, (*typed, *segment.tokens[len(typed) :]), len(typed), found, machine)


def typed_token(token: Token, before: str, accepted: Mapping[str, int], rules: Grammar) -> Token:
    """The token with its terminal: words are keywords, units or names by what may stand here.

    ``before`` is the type of the token before (parts after a dot are always names), ``accepted`` the row of the
    parser's table.
    """
    if token.type != "WORD":
        return token if token.type != "NAME" else _as("NAME", token)
    if before == "DOT":
        return _as("NAME", token)
    if token.text in UNITS:
        return _as("UNIT", token)
    keyword = rules.words.get(token.text)
    if keyword is None or (keyword not in accepted and not rules.reserved(token.text)):
        return _as("NAME", token)
    return _as(keyword, token)


def _as(terminal: str, token: Token) -> Token:
    """A word with its terminal, and what it stands for if it is more than a keyword."""
    node: Node | None = None
    if terminal in ("NAME", "UNIT", "BREACH"):
        node = syntax.Name(token.text, span=token.span)
    elif terminal in ("YES", "NO"):
        node = syntax.YesNo(terminal == "YES", span=token.span)
    return Token(terminal, token.text, token.start, token.end, node, token.flaws)


def _too_deep(tokens: Sequence[Token]) -> tuple[Span, Flaw] | None:
    """Where parentheses and `not` go deeper than a tree is walked."""
    opened: list[int] = []
    depth = negations = 0
    for token in tokens:
        if token.type == "LPAR":
            opened.append(1 + negations)
            depth += 1 + negations
        elif token.type == "RPAR" and opened:
            depth -= opened.pop()
        negations = negations + 1 if token.text == "not" else 0
        if depth + negations > DEEPEST:
            flaw = Flaw(
                f"this condition is nested more than {DEEPEST} deep", "name a part of it with `define condition`"
            )
            return token.span, flaw
    return None


def _too_long(tokens: Sequence[Token]) -> tuple[Span, Flaw] | None:
    """Where a row of values divided by commas is longer than a list may be."""
    commas = [token for token in tokens if token.type == "COMMA"]
    if len(commas) < LONGEST_LIST:
        return None
    flaw = Flaw(f"this list has more than {LONGEST_LIST:_} values", "divide it into several lists")
    return commas[LONGEST_LIST - 1].span, flaw


_MANY = (syntax.Cites, syntax.Exception_, syntax.Note, syntax.Example)
_KEYWORDS: dict[type, str] = {
    syntax.ForEach: "for",
    syntax.ForEachGroup: "for",
    syntax.ForWholeService: "for",
    syntax.Prohibits: "prohibits",
    syntax.Permits: "permits",
    syntax.Requires: "requires",
    syntax.Severity: "severity",
    syntax.OnBreach: "on breach",
    syntax.Cure: "cure",
    syntax.Version: "version",
    syntax.Published: "published",
    syntax.InForce: "in force",
    syntax.AppliesOnAcceptance: "applies on acceptance",
    syntax.PrevailsOver: "prevails over",
    syntax.Timezone: "timezone",
    syntax.Source: "source",
}


def _repeated(node: syntax.Clause | syntax.Head) -> Iterator[tuple[Span, Flaw]]:
    """Sections that stand a second time."""
    parts = node.sections if isinstance(node, syntax.Clause) else node.parts
    seen: set[str] = set()
    for part in parts:
        if isinstance(part, _MANY):
            continue
        keyword = _KEYWORDS[type(part)]
        if keyword in seen:
            where = f"clause `{node.name.text}`" if isinstance(node, syntax.Clause) else "the head"
            yield part.span, Flaw(f"`{keyword}` stands twice in {where}", "keep one of them")
        seen.add(keyword)
