"""The score of each clause: whom it found, whom it missed, whom it would have accused wrongly, and how soon."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from plainterms.engine.backtest.accused import Accused
from plainterms.engine.backtest.intervals import Share
from plainterms.engine.backtest.truth import CAMPAIGN, Campaign, Truth

SEVERITIES = ("low", "medium", "high", "critical")
HOUR = 3_600_000_000


@dataclass(frozen=True)
class Found:
    """A campaign that was found, after how many hours, by which clause."""

    campaign: Campaign
    log: int
    hours: float
    clause: str


@dataclass(frozen=True)
class Wronged:
    """A benign account in breach of a clause."""

    account: str
    family: str
    clause: str


@dataclass(frozen=True)
class Score:
    """How one clause, or several together, did.

    ``accounts`` are those in breach, of campaigns and all; ``caught`` those of campaigns, in breach and all;
    ``findings`` those that are mainly about one campaign, and all; ``campaigns`` those found, and all; ``benign``
    the benign accounts in breach, and all. A campaign is found by a breach at least half of whose accounts are its.
    """

    name: str
    severity: str
    accounts: Share
    caught: Share
    findings: Share
    campaigns: Share
    benign: Share
    undetermined: int
    found: tuple[Found, ...]
    wronged: tuple[Wronged, ...]

    @property
    def hours(self) -> tuple[float, float] | None:
        """Median and longest time from a campaign's first request to its first finding; None where none was found."""
        spent = [one.hours for one in self.found]
        return (median(spent), max(spent)) if spent else None


@dataclass(frozen=True)
class Backtest:
    """The scores by clause, of all clauses together, and of those of at least a severity; what these missed."""

    logs: int
    least: str
    clauses: tuple[Score, ...]
    together: Score
    severe: Score
    missed: tuple[tuple[int, Campaign], ...]
    families: Mapping[str, Share]


Log = tuple[Sequence[Accused], Truth]


def backtest(logs: Sequence[Log], clauses: Sequence[tuple[str, str]], least: str = "high") -> Backtest:
    """Score findings against the truth, one pair for each log; ``clauses`` are names and severities, found or not.

    ``least`` is the severity from which on a breach counts as an accusation.
    """
    severe = [name for name, severity in clauses if SEVERITIES.index(severity) >= SEVERITIES.index(least)]
    accusing = _score(logs, f"severity {least} or above", least, severe)
    reached = {(one.log, one.campaign.name) for one in accusing.found}
    every = [(number, campaign) for number, (_, truth) in enumerate(logs) for campaign in truth.campaigns.values()]
    families: dict[str, Share] = {}
    for number, campaign in every:
        share = Share(int((number, campaign.name) in reached), 1)
        families[campaign.family] = families.get(campaign.family, Share(0, 0)) + share
    return Backtest(
        logs=len(logs),
        least=least,
        clauses=tuple(_score(logs, name, severity, [name]) for name, severity in clauses),
        together=_score(logs, "all clauses", "", [name for name, _ in clauses]),
        severe=accusing,
        missed=tuple(one for one in every if (one[0], one[1].name) not in reached),
        families=dict(sorted(families.items())),
    )


def _score(logs: Sequence[Log], name: str, severity: str, clauses: Iterable[str]) -> Score:
    wanted = frozenset(clauses)
    zero = Share(0, 0)
    accounts = caught = findings = campaigns = benign = zero
    undetermined = 0
    found: list[Found] = []
    wronged: list[Wronged] = []
    for number, (accused, truth) in enumerate(logs):
        breaches = [one for one in accused if one.clause in wanted and one.verdict == "breach"]
        named = {account for one in breaches for account in one.accounts}
        guilty = {account for account in named if _is_of_campaign(truth, account)}
        reached = list(_reached(breaches, truth, number))
        accounts += Share(len(guilty), len(named))
        caught += Share(len(guilty), len(truth.accounts) - truth.benign)
        findings += Share(sum(_main(one, truth) is not None for one in breaches), len(breaches))
        campaigns += Share(len(reached), len(truth.campaigns))
        benign += Share(len(named - guilty), truth.benign)
        doubtful = {
            a for one in accused if one.clause in wanted and one.verdict == "undetermined" for a in one.accounts
        }
        undetermined += len(doubtful - named)
        found += reached
        wronged += _wronged(breaches, truth)
    return Score(
        name, severity, accounts, caught, findings, campaigns, benign, undetermined, tuple(found), tuple(wronged)
    )


def _is_of_campaign(truth: Truth, account: str) -> bool:
    known = truth.accounts.get(account)
    return known is not None and known.role == CAMPAIGN


def _main(one: Accused, truth: Truth) -> Campaign | None:
    """The campaign to which at least half of a finding's accounts belong."""
    counts: dict[str, int] = {}
    for account in one.accounts:
        if _is_of_campaign(truth, account):
            cohort = truth.accounts[account].cohort
            counts[cohort] = counts.get(cohort, 0) + 1
    cohort = max(counts, key=lambda name: counts[name], default="")
    return truth.campaigns[cohort] if cohort and 2 * counts[cohort] >= len(one.accounts) else None


def _reached(breaches: Sequence[Accused], truth: Truth, log: int) -> Iterator[Found]:
    first: dict[str, Accused] = {}
    for one in breaches:
        campaign = _main(one, truth)
        if campaign is not None and (campaign.name not in first or one.opened < first[campaign.name].opened):
            first[campaign.name] = one
    for name, one in sorted(first.items()):
        campaign = truth.campaigns[name]
        yield Found(campaign, log, max(one.opened - campaign.first, 0) / HOUR, one.clause)


def _wronged(breaches: Sequence[Accused], truth: Truth) -> Iterator[Wronged]:
    pairs = {
        (account, one.clause) for one in breaches for account in one.accounts if not _is_of_campaign(truth, account)
    }
    for account, clause in sorted(pairs):
        known = truth.accounts.get(account)
        yield Wronged(account, "not in the truth" if known is None else known.family, clause)
