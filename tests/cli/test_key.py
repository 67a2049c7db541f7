"""`idp key`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from idp.oidc.jwt import ALGORITHMS
from tests.cli.conftest import Cli


@pytest.fixture(autouse=True)
def own_keys(settings: Path, keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_KEYS_DIR", str(shutil.copytree(keys_folder, tmp_path / "keys")))


def test_keys_are_listed_with_what_they_are_for(idp: Cli) -> None:
    listed = idp("key", "list", "--json").json
    assert {(key["alg"], key["state"]) for key in listed} == {
        (alg, state) for alg in ALGORITHMS for state in ("active", "next")
    }
    shown = idp("key", "list").out
    assert "signs now" in shown
    assert all(key["kid"] in shown for key in listed)


def test_rotation_lets_the_next_keys_sign(idp: Cli) -> None:
    """OP-CHECKLIST item 134."""
    following = {key["kid"] for key in idp("key", "list", "--json").json if key["state"] == "next"}
    done = idp("key", "rotate")
    assert done.code == 0
    assert "less than a day" in done.err
    assert {key["kid"] for key in idp("key", "list", "--json").json if key["state"] == "active"} == following
    assert all(kid in done.out for kid in following)
    assert "new signing keys are in use" in idp("audit").out


def test_a_retired_key_is_taken_out_and_one_in_use_is_not(idp: Cli) -> None:
    before = {key["alg"]: key["kid"] for key in idp("key", "list", "--json").json if key["state"] == "active"}
    done = idp("key", "retire", before["RS256"])
    assert done.code == 1
    assert "idp key rotate" in done.err
    idp("key", "rotate")
    assert idp("key", "retire", before["RS256"]).out == f"Retired {before['RS256']}.\n"
    assert before["RS256"] not in idp("key", "list").out


def test_no_keys_at_all_is_told(idp: Cli, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "keys")
    for arguments in (["list"], ["rotate"], ["retire", "x"]):
        done = idp("key", *arguments)
        assert done.code == 1
        assert len(done.err.splitlines()) == 1
