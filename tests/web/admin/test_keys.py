"""The page of signing keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp import activity
from idp.oidc import key_files
from tests.conftest import Clock
from tests.web.conftest import Visitor


@pytest.fixture
def keys_folder(tmp_path: Path) -> Path:
    """A folder of this test's own, as it changes the keys."""
    key_files.create(tmp_path / "keys")
    return tmp_path / "keys"


def states(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"active": [], "next": [], "retired": []}
    for entry in key_files.read(folder):
        found[entry.state].append(entry.kid)
    return found


def test_rotating_lets_the_next_keys_sign_and_keeps_the_old_ones(root: Visitor, keys_folder: Path) -> None:
    before = states(keys_folder)
    asked = root.get("/admin/keys/rotate").text
    assert "Nobody is signed out" in asked and "less than a day" in asked
    assert states(keys_folder) == before, "asking changes nothing"
    answer = root.post("/admin/keys/rotate")
    assert (answer.status_code, answer.location) == (303, "/admin/keys")
    after = states(keys_folder)
    assert after["active"] == before["next"] and after["retired"] == before["active"]
    assert "The next keys sign now." in root.get("/admin/keys").text
    assert [row.event for row in activity.rows()] == ["key.rotated"]


def test_a_key_that_signs_no_more_is_retired_and_others_are_not(root: Visitor, keys_folder: Path, clock: Clock) -> None:
    key_files.rotate(keys_folder)
    now = states(keys_folder)
    for kid in (*now["active"], "nobody's"):
        assert root.get(f"/admin/keys/{kid}/retire").status_code == 404
    kid = now["retired"][0]
    assert "less than a day ago" in root.get(f"/admin/keys/{kid}/retire").text
    assert root.post(f"/admin/keys/{kid}/retire").location == "/admin/keys"
    assert kid not in root.get("/admin/keys").text
    assert states(keys_folder)["retired"] == now["retired"][1:]
    assert [row.event for row in activity.rows()] == ["key.retired"]


def test_a_key_that_signs_next_is_replaced(root: Visitor, keys_folder: Path) -> None:
    before = states(keys_folder)
    kid = before["next"][0]
    assert f"/admin/keys/{kid}/retire" in root.get("/admin/keys").text
    assert "A new key takes its place" in root.get(f"/admin/keys/{kid}/retire").text
    assert states(keys_folder) == before, "asking changes nothing"
    root.post(f"/admin/keys/{kid}/retire")
    after = states(keys_folder)
    assert (
        kid not in after["next"] and len(after["next"]) == len(before["next"]) and after["active"] == before["active"]
    )
    assert "A new key has taken its place." in root.get("/admin/keys").text


@pytest.mark.parametrize("state, way", [("active", "idp key rotate, then: idp key retire"), ("next", "idp key retire")])
def test_a_key_that_cannot_be_loaded_is_told_with_the_way_out(
    root: Visitor, keys_folder: Path, monkeypatch: pytest.MonkeyPatch, state: str, way: str
) -> None:
    monkeypatch.setattr("idp.called.PROGRAM", ".venv/bin/idp")
    kid = states(keys_folder)[state][0]
    (keys_folder / f"{kid}.pem").unlink()
    page = root.get("/admin/keys").text
    assert f"with: {way} {kid}".replace(": idp", ": .venv/bin/idp") in page
    assert "Rotate</a>" in page, "and the rest is there"


def test_rotating_says_that_a_next_key_could_not_be_used(root: Visitor, keys_folder: Path) -> None:
    kid = states(keys_folder)["next"][0]
    (keys_folder / f"{kid}.pem").write_text("garbage")
    root.post("/admin/keys/rotate")
    page = root.get("/admin/keys").text
    assert "new keys have taken their places" in page and kid not in page and "damaged." not in page
    assert [row.event for row in activity.rows()] == ["key.retired", "key.rotated"]


def test_a_damaged_folder_is_told_and_not_touched(root: Visitor, keys_folder: Path) -> None:
    (keys_folder / key_files.MANIFEST).write_text("{")
    page = root.get("/admin/keys")
    assert page.status_code == 200 and "is damaged" in page.text
    assert root.get("/admin/keys/rotate").location == "/admin/keys"
