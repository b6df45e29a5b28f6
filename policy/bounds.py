"""Bounds: how many, or which share, in comparison with a number or with a field of the subject's register."""

from dataclasses import dataclass
from typing import Literal

from plainterms.policy import meaning, syntax
from plainterms.policy.meaning import Bound, EachSubject, EventField, GroupSubject, RegisterField, Subject
from plainterms.policy.resolve import TYPE_WORDS, Reading
from plainterms.policy.schema import MILLION, Type
from plainterms.policy.scope import Scope
from plainterms.policy.syntax import Span
from plainterms.policy.values import value_of

RELATIONS: dict[syntax.Comparator, Literal[">=", ">", "<=", "<"]] = {
    "at least": ">=",
    "more than": ">",
    "at most": "<=",
    "fewer than": "<",
}

WHOLE = 100 * MILLION
"""100%."""


@dataclass(frozen=True)
class Judged:
    """A clause's scope, its subject (None after a mistake in it), and where the subject is named."""

    scope: Scope
    subject: Subject | None
    place: Span


def bound_of(judged: Judged, node: syntax.Counted | syntax.ShareBeing | syntax.ShareSharing) -> Bound | None:
    """The bound of a measure; None after a mistake."""
    relation = RELATIONS[node.comparator]
    if isinstance(node, syntax.ShareBeing | syntax.ShareSharing):
        return _of_share(judged, relation, node)
    if node.part_of is not None:
        return _of_part(judged, relation, node, node.part_of)
    amount = value_of(Reading(judged.scope), node.amount)
    if amount is None:
        return None
    if isinstance(amount, meaning.Constant):
        assert isinstance(amount.value, int | str)
        if amount.type == Type.NUMBER:
            return Bound(relation, int(amount.value))
        _not_a_number(judged.scope, node, amount)
        return None
    field = _own_number(judged, amount, node.amount)
    return None if field is None else Bound(relation, WHOLE, field)


def _not_a_number(scope: Scope, node: syntax.Counted, amount: meaning.Constant) -> None:
    words = scope.words(node.amount)
    if amount.type == Type.PERCENT:
        scope.report(
            f"`{words}` is {TYPE_WORDS[amount.type]}, and it is not said of what",
            node.amount,
            "write `30% of requests being …`, `30% of requests sharing one …` or `30% of organisation.allowance …`",
        )
        return
    scope.report(f"`{words}` is {TYPE_WORDS[amount.type]}, and a bound is a number", node.amount)


def _of_part(
    judged: Judged, relation: Literal[">=", ">", "<=", "<"], node: syntax.Counted, of: syntax.Path
) -> Bound | None:
    share = _percentage(judged.scope, node.amount, f"a part of `{judged.scope.words(of)}`")
    found = value_of(Reading(judged.scope), of)
    if found is None:
        return None
    if isinstance(found, meaning.Constant):
        judged.scope.report(
            f"`{judged.scope.words(of)}` is a `let`, not a field of the subject", of, "write the number itself"
        )
        return None
    field = _own_number(judged, found, of)
    return None if field is None or share is None else Bound(relation, share, field)


def _of_share(
    judged: Judged, relation: Literal[">=", ">", "<=", "<"], node: syntax.ShareBeing | syntax.ShareSharing
) -> Bound | None:
    found = value_of(Reading(judged.scope), node.amount)
    if isinstance(found, meaning.Field) and found.type == Type.PERCENT:
        field = _own(judged, found, node.amount)
        return None if field is None else Bound(relation, WHOLE, field)
    if found is None:
        return None
    share = _percentage(judged.scope, node.amount, "a share")
    if share is None:
        return None
    if not 0 <= share <= WHOLE:
        words = judged.scope.words(node.amount)
        judged.scope.report(f"a share cannot be `{words}`", node.amount, "it lies between 0% and 100%")
        return None
    return Bound(relation, share)


def _percentage(scope: Scope, amount: syntax.Amount, what: str) -> int | None:
    found = value_of(Reading(scope), amount)
    if found is None:
        return None
    if isinstance(found, meaning.Constant) and found.type == Type.PERCENT:
        return int(found.value)
    words = scope.words(amount)
    help_line = f"write `{words}%`" if isinstance(amount, syntax.Number) else "write a percentage, as in `30%`"
    scope.report(f"{what} needs a percentage, and `{words}` is {TYPE_WORDS[found.type]}", amount, help_line)
    return None


# ── Fields of the subject ─────────────────────────────────────────────────────────────────────────────────────────


def entity_of(subject: Subject | None) -> str | None:
    """The event field that names the subject, where its value is an entity's name."""
    match subject:
        case EachSubject(EventField(name)):
            return name
        case GroupSubject(EventField(name)):
            return name
    return None


def _own_number(judged: Judged, field: meaning.Field, amount: syntax.Amount) -> meaning.Field | None:
    if field.type == Type.NUMBER:
        return _own(judged, field, amount)
    words = judged.scope.words(amount)
    judged.scope.report(f"`{words}` is {TYPE_WORDS[field.type]}, and a bound is a number", amount)
    return None


def _own(judged: Judged, field: meaning.Field, amount: syntax.Amount) -> meaning.Field | None:
    """The field, if it is one of the subject's own register."""
    if judged.subject is None:
        return None
    scope, words, entity = judged.scope, judged.scope.words(amount), entity_of(judged.subject)
    if not isinstance(field, RegisterField):
        scope.report(
            f"`{words}` is a field of each event and cannot bound what is counted over many",
            amount,
            "write a number, a `let`, or a register field of the subject, such as `organisation.allowance`",
        )
        return None
    if field.key.name == entity:
        return field
    scope.report(
        f"`{words}` belongs to each `{field.key.name}`, and this clause judges"
        f" {f'each `{entity}`' if entity else f'no single `{field.key.name}`'}",
        amount,
        f"judge `for each {field.key.name}`, or write a number or a `let`",
    )
    return None
