"""Hand-written SQL that answers with model objects."""

from __future__ import annotations

from idp.storage.models import Client, Setting, User
from idp.storage.statement import Statement
from tests import given


def test_a_row_comes_back_as_peewee_would_give_it(storage: None) -> None:
    ada = given.user("ada", display_name="Ada", is_admin=True)
    found = Statement("SELECT {users} FROM users WHERE username = ?", User).one("ada")
    assert found == ada
    assert found.__data__ == User.get_by_id(ada.id).__data__
    assert (found.is_admin, found.disabled_at) == (True, None)


def test_json_columns_come_back_as_values(storage: None) -> None:
    given.client(scopes=["openid", "äöü"], allowed_groups=[])
    found = Statement("SELECT {clients} FROM clients", Client).one()
    assert (found.scopes, found.allowed_groups) == (["openid", "äöü"], [])
    assert found.__data__ == Client.get().__data__


def test_lists_of_two_rows_are_two_lists(storage: None) -> None:
    given.client("one")
    given.client("two")
    one, two = Statement("SELECT {clients} FROM clients", Client).all()
    one.allowed_groups.append("x")
    assert two.allowed_groups == []


def test_several_models_come_back_in_their_order_and_none_for_nothing(storage: None) -> None:
    _, handle = given.session()
    both = Statement(
        "SELECT {clients}, {users} FROM clients LEFT JOIN users ON users.username = clients.client_id ORDER BY clients.id",
        Client,
        User,
    )
    given.client("ada")
    given.client("nobody")
    ada = given.user("ada")
    (first, person), (second, missing) = both.all()
    assert (first.client_id, person) == ("ada", ada)
    assert (second.client_id, missing) == ("nobody", None)
    assert handle


def test_without_a_model_rows_are_bare(storage: None) -> None:
    assert tuple(Statement("SELECT 1, 2").one()) == (1, 2)
    assert Statement("SELECT value FROM settings WHERE name = ?").one("nothing") is None
    assert Statement("SELECT value FROM settings WHERE name = ?").all("nothing") == []


def test_a_per_cent_sign_is_just_a_character(storage: None) -> None:
    given.user("ada"), given.user("grace")
    assert [row[0] for row in Statement("SELECT username FROM users WHERE username LIKE '%da' AND id > ?").all(0)] == [
        "ada"
    ]


def test_a_statement_counts_what_it_changes(storage: None) -> None:
    for name in ("a", "b"):
        Setting.create(name=name, value="x")
    change = Statement("UPDATE settings SET value = ? WHERE value = ?")
    assert change.changed("y", "x") == 2
    assert change.changed("y", "x") == 0


def test_a_read_row_can_be_saved_and_deleted_like_any_other(storage: None) -> None:
    given.user("ada")
    found = Statement("SELECT {users} FROM users", User).one()
    found.display_name = "Ada"
    found.save()
    assert User.get().display_name == "Ada"
    found.delete_instance()
    assert User.select().count() == 0
