"""Scores in words, and as lines of JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence

import orjson

from plainterms.engine.backtest.intervals import Share
from plainterms.engine.backtest.score import Backtest, Score, Wronged
from plainterms.engine.backtest.truth import Campaign
from plainterms.engine.report.words import counted

SHOWN = 20
"""Benign accounts that are named; all of them are counted, and all stand in the lines of JSON."""

PER = 10_000


def lines_of(result: Backtest) -> Iterator[str]:
    """The whole backtest for a reader."""
    for score in result.clauses:
        yield f"{score.severity}  {score.name}"
        yield from (f"  {line}" for line in _lines(score))
        yield ""
    for title, score in (
        ("all clauses together", result.together),
        (f"severity {result.least} or above", result.severe),
    ):
        yield title
        yield from (f"  {line}" for line in _lines(score))
        yield ""
    yield f"campaigns found by clauses of severity {result.least} or above, by family"
    yield from (f"  {family}: {_of(share)}" for family, share in result.families.items())
    yield ""
    yield from _missed(result.missed)
    yield from _wronged(result.severe)


def _lines(score: Score) -> Iterator[str]:
    yield f"precision by account {_of(score.accounts)}"
    yield f"recall by account    {_of(score.caught)}"
    yield f"precision by finding {_of(score.findings)}"
    yield f"campaigns found      {_of(score.campaigns)}"
    yield f"benign in breach     {score.benign.part:,} of {score.benign.whole:,}, {_per(score.benign)}"
    if score.hours is not None:
        yield f"hours to detection   {score.hours[0]:,.1f} in the median, {score.hours[1]:,.1f} at most"
    if score.undetermined:
        yield f"undetermined         {counted(score.undetermined, 'account')}"


def _of(share: Share) -> str:
    if share.value is None:
        return "none to tell from"
    low, high = share.interval
    return f"{share.part:,} of {share.whole:,}, {share.value:.1%} ({low:.1%} to {high:.1%})"


def _per(share: Share) -> str:
    if share.value is None:
        return "none to tell from"
    low, high = share.interval
    return f"{share.value * PER:.2f} in {PER:,} ({low * PER:.2f} to {high * PER:.2f})"


def _missed(missed: Sequence[tuple[int, Campaign]]) -> Iterator[str]:
    yield f"missed: {counted(len(missed), 'campaign')}"
    yield from (f"  log {log + 1}: {one.name}, {counted(one.accounts, 'account')}" for log, one in missed)


def _wronged(score: Score) -> Iterator[str]:
    yield f"benign accounts in breach: {score.benign.part:,}"
    yield from (f"  {name}: {counted(count, 'account')}" for name, count in _families(score.wronged))
    for one in score.wronged[:SHOWN]:
        yield f"  {one.account} ({one.family}) in breach of {one.clause}"
    if len(score.wronged) > SHOWN:
        yield f"  and {len(score.wronged) - SHOWN:,} more"


def _families(wronged: Sequence[Wronged]) -> list[tuple[str, int]]:
    return Counter(family for family, _ in {(one.family, one.account) for one in wronged}).most_common()


# ── JSON


def json_lines(result: Backtest) -> Iterator[bytes]:
    """A line for each clause, two for several together, and one for each that was missed or wrongly in breach."""
    rows: list[dict[str, object]] = [_row("clause", score) for score in result.clauses]
    rows += [_row("all clauses", result.together), _row("severe clauses", result.severe)]
    rows += [
        {"type": "family", "family": name, "campaigns": _share(share)} for name, share in result.families.items()
    ]
    rows += [
        {"type": "missed", "log": log + 1, "campaign": one.name, "family": one.family, "accounts": one.accounts}
        for log, one in result.missed
    ]
    rows += [
        {"type": "benign", "account": one.account, "family": one.family, "clause": one.clause}
        for one in result.severe.wronged
    ]
    yield from (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def _row(type_: str, score: Score) -> dict[str, object]:
    return {
        "type": type_,
        "name": score.name,
        "severity": score.severity,
        "precision_by_account": _share(score.accounts),
        "recall_by_account": _share(score.caught),
        "precision_by_finding": _share(score.findings),
        "recall_by_campaign": _share(score.campaigns),
        "benign_in_breach": _share(score.benign),
        "undetermined_accounts": score.undetermined,
        "hours_to_detection": None if score.hours is None else {"median": score.hours[0], "longest": score.hours[1]},
    }


def _share(share: Share) -> dict[str, object]:
    low, high = share.interval
    return {"part": share.part, "whole": share.whole, "value": share.value, "low": low, "high": high}
