"""The latest event before each one, against a look at every pair."""

import numpy as np
import pytest

from plainterms.engine.columnar.latest import Line, latest

WITHIN = 3


def line(rng, same, different, missing):
    rows = 24
    run = np.sort(rng.integers(0, 3, rows)).astype(np.int32)
    time = np.concatenate([np.sort(rng.integers(0, 8, (run == one).sum())) for one in range(3)])
    codes = [rng.integers(-1 if missing else 0, 3, rows).astype(np.int32) for _ in range(same + different)]
    early, late = rng.random(rows) < 0.5, rng.random(rows) < 0.7
    return Line(run, time, early, late, tuple(codes[:same]), tuple(codes[same:]))


def plainly(given, certain):
    found = []
    for row in range(len(given.run)):
        rows = [other for other in range(row) if goes(given, other, row, certain)]
        found.append(max(rows, default=-1) if given.late[row] else -1)
    return found


def goes(given, first, second, certain):
    if not given.early[first] or given.run[first] != given.run[second]:
        return False
    if not 0 < given.time[second] - given.time[first] <= WITHIN:
        return False
    for codes, agree in [(codes, True) for codes in given.same] + [(codes, False) for codes in given.different]:
        if min(codes[first], codes[second]) < 0:
            if certain:
                return False
        elif bool(codes[first] == codes[second]) is not agree:
            return False
    return True


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("missing", [False, True], ids=["known", "missing"])
@pytest.mark.parametrize(("same", "different"), [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (0, 2), (2, 2)])
def test_the_latest_is_found(seed, same, different, missing):
    given = line(np.random.default_rng(seed), same, different, missing)
    for certain in (True, False):
        assert latest(given, WITHIN, certain=certain).tolist() == plainly(given, certain)
