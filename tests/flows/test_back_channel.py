"""Telling applications of sign-outs at a running provider: hostile addresses, kills, and several processes at once.

OP-CHECKLIST items 7, 125 and 128.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from idp.oidc import jwt
from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.processes import kill_all
from tests.flows.visitors import visitor
from tests.person import Person
from tests.receiver import Receiver, Sent, answer
from tests.server import Server, free_port


@pytest.fixture(scope="module")
def telling(idp_server: Callable[..., Server], pem: Path) -> Server:
    """A provider that trusts the authority of the test and may reach `localhost`, by this name only."""
    server = idp_server(SSL_CERT_FILE=str(pem), IDP_OUTGOING_ALLOW="localhost", IDP_WORKERS="2")
    server.add_user("alice", PASSWORD, "--admin")
    return server


@pytest.fixture
def receiver(pem: Path) -> Iterator[Receiver]:
    running = Receiver(pem)
    yield running
    running.stop()


def told_at(server: Server, url: str) -> Application:
    return Application(server, "--skip-consent", "--backchannel-logout-uri", url)


def events(server: Server, app: Application) -> list[dict[str, Any]]:
    """What the log says about telling an application."""
    lines = server.idp("audit", "--client", app.id, "--json").splitlines()
    return [event for event in map(json.loads, lines) if event["event"].startswith("logout.")]


def claims_in(sent: Sent) -> dict[str, Any]:
    (token,) = sent.form["logout_token"]
    return jwt.take_apart(token).claims


def sign_out(person: Person) -> str:
    person.get("/logout")
    return person.submit(decision="logout").text


def _much(handler: BaseHTTPRequestHandler, sent: Sent) -> None:
    answer(handler, body=b"x" * 5_000_000)


def _elsewhere(handler: BaseHTTPRequestHandler, sent: Sent) -> None:
    answer(handler, 307, Location="/told")


def _nonsense(handler: BaseHTTPRequestHandler, sent: Sent) -> None:
    handler.wfile.write(b"\x00\x01 nonsense \xff\r\n" * 40)


def test_no_address_costs_the_sign_out_anything_and_each_is_shown_to_the_administrator(
    telling: Server, receiver: Receiver, pem: Path
) -> None:
    other = Receiver()
    hostile: dict[str, tuple[str, str]] = {
        "hangs": (receiver.url("/hangs"), "didn't answer within"),
        "much": (receiver.url("/much"), "more than 65536 bytes"),
        "nonsense": (receiver.url("/nonsense"), "isn't HTTP"),
        "redirects": (receiver.url("/redirects"), "redirects aren't followed"),
        "private": (receiver.url("/private", host="127.0.0.1"), "IDP_OUTGOING_ALLOW=localhost,127.0.0.1"),
        "metadata": ("https://169.254.169.254/latest/meta-data/", "IDP_OUTGOING_ALLOW=localhost,169.254.169.254"),
        "plain": ("http://10.0.0.1/told", "isn't encrypted"),
        "closed": (f"https://localhost:{free_port()}/", "Nothing listens"),
        "no TLS": (other.url().replace("http:", "https:"), "doesn't speak TLS"),
        "no name": ("https://nowhere.invalid/", "nowhere.invalid"),
    }

    def behave(handler: BaseHTTPRequestHandler, sent: Sent) -> None:
        match sent.path:
            case "/hangs":
                receiver.over.wait()
            case "/much":
                _much(handler, sent)
            case "/nonsense":
                _nonsense(handler, sent)
            case "/redirects":
                _elsewhere(handler, sent)
            case _:
                answer(handler)

    receiver.behave = behave
    apps = {kind: told_at(telling, url) for kind, (url, _) in hostile.items()}
    good = told_at(telling, receiver.url("/told"))
    person = visitor(telling)
    access = [app.tokens(person)["access_token"] for app in (*apps.values(), good)]
    said = sign_out(person)
    assert "You are signed out" in said
    assert f"{good.name} Signed out" in said
    assert said.count("is told again soon") == len(apps)
    assert good.ask(person, prompt="none")["error"] == "login_required"
    assert {good.userinfo(token).status_code for token in access} == {401}
    for kind, (_, words) in hostile.items():
        (first, *_) = events(telling, apps[kind])
        assert first["event"] == "logout.delayed" and words in first["reason"], (kind, first)
    assert [event["event"] for event in events(telling, good)] == ["logout.told"]
    assert "/private" not in [sent.path for sent in receiver.requests]
    assert other.requests == []
    other.stop()
    assert "Traceback" not in telling.log()


def test_people_sign_out_and_others_are_answered_while_an_application_hangs(
    telling: Server, receiver: Receiver
) -> None:
    receiver.behave = lambda handler, sent: receiver.over.wait() and None  # type: ignore[func-returns-value]
    app = told_at(telling, receiver.url("/hangs"))
    people = [visitor(telling) for _ in range(8)]
    for person in people:
        app.tokens(person)
    with ThreadPoolExecutor(len(people)) as pool:
        pages = [pool.submit(sign_out, person) for person in people]
        receiver.wait_for(1)
        # More sign-outs than a process keeps waiting, each of which has one thread for all requests.
        for _ in range(8):
            assert visitor(telling).get("/.well-known/openid-configuration").status == 200
            assert visitor(telling).get(app.url()).offers("password")
        assert all("You are signed out" in page.result() for page in pages)


def test_an_administrator_who_signs_somebody_out_at_a_running_provider_has_it_told(
    telling: Server, receiver: Receiver
) -> None:
    app = told_at(telling, receiver.url("/told"))
    bob = telling.add_user("bob", PASSWORD)
    person = visitor(telling)
    known = app.claims(app.tokens(person, "bob")["id_token"])
    admin = visitor(telling)
    admin.get("/account")
    admin.submit(username="alice", password=PASSWORD)
    (row,) = records.read(telling, "SELECT id FROM users WHERE username = ?", bob["username"])
    admin.get(f"/admin/users/{row[0]}/end-sessions")
    admin.submit(csrf_token=admin.page.form_with("csrf_token").fields["csrf_token"])
    (sent,) = receiver.wait_for(1)
    assert (claims_in(sent)["sub"], claims_in(sent)["sid"]) == (known["sub"], known["sid"])


def test_a_kill_loses_no_delivery(idp_server: Callable[..., Server], pem: Path, receiver: Receiver) -> None:
    mortal = idp_server(SSL_CERT_FILE=str(pem), IDP_OUTGOING_ALLOW="localhost", IDP_WORKERS="2")
    mortal.add_user("alice", PASSWORD)
    app, go_on = told_at(mortal, receiver.url("/told")), threading.Event()

    def behave(handler: BaseHTTPRequestHandler, sent: Sent) -> None:
        go_on.wait()
        answer(handler)

    receiver.behave = behave
    person = visitor(mortal)
    app.tokens(person)
    person.get("/logout")
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(person.submit, decision="logout")
        receiver.wait_for(1)
        kill_all(mortal)
        assert page.exception() is not None
    go_on.set()
    assert records.count(mortal, "SELECT count(*) FROM logout_deliveries WHERE delivered_at IS NULL") == 1
    records.change(mortal, "UPDATE logout_deliveries SET due_at = due_at - 60")  # the time that a claim lasts
    mortal.start()
    first, second = receiver.wait_for(2)
    assert claims_in(first)["sid"] == claims_in(second)["sid"]
    assert claims_in(first)["jti"] != claims_in(second)["jti"]
    # What is done while nobody serves is told by whoever serves next.
    other = visitor(mortal)
    app.tokens(other)
    mortal.stop()
    mortal.idp("user", "disable", "alice")
    mortal.start()
    assert claims_in(receiver.wait_for(3)[2])["sid"] != claims_in(first)["sid"]


def test_each_delivery_is_made_once_though_several_servers_look_for_work(
    telling: Server, receiver: Receiver, tmp_path: Path
) -> None:
    app = told_at(telling, receiver.url("/told"))
    names = [telling.add_user(f"guest{number}", PASSWORD)["username"] for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: app.tokens(visitor(telling), name), names))
    others = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        port = free_port()
        settings = {name: value for name, value in telling.environ.items() if name.startswith("IDP_")}
        settings |= {"IDP_BIND": f"127.0.0.1:{port}", "SSL_CERT_FILE": telling.environ["SSL_CERT_FILE"]}
        others.append(Server(folder, **settings).start())
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda name: telling.idp("user", "disable", name), names))
        sent = receiver.wait_for(len(names))
        waiting = "SELECT count(*) FROM logout_deliveries WHERE due_at IS NOT NULL AND client_id = (SELECT id FROM clients WHERE client_id = ?)"
        deadline = time.monotonic() + 30
        while records.count(telling, waiting, app.id):
            assert time.monotonic() < deadline, "what was delivered isn't written down"
            time.sleep(0.05)
    finally:
        for other in others:
            other.stop()
    sids = [claims_in(each)["sid"] for each in receiver.requests]
    assert len(sent) == len(sids) == len(set(sids)) == len(names)
