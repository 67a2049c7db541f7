"""One-time links."""

from __future__ import annotations

import threading

from idp.storage import database, links
from idp.storage.models import Link
from tests.conftest import Clock


def test_a_link_works_once_for_its_purpose(storage: None, clock: Clock) -> None:
    handle = links.add(links.SETUP, 100, clock.now)
    assert links.is_good(handle, links.SETUP, clock.now)
    assert not links.is_good(handle, "sign_in", clock.now)
    assert not links.use(handle, "sign_in", clock.now)
    assert links.use(handle, links.SETUP, clock.now)
    assert not links.use(handle, links.SETUP, clock.now)
    assert not links.is_good(handle, links.SETUP, clock.now)


def test_a_link_ends_with_its_lifetime(storage: None, clock: Clock) -> None:
    handle = links.add(links.SETUP, 100, clock.now)
    assert links.is_good(handle, links.SETUP, clock.forward(99))
    assert not links.is_good(handle, links.SETUP, clock.forward(1))
    assert not links.use(handle, links.SETUP, clock.now)


def test_withdrawn_links_are_worth_nothing_and_others_stay(storage: None, clock: Clock) -> None:
    first, second = links.add(links.SETUP, 100, clock.now), links.add(links.SETUP, 100, clock.now)
    other = links.add("sign_in", 100, clock.now)
    links.withdraw(links.SETUP, clock.now)
    assert not links.use(first, links.SETUP, clock.now)
    assert not links.use(second, links.SETUP, clock.now)
    assert links.use(other, "sign_in", clock.now)


def test_what_is_no_link_is_worth_nothing(storage: None, clock: Clock) -> None:
    for handle in ("", "li_x", "\0", "\ud800", "x" * 10_000):
        assert not links.is_good(handle, links.SETUP, clock.now)
        assert not links.use(handle, links.SETUP, clock.now)


def test_of_many_at_once_one_uses_it(storage: None, clock: Clock) -> None:
    handle, barrier = links.add(links.SETUP, 100, clock.now), threading.Barrier(8)
    won: list[bool] = []

    def use() -> None:
        barrier.wait()
        with database.transaction(durable=True):
            won.append(links.use(handle, links.SETUP, clock.now))
        database.close()

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1


def test_only_a_digest_is_stored(storage: None, clock: Clock) -> None:
    handle = links.add(links.SETUP, 100, clock.now)
    assert handle.startswith("li_")
    assert handle not in str(Link.get().__data__)
