"""Which version of a document an account has accepted, as a register made from the log's acceptance events."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from plainterms.engine.events import Event
from plainterms.engine.plan import acceptance_register
from plainterms.engine.registers import RegisterTable, Row


def acceptances(events: Iterable[Event], titles: Sequence[str]) -> dict[str, RegisterTable]:
    """A register for each document that applies on acceptance: account -> version, from the time of acceptance on.

    Of acceptances at the same time the one with the greatest id counts, as it is the last in the total order.
    """
    accepted: Mapping[str, dict[str, dict[int, str]]] = {title: defaultdict(dict) for title in titles}
    for event in sorted(events, key=lambda event: event.order):
        title, account, version = event.get("document"), event.get("account"), event.get("version")
        if event.kind == "acceptance" and title in accepted and isinstance(account, str) and isinstance(version, str):
            accepted[str(title)][account][event.time] = version
    return {acceptance_register(title): _table(title, accounts) for title, accounts in accepted.items()}


def _table(title: str, accounts: Mapping[str, Mapping[int, str]]) -> RegisterTable:
    rows = {}
    for account, versions in accounts.items():
        times = sorted(versions)
        ends = [*times[1:], None]
        rows[account] = tuple(
            Row(time, end, {"version": versions[time]}) for time, end in zip(times, ends, strict=True)
        )
    return RegisterTable(acceptance_register(title), rows)
