"""The wording of a syntax error: what stands there, and what could."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plainterms.policy.errors import did_you_mean
from plainterms.policy.grammar import Grammar, Machine
from plainterms.policy.literals import Flaw
from plainterms.policy.scan import Token

MOST_NAMED = 4
"""With more possibilities than these, they are listed in the help line."""

RULES: Mapping[str, str] = {
    "type": "a type",
    "verdict": "a verdict",
    "field_declaration": "a field with its type",
    "section": "a section",
    "header_part": "a part of the head",
    "action": "an action",
    "given": "`given`",
    "measure": "a measure",
    "_window": "a window",
    "_condition": "a condition",
    "_operand": "a condition",
    "_quantity": "something to count",
    "_events": "a kind of event",
    "selection": "a kind of event",
    "_amount": "a number, a percentage or a field",
    "value": "a value",
    "_length": "a duration",
    "duration": "a duration",
    "path": "a field",
    "argument": "a parameter and its value",
    "_setting": "a field and its value",
}
"""What a rule is called, outermost first."""

TERMINALS: Mapping[str, str] = {
    "NAME": "a name",
    "STRING": "a text in quotes",
    "PATTERN": "a pattern",
    "UNIT": "a unit of time",
    "NUMBER": "a number",
    "PERCENT": "a percentage",
    "DATE": "a date",
    "TIME": "a time",
    "COMMA": "`,`",
    "COLON": "`:`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "TOGETHER": "`together with`",
    "AMONG": "`among others`",
}

EXAMPLES: Mapping[str, str] = {
    "a type": "`text`, `number`, `percent`, `yes/no`, `time`, `duration` or `list of text`",
    "a verdict": "`breach`, `clear`, `pending` or `undetermined`",
    "a field with its type": "such as `reference: text`",
    "an action": "such as `review`",
    "a measure": "such as `any request` or `at least 10 requests`",
    "a window": "such as `within 1 day`",
    "something to count": "such as `requests`",
    "a kind of event": "such as `request`",
    "a duration": "such as `30 days`",
    "a parameter and its value": "such as `harvest_bound 25`",
    "a unit of time": "such as `days`",
    "a pattern": "such as /spam/i",
    "a date": "such as `2026-03-01`",
    "a time": "such as `2026-04-01T09:00:00Z`",
}
"""Added where one thing alone can stand."""

_COMPARISONS = {"IS", "ORDER", "CONTAINS", "MATCHES", "RESEMBLES", "APPEARS"}
_FIELD_GOES_ON = {"DOT", "AS"}


@dataclass(frozen=True)
class Place:
    """Where no rule goes on: the parser before the token ``found``, which is ``tokens[index]`` or the end."""

    opening: str
    tokens: Sequence[Token]
    index: int
    found: Token
    machine: Machine

    @property
    def grammar(self) -> Grammar:
        """The grammar of the parser."""
        return self.machine.grammar

    def text(self, offset: int) -> str:
        """The text of a token near the found one (offset 0), empty outside of the item."""
        position = self.index + offset
        return self.tokens[position].text if 0 <= position < len(self.tokens) else ""

    def accepts(self, terminal: str) -> bool:
        """Whether that terminal could stand here."""
        return self.machine.accepts(terminal) is not None


def expectation(place: Place) -> Flaw:
    """The general error: `expected A or B after C, found D`."""
    options = list(_options(place))
    found = describe(place.found, place.opening)
    after = _before(place)
    help_line = suggestion(place)
    if not options or len(options) > MOST_NAMED:
        message = f"{found} cannot stand {after}"
        return Flaw(message, help_line or (f"here may stand {_or(options)}" if options else ""))
    example = EXAMPLES.get(options[0], "") if len(options) == 1 else ""
    wanted = f"{options[0]} ({example})" if example else _or(options)
    return Flaw(f"expected {wanted} {after}, found {found}", help_line)


def suggestion(place: Place) -> str:
    """The keyword that the author may have meant, if the word is not another keyword."""
    if place.found.type not in ("NAME", "WORD") or place.found.text in place.grammar.words:
        return ""
    known = [word for word, terminal in place.grammar.words.items() if place.accepts(terminal)]
    if not place.opening or place.accepts("$END"):
        known += [word for word in OPENING_WORDS if word not in known]
    word = place.found.text
    return did_you_mean(word.lower(), [option for option in known if option != word])


OPENING_WORDS = ("use", "incorporates", "let", "list", "event", "register", "define", "clause")


def describe(token: Token, opening: str) -> str:
    """A token as a message names it."""
    match token.type:
        case "$END":
            return f"the end of the {ITEMS.get(opening, 'file')}"
        case "STRING":
            return "the text " + shortened(token.text)
        case "PATTERN":
            return "the pattern " + shortened(token.text)
    return f"`{shortened(token.text)}`"


ITEMS: Mapping[str, str] = {
    "terms": "head",
    "use": "`use`",
    "incorporates": "`incorporates`",
    "let": "`let`",
    "list": "list",
    "event": "event",
    "register": "register",
    "define": "definition",
    "clause": "clause",
}


def shortened(text: str) -> str:
    """At most some thirty characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 32 else f"{line[:30]}…{line[-1]}"


def _before(place: Place) -> str:
    if place.index == 0:
        return "here"
    start = place.index - 1
    while start >= 2 and place.tokens[start - 1].type == "DOT":
        start -= 2
    if start < place.index - 1:
        return f"after `{''.join(token.text for token in place.tokens[start : place.index])}`"
    return f"after {describe(place.tokens[place.index - 1], place.opening)}"


def _or(options: Sequence[str]) -> str:
    if len(options) < 2:
        return "".join(options)
    return f"{', '.join(options[:-1])} or {options[-1]}"


def _options(place: Place) -> Iterator[str]:
    """What may stand here in plain words, each once: rules first, then single words."""
    grammar, machine = place.grammar, place.machine
    terminals = sorted({terminal for row in grammar.states for terminal in row if terminal.isupper()})
    accepted = {terminal: state for terminal in terminals if (state := machine.accepts(terminal)) is not None}
    if accepted.keys() >= _COMPARISONS:
        yield "a comparison such as `is`"
        accepted = {t: s for t, s in accepted.items() if t not in _COMPARISONS | _FIELD_GOES_ON}
    ends = accepted.pop("$END", None) is not None
    if len(accepted) > 1 or ends:
        accepted = {terminal: state for terminal, state in accepted.items() if terminal not in ("DOT", "UNIT")}
    called = {terminal: _called(grammar, terminal, state) for terminal, state in accepted.items()}
    order = [*RULES.values(), *TERMINALS.values(), *(f"`{word}`" for word in grammar.words)]
    yield from sorted(set(called.values()), key=order.index)
    if ends and "a section" not in called.values() and "a part of the head" not in called.values():
        yield "the next item"


def _called(grammar: Grammar, terminal: str, state: int) -> str:
    for rule, words in RULES.items():
        if rule in grammar.states[state] and terminal in grammar.firsts[rule]:
            return words
    if terminal in TERMINALS:
        return TERMINALS[terminal]
    return next(f"`{word}`" for word, known in grammar.words.items() if known == terminal)
