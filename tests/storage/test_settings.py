"""Values that every process of this provider shares."""

from __future__ import annotations

import threading

from idp.storage import database, settings


def test_a_secret_is_made_once_and_stays(storage: None) -> None:
    made = settings.secret("anti_forgery")
    database.close()
    assert settings.secret("anti_forgery") == made
    assert settings.secret("another") != made
    assert len(made) == 43  # 256 bits


def test_who_asks_at_once_gets_the_same(storage: None) -> None:
    found: list[str] = []
    barrier = threading.Barrier(6)

    def ask() -> None:
        barrier.wait()
        found.append(settings.secret("anti_forgery"))
        database.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
