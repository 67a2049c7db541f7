"""`idp key`."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from idp.errors import ConfigurationError
from idp.oidc import key_files
from idp.oidc.jwt import ALGORITHMS
from idp.oidc.keys import KeySet
from tests.cli.conftest import Cli
from tests.conftest import Clock
from tests.spoilt_key import spoil


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


def test_a_next_key_is_replaced_and_several_are_retired_at_once(idp: Cli) -> None:
    idp("key", "rotate")
    listed = idp("key", "list", "--json").json
    kids = [key["kid"] for key in listed if key["state"] != "active"]
    done = idp("key", "retire", *kids)
    assert done.code == 0 and all(f"Retired {kid}.\n" in done.out for kid in kids)
    after = idp("key", "list", "--json").json
    assert not set(kids) & {key["kid"] for key in after}
    following = {key["kid"] for key in after if key["state"] == "next"}
    assert len(following) == len(ALGORITHMS) and all(f"{kid} is published from now on" in done.out for kid in following)


def spoilt(folder: Path, fault: str, states: str) -> set[str]:
    """Spoil the files of the keys in these states; returns their ids. Mixed: every other one in another way."""
    found = sorted((entry for entry in key_files.read(folder) if entry.state in states), key=lambda entry: entry.kid)
    for number, entry in enumerate(found):
        how = ("missing", "exposed", "damaged")[number % 3] if fault == "mixed" else fault
        spoil(folder / f"{entry.kid}.pem", how)
    return {entry.kid for entry in found}


@pytest.mark.parametrize("states", ["active", "next", "retired", "active next", "next retired", "active next retired"])
@pytest.mark.parametrize("fault", ["missing", "damaged", "exposed", "mixed"])
def test_the_advice_about_keys_followed_to_the_letter_leads_out_of_it(
    idp: Cli, tmp_path: Path, fault: str, states: str
) -> None:
    folder = tmp_path / "keys"
    key_files.rotate(folder)
    kids = spoilt(folder, fault, states)
    with pytest.raises(ConfigurationError) as wrong:
        KeySet(folder)
    (sentence,) = wrong.value.problems
    advised = [shlex.split(command) for command in re.findall(r": ((?:idp|chmod) [^,:]+?)(?=,|\. |$)", sentence)]
    for program, *arguments in advised:
        if program == "chmod":
            for file in arguments[1:]:
                Path(file).chmod(int(arguments[0], 8))
        else:
            done = idp(*arguments)
            assert done.code == 0, done
    published = {key["kid"] for key in json.loads(KeySet(folder).jwks())["keys"]}
    assert not published & kids, "nothing that these keys sign is believed any more"
    assert {(entry.alg, entry.state) for entry in key_files.read(folder)} >= {
        (alg, state) for alg in ALGORITHMS for state in ("active", "next")
    }


def test_rotating_says_which_next_key_could_not_be_used(idp: Cli, tmp_path: Path) -> None:
    kids = spoilt(tmp_path / "keys", "damaged", "next")
    done = idp("key", "rotate")
    assert done.code == 0 and all(f"{kid} should have signed" in done.err and kid not in done.out for kid in kids)
    assert "less than a day" in done.err
    assert KeySet(tmp_path / "keys"), "and the next start isn't refused"


def test_only_keys_that_have_just_been_published_are_noted(idp: Cli, clock: Clock, tmp_path: Path) -> None:
    clock.forward(key_files.HANDOVER + 10)
    assert idp("key", "rotate").err == ""
    clock.forward(key_files.HANDOVER + 10)
    spoilt(tmp_path / "keys", "missing", "next")
    assert "less than a day" in idp("key", "rotate").err


def test_no_keys_at_all_is_told(idp: Cli, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "keys")
    for arguments in (["list"], ["rotate"], ["retire", "x"]):
        done = idp("key", *arguments)
        assert done.code == 1
        assert len(done.err.splitlines()) == 1
