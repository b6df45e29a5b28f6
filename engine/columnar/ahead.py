"""Lets a thread of its own produce what is iterated over, a little ahead of its consumer."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

END: object = object()


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items in the same order, the next one made while one is worked on; raises what making them raises."""
    source = iter(items)
    with ThreadPoolExecutor(1, "ahead") as pool:
        coming: Future[T | object] = pool.submit(next, source, END)
        while (item := coming.result()) is not END:
            coming = pool.submit(next, source, END)
            yield item  # type: ignore[misc]
