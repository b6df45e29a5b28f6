"""Prohibitions: anchors, episodes, evidence, and a draft of each finding."""

from collections.abc import Iterator

import numpy as np

from plainterms.engine.columnar import bounds, measures
from plainterms.engine.columnar.anchors import Anchors, anchors_of
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.cures import with_cures_of_conduct
from plainterms.engine.columnar.drafts import Draft, Openings, drafts, versions_at
from plainterms.engine.columnar.episodes import Episodes, episodes_of
from plainterms.engine.columnar.gathering import gathered
from plainterms.engine.columnar.measures import Looked
from plainterms.engine.columnar.memory import give_back
from plainterms.engine.columnar.windows import longest
from plainterms.engine.findings import Reading
from plainterms.policy.meaning import Prohibition


def looks_of(case: Case, statement: Prohibition) -> list[Looked]:
    """The measures of a prohibition, with the events they count."""
    return [measures.looked(case, measure, case.counted_by(measure)) for measure in statement.measures]


def judge(case: Case, statement: Prohibition, looks: list[Looked]) -> Iterator[Draft]:
    """All findings of a prohibition."""
    found = episodes_of(case, anchors_of(case, looks), longest(statement))
    for verdict in list(found):
        episodes = found.pop(verdict)
        give_back(len(episodes.anchors))
        openings = _openings(case, statement, episodes)
        told = list(drafts(case, openings, gathered(case, looks, episodes)))
        yield from with_cures_of_conduct(case, told)


def _openings(case: Case, statement: Prohibition, episodes: Episodes) -> Openings:
    anchors, lasts = episodes.anchors, episodes.lasts
    at = episodes.first.at.astype(np.int64)
    opening = readings(case, statement, episodes.first)
    risen = episodes.peak.at != episodes.first.at
    risen_to = iter(readings(case, statement, episodes.peak.take(risen)))
    peak = [next(risen_to) if rises else reading for rises, reading in zip(risen.tolist(), opening, strict=True)]
    time = case.facts.time
    return Openings(
        verdicts=[episodes.verdict] * len(episodes),
        ids=[reading.event for reading in opening],
        at=at,
        entities=case.subjects.numbers[at].astype(np.int64),
        last_runs=case.subjects.of(anchors.at[lasts]).astype(np.int64),
        times=list(zip(time[at].tolist(), time[anchors.at[lasts]].tolist(), strict=True)),
        readings=list(zip(opening, peak, strict=True)),
        versions=versions_at(case, at),
    )


def readings(case: Case, statement: Prohibition, anchors: Anchors) -> list[Reading]:
    """All measures of a clause at some anchors."""
    at = anchors.at
    limits = [bounds.limits_at(measure.bound, case.facts, at).limits() for measure in statement.measures]
    values = [column.intervals() for column in anchors.values]
    rows = zip(
        case.facts.time[at].tolist(),
        case.facts.ids(at).to_pylist(),
        zip(*values, strict=True),
        zip(*limits, strict=True),
        strict=True,
    )
    return [Reading(*row) for row in rows]
