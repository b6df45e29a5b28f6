"""Small mistakes put into the columnar and the stream evaluator, to see that the generated cases find each."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

PACKAGE = "plainterms.engine"
SEED = "    @ seed "


@dataclass(frozen=True)
class Mutant:
    """A mistake: in a module of the columnar evaluator (or `stream.…`), where ``old`` stands it says ``new``."""

    module: str
    words: str
    old: str
    new: str
    seed: int | None = None
    """Where it is looked for first, if only few cases find it."""

    @property
    def cramped(self) -> bool:
        """Whether it stands in code that only large logs reach, or logs in small portions."""
        return self.words.endswith("(in small portions)")

    @property
    def streamed(self) -> bool:
        """Whether it stands in the stream evaluator."""
        return self.module.startswith("stream.")

    @property
    def home(self) -> str:
        """The module's name in full."""
        return f"{PACKAGE}.{self.module}" if self.streamed else f"{PACKAGE}.columnar.{self.module}"

    def __str__(self) -> str:
        return f"{self.module}: {self.words}"


def mutants() -> list[Mutant]:
    """All mutants of `mutants.txt`: what is wrong in which module, the code, and what stands in its place."""
    found = []
    for block in (Path(__file__).parent / "mutants.txt").read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if lines:
            heading, old, new, *seeds = lines
            module, _, words = heading.partition(": ")
            seed = int(seeds[0].removeprefix(SEED)) if seeds else None
            found.append(Mutant(module, words, old.removeprefix("    - "), new.removeprefix("    + "), seed))
    return found


@contextmanager
def mistaken(mutant: Mutant) -> Iterator[None]:
    """Within it the evaluator makes the mistake. Raises ValueError where the code is no longer there."""
    module = import_module(mutant.home)
    source = inspect.getsource(module)
    if source.count(mutant.old) != 1:
        raise ValueError(f"{mutant}: `{mutant.old}` stands {source.count(mutant.old)} times in the module, not once")
    twin = ModuleType(module.__name__)
    exec(compile(source.replace(mutant.old, mutant.new), str(module.__file__), "exec"), twin.__dict__)
    changed = [(mine, theirs) for mine, theirs in _pairs(module, twin) if mine.__code__ != theirs.__code__]
    if not changed:
        raise ValueError(f"{mutant}: no function is different")
    kept = [(mine, mine.__code__) for mine, _ in changed]
    try:
        _forget(module)
        for mine, theirs in changed:
            mine.__code__ = theirs.__code__
        yield
    finally:
        for mine, code in kept:
            mine.__code__ = code
        _forget(module)


def _pairs(module: ModuleType, twin: ModuleType) -> Iterator[tuple[FunctionType, FunctionType]]:
    """Each function and method of a module with the same of its twin."""
    for name, thing in vars(module).items():
        other = vars(twin).get(name)
        if isinstance(thing, type) and thing.__module__ == module.__name__:
            for own in vars(thing):
                yield from _both(vars(thing)[own], vars(other).get(own))
        elif getattr(thing, "__module__", None) == module.__name__:
            yield from _both(thing, other)


def _both(mine: object, theirs: object) -> Iterator[tuple[FunctionType, FunctionType]]:
    functions = [_function(mine), _function(theirs)]
    if isinstance(functions[0], FunctionType) and isinstance(functions[1], FunctionType):
        yield functions[0], functions[1]


def _function(thing: object) -> object:
    match thing:
        case property():
            return thing.fget
        case cached_property():
            return thing.func
        case staticmethod() | classmethod():
            return thing.__func__
    return getattr(thing, "__wrapped__", thing)


def _forget(module: ModuleType) -> None:
    """Empty the caches of a module's functions."""
    for thing in vars(module).values():
        if hasattr(thing, "cache_clear") and getattr(thing, "__module__", None) == module.__name__:
            thing.cache_clear()
