"""`idp settings`."""

from __future__ import annotations

from tests.cli.conftest import Cli


def test_a_second_factor_can_be_demanded_of_everybody(idp: Cli) -> None:
    assert idp("settings", "show", "--json").json == {"require_mfa": False}
    assert idp("settings", "set", "--require-mfa").code == 0
    assert idp("settings", "set", "--require-mfa").code == 0, "saying it twice changes nothing"
    assert idp("settings", "show", "--json").json == {"require_mfa": True}
    assert "yes" in idp("settings", "show").out
    idp("settings", "set", "--no-require-mfa")
    assert idp("settings", "show", "--json").json == {"require_mfa": False}


def test_nothing_to_set_is_wrong_usage(idp: Cli) -> None:
    assert idp("settings", "set").code == 2
