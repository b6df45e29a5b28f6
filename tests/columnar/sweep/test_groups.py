"""Groups that join in time, against gathering all links before each event."""

import numpy as np
import pytest

from plainterms.engine.columnar.groups import Groups
from plainterms.engine.columnar.joinings import joinings
from plainterms.engine.columnar.links import Links, Numbered

from .plain import Times

ENTITIES, EVENTS = 7, 20


def members(links, entity, position):
    """The entities that belong with one as of a position."""
    reached = {entity}
    while True:
        values = {value for who, value, since in links if who in reached and since <= position}
        more = {who for who, value, since in links if value in values and since <= position}
        if more <= reached:
            return reached
        reached |= more


def world(seed):
    rng = np.random.default_rng(seed)
    links = sorted(
        ((int(rng.integers(ENTITIES)), int(rng.integers(4)), int(rng.integers(EVENTS))) for _ in range(9)),
        key=lambda link: link[2],
    )
    numbers = rng.integers(-1, ENTITIES, EVENTS).astype(np.int32)
    columns = Links(*(np.array(column) for column in zip(*links, strict=True)))
    tree = joinings(columns, ENTITIES, EVENTS)
    values = Numbered([f"a{entity}" for entity in range(ENTITIES)])
    return links, Groups(Times(np.arange(EVENTS) // 2), numbers, values, tree)


def always(times):
    return np.zeros(len(times), dtype=np.int64)


@pytest.mark.parametrize("seed", range(60))
def test_members_and_events_of_a_group_as_of_each_event(seed):
    links, groups = world(seed)
    marked = np.random.default_rng(seed).random(EVENTS) < 0.8
    rows = list(groups.apart(marked, None, None, always))
    for position in range(EVENTS):
        entity = int(groups.numbers[position])
        group = int(groups.of(np.array([position]))[0])
        if entity < 0:
            assert group == -1
            continue
        together = members(links, entity, position)
        assert sorted(groups.members(group)) == sorted(f"a{one}" for one in together)
        assert all(groups.holds(group, one) == (one in together) for one in range(ENTITIES))
        if marked[position]:
            before = {at for block in rows for run, at in zip(block.run, block.at, strict=True) if run == group}
            own = [at for at in range(position + 1) if marked[at] and int(groups.numbers[at]) in together]
            assert [at for at in sorted(before) if at <= position] == own
    fresh = sorted(int(at) for block in rows for at, own in zip(block.at, block.fresh, strict=True) if own)
    assert fresh == [at for at in range(EVENTS) if marked[at] and groups.numbers[at] >= 0]


@pytest.mark.parametrize("seed", range(60))
def test_paths_hold_each_event_once_and_show_at_each_anchor_what_its_group_did(seed):
    links, groups = world(seed)
    marked = np.random.default_rng(seed).random(EVENTS) < 0.8
    anchors = []
    for rows in groups.blocks(marked, None, always):
        seen = np.full(len(rows), -1) if rows.seen is None else rows.seen
        places = list(zip(rows.run.tolist(), rows.at.tolist(), np.maximum(seen, rows.at).tolist(), strict=True))
        assert len({(run, at) for run, at, _ in places}) == len(places)
        for (run, position, _), fresh in zip(places, rows.fresh.tolist(), strict=True):
            if fresh:
                together = members(links, int(groups.numbers[position]), position)
                own = [at for at in range(position + 1) if marked[at] and int(groups.numbers[at]) in together]
                assert [at for path, at, since in places if path == run and since <= position >= at] == own
                anchors.append(position)
    assert sorted(anchors) == [at for at in range(EVENTS) if marked[at] and groups.numbers[at] >= 0]


def test_a_link_that_begins_after_the_last_event_joins_nobody():
    tree = joinings(Links(np.array([0, 1]), np.array([0, 0]), np.array([0, EVENTS])), 2, EVENTS)
    assert tree.top.tolist() == [0, 1]
