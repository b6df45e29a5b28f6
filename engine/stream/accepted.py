"""Which version of a document each account has accepted, as a register that grows with the events."""

from collections.abc import Iterable, Mapping, Sequence

from plainterms.engine.events import Event
from plainterms.engine.plan import acceptance_register
from plainterms.engine.registers import RegisterTable, Row


class Accepted:
    """The registers of acceptance of some documents, from the acceptances so far."""

    def __init__(self, titles: Sequence[str]) -> None:
        self.rows: dict[str, dict[str, tuple[Row, ...]]] = {title: {} for title in titles}

    def tables(self) -> dict[str, RegisterTable]:
        """The registers, by the names under which a plan looks them up; they change as acceptances are noted."""
        names = {title: acceptance_register(title) for title in self.rows}
        return {names[title]: RegisterTable(names[title], rows) for title, rows in self.rows.items()}

    def restore(self, rows: Mapping[str, dict[str, tuple[Row, ...]]]) -> None:
        """Know the acceptances that were known."""
        for title, known in rows.items():
            if title in self.rows:
                self.rows[title].update(known)

    def note(self, events: Iterable[Event]) -> None:
        """Learn the acceptances of an instant; of several the one with the greatest id counts.

        What is earlier than an acceptance already known is passed over.
        """
        for event in events:
            if event.kind == "acceptance":
                self._note(event)

    def _note(self, event: Event) -> None:
        title, account, version = event.get("document"), event.get("account"), event.get("version")
        if title not in self.rows or not isinstance(account, str) or not isinstance(version, str):
            return
        rows = self.rows[str(title)]
        earlier = rows.get(account, ())
        last = earlier[-1] if earlier else None
        if last is not None and last.start is not None:
            if last.start > event.time:
                return
            ended = () if last.start == event.time else (Row(last.start, event.time, last.values),)
            earlier = (*earlier[:-1], *ended)
        rows[account] = (*earlier, Row(event.time, None, {"version": version}))
