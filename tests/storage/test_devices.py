"""Which browsers a person has signed in with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from idp.storage import database, devices
from idp.storage.models import Device
from idp.storage.purge import purge
from tests import given


def test_a_browser_is_new_once_to_each_person(storage: None) -> None:
    ada, bob, handle = given.user(), given.user("bob"), devices.new_handle()
    assert [devices.is_new(ada, handle, 100) for _ in range(3)] == [True, False, False]
    assert devices.is_new(bob, handle, 100) and devices.is_new(ada, devices.new_handle(), 100)
    assert handle not in str(list(Device.select().dicts()))


def test_of_many_at_once_one_finds_it_new(storage: None) -> None:
    ada, handle = given.user(), devices.new_handle()

    def look(_: int) -> bool:
        try:
            with database.transaction():
                return devices.is_new(ada, handle, 100)
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, range(8))).count(True) == 1


def test_one_that_nobody_came_with_for_long_is_forgotten_and_each_visit_counts(storage: None) -> None:
    ada, kept, gone = given.user(), devices.new_handle(), devices.new_handle()
    for handle in (kept, gone):
        devices.is_new(ada, handle, 100)
    devices.is_new(ada, kept, 101)
    purge(100 + devices.LIFETIME)
    assert not devices.is_new(ada, kept, 102) and devices.is_new(ada, gone, 102)
