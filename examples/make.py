"""Writes the example logs and registers, the same bytes on every run: `python examples/make.py [FOLDER]`."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import formats
import story
from story import date

MAPPING = """\
# How to read partner.csv: our field = "its column", "'a text'" or "= an expression".
[fields]
id = "Vorgang"
time = "= strptime(Zeit, '%d.%m.%Y %H:%M:%S') at time zone 'Europe/Berlin'"
account = "Kunde"
country = "= upper(Land)"
model = "Modell"
channel = "'aggregator'"
input_tokens = "Token ein"
output_tokens = "Token aus"
duration = "= replace(Sekunden, ',', '.')"
prompt = "Frage"
output = "Antwort"
"""

ORGANISATIONS = {
    "org-brightpath": ("Brightpath AI Ltd", "AI models", "chat assistant", "SG", "yes", "yes", "30%"),
    "org-rankwell": ("Rankwell GmbH", "search", "search quality", "DE", "yes", "no", "0"),
    "org-northlight": ("Northlight Institute", "research", "evaluation", "NO", "yes", "no", "0"),
    "org-kiosk": ("Kiosk SARL", "retail", "customer service", "FR", "yes", "no", "0"),
    "org-harbour": ("Harbour Logistics", "transport", "customs papers", "JP", "no", "no", "0"),
    **{
        f"org-small-{number}": (f"Small Company {number}", "trade", "letters", "DE", "yes", "no", "0")
        for number in range(1, 6)
    },
}


def accounts() -> list[dict[str, str]]:
    """The register of accounts."""
    rows = []
    for number, account in enumerate(formats.ACCOUNTS):
        fleet = account in story.FLEET
        opened = (
            date(4, 27, 7) if account == story.RETURNED else date(4, 1 + number % 6, 8) if fleet else date(2, 2, 8)
        )
        rows.append(
            {
                "account": account,
                "created_at": formats.moment(opened),
                "name": f"Holder {number + 1}",
                "plan": "pay as you go" if fleet or account == story.RETURNED else "team",
                "billing_country": "SG" if fleet else "DE",
                "payment_fingerprint": formats.payment(account),
                "verified": "no" if fleet or account == story.RETURNED else "yes",
                "service_account": "yes" if account == story.SUITE else "no",
                "rate_limit": "60",
            }
        )
    return rows


def organisations() -> list[dict[str, str]]:
    """The register of organisations; Northlight's letter of authorisation begins on 30 April."""
    rows = []
    for name, (title, industry, purpose, country, verified, competes, owned) in ORGANISATIONS.items():
        row = {
            "organisation": name,
            "name": title,
            "industry": industry,
            "purpose": purpose,
            "headquarters_country": country,
            "verified": verified,
            "competes_with_us": competes,
            "distributes_models": competes,
            "unsupported_ownership": owned,
            "allowance": "2000000",
            "authorisations": "" if name == "org-kiosk" else "[]",
            "from": "",
            "to": "",
        }
        if name == "org-northlight":
            rows.append({**row, "to": "2026-04-30"})
            row |= {"authorisations": "evaluation; output training", "from": "2026-04-30"}
        rows.append(row)
    return rows


def keys() -> list[dict[str, str]]:
    """The register of keys, one for each account."""
    return [
        {
            "api_key": formats.digest(account),
            "created_at": formats.moment(date(2, 2, 9)),
            "alias": f"key of {account}",
            "owner": account,
            "blocked": "no",
        }
        for account in formats.ACCOUNTS
    ]


def models() -> list[dict[str, str]]:
    """The register of models."""
    shared = {"provider": "acme", "licence": "proprietary", "modality": "text", "open_weights": "no"}
    large = {"model": "acme-large", "released_at": "2026-02-01T00:00:00Z", "family": "acme-5", "frontier": "yes"}
    small = {"model": "acme-small", "released_at": "2025-09-01T00:00:00Z", "family": "acme-5", "frontier": "no"}
    return [{**large, **shared}, {**small, **shared}]


def lines(path: Path, records: Iterable[Mapping[str, object]]) -> None:
    """Write JSON Lines."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")


def table(path: Path, rows: Sequence[Mapping[str, object]], delimiter: str = ",") -> None:
    """Write CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def make(folder: Path) -> None:
    """Write all example files."""
    registers = folder / "registers"
    registers.mkdir(parents=True, exist_ok=True)
    lines(folder / "litellm.jsonl", map(formats.litellm, story.gateway()))
    lines(folder / "otel.jsonl", map(formats.otel, story.application()))
    lines(folder / "bedrock.jsonl", map(formats.bedrock, story.cloud()))
    lines(folder / "events.jsonl", [*map(formats.own, story.direct()), *formats.account_events()])
    table(folder / "partner.csv", list(map(formats.reseller, story.reseller())), ";")
    (folder / "partner.toml").write_text(MAPPING, "utf-8")
    table(registers / "account.csv", accounts())
    table(registers / "organisation.csv", organisations())
    table(registers / "api_key.csv", keys())
    table(registers / "model.csv", models())


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
