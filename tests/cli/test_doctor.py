"""`idp doctor`, against real providers in all sorts of trouble."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from idp.storage import links
from tests.conftest import PASSWORD
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


def test_a_server_that_does_not_run_is_found_out(house: Server) -> None:
    house.stop()
    reached = findings(house)["Reached"]
    assert reached["state"] == "bad"
    assert "idp serve" in reached["mend"]


class Proxy(http.server.BaseHTTPRequestHandler):
    """A reverse proxy that passes a request on, with or without saying who sent it."""

    target = ""
    adds: dict[str, str] = {}

    def do_GET(self) -> None:
        headers = {"Host": self.headers["Host"], **self.adds}
        answer = requests.get(self.target + self.path, headers=headers, timeout=10)
        self.send_response(answer.status_code)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def proxy() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(("adds", "trusted", "state"), [
    ({"X-Forwarded-For": "203.0.113.7"}, "127.0.0.1", "fine"),
    ({"X-Forwarded-For": "203.0.113.7"}, "", "bad"),
    ({}, "", "fine"),  # an http issuer has no proxy in front of it
])  # fmt: skip
def test_what_the_proxy_passes_on_is_found_out(
    idp_server: Callable[..., Server],
    proxy: http.server.ThreadingHTTPServer,
    adds: dict[str, str],
    trusted: str,
    state: str,
) -> None:
    outside = f"http://localhost:{proxy.server_address[1]}"
    server = idp_server(IDP_ISSUER=outside, IDP_TRUSTED_PROXIES=trusted)
    Proxy.target, Proxy.adds = f"http://127.0.0.1:{server.port}", adds
    found = findings(server)
    assert found["Reached"]["state"] == "fine"
    assert found["Visitors'"]["state"] == state
    if state == "bad":
        assert "IDP_TRUSTED_PROXIES=127.0.0.1" in found["Visitors'"]["mend"]


def test_how_a_request_arrived_is_told_to_a_probe_only_and_once(house: Server) -> None:
    plain = requests.get(f"{house.issuer}/health", headers={"X-Forwarded-For": "203.0.113.7"}, timeout=10)
    wrong = requests.get(f"{house.issuer}/health?probe={links.HANDLE}_guess", timeout=10)
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
