"""Wrong inputs that get a clear answer: one sentence a problem, with what to do (what people get wrong)."""

from __future__ import annotations

import secrets
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.flows import records
from tests.flows.application import CALLBACK, PASSWORD
from tests.flows.visitors import visitor
from tests.server import Server


def refusal(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """What a refused command says on standard error."""
    assert done.returncode == code and "Traceback" not in done.stderr and done.stdout == ""
    return done.stderr


@pytest.fixture
def still(tmp_path: Path, new_database_url: Callable[[Path], str]) -> Server:
    """A provider of one's own, set up and not started."""
    server = Server(tmp_path, IDP_DATABASE_URL=new_database_url(tmp_path))
    server.idp("init")
    return server


def test_a_key_id_that_begins_with_a_hyphen_is_a_key_id(server):  # one in 64 does, RFC 7638
    assert "idp key list" in refusal(server.run("key", "retire", "-FyfcmjDhkGJjND_WdtbN-WwykLqnnHGZRPHH6iKxyz"))


def test_a_bad_configuration_is_told_whole_and_by_name(server):
    wrong = Server(server.folder, IDP_ISSUER="https://id.example.org/path/", IDP_BIND="nowhere", IDP_WORKERS="many",
                   IDP_THREADS="0", IDP_TRUSTED_PROXIES="10.0.0.0/99", IDP_LOG_LEVEL="loud", IDP_NONSENSE="1",
                   IDP_DATABASE_URL="mysql://x", IDP_SMTP_URL_FILE="/nowhere")  # fmt: skip
    for command in (("serve",), ("init",), ("user", "list")):
        said = refusal(wrong.run(*command)).splitlines()
        for name in ("ISSUER", "BIND", "WORKERS", "THREADS", "TRUSTED_PROXIES", "LOG_LEVEL", "NONSENSE", "DATABASE_URL",
                     "SMTP_URL_FILE"):  # fmt: skip
            assert len([line for line in said if line.startswith(f"IDP_{name}")]) == 1, name
        assert len(said) == 9


@pytest.mark.parametrize("issuer", ["http://id.example.org", "http://192.168.1.5:8000", "ftp://localhost", "id.example.org",
                                    "https://id.example.org/", "https://ID.example.org", "https://a@id.example.org",
                                    "https://id.example.org?x", "https://id.example.org:port", "https://"])  # fmt: skip
def test_an_issuer_that_can_not_be_one_is_refused(server, issuer):
    assert refusal(Server(server.folder, IDP_ISSUER=issuer).run("serve")).startswith("IDP_ISSUER: ")


def test_a_port_in_use_is_said_also_when_another_provider_has_it(server, still):
    still.environ["IDP_BIND"] = server.environ["IDP_BIND"]
    said = refusal(still.run("serve"))
    assert "something else listens there" in said and "IDP_BIND" in said and said.count("\n") == 1
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        still.environ["IDP_BIND"] = f"127.0.0.1:{stranger.getsockname()[1]}"
        assert "something else listens there" in refusal(still.run("serve"))


def test_a_database_from_a_newer_version_is_left_alone(still):
    records.change(still, "INSERT INTO migrations (number, applied_at) VALUES (9999, 0)")
    for command in (("serve",), ("init",), ("user", "list")):
        said = refusal(still.run(*command))
        assert "newer version" in said and said.count("\n") == 1


def test_a_database_that_is_missing_beside_keys_is_not_made_anew(still):
    if not still.environ["IDP_DATABASE_URL"].startswith("sqlite"):
        pytest.skip("a PostgreSQL database doesn't go missing by a file; tests/storage has its case")
    file = still.folder / "data" / "foyer.sqlite"
    for spoil in (file.unlink, lambda: file.write_bytes(b"")):  # an empty file is as good as none
        spoil()
        for command in ("serve", "init"):
            said = refusal(still.run(command))
            assert "no database" in said and "backup" in said and said.count("\n") == 1
    file.write_bytes(b"garbage " * 1_000)
    assert "can't be used" in refusal(still.run("serve"))


@pytest.mark.parametrize("uri, word", [
    (CALLBACK + "#x", "fragment"), ("https://*.example.org/cb", "wildcard"), ("https://a:b@app.example/cb", "user name"),
    ("javascript:alert(1)", "javascript"), ("app.example/cb", "full address"), ("https://app.example/ cb", "characters"),
])  # fmt: skip
def test_a_redirect_uri_that_can_not_be_safe_is_refused_with_the_reason(server, uri, word):
    said = refusal(server.run("client", "add", "Unsafe", "--redirect-uri", uri))
    assert word in said and said.count("\n") == 1


def test_names_that_are_taken_are_refused(server, app):
    assert "already" in refusal(server.run("user", "add", "alice", "--email", "other@example.org"))
    assert "e-mail" in refusal(server.run("user", "add", "other", "--email", "alice@example.org"))
    assert "already" in refusal(server.run("client", "add", app.name, "--redirect-uri", CALLBACK))
    assert "already" in refusal(server.run("client", "add", "X", "--client-id", app.id, "--redirect-uri", CALLBACK))
    assert "already" in refusal(server.run("group", "add", "family"))


def test_a_name_of_somebody_who_is_gone_is_never_given_out_again(server):
    name = "gone" + secrets.token_hex(3)
    server.add_user(name, PASSWORD)
    server.idp("user", "delete", name, "--yes")
    assert "gone" in refusal(server.run("user", "add", name, "--email", f"{name}@example.org"))


@pytest.mark.parametrize("name", ["Alice", "1up", "a", "al ice", "-x", "al@ice", "ålice", "a" * 33, "al/ice", "root\n"])
def test_a_user_name_that_could_not_be_a_stable_one_is_refused(server, name):
    said = refusal(server.run("user", "add", "--email", "x@example.org", "--", name))
    assert "lower case letter first" in said and said.count("\n") == 1


@pytest.mark.parametrize("name", ["a,b", "a;b", "a:b", "", " a", "a/b", 'a"b', "a\u202eb", "x" * 65])
def test_a_group_name_that_applications_would_split_is_refused(server, name):
    assert "group name" in refusal(server.run("group", "add", "--", name))


def test_what_is_not_there_is_said_with_the_way_to_find_it(server):
    for command, hint in (
        (("user", "show", "nobody"), "idp user list"),
        (("client", "show", "x"), "idp client list"),
        (("group", "delete", "x"), "idp group list"),
        (("key", "retire", "x"), "idp key list"),
        (("user", "add", "someone", "--email", "s@example.org", "--group", "x"), "idp group add"),
    ):
        assert hint in refusal(server.run(*command))
    assert "Usage" in refusal(server.run("user", "add", "x"), 2)
    assert refusal(server.run("nonsense"), 2)


@pytest.mark.parametrize("client_id", ["cl_nobody", "", "<b>x</b>", "a" * 3_000])
def test_an_unknown_client_gets_a_page_that_says_so_and_goes_nowhere(app, person, client_id):
    page = person.get(app.url(client_id=client_id))
    assert page.status == 400 and person.left_to is None
    assert "application" in page.text and "idp client list" in page.text and "<b>x</b>" not in page.html
    assert client_id[:200] in page.text


def test_a_wrong_redirect_uri_gets_a_page_that_tells_strangers_nothing_but_what_they_sent(app, person):
    """OP-CHECKLIST item 66."""
    sent = "https://evil.example/steal?a=<b>"
    page = person.get(app.url(redirect_uri=sent))
    assert page.status == 400 and person.left_to is None
    assert sent in page.text and "redirect" in page.text.lower() and f"idp client show {app.id}" in page.text
    assert CALLBACK not in page.html and (app.secret or "-") not in page.html
    assert f'href="{sent}' not in page.html and "<b>" not in page.html.split("<main", 1)[1].replace("<bdi>", "")
    assert person.get(app.url(redirect_uri=None)).status == 400


def test_a_sign_in_that_was_left_too_long_says_so(server, app, person):
    page = person.get(app.url())
    records.change(
        server, "UPDATE interactions SET expires_at = expires_at - 3600 WHERE id = ?", page.url.rpartition("/")[2]
    )
    for again in (person.submit(username="alice", password=PASSWORD), person.get(page.url)):
        assert again.status == 410 and "is over" in again.text and "sign in again" in again.text


def test_a_form_from_another_browser_is_refused_in_words(app, server):
    one, other = visitor(server), visitor(server)
    page = one.get(app.url())
    other.get(app.url())
    other.page = page
    refused = other.submit(username="alice", password=PASSWORD)
    assert refused.status == 400 and other.left_to is None and "begun in another browser" in refused.text


def test_cookies_switched_off_are_said_to_be_the_problem(app, server):
    answer = requests.get(app.url(), allow_redirects=False, timeout=10)
    page = requests.get(server.issuer + answer.headers["Location"], timeout=10)
    assert page.status_code == 400 and "cookie" in page.text.lower() and "llow" in page.text
    form = requests.post(
        server.issuer + answer.headers["Location"], data={"username": "a", "password": "b"}, timeout=10
    )
    assert form.status_code == 400 and "cookie" in form.text.lower()
