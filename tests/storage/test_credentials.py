"""What people have enrolled."""

from __future__ import annotations

from idp.storage import credentials
from tests import given


def test_credentials_are_kept_by_person_and_kind(storage: None) -> None:
    ada = given.user()
    made = credentials.add(ada, "passkey", {"id": "x"}, 1, name="my phone")
    credentials.add(given.user("grace"), "passkey", {"id": "y"}, 1)
    assert credentials.of(ada, "passkey") == [made]
    assert credentials.of(ada, "password") == []
    assert credentials.of(ada, "passkey")[0].data == {"id": "x"}


def test_data_is_replaced_only_by_who_has_read_the_latest(storage: None) -> None:
    ada = given.user()
    credentials.add(ada, "password", {"hash": "old"}, 1)
    (first,), (second,) = credentials.of(ada, "password"), credentials.of(ada, "password")
    assert credentials.replace_data(first, {"hash": "new"})
    assert not credentials.replace_data(second, {"hash": "newer"})
    assert credentials.of(ada, "password")[0].data == {"hash": "new"}


def test_a_use_is_noted(storage: None) -> None:
    ada = given.user()
    credentials.used(credentials.add(ada, "passkey", {}, 1), 7)
    assert credentials.of(ada, "passkey")[0].last_used_at == 7


def test_all_of_one_kind_can_be_forgotten(storage: None) -> None:
    ada = given.user()
    credentials.add(ada, "passkey", {}, 1)
    credentials.add(ada, "password", {}, 1)
    credentials.remove_all(ada, "passkey")
    assert credentials.of(ada, "passkey") == []
    assert len(credentials.of(ada, "password")) == 1
