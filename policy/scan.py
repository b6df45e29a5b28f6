"""Cutting a text into words, values and marks."""

import re
from dataclasses import replace
from typing import NamedTuple

from plainterms.policy.foreign import wrong_at, wrong_figure
from plainterms.policy.literals import (
    Flaw,
    read_date,
    read_duration,
    read_number,
    read_pattern,
    read_text,
    read_time,
)
from plainterms.policy.syntax import Comment, Date, Name, Node, Number, Percent, Span, Time


class Token(NamedTuple):
    """A piece of the text.

    ``type`` is a terminal of the grammar; WORD before it is known whether it is a keyword or a name, and WRONG for
    what has no place in a document (``flaws`` then say why). ``node`` is its value; words and marks have none.
    """

    type: str
    text: str
    start: int
    end: int
    node: Node | None = None
    flaws: tuple[Flaw, ...] = ()

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


UNITS = frozenset(
    unit + plural
    for unit in ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
    for plural in ("", "s")
)

MARKS = {",": "COMMA", ":": "COLON", ".": "DOT", "(": "LPAR", ")": "RPAR"}

_PIECE = re.compile(
    r"""
      (?P<blank>[\s\u00a0\u200b\ufeff]+)
    | (?P<comment>\#[^\n]*)
    | (?P<yes_no>yes/no\b)
    | (?P<text>"[^"\\]*(?:\\.[^"\\]*)*" | “[^”\\]*(?:\\.[^”\\]*)*”)
    | (?P<pattern>/(?:[^/\\\n]|\\[^\n])+/[A-Za-z]*)
    | (?P<time>\d{4}-\d\d-\d\d[Tt][\w.:+-]*)
    | (?P<figure>-?\d(?:[\w:+-]|\.(?=\w)|/(?=\d))*)
    | (?P<hyphenated>[^\W\d]\w*(?:-\w+)+)
    | (?P<word>[^\W\d]\w*)
    | (?P<order>>=|<=|>(?!=)|<(?![=>]))
    | (?P<mark>[,:.()])
    | (?P<wrong>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMPARED = re.compile(r"\s+is\b")
"""After `severity` this tells the field of a breach from the section of a clause."""

_PERCENT = re.compile(r"[^\S\n]*%")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"-?[\d_]+(?:\.\d+)?", re.ASCII)


_SWALLOWED = re.compile(
    r"\n\s*(?:clause|use|incorporates|let|list|event|register|define|cites|for (?:each|the)|prohibits|permits"
    r"|requires|except|severity|on breach|cure|note|example|given|version|published|in force|timezone|source)\b"
)


def scan(text: str) -> tuple[list[Token], list[Comment]]:
    """All tokens and comments of a text; never fails, see WRONG."""
    tokens: list[Token] = []
    comments: list[Comment] = []
    position = 0
    while position < len(text):
        found = _PIECE.match(text, position)
        assert found is not None
        kind, position = found.lastgroup, found.end()
        if kind == "comment":
            comments.append(Comment(found[0][1:].removeprefix(" ").rstrip(), span=Span(found.start(), position)))
        elif kind == "wrong":
            position = _wrong(text, found.start(), tokens, comments)
        elif kind != "blank":
            tokens.append(_after(tokens, _token(text, str(kind), found[0], found.start())))
            position = tokens[-1].end
    return tokens, comments


def _after(tokens: list[Token], token: Token) -> Token:
    """The unit of a duration, with what is wrong with the duration."""
    if token.text not in UNITS or not tokens or tokens[-1].type != "NUMBER" or tokens[-1].flaws:
        return token
    number = tokens[-1]
    assert isinstance(number.node, Number)
    whole = Span(number.start, token.end)
    flaws = tuple(replace(flaw, span=whole) for flaw in read_duration(number.node.value, token.text)[1])
    return token._replace(flaws=flaws)


def swallows_lines(token: Token) -> bool:
    """Whether a text looks as if its closing quote had been forgotten: a section begins on one of its lines."""
    return token.type == "STRING" and _SWALLOWED.search(token.text) is not None


def _token(text: str, kind: str, written: str, start: int) -> Token:
    end = start + len(written)
    match kind:
        case "word":
            is_field = written == "severity" and _COMPARED.match(text, end)
            return Token("NAME" if is_field else "WORD", written, start, end)
        case "mark":
            return Token(MARKS[written], written, start, end)
        case "order":
            return Token("ORDER", written, start, end, Name(written, span=Span(start, end)))
        case "text":
            value, flaws = read_text(written, start)
            return Token("STRING", written, start, end, value, flaws)
        case "pattern":
            pattern, flaws = read_pattern(written, start)
            return Token("PATTERN", written, start, end, pattern, flaws)
        case "hyphenated":
            advice = f"words of a name are joined with `_`, as in `{written.replace('-', '_')}`"
            return Token("WRONG", written, start, end, flaws=(Flaw(f"`{written}` is not a name", advice),))
        case "yes_no":
            return Token("WORD", written, start, end)
        case "time":
            return _time(written, start, end)
    return _figure(text, written, start, end)


def _time(written: str, start: int, end: int) -> Token:
    written = written.rstrip(".:+-")
    value, flaws = read_time(written)
    end = start + len(written)
    return Token("TIME", written, start, end, Time(value, span=Span(start, end)), flaws)


def _figure(text: str, written: str, start: int, end: int) -> Token:
    if _DATE.fullmatch(written):
        days, flaws = read_date(written)
        return Token("DATE", written, start, end, Date(days, span=Span(start, end)), flaws)
    if not _NUMBER.fullmatch(written):
        return Token("WRONG", written, start, end, flaws=(wrong_figure(written),))
    value, flaws = read_number(written)
    sign = _PERCENT.match(text, end)
    if sign is None:
        return Token("NUMBER", written, start, end, Number(value, span=Span(start, end)), flaws)
    written, end = text[start : sign.end()], sign.end()
    return Token("PERCENT", written, start, end, Percent(value, span=Span(start, end)), flaws)


# ── What has no place in a document ───────────────────────────────────────────────────────────────────────────────


def _wrong(text: str, start: int, tokens: list[Token], comments: list[Comment]) -> int:
    """Adds the WRONG token, unless one stands before already, and returns where to go on."""
    if tokens and tokens[-1].type == "WRONG" and text[start] not in '"“/':
        return start + 1
    if text[start] == '"':
        start = _where_the_quote_is_missing(start, tokens, comments)
    end, flaw = wrong_at(text, start)
    tokens.append(Token("WRONG", text[start:end], start, end, flaws=(flaw,)))
    return end


def _where_the_quote_is_missing(start: int, tokens: list[Token], comments: list[Comment]) -> int:
    """The odd quote may stand at the end of a row of texts turned inside out: goes back to the first of them."""
    for index, token in enumerate(tokens):
        if token.text[0] == '"' and swallows_lines(token):
            del tokens[index:]
            comments[:] = [comment for comment in comments if comment.span.start < token.start]
            return token.start
    return start
