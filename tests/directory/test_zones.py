"""Which time zones there are, and which one somebody means."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from idp.directory import zones


def test_every_zone_that_is_offered_exists() -> None:
    offered = zones.offered()
    assert len(offered) > 300 and "UTC" in offered and "Europe/Berlin" in offered
    assert not [name for name in offered if name.startswith(("Etc/", "posix/", "US/"))]
    for name in offered:
        ZoneInfo(name)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("Europe/Berlin", "Europe/Berlin"), ("europe/berlin", "Europe/Berlin"), (" New  York ", "America/New_York"),
     ("tokyo", "Asia/Tokyo"), ("utc", "UTC"), ("", None), ("Europe", None), ("indianapolis", None)],
)  # fmt: skip
def test_a_town_is_enough_where_there_is_one_of_that_name(typed: str, zone: str | None) -> None:
    assert zones.find(typed) == zone
