"""What goes into backups."""

from __future__ import annotations

from collections.abc import Iterator

import peewee
import pytest

from idp.storage import archive
from idp.storage.models import TABLES, Row


def _models(model: type[Row] = Row) -> Iterator[type[Row]]:
    for each in model.__subclasses__():
        yield each
        yield from _models(each)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_a_model_says_itself_whether_its_rows_are_backed_up(model: type[Row]) -> None:
    assert type(vars(model).get("LASTING")) is bool, f"{model.__name__} needs LASTING = True or False"


def test_no_model_says_it_for_others() -> None:
    assert not hasattr(Row, "LASTING")
    assert {model for model in _models() if "LASTING" in vars(model)} == set(TABLES)


def test_nothing_that_lets_somebody_in_comes_back_with_a_backup() -> None:
    assert set(archive.names()) == {
        "users", "retired_names", "credentials", "groups", "memberships", "clients", "consents", "mails", "devices",
        "activities", "settings",
    }  # fmt: skip


def test_what_is_backed_up_hangs_from_nothing_that_is_not() -> None:
    for model in archive.LASTING:
        keys = [field for field in model._meta.sorted_fields if isinstance(field, peewee.ForeignKeyField)]
        assert all(key.rel_model.LASTING for key in keys), model.__name__
