"""Turns of threads are as they were when the last audit has ended, in whatever order audits end."""

import sys

from plainterms.engine.switching import SECONDS, quick_turns


def test_overlapping_users_leave_the_interval_as_it_was() -> None:
    before = sys.getswitchinterval()
    first, second = quick_turns(), quick_turns()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert abs(sys.getswitchinterval() - SECONDS) < 1e-6
    second.__exit__(None, None, None)
    assert sys.getswitchinterval() == before
