"""Audits to be saved: a month of requests, a second audit of more of it, and one with matched texts."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from plainterms.engine.audit import Request, audit
from plainterms.engine.cli.demo import demo_request
from plainterms.engine.report.model import Report

TERMS = """terms "House Rules" version "1"
clause rate "Rate limit"
    cites "4.1" "no more than 60 requests in a minute"
    for each account
    permits at most {bound} requests where not (prompt matches /test/) within 1 minute
    except testing "load tests"
        when plan is "test"
    severity low
    on breach throttle
clause regions "Supported countries only"
    for each account
    prohibits any request where country is "KP"
    severity critical
    on breach block
"""


def line(number: int, account: str, country: str = "US", prompt: str = "") -> str:
    time = f"2026-03-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    said = prompt or f"=cmd() of {account}"
    return (
        f'{{"id":"r{number}-{account}","time":"{time}","kind":"request","account":"{account}",'
        f'"country":"{country}","plan":"pro","prompt":"{said}"}}\n'
    )


def written(folder: Path, *, bound: int = 2, requests: int = 5) -> Request:
    """Terms and a log on disk: two accounts break the first clause, one the second."""
    folder.mkdir(exist_ok=True)
    (folder / "house.terms").write_text(TERMS.format(bound=bound))
    lines = [line(number, account) for account in ("ann", "bob") for number in range(requests)]
    lines.append(line(9, "cy", "KP", "where is the secret recipe"))
    (folder / "log.jsonl").write_text("".join(lines))
    return Request(terms=(folder / "house.terms",), logs=(str(folder / "log.jsonl"),), exhibits=True)


@cache
def demo() -> tuple[Report, Request]:
    request = replace(demo_request(), exhibits=True, excerpt=200)
    return audit(request), request
