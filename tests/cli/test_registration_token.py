"""`idp registration-token`."""

from __future__ import annotations

import pytest

from idp.oidc import initial_access
from idp.storage.models import RegistrationToken
from tests.cli.conftest import Cli
from tests.conftest import Clock


def test_a_token_is_made_and_shown_once(idp: Cli) -> None:
    made = idp("registration-token", "add", "The lab", "--uses", "3", "--expires", "2h", "--json").json
    assert made["initial_access_token"].startswith("ia_")
    assert made["registration_endpoint"] == "http://localhost:8000/register"
    assert (made["uses"], made["used"], made["state"]) == (3, 0, "open")
    listed = idp("registration-token", "list")
    assert "The lab" in listed.out and "0 of 3" in listed.out
    for arguments in (["registration-token", "list", "--json"], ["audit", "--json"]):
        assert made["initial_access_token"] not in idp(*arguments).out
    assert made["initial_access_token"] not in str(RegistrationToken.get().__data__)


def test_people_are_told_what_to_do_with_it(idp: Cli) -> None:
    assert "registration-token add NAME" in idp("registration-token", "list").out
    done = idp("registration-token", "add", "The lab")
    for words in ("For 1 application,", "http://localhost:8000/register", "ia_", "this once", "withdraw 1"):
        assert words in done.out.replace(f"withdraw {RegistrationToken.get().id}", "withdraw 1"), words


def test_a_token_can_be_withdrawn_once(idp: Cli) -> None:
    made = idp("registration-token", "add", "The lab", "--json").json
    assert "Withdrew The lab." in idp("registration-token", "withdraw", str(made["id"])).out
    assert "already" in idp("registration-token", "withdraw", str(made["id"])).out
    assert idp("registration-token", "list", "--json").json[0]["state"] == "withdrawn"
    gone = idp("registration-token", "withdraw", "999999")
    assert (gone.code, "There is no registration token" in gone.err) == (1, True)


@pytest.mark.parametrize("options", [["--uses", "0"], ["--uses", "1001"], ["--expires", "91d"], ["--expires", "0s"]])
def test_what_would_open_too_much_is_refused(idp: Cli, options: list[str]) -> None:
    refused = idp("registration-token", "add", "The lab", *options)
    assert refused.code == 1
    assert RegistrationToken.select().count() == 0


def test_a_token_ends_when_its_time_is_over(storage: None, clock: Clock) -> None:
    made, handle = initial_access.make("The lab", lifetime=60)
    assert initial_access.check(handle, clock.forward(59)) == made
    assert initial_access.is_any_open()
    with pytest.raises(Exception, match="invalid_token"):
        initial_access.check(handle, clock.forward(1))
    assert not initial_access.is_any_open()
    assert RegistrationToken.get().state(clock.now) == "expired"
