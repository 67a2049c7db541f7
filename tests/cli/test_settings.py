"""`idp settings`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.cli.conftest import Cli


def test_a_second_factor_can_be_demanded_of_everybody(idp: Cli) -> None:
    assert idp("settings", "show", "--json").json["require_mfa"] is False
    assert idp("settings", "set", "--require-mfa").code == 0
    assert idp("settings", "set", "--require-mfa").code == 0, "saying it twice changes nothing"
    assert idp("settings", "show", "--json").json["require_mfa"] is True
    assert "yes" in idp("settings", "show").out
    idp("settings", "set", "--no-require-mfa")
    assert idp("settings", "show", "--json").json["require_mfa"] is False


def test_nothing_to_set_is_wrong_usage(idp: Cli) -> None:
    assert idp("settings", "set").code == 2


def test_name_colour_and_lengths_are_set_and_go_back(idp: Cli) -> None:
    done = idp("settings", "set", "--name", "The Lodge", "--accent", "FFCC00", "--session", "12h", "--kept-session", "7d",
               "--two-factors-idle", "30m")  # fmt: skip
    assert done.code == 0, done.err
    found = idp("settings", "show", "--json").json
    assert (found["name"], found["configured_name"], found["accent"]) == ("The Lodge", "Foyer", "#ffcc00")
    assert (found["session_lifetime"], found["kept_lifetime"], found["two_factors_idle"]) == (43_200, 604_800, 1_800)
    shown = idp("settings", "show").out
    assert "The Lodge (the configuration says Foyer)" in shown and "12 hours" in shown and "7 days" in shown
    idp("settings", "set", "--name", "", "--accent", "")
    found = idp("settings", "show", "--json").json
    assert (found["name"], found["accent"]) == ("Foyer", None)


def test_what_can_not_be_set_changes_nothing(idp: Cli) -> None:
    done = idp("settings", "set", "--name", "Lodge", "--accent", "red", "--session", "48h")
    assert done.code == 1 and "24 hours" in done.err
    done = idp("settings", "set", "--name", "Lodge", "--accent", "red")
    assert done.code == 1 and "#1c5f49" in done.err
    assert idp("settings", "show", "--json").json["name"] == "Foyer"


def test_a_logo_is_taken_from_a_file(idp: Cli, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "logo.png")
    (tmp_path / "logo.svg").write_text("<svg/>")
    assert idp("settings", "set", "--logo", str(tmp_path / "logo.png")).code == 0
    assert idp("settings", "show", "--json").json["has_logo"]
    done = idp("settings", "set", "--logo", str(tmp_path / "logo.svg"))
    assert done.code == 1 and "PNG" in done.err
    assert "can't be read" in idp("settings", "set", "--logo", str(tmp_path / "missing.png")).err
    assert idp("settings", "set", "--logo", "x", "--no-logo").code == 2
    idp("settings", "set", "--no-logo")
    assert not idp("settings", "show", "--json").json["has_logo"]
