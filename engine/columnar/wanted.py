"""What a scan must keep of each event, so that all conditions and fields asked for can be told later."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from plainterms.engine.columnar.leaves import KIND, TIME, fields_read, single
from plainterms.policy.meaning import (
    Condition,
    ContainsAny,
    EventField,
    Field,
    MatchesAny,
    PartField,
    RegisterField,
    ResemblesAny,
    RulingField,
)
from plainterms.policy.schema import Type

OF_TEXTS = ("template", "length")
"""Parts of texts that are worked out while the text is at hand; it is not kept for them."""

TEXTUAL = (Type.TEXT, Type.LIST)


@dataclass(frozen=True)
class Wanted:
    """Columns to keep: ``coded`` texts and lists, ``flags`` (yes/no), ``numbers``, and conditions decided at once."""

    coded: tuple[Field, ...]
    flags: tuple[Field, ...]
    numbers: tuple[Field, ...]
    leaves: tuple[Condition, ...]


def wanted(conditions: Collection[Condition], fields: Collection[Field]) -> Wanted:
    """What these conditions and fields need. A condition about kept columns alone is decided when it is asked for."""
    leaves = list(dict.fromkeys(leaf for condition in conditions for leaf in single(condition)))
    mixed = [leaf for leaf in leaves if not all(at_hand(field) for field in fields_read(leaf))]
    looked_at = (*fields, *(field for leaf in mixed for field in fields_read(leaf)), KIND)
    kept = list(dict.fromkeys(base for field in looked_at for base in bases(field)))
    return Wanted(
        coded=tuple(base for base in kept if base.type in TEXTUAL),
        flags=tuple(base for base in kept if base.type is Type.YES_NO),
        numbers=tuple(base for base in kept if base.type not in (*TEXTUAL, Type.YES_NO) and base != TIME),
        leaves=tuple(leaf for leaf in leaves if leaf not in mixed and not _later(leaf, kept)),
    )


def at_hand(field: Field) -> bool:
    """Whether the event alone gives the value."""
    return isinstance(field, EventField) or (isinstance(field, PartField) and isinstance(field.of, EventField))


def bases(field: Field) -> Iterator[Field]:
    """The columns of events from which a field's value follows."""
    match field:
        case EventField():
            yield bare(field)
        case RegisterField():
            yield bare(field.key)
        case RulingField():
            yield from () if field.key is None else bases(field.key)
        case PartField():
            yield from (field,) if isinstance(field.of, EventField) and field.part in OF_TEXTS else bases(field.of)


def bare(field: EventField) -> EventField:
    """The field without what does not change its values."""
    return EventField(field.name, field.type)


def _later(leaf: Condition, kept: Collection[Field]) -> bool:
    """Whether a condition is cheaper on the different values than on each batch."""
    if isinstance(leaf, MatchesAny | ContainsAny | ResemblesAny) and leaf.field.type is Type.TEXT:
        return False
    read = {base for field in fields_read(leaf) for base in bases(field)}
    return read <= {base for base in kept if base.type in (*TEXTUAL, Type.YES_NO)}
