"""Named lists of values, written out or read from a column of a CSV file."""

import csv
import io
from dataclasses import dataclass

from plainterms.policy import syntax
from plainterms.policy.errors import did_you_mean
from plainterms.policy.meaning import Scalar
from plainterms.policy.names import listed
from plainterms.policy.resolve import TYPE_WORDS
from plainterms.policy.schema import Type
from plainterms.policy.scope import Scope, Sort
from plainterms.policy.values import constant_of

LONGEST_LIST = 1_000_000


@dataclass(frozen=True)
class Values:
    """The values of a list, sorted, each once; ``open`` if it ends with `among others`."""

    values: tuple[Scalar, ...]
    type: Type
    open: bool


def list_of(scope: Scope, name: syntax.Name) -> Values | None:
    """The list that a name stands for; None after a mistake."""
    declared = scope.find(name.text)
    if declared is not None and declared.sort == Sort.LIST:
        return scope.once(declared, list_values)
    if declared is not None:
        scope.report(f"`{name.text}` is a {declared.sort}, not a list", name)
    elif name.text in scope.event_fields:
        scope.report(f"`{name.text}` is a field, not a list", name, f"to compare two fields write `is {name.text}`")
    elif not scope.forgives(name.text):
        help_line = scope.suggest(name.text, Sort.LIST) or f'declare it with `list {name.text} is "…", "…"`'
        scope.report(f"there is no list `{name.text}`", name, help_line)
    return None


def list_values(scope: Scope, item: syntax.ListOfValues | syntax.ListFromFile) -> Values | None:
    """The values of a declared list."""
    if isinstance(item, syntax.ListFromFile):
        return _from_file(scope, item)
    found = [(value, constant_of(scope, value, "in a list")) for value in item.values]
    constants = [constant for _, constant in found if constant is not None]
    if len(constants) < len(found):
        return None
    wanted = constants[0].type
    for value, constant in found:
        if constant is not None and constant.type != wanted:
            scope.report(
                f"`{scope.words(value)}` is {TYPE_WORDS[constant.type]} in a list whose first value is"
                f" {TYPE_WORDS[wanted]}",
                value,
            )
            return None
    return Values(tuple(sorted({constant.value for constant in constants})), wanted, item.among_others)


def _from_file(scope: Scope, item: syntax.ListFromFile) -> Values | None:
    text = scope.reader.text(item.file, scope.document)
    if text is None:
        return None
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error as error:
        scope.report(f"`{item.file.value}` is not a CSV file: {error}", item.file)
        return None
    header = [name.strip() for name in rows[0]] if rows else []
    if item.column.value not in header:
        help_line = did_you_mean(item.column.value, header) or _columns(header)
        scope.report(f"`{item.file.value}` has no column `{item.column.value}`", item.column, help_line)
        return None
    column = header.index(item.column.value)
    values = {row[column].strip() for row in rows[1:] if len(row) > column} - {""}
    if not values or len(values) > LONGEST_LIST:
        count = f"more than {LONGEST_LIST:_}" if values else "no"
        scope.report(f"column `{item.column.value}` of `{item.file.value}` holds {count} values", item.column)
        return None
    return Values(tuple(sorted(values)), Type.TEXT, item.among_others)


def _columns(header: list[str]) -> str:
    return f"its columns are {listed(header)}" if header else "the first line of the file names its columns"
