"""Parts of columns are those of single values, in every zone and on both sides of every change of clocks."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import available_timezones

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainterms.engine.columnar.leaves import plain
from plainterms.engine.columnar.parts import part_column, part_numbers
from plainterms.engine.columnar.zones import hours
from plainterms.engine.parts import part_of
from plainterms.policy.meaning import EventField, PartField
from plainterms.policy.schema import Type

MADE, EMAIL = EventField("made", Type.TIME), EventField("email", Type.TEXT)
ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc", "posix", "right"))
)
HOUR = 3_600_000_000
YEAR_2024 = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
PARTS = (("hour", Type.NUMBER), ("date", Type.DATE), ("weekday", Type.TEXT))


def same(part: str, kind: Type, zone: str, times: list[int | None]) -> None:
    field = PartField(part, MADE, kind, zone)
    found = plain(part_column(field, pa.array(times, pa.int64()))).to_pylist()
    assert found == [None if time is None else part_of(field, time) for time in times]


@given(
    st.sampled_from(ZONES), st.lists(st.integers(-30 * 366 * 24, 30 * 366 * 24), max_size=40), st.sampled_from(PARTS)
)
def test_ascending_times_by_their_hours(zone: str, shifts: list[int], part: tuple[str, Type]) -> None:
    field = PartField(part[0], MADE, part[1], zone)
    times = np.sort(np.array([YEAR_2024 + shift * HOUR // 4 for shift in shifts], np.int64))
    begin = hours(times, zone)
    lengths = np.diff(np.append(begin, len(times)))
    told = np.repeat(part_numbers(field, times[begin]), lengths)
    assert told.tolist() == part_numbers(field, times).tolist()
    assert (np.diff(begin) > 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_times_of_zones(seed: int) -> None:
    dice = Random(seed)
    for zone in dice.sample(ZONES, 4):
        hours = [YEAR_2024 + hour * HOUR + shift for hour in range(0, 8_784, 23) for shift in (-1, 0)]
        far = [dice.randrange(4 * 10**15) for _ in range(12)]
        for part, kind in PARTS:
            same(part, kind, zone, [*hours, None, *far])


def test_the_very_moment_of_a_change() -> None:
    change = int(datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp()) * 1_000_000
    for part, kind in PARTS:
        same(
            part,
            kind,
            "Europe/Berlin",
            [change - 1, change, change + 1, change + timedelta(days=220) // timedelta(microseconds=1)],
        )


@given(st.lists(st.one_of(st.none(), st.text(alphabet="aB@.Ç\nİ", max_size=6), st.text()), max_size=5))
def test_texts(texts: list[str | None]) -> None:
    for part, kind in (("domain", Type.TEXT), ("length", Type.NUMBER)):
        field = PartField(part, EMAIL, kind)
        found = part_column(field, pa.array(texts, pa.string())).to_pylist()
        assert found == [None if text is None else part_of(field, text) for text in texts]
