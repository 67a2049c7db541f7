"""Writers of a SQLite file wait for each other in a queue."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from idp.storage.writers import Queue


def test_one_is_inside_at_a_time(tmp_path: Path) -> None:
    inside, most = [0], [0]

    def write() -> None:
        queue = Queue(str(tmp_path / "foyer.sqlite"))
        for _ in range(50):
            queue.enter()
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            inside[0] -= 1
            queue.leave()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inside[0], most[0]) == (0, 1)


def test_only_the_owner_can_join_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Queue(str(tmp_path / "foyer.sqlite"))
    finally:
        os.umask(before)
    (lock,) = tmp_path.iterdir()
    assert lock.stat().st_mode & 0o777 == 0o600


def test_who_ends_inside_holds_up_nobody(tmp_path: Path) -> None:
    gone = Queue(str(tmp_path / "foyer.sqlite"))
    gone.enter()
    del gone
    following = Queue(str(tmp_path / "foyer.sqlite"))
    following.enter()
    following.leave()
