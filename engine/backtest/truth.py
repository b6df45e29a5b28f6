"""The truth of a log: which accounts belong to which campaign, and which are benign."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from plainterms.policy.errors import PlainTermsError

COLUMNS = ("account", "role", "family", "cohort", "first")
CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an account. ``first`` is when its first request came, in microseconds since 1970."""

    role: str
    family: str
    cohort: str
    first: int


@dataclass(frozen=True)
class Campaign:
    """A campaign: its accounts, and when its first request came."""

    name: str
    family: str
    accounts: int
    first: int


@dataclass(frozen=True)
class Truth:
    """The truth of one log by account, and its campaigns by name."""

    accounts: dict[str, Known]
    campaigns: dict[str, Campaign]

    @property
    def benign(self) -> int:
        """How many accounts belong to no campaign."""
        return len(self.accounts) - sum(one.accounts for one in self.campaigns.values())


def load_truth(path: Path) -> Truth:
    """The truth that a CSV file tells: `account, role, family, cohort, first`; the role of a campaign is `campaign`.

    Raises PlainTermsError with the line where the file cannot be used.
    """
    accounts: dict[str, Known] = {}
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            rows = csv.DictReader(lines)
            lacking = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if lacking:
                raise PlainTermsError(f"{path} has no column `{lacking[0]}`; the truth has {', '.join(COLUMNS)}")
            for row in rows:
                account, known = _row(row, f"{path}, line {rows.line_num}")
                if account in accounts:
                    raise PlainTermsError(f"{path}, line {rows.line_num}: the account {account} is there twice")
                accounts[account] = known
    except OSError as error:
        raise PlainTermsError(f"--truth {path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise PlainTermsError(f"--truth {path} is no CSV file: {error}") from error
    if not accounts:
        raise PlainTermsError(f"{path} names no account")
    return Truth(accounts, _campaigns(accounts))


def _row(row: dict[str, str | None], where: str) -> tuple[str, Known]:
    account, role, family, cohort, first = (row[name] for name in COLUMNS)
    if not account or not role or not family or not cohort or not first:
        raise PlainTermsError(f"{where}: every column must be filled")
    try:
        moment = datetime.fromisoformat(first)
    except ValueError as error:
        raise PlainTermsError(f"{where}: `{first}` is no time such as 2026-03-01T09:00:00Z") from error
    if moment.tzinfo is None:
        raise PlainTermsError(f"{where}: `{first}` has no offset from UTC; add one, for example {first}Z")
    return account, Known(role, family, cohort, round(moment.timestamp() * 1_000_000))


def _campaigns(accounts: dict[str, Known]) -> dict[str, Campaign]:
    members = [one for one in accounts.values() if one.role == CAMPAIGN]
    sizes = Counter(one.cohort for one in members)
    found: dict[str, Campaign] = {}
    for one in members:
        known = found.get(one.cohort)
        first = one.first if known is None else min(known.first, one.first)
        found[one.cohort] = Campaign(one.cohort, one.family, sizes[one.cohort], first)
    return found
