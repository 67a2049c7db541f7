"""The composition root."""

from __future__ import annotations

from pathlib import Path

import pytest

import idp
from idp import app
from idp.config import Config
from idp.errors import ConfigurationError
from idp.storage import database


def test_the_pages_are_found_in_a_checkout_and_in_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (app.template_folder() / "base.html").is_file()
    (tmp_path / "idp" / "templates").mkdir(parents=True)
    monkeypatch.setattr(idp, "__file__", str(tmp_path / "idp" / "__init__.py"))
    assert app.template_folder() == tmp_path / "idp" / "templates"


def test_without_keys_nothing_starts(storage: None, _unit_database: str, tmp_path: Path) -> None:
    database.close()
    with pytest.raises(ConfigurationError, match="signing keys"):
        app.create_app(Config(database_url=_unit_database, keys_dir=tmp_path))


def test_without_a_database_nothing_starts(keys_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no database"):
        app.create_app(Config(data_dir=tmp_path, keys_dir=keys_folder))


def test_no_connection_is_open_when_processes_part_ways(storage: None, _unit_database: str, keys_folder: Path) -> None:
    database.close()
    app.create_app(Config(database_url=_unit_database, keys_dir=keys_folder))
    assert database.db.is_closed()
