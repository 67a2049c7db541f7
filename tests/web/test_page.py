"""The policy of every page: what browsers may load, and where its forms may lead."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from flask import g
from flask.testing import FlaskClient

from idp.directory import setup
from idp.web.page import MOST_OF_IMAGES, render
from tests import given
from tests.web.conftest import ISSUER

CLOSED = {
    "default-src": ["'none'"], "script-src": ["'self'"], "style-src": ["'self'"], "img-src": ["'self'", "data:"],
    "font-src": ["'self'"], "connect-src": ["'self'"], "form-action": ["'self'"], "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"], "object-src": ["'none'"],
}  # fmt: skip


def policy(response: object) -> dict[str, list[str]]:
    """A page's policy by directive."""
    header = response.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    assert "," not in header
    directives = [part.split() for part in header.split(";")]
    assert len({words[0] for words in directives}) == len(directives)
    return {words[0]: words[1:] for words in directives}


def sign_in_page(browser: FlaskClient, uri: str, **client: object) -> object:
    given.client("page", redirect_uris=[uri], **client)
    query = urlencode({"client_id": "page", "redirect_uri": uri, "response_type": "code", "scope": "openid"})
    begun = browser.get(f"/authorize?{query}")
    assert begun.status_code == 303
    page = browser.get(begun.headers["Location"])
    assert page.status_code == 200
    return page


@pytest.mark.parametrize(
    ("uri", "source"),
    [("https://app.example.org/cb?a=b", "https://app.example.org"), ("http://nas.lan:5055/cb", "http://nas.lan:5055"),
     ("app.immich:///oauth-callback", "app.immich:"), ("kitchenowl:/signin", "kitchenowl:")],
)  # fmt: skip
def test_the_sign_in_page_may_lead_back_to_its_application_and_nowhere_else(
    browser: FlaskClient, uri: str, source: str
) -> None:
    assert policy(sign_in_page(browser, uri)) == {**CLOSED, "form-action": ["'self'", source]}


def test_the_logo_of_the_application_may_be_shown(browser: FlaskClient) -> None:
    page = sign_in_page(browser, "https://a.example/cb", logo_uri="https://cdn.example/logo.png?x=1")
    assert policy(page)["img-src"] == ["'self'", "data:", "https://cdn.example"]
    assert 'src="https://cdn.example/logo.png?x=1"' in page.text  # type: ignore[attr-defined]


def test_pictures_of_one_machine_are_allowed_once_and_our_own_need_nothing(browser: FlaskClient) -> None:
    images = ["https://cdn.example/a.png", "https://CDN.example:443/b.png", "/pictures/c.png", None, "https://["]
    with browser.application.test_request_context("/"):
        render("device/done.html", images=images, outcome={"app": "x", "allowed": True})
        assert g.csp_images == "https://cdn.example"


def test_long_hosts_of_others_leave_a_logo_its_place_and_the_header_small(browser: FlaskClient) -> None:
    hosts = [f"https://{letter * 240}.example" for letter in "abcdefghijklmnopqrst"]
    with browser.application.test_request_context("/"):
        render("device/done.html", images=[*hosts, "https://z.example/logo.png"], outcome={"app": "x", "allowed": True})
        images = g.csp_images.split()
    assert images[0] == "https://z.example"
    assert 1 < len(images) < len(hosts)
    assert len(" ".join(images)) <= MOST_OF_IMAGES


def test_answering_by_a_form_may_lead_to_the_application_only(browser: FlaskClient) -> None:
    given.client("page", redirect_uris=["https://app.example.org/cb"])
    query = urlencode({"client_id": "page", "redirect_uri": "https://app.example.org/cb", "response_type": "code",
                       "scope": "openid", "prompt": "none", "response_mode": "form_post"})  # fmt: skip
    page = browser.get(f"/authorize?{query}")
    assert policy(page) == {**CLOSED, "form-action": ["'self'", "https://app.example.org"]}
    assert 'action="https://app.example.org/cb"' in page.text


def pages(browser: FlaskClient) -> dict[str, object]:
    given.user("root", is_admin=True)
    return {
        "an error": browser.get("/authorize?client_id=nobody"),
        "nothing there": browser.get("/nothing"),
        "signed out": browser.get("/logout"),
        "set-up": browser.get(f"/setup?link={setup.new_link()}"),
        "a used link": browser.get("/setup?link=li_x"),
        "the account's sign-in": browser.get(browser.get("/account").headers["Location"]),
        "a sign-in that is over": browser.get("/interaction/0123456789abcdef"),
        "a wrong method": browser.delete("/account"),
    }


def test_every_other_page_leads_nowhere_else(browser: FlaskClient) -> None:
    for name, page in pages(browser).items():
        assert page.mimetype == "text/html", name  # type: ignore[attr-defined]
        assert policy(page) == CLOSED, name


def test_no_page_has_anything_inline_or_from_elsewhere(browser: FlaskClient) -> None:
    found = {**pages(browser), "sign-in": sign_in_page(browser, "https://a.example/cb")}
    for name, page in found.items():
        html = page.text  # type: ignore[attr-defined]
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), name
        assert not re.search(r"<script(?![^>]*\ssrc=)", html), name
        for address in re.findall(r'(?:src|href|action)="([^"]*)"', html):
            assert address.startswith(("/", "#", "mailto:")), (name, address)
        assert html.count("<h1") == 1, name
        assert re.search(r"<title>[^<]+ – Foyer</title>", html), name
        assert '<html lang="en"' in html, name


def test_a_page_says_nothing_of_what_was_sent_as_markup(browser: FlaskClient) -> None:
    page = browser.get("/authorize?" + urlencode({"client_id": "<script>alert(1)</script>\"'"}))
    assert page.status_code == 400
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_the_name_of_the_provider_is_the_configured_one(make_app: object) -> None:
    app = make_app(name="<b>Our House</b>")  # type: ignore[operator]
    html = app.test_client().get("/logout", base_url=ISSUER).text
    assert "&lt;b&gt;Our House&lt;/b&gt;" in html
    assert "<b>Our House" not in html
