"""The wording of a syntax error: what stands there, and what could."""

from plainterms.policy.grammar import Grammar
from plainterms.policy.literals import Flaw
from plainterms.policy.scan import Token
from plainterms.policy.segments import Segment
from plainterms.policy.syntax import Span


def explain(segment: Segment, found: Token, rules: Grammar) -> tuple[Span, Flaw]:
    """The one error of a segment, at the token that no rule allows."""
    if found.flaws:
        return found.span, found.flaws[0]
    return found.span, Flaw(f"unexpected `{found.text}`")
