"""Joins matches that are one fact: near-duplicates of one sample, and answers to one prompt."""

from collections.abc import Hashable, Iterable


def clusters(facts: Iterable[Iterable[Hashable]]) -> list[int]:
    """The cluster of each fact, numbered from 0 in the order of first appearance.

    Facts that have something in common are one cluster, and so are those that are joined by others in between.
    """
    parents: list[int] = []
    owner: dict[Hashable, int] = {}
    for number, marks in enumerate(facts):
        parents.append(number)
        for mark in marks:
            first = _root(parents, owner.setdefault(mark, number))
            own = _root(parents, number)
            parents[max(first, own)] = min(first, own)
    roots = [_root(parents, number) for number in range(len(parents))]
    names = {root: name for name, root in enumerate(dict.fromkeys(roots))}
    return [names[root] for root in roots]


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number
