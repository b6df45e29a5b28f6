"""Which events (perhaps) do what a duty asks."""

from collections.abc import Iterator

from plainterms.engine.conditions import Truth, unknown_fields
from plainterms.engine.events import Event
from plainterms.engine.findings import field_name
from plainterms.engine.stream.answers import Answer
from plainterms.engine.stream.scales import Scales
from plainterms.engine.stream.sequences import Compared, Values
from plainterms.policy.meaning import PeriodicDuty, TriggeredDuty


class Answering:
    """What a duty asks for, compiled."""

    def __init__(self, scales: Scales, statement: TriggeredDuty | PeriodicDuty) -> None:
        sequences = scales.sequences
        same, different = (statement.same, statement.different) if isinstance(statement, TriggeredDuty) else ((), ())
        self.scales = scales
        self.events = statement.measure.events
        self.test = sequences.compiler.test(self.events)
        self.quantity = scales.quantified(statement.measure)
        self.compared = Compared.of(same, different, sequences.registers)
        self.names = tuple(field_name(one) for one in (*same, *different))

    def of(self, event: Event) -> Answer | None:
        """The event as an answer; None if it is none."""
        truth = self.test(event)
        if truth is False:
            return None
        scales = self.scales
        lacking = () if truth else tuple(unknown_fields(self.events, event, scales.sequences.world()))
        return Answer(
            event.time,
            event.id,
            truth is True,
            self.quantity.value(event),
            self.compared.values(event),
            lacking,
            tuple(self.quantity.lacking(event)),
            scales.presumed(event),
            scales.ends.preceded(event) if scales.ends.guarded else None,
        )

    def related(self, compared: Values, answer: Answer) -> Truth:
        """Whether the answer agrees with the trigger's values, and differs, as it must."""
        return self.compared.related(compared, answer.compared)

    def untied(self, compared: Values, answer: Answer) -> Iterator[str]:
        """The fields for want of which that is unknown."""
        for name, one, other in zip(self.names, compared, answer.compared, strict=True):
            if one is None or other is None:
                yield name
