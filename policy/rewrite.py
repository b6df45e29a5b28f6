"""Walking through meanings: what stands in them, and the same with something put in its place."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")


class _FieldNames(dict[type, tuple[str, ...] | None]):
    """The names of a dataclass's fields, looked up once; None for other types."""

    def __missing__(self, kind: type) -> tuple[str, ...] | None:
        self[kind] = tuple(entry.name for entry in fields(kind)) if is_dataclass(kind) else None
        return self[kind]


_NAMES = _FieldNames()


def nodes(tree: object) -> Iterator[Any]:
    """Each dataclass inside a tree of dataclasses and tuples, the tree itself included, in no certain order."""
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting += node
        elif (names := _NAMES[type(node)]) is not None:
            yield node
            waiting += [getattr(node, name) for name in names]


def rewritten(tree: T, change: Callable[[Any], Any]) -> T:
    """The same tree with ``change`` applied to each dataclass, leaves first; parts that stay are shared."""
    if isinstance(tree, tuple):
        return tuple(rewritten(item, change) for item in tree)  # type: ignore[return-value]
    names = _NAMES[type(tree)]
    if names is None:
        return tree
    changed: dict[str, Any] = {}
    for name in names:
        old = getattr(tree, name)
        new = rewritten(old, change)
        if new != old:
            changed[name] = new
    return change(replace(tree, **changed) if changed else tree)  # type: ignore[no-any-return, type-var]
