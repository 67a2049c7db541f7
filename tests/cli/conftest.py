"""Running commands inside this process, against an empty database; `python -m idp` itself is tried in test_main."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from idp import cli
from idp.storage import database


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it answered to another program."""
        assert (self.code, self.err) == (0, ""), self
        return json.loads(self.out)


class Cli:
    """Runs commands as their user would type them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capture = monkeypatch, capsys

    def __call__(self, *arguments: str, input: str = "") -> Done:
        self._capture.readouterr()
        self._patch.setattr(sys, "argv", ["idp", *arguments])
        self._patch.setattr(sys, "stdin", io.StringIO(input))
        database.close()
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        return Done(code, *self._capture.readouterr())


@pytest.fixture
def settings(
    storage: None, _unit_database: str, keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A working folder whose settings point to an empty database and to keys that no test may change."""
    for name in [name for name in os.environ if name.startswith("IDP_") and not name.startswith("IDP_TEST_")]:
        monkeypatch.delenv(name)
    for name, value in {"DATABASE_URL": _unit_database, "KEYS_DIR": keys_folder, "DATA_DIR": tmp_path / "data"}.items():
        monkeypatch.setenv(f"IDP_{name}", str(value))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def idp(settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """`idp("user", "list")`: how that ended."""
    root, ours = logging.getLogger(), logging.getLogger("idp")
    handlers, levels = list(root.handlers), (root.level, ours.level)
    yield Cli(monkeypatch, capsys)
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])
