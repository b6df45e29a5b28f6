"""Patterns as RE2 understands them, and why it refuses one."""

import re
from functools import lru_cache

import re2

from plainterms.policy.literals import LONGEST_PATTERN
from plainterms.policy.syntax import Pattern, Span

LARGEST_PROGRAM = 1 << 20
"""Bytes that RE2 may use for one pattern."""

_LINEAR = "patterns run in time linear to the text"

_REFUSED = (
    (r"\(\?<?[=!]", "look-ahead and look-behind are not part of patterns", f"{_LINEAR}; write a second `matches`"),
    (
        r"\\[1-9]|\\k[<{']|\\g[{<\d]|\(\?P=",
        "back-references are not part of patterns",
        f"{_LINEAR} and cannot compare two places of it",
    ),
    (r"\(\?>|[*+?}]\+", "possessive and atomic groups are not part of patterns", f"{_LINEAR} without them"),
    (r"\(\?\(", "conditional groups are not part of patterns", "write one pattern for each case"),
    (r"\(\?#", "comments are not part of patterns", "begin a comment with `#` outside the pattern"),
    (r"\\Z", "`\\Z` is not part of patterns", "write `\\z`"),
    (r"\\u[0-9A-Fa-f]{4}", "`\\u` is not part of patterns", "write the character itself, or `\\x{…}`"),
)

_REASONS = {
    "missing ]": "a `[` in this pattern has no `]`",
    "missing )": "a `(` in this pattern has no `)`",
    "unexpected )": "a `)` in this pattern has no `(`",
    "no argument for repetition operator": "nothing stands before `{}` that it could repeat",
    "bad repetition operator": "`{}` repeats a repetition",
    "invalid repetition size": "`{}` repeats too often",
    "invalid character class range": "`{}` is not a range of characters",
    "invalid escape sequence": "`{}` means nothing in a pattern",
    "invalid perl operator": "`{}` is not part of patterns",
    "invalid named capture group": "`{}` is not the name of a group",
    "trailing \\": "this pattern ends with a lone backslash",
    "pattern too large": "this pattern is too large",
}


def inlined(pattern: Pattern) -> str:
    """The pattern with its flags written into it."""
    flags = "".join(sorted(pattern.flags))
    return f"(?{flags}){pattern.source}" if flags else pattern.source


def flaw_of(pattern: Pattern) -> tuple[str, str, Span] | None:
    """Why a pattern is refused: message, help, and where; None where it is sound."""
    if len(pattern.source) > LONGEST_PATTERN:
        return f"this pattern has more than {LONGEST_PATTERN:_} characters", "divide it with `any of`", pattern.span
    reason = _compiled(inlined(pattern))
    if reason is None:
        return None
    return _refused(pattern) or (*_reason(reason), pattern.span)


@lru_cache(maxsize=4096)
def _compiled(source: str) -> str | None:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = LARGEST_PROGRAM
    try:
        re2.compile(source, options)
    except re2.error as error:
        reason = error.args[0]
        return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return None


def _refused(pattern: Pattern) -> tuple[str, str, Span] | None:
    """A construct of other dialects, outside of escapes and character classes, at its place."""
    plain = re.sub(r"\\\\|\\[(\[*+?}]|\[\^?\]?(?:\\.|[^\]\\])*\]", lambda found: "\0" * len(found[0]), pattern.source)
    for construct, message, help_line in _REFUSED:
        found = re.search(construct, plain)
        if found:
            start = pattern.span.start + 1 + found.start()
            return message, help_line, Span(start, start + len(found[0]))
    return None


def _reason(reason: str) -> tuple[str, str]:
    name, _, argument = reason.partition(": ")
    if name in _REASONS:
        return _REASONS[name].format(argument), "patterns are those of RE2"
    return f"this pattern is refused: {reason}", "patterns are those of RE2"
