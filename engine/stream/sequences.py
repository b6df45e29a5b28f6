"""What came before: of each subject the events that may begin a sequence, and the latest that did."""

from bisect import insort
from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge

from plainterms.engine.conditions import Truth, World
from plainterms.engine.events import Event
from plainterms.engine.stream.conditions import Compiler, Test
from plainterms.engine.stream.scanner import Scanner
from plainterms.engine.stream.values import Registers, Value, value
from plainterms.policy.meaning import And, Condition, Field, Follows, Or

Values = tuple[Hashable, ...]
First = tuple[int, str, bool, Values]
"""Time, id, whether it certainly begins a sequence, and the values compared."""


@dataclass(frozen=True)
class Compared:
    """The fields in which two events must agree, and then those in which they must differ."""

    same: tuple[Field, ...]
    different: tuple[Field, ...]
    getters: tuple[Value, ...]

    @classmethod
    def of(cls, same: tuple[Field, ...], different: tuple[Field, ...], registers: Registers) -> "Compared":
        """Compiled."""
        return cls(same, different, tuple(value(field, registers) for field in (*same, *different)))

    def values(self, event: Event) -> Values:
        """The values compared, None where missing."""
        return tuple(of(event) for of in self.getters)

    def related(self, first: Values, second: Values) -> Truth:
        """Whether two events agree and differ as they must; unknown where a value is missing."""
        found: Truth = True
        agreeing = len(self.same)
        for place, (one, other) in enumerate(zip(first, second, strict=True)):
            if one is None or other is None:
                found = None
            elif (one == other) is not (place < agreeing):
                return False
        return found


class Trail:
    """The first events of one sequence of one subject, as far back as they matter."""

    __slots__ = ("firsts",)

    def __init__(self) -> None:
        self.firsts: deque[First] = deque()

    def add(self, first: First) -> None:
        """Hold an event, most often the latest."""
        if self.firsts and self.firsts[-1][:2] > first[:2]:
            insort(self.firsts, first, key=_order)
        else:
            self.firsts.append(first)

    def forget(self, time: int, lasting: bool) -> None:
        """Let go of what is before a time; ``lasting`` also of what later first events stand before."""
        firsts = self.firsts
        while firsts and firsts[0][0] < time:
            firsts.popleft()
        if lasting and len(firsts) > _FEW:
            self.firsts = _undominated(firsts)

    def take_over(self, other: "Trail") -> None:
        """Hold what another subject's trail holds, too."""
        self.firsts = deque(merge(self.firsts, other.firsts))


def _order(first: First) -> tuple[int, str]:
    return first[:2]


_FEW = 8


def _undominated(firsts: deque[First]) -> deque[First]:
    """Without the events at or before the last certain one that came before the latest instant."""
    latest = firsts[-1][0]
    last = max((place for place, one in enumerate(firsts) if one[2] and one[0] < latest), default=0)
    kept = list(firsts)[last:]
    doubtful = [place for place, one in enumerate(kept) if not one[2] and one[0] < latest]
    return deque(one for place, one in enumerate(kept) if place not in doubtful[:-1])


class Steps:
    """One `A followed within D by B` of a clause: which events are an A, and whether a B has one."""

    def __init__(self, leaf: Follows, place: int, first: Test, registers: Registers) -> None:
        self.leaf = leaf
        self.place = place
        self.first = first
        self.compared = Compared.of(leaf.same, leaf.different, registers)
        self.alone = not leaf.same and not leaf.different

    def note(self, event: Event, trail: Trail) -> None:
        """Remember the event if it may be an A."""
        truth = self.first(event)
        if truth is not False:
            trail.add((event.time, event.id, truth is True, self.compared.values(event)))
            trail.forget(event.time - self.leaf.within, self.alone)

    def before(self, event: Event, trail: Trail) -> tuple[Truth, First | None]:
        """Whether an A came before the event, and the latest that (perhaps) did."""
        time = event.time
        trail.forget(time - self.leaf.within, self.alone)
        if not trail.firsts:
            return False, None
        values = self.compared.values(event)
        found: Truth = False
        latest: First | None = None
        for first in reversed(trail.firsts):
            if first[0] >= time:
                continue
            related = self.compared.related(first[3], values)
            if related is False:
                continue
            latest = latest or first
            if related and first[2]:
                return True, latest
            found = None
        return found, latest


class Sequences:
    """All sequences of a clause. ``trails`` are those of the subject of the event at hand, None if it has none."""

    def __init__(self, registers: Registers, scanner: Scanner) -> None:
        self.registers = registers
        self.compiler = Compiler(registers, scanner, self.test)
        self.steps: list[Steps] = []
        self.trails: Sequence[Trail] | None = None
        self._places: dict[Follows, int] = {}

    def test(self, leaf: Follows) -> Test:
        """Whether an event ends the sequence; unknown where its subject is."""
        steps = self.steps_of(leaf)

        def test(event: Event) -> Truth:
            return None if self.trails is None else steps.before(event, self.trails[steps.place])[0]

        return test

    def steps_of(self, leaf: Follows) -> Steps:
        """The sequence, compiled once."""
        if leaf not in self._places:
            first = self.compiler.test(leaf.first)
            self._places[leaf] = len(self.steps)
            self.steps.append(Steps(leaf, len(self.steps), first, self.registers))
        return self.steps[self._places[leaf]]

    def note(self, event: Event) -> None:
        """Remember the event where it may begin a sequence."""
        if self.trails is not None:
            for steps, trail in zip(self.steps, self.trails, strict=True):
                steps.note(event, trail)

    def world(self) -> World:
        """What unknown conditions are explained with."""
        return World(self.registers, lambda leaf, event: self.test(leaf)(event))


class Ends:
    """The sequences that an event (perhaps) ends, by the conditions with which a clause picks its events."""

    def __init__(self, conditions: Iterable[Condition], sequences: Sequences) -> None:
        self.sequences = sequences
        self.guarded = [
            ([sequences.compiler.test(one) for one in path], sequences.steps_of(leaf))
            for condition in conditions
            for path, leaf in _leaves(condition, ())
        ]

    def preceded(self, event: Event) -> str | None:
        """The id of the latest event that (perhaps) began one of them."""
        trails = self.sequences.trails
        latest: First | None = None
        for guards, steps in self.guarded:
            if trails is not None and all(test(event) is not False for test in guards):
                first = steps.before(event, trails[steps.place])[1]
                if first is not None and (latest is None or first[:2] > latest[:2]):
                    latest = first
        return None if latest is None else latest[1]


def _leaves(condition: Condition, above: tuple[Condition, ...]) -> Iterator[tuple[tuple[Condition, ...], Follows]]:
    """Each sequence in a condition that is not negated, with the conditions in which it stands."""
    path = (*above, condition)
    match condition:
        case Follows():
            yield path, condition
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _leaves(operand, path)
        case _:
            pass
