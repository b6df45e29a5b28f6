"""Walking through meanings: what stands in them, and the same with something put in its place."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def nodes(tree: object) -> Iterator[Any]:
    """Each dataclass inside a tree of dataclasses and tuples, the tree itself included, in no certain order."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting += node
        elif names := _field_names(type(node)):
            yield node
            waiting += [getattr(node, name) for name in names]
        elif is_dataclass(node):
            yield node


def rewritten(tree: T, change: Callable[[Any], Any]) -> T:
    """The same tree with ``change`` applied to each dataclass, leaves first; parts that stay are shared."""
    if isinstance(tree, tuple):
        return tuple(rewritten(item, change) for item in tree)  # type: ignore[return-value]
    if not is_dataclass(tree) or isinstance(tree, type):
        return tree
    changed: dict[str, Any] = {}
    for name in _field_names(type(tree)):
        old = getattr(tree, name)
        new = rewritten(old, change)
        if new != old:
            changed[name] = new
    return change(replace(tree, **changed) if changed else tree)  # type: ignore[no-any-return]


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields; none for other types."""
    return tuple(entry.name for entry in fields(kind)) if is_dataclass(kind) else ()
