"""`idp doctor`, against real providers in all sorts of trouble."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from idp.opaque import Kind
from tests.conftest import PASSWORD
from tests.flows.proxy import Between, running_proxy
from tests.server import Server


@pytest.fixture
def house(idp_server: Callable[..., Server]) -> Server:
    return idp_server()


def findings(server: Server) -> dict[str, dict[str, Any]]:
    """What the doctor says, by the first word of its subject."""
    import json

    done = server.run("doctor", "--json")
    assert "Traceback" not in done.stderr, done.stderr
    found = {finding["subject"].split()[0]: finding for finding in json.loads(done.stdout)}
    assert (done.returncode == 1) == any(finding["state"] == "bad" for finding in found.values())
    return found


def states(server: Server) -> dict[str, str]:
    return {subject: finding["state"] for subject, finding in findings(server).items()}


def test_a_good_installation_is_fine(house: Server, tmp_path: Path) -> None:
    house.add_user("ada", PASSWORD, "--admin")
    house.idp("backup", str(tmp_path / "backup"))
    found = states(house)
    says = findings(house)["Database"]["says"]
    assert says == "SQLite, intact, under 1 MiB." or says.startswith("PostgreSQL answers")
    assert found.pop("Encryption") == "note", "localhost is for this machine only"
    assert set(found.values()) == {"fine"}, found


def test_each_trouble_is_named_with_what_to_do(house: Server) -> None:
    (house.folder / "data").chmod(0o755)
    next((house.folder / "keys").glob("*.pem")).chmod(0o644)
    found = findings(house)
    assert "chmod 700" in found["Data"]["mend"]
    assert "chmod 600" in found["Signing"]["says"]
    assert "idp setup-link" in found["Administrator"]["mend"]
    assert "idp backup" in found["Backup"]["mend"]


def test_commands_are_advised_as_the_program_was_called(house: Server) -> None:
    house.stop()
    next((house.folder / "keys").glob("*.pem")).unlink()
    shown, told = house.run("doctor").stdout, house.run("doctor", "--json").stdout
    for advice in ("key retire", "setup-link", "serve", "backup"):
        assert f": {sys.executable} -m idp {advice}" in shown, advice
        assert f": {sys.executable} -m idp {advice}" in told, advice
    assert ": idp " not in shown + told


@pytest.mark.parametrize("source", ["username", "email"])
def test_applications_that_know_people_by_what_could_change_are_named(house: Server, source: str) -> None:
    house.idp("client", "add", "Old media", "--redirect-uri", "https://a.example/cb", "--subject-source", source)
    found = findings(house)["Applications"]
    assert found["state"] == "note" and "Old media" in found["says"] and found["mend"]
    house.idp("client", "delete", "Old media", "--yes")
    assert findings(house)["Applications"]["state"] == "fine"


def test_a_server_that_does_not_run_is_found_out(house: Server) -> None:
    house.stop()
    reached = findings(house)["Reached"]
    assert reached["state"] == "bad"
    assert "idp serve" in reached["mend"]


@pytest.fixture(scope="module")
def behind(idp_server: Callable[..., Server]) -> Iterator[tuple[Server, Any]]:
    """A provider behind a proxy, and the proxy."""
    with running_proxy() as (port, handler):
        yield idp_server(IDP_ISSUER=f"http://localhost:{port}"), handler


def through(behind: tuple[Server, Any], **wrong: Any) -> dict[str, dict[str, Any]]:
    """What is found when the proxy does this."""
    server, handler = behind
    handler.between = Between(f"http://127.0.0.1:{server.port}", **wrong)
    return findings(server)


@pytest.mark.parametrize(("adds", "trusted", "state"), [
    ({"X-Forwarded-For": "203.0.113.7"}, "127.0.0.1", "fine"),
    ({"X-Forwarded-For": "203.0.113.7"}, "", "bad"),
    ({}, "", "fine"),  # an http issuer has no proxy in front of it
])  # fmt: skip
def test_what_the_proxy_passes_on_is_found_out(
    idp_server: Callable[..., Server], adds: dict[str, str], trusted: str, state: str
) -> None:
    with running_proxy() as (port, handler):
        server = idp_server(IDP_ISSUER=f"http://localhost:{port}", IDP_TRUSTED_PROXIES=trusted)
        found = through((server, handler), passes=adds)
    assert found["Reached"]["state"] == "fine"
    assert found["Visitors'"]["state"] == state
    if state == "bad":
        assert "IDP_TRUSTED_PROXIES=127.0.0.1" in found["Visitors'"]["mend"]


def test_cookies_that_come_as_they_went_are_fine(behind: tuple[Server, Any]) -> None:
    assert through(behind)["Cookies"]["state"] == "fine"


@pytest.mark.parametrize("cookie", [
    "foyer=probe; HttpOnly; Path=/; SameSite=Lax; Domain=example.org", "foyer=probe; HttpOnly; Path=/id; SameSite=Lax",
    "foyer=probe; HttpOnly; Path=/; SameSite=Lax; Secure", "foyer=probe; Path=/; SameSite=Lax", "foyer=probe; HttpOnly; Path=/",
    "__Host-foyer=probe; HttpOnly; Path=/; SameSite=Lax", "foyer=probe; HttpOnly; Path=/; SameSite=None", "nonsense",
])  # fmt: skip
def test_cookies_that_a_proxy_rewrites_are_found(behind: tuple[Server, Any], cookie: str) -> None:
    found = through(behind, adds={"Set-Cookie": cookie})["Cookies"]
    assert found["state"] == "bad" and cookie in found["says"] and "proxy_cookie_path" in found["mend"]


def test_cookies_that_do_not_come_back_are_found(behind: tuple[Server, Any]) -> None:
    found = through(behind, without="Cookie")["Cookies"]
    assert found["state"] == "bad" and "pass the Cookie header on" in found["mend"]


@pytest.mark.parametrize(("wrong", "says"), [
    ({"status": 502}, "with the status 502"), ({"redirect": "https://id.example/"}, "leads on to https://id.example/"),
    ({"replaces": (b'"issuer"', b'"issued"')}, "Another provider"), ({"replaces": (b"{", b"<")}, "Something else answers"),
])  # fmt: skip
def test_what_is_in_the_way_to_the_public_address_is_named(
    behind: tuple[Server, Any], wrong: dict[str, Any], says: str
) -> None:
    found = through(behind, **wrong)
    assert found["Reached"]["state"] == "bad" and says in found["Reached"]["says"]
    assert "Cookies" not in found, "what can't be reached can't be asked"


def test_a_proxy_whose_clock_is_wrong_is_found(behind: tuple[Server, Any]) -> None:
    found = through(behind, adds={"Date": "Tue, 01 Jan 2036 00:00:00 GMT"})
    assert found["Clocks"]["state"] == "bad" and "timedatectl" in found["Clocks"]["mend"]
    assert "Clocks" not in through(behind)


def test_how_a_request_arrived_is_told_to_a_probe_only_and_once(house: Server) -> None:
    plain = requests.get(f"{house.issuer}/health", headers={"X-Forwarded-For": "203.0.113.7"}, timeout=10)
    wrong = requests.get(f"{house.issuer}/health?probe={Kind.LINK}_guess", timeout=10)
    assert plain.json() == wrong.json() == {"status": "ok"}


def test_an_application_that_can_never_be_told_of_sign_outs_is_found(house: Server) -> None:
    house.idp(
        "client", "add", "Jellyfin", "--redirect-uri", "https://a.example/cb", "--backchannel-logout-uri",
        "http://jellyfin:8096/told",
    )  # fmt: skip
    found = findings(house)["Sign-outs"]
    assert found["state"] == "bad" and "IDP_OUTGOING_ALLOW=jellyfin" in found["says"]
    house.environ["IDP_OUTGOING_ALLOW"] = "jellyfin"
    assert findings(house)["Sign-outs"]["state"] == "fine"
