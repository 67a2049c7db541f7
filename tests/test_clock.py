"""The only wall clock."""

import time

from idp import clock


def test_an_instant_is_a_whole_number_of_seconds_since_the_epoch() -> None:
    before = int(time.time())
    now = clock.now()
    assert type(now) is int
    assert before <= now <= int(time.time())
