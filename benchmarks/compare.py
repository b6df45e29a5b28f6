"""Whether the audit and the queries find the same subjects in breach, and where and why they do not."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.queries import Answer, groups

EXPLAINED: Mapping[str, str] = {
    "same_prompt_everywhere": "the query has a cruder template, and other names: only numbers are compared",
    "narrow": "the query looks at the share of an event's own template, in a cruder template",
    "one_model": "the query looks at the share of an event's own model, the clause at the most frequent one",
    "fleets": "the query links accounts by the whole log, the clause by what was known at each event",
    "spread": "the query links accounts by the whole log, the clause by what was known at each event",
    "failover": "the query links accounts by the whole log, the clause by what was known at each event",
    "ban_evasion": "the query links accounts by the whole log, the clause by what was known at each event",
}
"""Clauses whose query means something slightly different, and how."""

COUNTED = ("same_prompt_everywhere",)
"""Clauses whose subjects are named differently, so that only their number can be compared."""

SHOWN = 3


@dataclass(frozen=True)
class Difference:
    """Subjects in breach that only one of the two found."""

    clause: str
    audit: int
    query: int
    only_audit: tuple[str, ...]
    only_query: tuple[str, ...]

    @property
    def explanation(self) -> str:
        """Why, as far as it follows from how the query was written."""
        return EXPLAINED.get(self.clause, "not explained")


def breaches(findings: Path) -> dict[str, dict[str, set[str]]]:
    """The subjects in breach by clause, then by the kind of subject, from `findings.jsonl`."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    with findings.open("rb") as lines:
        for line in lines:
            finding = json.loads(line)
            if finding["verdict"] == "breach":
                found[finding["clause"]][finding["subject"]["kind"]].add(finding["subject"]["name"])
    return found


def differences(findings: Path, answers: Sequence[Answer], folder: Path, events: int) -> Iterator[Difference]:
    """Each clause on which the two differ."""
    found = breaches(findings)
    for answer in answers:
        kinds = found.get(answer.clause, {})
        audit = {name for names in kinds.values() for name in names}
        if any(kind.startswith("group of") for kind in kinds):
            fields = ("payment_fingerprint",) if answer.clause == "ban_evasion" else ("payment_fingerprint", "device")
            members = groups(folder, events, fields)
            audit = {members.get(name, name) for name in audit}
        query = set(answer.subjects)
        if answer.clause in COUNTED and len(audit) == len(query):
            continue
        if audit != query:
            only_audit, only_query = sorted(audit - query), sorted(query - audit)
            yield Difference(answer.clause, len(audit), len(query), tuple(only_audit), tuple(only_query))


def rows(found: Sequence[Difference], compared: int) -> list[str]:
    """The differences as a Markdown table."""
    shown = [f"{compared - len(found)} of {compared} queries find just the subjects that the audit finds in breach."]
    if found:
        shown += ["", "| clause | audit | query | only audit | only query | why |", "|---|--:|--:|---|---|---|"]
    for one in found:
        only = [f"{len(names)}: {', '.join(names[:SHOWN])}"[:80] for names in (one.only_audit, one.only_query)]
        shown.append(f"| {one.clause} | {one.audit} | {one.query} | {only[0]} | {only[1]} | {one.explanation} |")
    return shown
