"""Somebody always stays who can administer, also when administrators take each other away at the same instant."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Barrier

import pytest

from idp.directory import users as people
from idp.errors import Invalid
from idp.storage import database, users
from tests import given

ROUNDS = 40
NAMES = ("ada", "grace", "olga")
WAYS: dict[str, Callable[[str], object]] = {
    "disable": lambda name: people.disable(people.get(name)),
    "demote": lambda name: people.change(people.get(name), is_admin=False),
}


def take_away(url: str, name: str, way: str, together: Barrier) -> None:
    """Take one administrator away in each round; to be run in a process of its own."""
    database.open_database(url)
    for _ in range(ROUNDS):
        together.wait(60)
        try:
            WAYS[way](name)
        except Invalid as refused:
            assert "last administrator" in str(refused)
        finally:
            together.wait(60)
    database.close()


@pytest.mark.parametrize("way", WAYS)
def test_one_of_three_stays(storage: None, _unit_database: str, way: str) -> None:
    everybody = [given.user(name, is_admin=True) for name in NAMES]
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(len(NAMES) + 1)
    processes = [context.Process(target=take_away, args=(_unit_database, name, way, together)) for name in NAMES]
    for process in processes:
        process.start()
    left = []
    for _ in range(ROUNDS):
        with database.transaction(durable=True):
            for user in everybody:
                users.update(user, is_admin=True, disabled_at=None)
        database.close()
        together.wait(60)
        together.wait(60)
        left.append(len(users.administrators()))
    for process in processes:
        process.join(60)
    assert left == [1] * ROUNDS
    assert [process.exitcode for process in processes] == [0] * len(NAMES)
