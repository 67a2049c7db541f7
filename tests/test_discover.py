"""Finding the modules of a folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from idp import discover


def test_every_module_is_found_in_the_order_of_names_and_none_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "some_plugins"
    (folder / "deeper").mkdir(parents=True)
    for name in ("__init__", "zebra", "ant", "deeper/__init__", "deeper/hidden"):
        (folder / f"{name}.py").write_text("")
    (folder / "notes.txt").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    import some_plugins  # type: ignore[import-not-found]

    found = [module.__name__ for module in discover.modules(some_plugins)]
    assert found == ["some_plugins.ant", "some_plugins.deeper", "some_plugins.zebra"]
    for name in [*found, "some_plugins"]:
        sys.modules.pop(name)
