"""The built-in application: a real sign-in of an administrator through the public address, and what can be in its way."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.proxy import Between, Proxy, running_proxy
from tests.person import Page, Person
from tests.server import Server, free_port

BUILT_IN = "foyer-sign-in-test"


@pytest.fixture(scope="module")
def house(idp_server: Callable[..., Server]) -> Iterator[tuple[Server, type[Proxy]]]:
    """A provider of one process, which has to answer itself, behind a proxy; with Robin, who administers it."""
    with running_proxy() as (port, handler):
        server = idp_server(IDP_ISSUER=f"http://localhost:{port}", IDP_WORKERS="1")
        handler.between = Between(f"http://127.0.0.1:{server.port}")
        server.add_user("robin", PASSWORD, "--admin", "--display-name", "Robin")
        server.add_user("ada", PASSWORD)
        yield server, handler


@pytest.fixture
def between(house: tuple[Server, type[Proxy]]) -> Between:
    """The proxy's behaviour in this test."""
    server, handler = house
    handler.between = Between(f"http://127.0.0.1:{server.port}")
    return handler.between


def signed_in(server: Server, name: str = "robin", path: str = "/admin/try") -> Person:
    """Somebody at the form."""
    person = Person(server.issuer)
    person.browser.trust_env = False
    person.get(path)
    person.submit(username=name, password=PASSWORD)
    return person


@pytest.fixture
def robin(house: tuple[Server, type[Proxy]], between: Between) -> Person:
    return signed_in(house[0])


def tried(robin: Person, **fields: Any) -> Page:
    """The page with the result."""
    page = robin.submit(**{"mode": "query", **fields})
    if page.offers("code"):  # the answer comes in a form
        page = robin.submit(code=page.form_with("code").fields["code"])
    return page


def says(page: Page, sentence: str) -> bool:
    return sentence in unescape(page.text)


def test_a_server_of_one_process_signs_its_administrator_in_at_itself(robin: Person) -> None:
    page = tried(robin, scope=["profile", "email", "groups"])
    assert page.status == 200 and says(page, "The sign-in works"), page.text
    assert "Failed" not in page.text and "Not tried" not in page.text
    for claim in ("preferred_username", '"robin"', "auth_time", "at_hash", "nonce"):
        assert claim in unescape(page.html), claim


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_it_works_without_a_proxy_in_both_ways_back(idp_server: Callable[..., Server], workers: str, mode: str) -> None:
    server = idp_server(IDP_WORKERS=workers)
    server.add_user("robin", PASSWORD, "--admin")
    assert says(tried(signed_in(server), mode=mode), "The sign-in works")


def test_who_is_to_be_asked_again_is_asked_and_stays_signed_in(robin: Person) -> None:
    page = robin.submit(mode="query", login="1", max_age="300")
    assert page.offers("password")
    page = robin.submit(username="robin", password=PASSWORD)
    assert says(page, "The sign-in works") and says(page, "You were asked who you are, as wished."), page.text
    assert robin.get("/admin/applications").status == 200


def test_a_second_factor_that_isnt_there_is_an_error_in_the_answer_or_an_enrolment(robin: Person) -> None:
    page = robin.submit(mode="query", second="1")
    assert "/interaction/" in page.url, page.text


def test_a_result_is_shown_once(robin: Person) -> None:
    page = tried(robin)
    again = robin.get(page.url)
    assert again.status == 400 and says(again, "can’t be used any more")
    assert "auth_time" not in again.text


def test_nothing_that_it_was_given_is_left(house: tuple[Server, type[Proxy]], robin: Person) -> None:
    server, now = house[0], records.count(house[0], "SELECT max(at) FROM activities")
    tried(robin)
    alive = "SELECT count(*) FROM access_tokens JOIN grants ON grants.id = access_tokens.grant_id WHERE access_tokens.expires_at > ? AND revoked_at IS NULL"
    assert records.count(server, alive, now + 5) == 0


def test_tokens_and_codes_are_shown_cut_short(robin: Person) -> None:
    page = tried(robin)
    assert "at_" in page.html
    assert not re.search(r"(at|ac|cs|cv)_[A-Za-z0-9_-]{20,}", page.html), "a secret stands on the page"


@pytest.mark.parametrize(("wrong", "sentence", "mend"), [
    ({"status": 502}, "Something answers with the status 502.", "Let the reverse proxy pass everything on"),
    ({"redirect": "https://elsewhere.example/"}, "It leads on to https://elsewhere.example/", "Set IDP_ISSUER"),
    ({"without": "Authorization"}, "It was refused:", "removes or replaces the Authorization header"),
    ({"adds": {"Date": "Tue, 01 Jan 2036 00:00:00 GMT"}}, "has a clock that is", "timedatectl"),
    ({"adds": {"Cache-Control": "public"}}, "The header that forbids keeping it was lost.", "reverse proxy adds"),
    ({"replaces": (b'"issuer"', b'"issued"')}, "Another provider answers there", "Set IDP_ISSUER"),
    ({"replaces": (b"/token", b"@evil.example/token")}, "It names addresses that aren’t ours.", "Something between"),
    ({"replaces": (b'"kid"', b'"kit"')}, "The signature isn’t by a key that we publish.", "Restart all"),
    ({"replaces": (b'"sub":"', b'"sub":"x')}, "It is about somebody else.", "Something between"),
])  # fmt: skip
def test_what_is_in_the_way_is_named_with_how_to_mend_it(
    robin: Person, between: Between, wrong: dict[str, Any], sentence: str, mend: str
) -> None:
    for name, value in wrong.items():
        setattr(between, name, value)
    page = tried(robin)
    assert page.status == 200
    assert says(page, sentence) and says(page, mend), page.text
    assert says(page, "The sign-in doesn’t work yet")


def test_a_public_address_that_leads_nowhere_from_here_names_hairpin(idp_server: Callable[..., Server]) -> None:
    port = free_port()
    server = idp_server(IDP_ISSUER=f"http://localhost:{port}")
    server.add_user("robin", PASSWORD, "--admin")
    robin = Person(server.issuer)
    robin.browser.trust_env = False
    robin.browser.headers["Host"] = f"localhost:{port}"
    robin.browser.mount(server.issuer, _To(server.port))
    robin.get("/admin/try")
    robin.submit(username="robin", password=PASSWORD)
    page = tried(robin)
    assert says(page, "Nothing listens at the public address, seen from here."), page.text
    assert says(page, "containers") and says(page, "docker exec NAME wget") and says(page, "Not tried")


class _To(requests.adapters.HTTPAdapter):
    """The way that only this browser knows to an address."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def send(self, request: Any, **options: Any) -> Any:
        there = request.url
        scheme, _, rest = there.partition("://")
        request.url = f"{scheme}://127.0.0.1:{self._port}/{rest.partition('/')[2]}"
        answer = super().send(request, **options)
        answer.url = there
        return answer


def test_a_foreign_answer_is_refused(robin: Person) -> None:
    for query in ("", "?code=ac_x&state=st_x", f"?{urlencode({'state': secrets.token_urlsafe(32)})}"):
        page = robin.get(f"/admin/try/callback{query}")
        assert page.status == 400 and says(page, "can’t be used any more"), query


def test_another_administrators_answer_is_refused(house: tuple[Server, type[Proxy]], robin: Person) -> None:
    server = house[0]
    name = f"eve{secrets.token_hex(3)}"
    server.add_user(name, PASSWORD, "--admin")
    eve = signed_in(server, name)
    form = eve.page.form_with("mode")
    answer = eve.browser.post(f"{server.issuer}{form.action}", data=form.fields, allow_redirects=False)
    back = eve.browser.get(answer.headers["Location"], allow_redirects=False).headers["Location"]
    page = robin.get(back)  # Eve lures Robin to her answer
    assert page.status == 400 and says(page, "can’t be used any more")
    assert says(eve.get(back), "The sign-in works"), "it waits for whom it belongs to"


def test_a_code_of_somebody_else_is_found_out(house: tuple[Server, type[Proxy]], robin: Person) -> None:
    other = Application(house[0], "--skip-consent")
    code = other.code(signed_in(house[0], "ada", "/account"))
    form = robin.page.form_with("mode")
    answer = robin.browser.post(f"{house[0].issuer}{form.action}", data=form.fields, allow_redirects=False)
    state = answer.headers["Location"].partition("state=")[2].partition("&")[0]
    page = robin.get(f"/admin/try/callback?code={code}&state={state}&iss=https://evil.example")
    assert says(page, "It was refused: invalid_grant") and says(page, "It says that it comes from https://evil.example")


def test_people_who_are_no_administrators_find_nothing_and_are_not_signed_in(
    house: tuple[Server, type[Proxy]], robin: Person
) -> None:
    tried(robin)
    server, ada = house[0], signed_in(house[0], "ada", "/account")
    for path in ("/admin/try", "/admin/try/callback?code=x&state=y"):
        assert ada.get(path).status == 404
    asked = {"response_type": "code", "client_id": BUILT_IN, "redirect_uri": f"{server.issuer}/admin/try/callback",
             "scope": "openid", "code_challenge": "x" * 43, "code_challenge_method": "S256"}  # fmt: skip
    page = ada.get(f"/authorize?{urlencode(asked)}")
    assert "/interaction/" in page.url and page.offers("decision"), page.text
    assert "code=" not in (ada.left_to or "") + page.url


def test_nobody_can_touch_the_application_or_take_its_name_away(
    house: tuple[Server, type[Proxy]], robin: Person
) -> None:
    tried(robin)
    server = house[0]
    assert BUILT_IN not in server.idp("client", "list", "--json") + server.idp("export")
    for command in (["show"], ["set", "--name", "Mine"], ["remove", "--yes"], ["rotate-secret"], ["disable"]):
        assert server.run("client", command[0], BUILT_IN, *command[1:]).returncode != 0, command
    mine = server.run("client", "add", "Mine", "--client-id", BUILT_IN, "--redirect-uri", "https://a.example/cb")
    assert mine.returncode == 1 and "already" in mine.stderr
    assert "Sign-in test" not in robin.get("/admin/applications").text + robin.get("/account/applications").text
    for page in ("", "/edit", "/delete", "/secret", "/disable"):
        assert robin.get(f"/admin/applications/{BUILT_IN}{page}").status == 404
