"""Matched texts behind a finding: those of the events that it shows, and those of its subject that were set aside."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from plainterms.engine.findings import Finding
from plainterms.engine.report.exhibits import Exhibit
from plainterms.engine.store.pseudonyms import GROUP, Naming

Pair = dict[str, Any]


class Pairs:
    """The rows of a matches file that are like a sample, to be looked up by text and by account."""

    def __init__(self, rows: Iterable[Pair], name: Naming) -> None:
        self._name = name
        self._by_text: dict[str, list[Pair]] = defaultdict(list)
        self._aside: dict[str, list[Pair]] = defaultdict(list)
        for row in rows:
            self._by_text[row["digest"]].append(row)
            if row["reasons"] and "account" in row:
                self._aside[row["account"]].append(row)

    def behind(self, found: Finding, shown: Sequence[Exhibit]) -> list[Pair]:
        """The rows behind a finding, in the order of the file; accounts as the store calls them."""
        digests = {text.digest for exhibit in shown for text in exhibit.texts.values()}
        accounts = {found.subject.name, *found.subject.members}
        about_accounts = found.subject.kind.removeprefix(GROUP) == "account"
        rows = {
            row["number"]: row
            for digest in digests
            for row in self._by_text.get(digest, ())
            if not about_accounts or row.get("account") in {None, *accounts}
        }
        if about_accounts:
            rows |= {row["number"]: row for account in accounts for row in self._aside.get(account, ())}
        return [self._renamed(rows[number]) for number in sorted(rows)]

    def _renamed(self, row: Pair) -> Pair:
        return row | {"account": self._name("account", row["account"])} if "account" in row else row
