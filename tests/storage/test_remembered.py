"""What a process remembers of the database for a second: asked seldom, never of another database, nothing after a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.storage import database
from idp.storage.remembered import LOOK_EVERY, Remembered


class Source:
    """What can be read, who was asked, and what was known then."""

    def __init__(self) -> None:
        self.says = "first"
        self.is_there = True
        self.told: list[str | None] = []

    def read(self, before: str | None) -> str:
        """What the source says now."""
        self.told.append(before)
        if not self.is_there:
            raise LookupError
        return self.says


class Monotonic:
    """The clock that only goes forward, held still."""

    now = 100.0


@pytest.fixture
def monotonic(monkeypatch: pytest.MonkeyPatch) -> Monotonic:
    held = Monotonic()
    monkeypatch.setattr("time.monotonic", lambda: held.now)
    return held


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def known(source: Source, monotonic: Monotonic) -> Remembered[str]:
    return Remembered(source.read)


def test_it_is_read_once_a_second_however_often_somebody_asks(
    known: Remembered[str], source: Source, monotonic: Monotonic
) -> None:
    assert [known.value() for _ in range(3)] == ["first"] * 3
    source.says = "second"
    monotonic.now += LOOK_EVERY * 0.999
    assert known.value() == "first" and source.told == [None]
    monotonic.now += LOOK_EVERY * 0.001
    assert known.value() == "second" and source.told == [None, "first"]


def test_somebody_who_has_changed_it_sees_that_at_once(known: Remembered[str], source: Source) -> None:
    known.value()
    source.says = "second"
    known.look_again()
    assert known.value() == "second" and source.told == [None, "first"]


def test_nothing_of_one_database_is_told_of_another(
    known: Remembered[str], source: Source, storage: None, tmp_path: Path
) -> None:
    assert known.value() == "first"
    source.says = "of the other"
    database.open_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert known.value() == "of the other" and source.told == [None, None]


def test_what_can_not_be_read_is_not_told_from_memory(
    known: Remembered[str], source: Source, monotonic: Monotonic
) -> None:
    known.value()
    monotonic.now += LOOK_EVERY
    source.is_there = False
    for _ in range(2):
        with pytest.raises(LookupError):
            known.value()
    source.is_there = True
    assert known.value() == "first"


def test_what_its_reader_falls_back_on_holds_for_a_second_too(source: Source, monotonic: Monotonic) -> None:
    def read(before: str | None) -> str:
        try:
            return source.read(before)
        except LookupError:
            return before or "nothing"

    known = Remembered(read)
    source.is_there = False
    assert [known.value(), known.value()] == ["nothing"] * 2 and source.told == [None]
    monotonic.now += LOOK_EVERY
    assert known.value() == "nothing" and source.told == [None, "nothing"]
    source.is_there = True
    assert known.value() == "nothing"
    monotonic.now += LOOK_EVERY
    assert known.value() == "first"
