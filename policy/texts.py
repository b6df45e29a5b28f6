"""What a condition asks of texts: parts, patterns, likenesses and samples."""

from plainterms.policy import meaning, syntax
from plainterms.policy.meaning import Condition
from plainterms.policy.patterns import flaw_of, inlined
from plainterms.policy.resolve import TYPE_WORDS, Reading, field_of
from plainterms.policy.schema import MILLION, Type
from plainterms.policy.scope import Scope
from plainterms.policy.values import constant_of


def contains(reading: Reading, node: syntax.Contains) -> Condition | None:
    """`F contains V`; None after a mistake."""
    scope = reading.scope
    field = field_of(reading, node.left)
    values = [_contained(scope, value, field) for value in node.values]
    if field is not None and field.type not in (Type.TEXT, Type.LIST):
        message = f"`{scope.words(node.left)}` is {TYPE_WORDS[field.type]} and contains nothing"
        scope.report(message, node.left, "`contains` asks a text or a list of texts")
        return None
    texts = [value for value in values if value is not None]
    if field is None or len(texts) < len(values):
        return None
    return meaning.ContainsAny(field, tuple(dict.fromkeys(texts)))


def _contained(scope: Scope, value: syntax.Value, field: meaning.Field | None) -> str | None:
    constant = constant_of(scope, value, "after `contains`")
    if constant is None:
        return None
    if not isinstance(constant.value, str):
        scope.report(f"`{scope.words(value)}` is {TYPE_WORDS[constant.type]}, and `contains` needs a text", value)
        return None
    if not constant.value and (field is None or field.type != Type.LIST):
        scope.report("this text is empty, and every text contains it", value, "write what must be found")
        return None
    return constant.value


def _text_field(reading: Reading, ref: syntax.FieldRef, verb: str) -> meaning.Field | None:
    field = field_of(reading, ref)
    if field is not None and field.type != Type.TEXT:
        words = reading.scope.words(ref)
        help_line = f"write `{words} contains …`" if field.type == Type.LIST else ""
        message = f"`{words}` is {TYPE_WORDS[field.type]}, and `{verb}` asks a text"
        reading.scope.report(message, ref, help_line)
        return None
    return field


def matches(reading: Reading, node: syntax.Matches) -> Condition | None:
    """`F matches /re/i`; None after a mistake."""
    field = _text_field(reading, node.left, "matches")
    flaws = [flaw for flaw in map(flaw_of, node.patterns) if flaw is not None]
    for message, help_line, span in flaws:
        reading.scope.report(message, span, help_line)
    if field is None or flaws:
        return None
    return meaning.MatchesAny(field, tuple(dict.fromkeys(map(inlined, node.patterns))))


def resembles(reading: Reading, node: syntax.Resembles) -> Condition | None:
    """`F resembles "…"`; None after a mistake."""
    field = _text_field(reading, node.left, "resembles")
    return None if field is None else meaning.ResemblesAny(field, tuple(text.value for text in node.texts))


def appears(reading: Reading, node: syntax.Appears) -> Condition | None:
    """`F appears in samples "NAME"`; None after a mistake."""
    field = _text_field(reading, node.left, "appears in samples")
    one_in = None
    if node.chance is not None:
        part, whole = node.chance
        if reading.scope.is_flawed(part) or reading.scope.is_flawed(whole):
            return None
        if not 0 < part.value <= whole.value:
            words = f"`{reading.scope.words(part)} in {reading.scope.words(whole)}` is not a chance"
            reading.scope.report(words, syntax.Span(part.span.start, whole.span.end), "write it as `1 in 1_000_000`")
            return None
        one_in = whole.value * MILLION // part.value
    return None if field is None else meaning.AppearsIn(field, node.samples.value, one_in)
