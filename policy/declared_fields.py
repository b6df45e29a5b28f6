"""The fields that `event` and `register` declare."""

from collections.abc import Iterable, Iterator

from plainterms.policy import syntax
from plainterms.policy.meaning import Constant
from plainterms.policy.resolve import TYPE_WORDS
from plainterms.policy.schema import Field, Type
from plainterms.policy.scope import Scope
from plainterms.policy.values import as_type, constant_of


def declared_fields(
    scope: Scope, nodes: Iterable[syntax.FieldDeclaration]
) -> Iterator[tuple[syntax.FieldDeclaration, Field]]:
    """Each declaration with its field; mistakes in ranges and defaults are reported, and left out."""
    seen: set[str] = set()
    for node in nodes:
        name = node.name.text
        if name in seen:
            scope.report(f"`{name}` is declared twice", node.name, "keep one of them")
            continue
        seen.add(name)
        yield node, _field(scope, node)


def _field(scope: Scope, node: syntax.FieldDeclaration) -> Field:
    kind = Type(node.type)
    least, greatest = _end(scope, node.least, kind), _end(scope, node.greatest, kind)
    if least is not None and greatest is not None and least > greatest:
        assert node.least is not None
        assert node.greatest is not None
        written = f"`from {scope.words(node.least)} to {scope.words(node.greatest)}`"
        scope.report(f"the range {written} holds nothing", syntax.Span(node.least.span.start, node.greatest.span.end))
        least = greatest = None
    default = _default(scope, node, kind, least, greatest)
    return Field(
        node.name.text,
        kind,
        "",
        least=least,
        greatest=greatest,
        default=default,
        known_after=node.known_after,
    )


def _end(scope: Scope, value: syntax.Value | None, kind: Type) -> int | None:
    if value is None:
        return None
    constant = _typed(scope, value, kind, "as the end of a range")
    if constant is None:
        return None
    assert isinstance(constant.value, int)
    return constant.value


def _default(
    scope: Scope, node: syntax.FieldDeclaration, kind: Type, least: int | None, greatest: int | None
) -> object:
    if node.default is None:
        return None
    constant = _typed(scope, node.default, Type.TEXT if kind == Type.LIST else kind, "as a default")
    if constant is None:
        return None
    value = constant.value
    if isinstance(value, int) and (
        (least is not None and value < least) or (greatest is not None and value > greatest)
    ):
        scope.report(f"the default `{scope.words(node.default)}` lies outside the range", node.default)
        return None
    return (value,) if kind == Type.LIST else value


def _typed(scope: Scope, value: syntax.Value, kind: Type, use: str) -> Constant | None:
    constant = constant_of(scope, value, use)
    if constant is None:
        return None
    fitting = as_type(scope, constant, kind)
    if fitting is None:
        words = scope.words(value)
        scope.report(f"`{words}` is {TYPE_WORDS[constant.type]}, and the field is {TYPE_WORDS[kind]}", value)
    return fitting
