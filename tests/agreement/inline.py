"""Stands in for a pool of threads where logs are so small that starting a thread takes longer than the work."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Self
from unittest.mock import patch

POOLS = ("plainterms.engine.columnar.scan", "plainterms.engine.columnar.evaluate")


class Inline:
    """Does at once what is submitted."""

    def __init__(self, *_arguments: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        pass

    def submit(self, work: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """The work, done."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(*arguments))
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            future.set_exception(error)
        return future


@contextmanager
def without_threads() -> Iterator[None]:
    """Within it the columnar evaluator starts no threads."""
    with patch(f"{POOLS[0]}.ThreadPoolExecutor", Inline), patch(f"{POOLS[1]}.ThreadPoolExecutor", Inline):
        yield
