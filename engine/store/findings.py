"""Findings filed: each under its id, with a version wherever an audit says something else, and the events shown."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import orjson
from sqlmodel import Session, and_, col, select

from plainterms.engine.appearances import Appearances, likenesses
from plainterms.engine.finding_json import finding_lines
from plainterms.engine.findings import Finding as Found
from plainterms.engine.findings import field_name
from plainterms.engine.report.exhibits import Exhibit, shown_events
from plainterms.engine.report.model import SEVERITIES, Report
from plainterms.engine.store.pairs import Pairs
from plainterms.engine.store.pseudonyms import Naming, is_personal, renamed
from plainterms.engine.store.suppressing import active, hide
from plainterms.engine.store.tables import Evidence, Finding, FindingVersion
from plainterms.engine.store.tables.rows import column_text, now

Filed = Literal["new", "changed", "same", "erased"]


class Filing:
    """Files what one run found. ``appearances`` are what matches files say."""

    def __init__(self, report: Report, organisation: str, run: str, name: Naming, appearances: Appearances) -> None:
        self.run = run
        self._organisation = organisation
        self._name = name
        self._exhibits = report.exhibits
        self._policies = {(one.title, one.version): one.digest for one in report.plan.policies}
        self._pairs = {samples: Pairs(likenesses(found), name) for samples, found in appearances.matches.items()}

    def file(self, session: Session, portion: Sequence[Found]) -> list[Filed]:
        """File some findings; what came of each."""
        ids = [one.id for one in portion]
        rows = {one.id: one for one in session.exec(select(Finding).where(col(Finding.id).in_(ids)))}
        latest = {one.finding: one for one in session.exec(_latest(ids))}
        suppressions = active(session, now())
        versions: list[FindingVersion] = []
        evidence: list[Evidence] = []
        filed: list[Filed] = []
        for found, line in zip(portion, finding_lines(portion), strict=True):
            document = self._document(line)
            row = rows.get(found.id)
            if row is None:
                row = self._finding(found)
                hide([row], suppressions)
                session.add(row)
                filed.append("new")
            elif row.purged is not None:
                filed.append("erased")
                continue
            elif latest[found.id].document == document:
                row.run, row.superseded_by = self.run, None
                filed.append("same")
                continue
            else:
                self._change(row, found)
                filed.append("changed")
            shown = self._shown(found)
            versions.append(self._version(found, document, row.number, shown))
            evidence += self._evidence(versions[-1].id, shown)
        for some in (versions, evidence):
            session.flush()  # what a row refers to comes before it
            session.add_all(some)
        session.flush()
        return filed

    def subject(self, found: Found) -> str:
        """What the subject of a finding is called in the store."""
        return column_text(self._name(found.subject.kind, found.subject.name))

    def _document(self, line: bytes) -> str:
        read = orjson.loads(line)
        changed = renamed(read, self._name)
        return line.decode().rstrip("\n") if changed == read else orjson.dumps(changed).decode()

    def _finding(self, found: Found) -> Finding:
        return Finding(
            organisation=self._organisation,
            id=found.id,
            terms=found.clause.terms,
            clause=found.clause.name,
            subject_kind=found.subject.kind,
            subject=self.subject(found),
            run=self.run,
            **_standing(found),
        )

    def _change(self, row: Finding, found: Found) -> None:
        for name, value in _standing(found).items():
            setattr(row, name, value)
        row.number += 1
        row.run, row.superseded_by, row.changed = self.run, None, now()

    def _version(self, found: Found, document: str, number: int, shown: Sequence[Exhibit]) -> FindingVersion:
        pairs = {samples: one.behind(found, shown) for samples, one in self._pairs.items()}
        return FindingVersion(
            organisation=self._organisation,
            id=f"{found.id}.{number}",
            finding=found.id,
            number=number,
            run=self.run,
            policy=self._policies[found.clause.terms, found.version.version],
            verdict=found.verdict,
            document=document,
            events=orjson.dumps(list(found.events)).decode(),
            pairs=orjson.dumps(pairs).decode(),
        )

    def _evidence(self, version: str, shown: Sequence[Exhibit]) -> Iterator[Evidence]:
        for position, exhibit in enumerate(shown):
            yield Evidence(
                organisation=self._organisation,
                id=f"{version}.{position}",
                finding_version=version,
                position=position,
                event=column_text(exhibit.id),
                time=exhibit.time,
                kind=exhibit.kind,
                content=orjson.dumps(self._content(exhibit)).decode(),
            )

    def _shown(self, found: Found) -> list[Exhibit]:
        shown = [self._exhibits[name] for name in dict.fromkeys(shown_events(found)) if name in self._exhibits]
        return sorted(shown, key=lambda one: (one.time, one.id))

    def _content(self, exhibit: Exhibit) -> dict[str, Any]:
        return {
            "values": {
                field_name(field): self._name(field_name(field), value) if is_personal(field) else value
                for field, value in exhibit.values.items()
            },
            "texts": {
                field_name(field): {
                    "length": text.length,
                    "digest": text.digest,
                    "excerpt": f"{text.before}{text.match}{text.after}",
                    "match": [len(text.before), len(text.before) + len(text.match)],
                }
                for field, text in exhibit.texts.items()
            },
            "presumed": sorted(map(field_name, exhibit.presumed)),
        }


def _latest(ids: Sequence[str]) -> Any:
    """The current version of each finding."""
    joined = and_(col(Finding.id) == FindingVersion.finding, col(Finding.number) == FindingVersion.number)
    return select(FindingVersion).join(Finding, joined).where(col(Finding.id).in_(ids))


def _standing(found: Found) -> dict[str, Any]:
    """What a finding says of itself in columns."""
    severity = found.version.severity
    return {
        "version": found.version.version,
        "title": found.version.title,
        "verdict": found.verdict,
        "severity": severity,
        "rank": len(SEVERITIES) - SEVERITIES.index(severity) if severity in SEVERITIES else 0,
        "first_time": found.first_time,
        "last_time": found.last_time,
        "event_count": len(found.events),
    }
