"""A picture on its way from somebody's browser to applications, through every limit."""

from __future__ import annotations

import io
import secrets

import pytest
import requests
from PIL import Image

from idp.directory.pictures import MOST_BYTES
from tests.flows.application import PASSWORD
from tests.flows.visitors import visitor


def noise(side: int) -> bytes:
    """A JPEG that can't be made smaller."""
    made = io.BytesIO()
    Image.frombytes("RGB", (side, side), secrets.token_bytes(side * side * 3)).save(made, "JPEG", quality=95)
    return made.getvalue()


@pytest.fixture
def maria(server, new_user):
    """Somebody who stands before the form."""
    name = new_user()["username"]
    person = visitor(server)
    person.get("/account")
    person.submit(username=name, password=PASSWORD)
    person.name = name
    person.get("/account/picture")
    return person


def send(person, content: bytes, path: str = "/account/picture", **fields: str):
    token = person.page.form_with("csrf_token").fields["csrf_token"]
    answer = person.browser.post(
        person.issuer + path, data={"csrf_token": token, **fields}, files={"picture": ("x.jpg", content)},
        allow_redirects=False, timeout=60,
    )  # fmt: skip
    return person._follow(answer)


def test_applications_get_an_address_that_everybody_can_read(app, server, maria):
    page = send(maria, noise(600))
    assert "Your picture has been changed." in page.text
    tokens = app.tokens(maria, maria.name)
    claims = app.claims(tokens["id_token"])
    assert claims["picture"] == app.userinfo(tokens["access_token"]).json()["picture"]
    assert claims["picture"].startswith(f"{server.issuer}/pictures/")
    for headers in ({}, {"Authorization": "Bearer something"}, {"Origin": "https://app.example"}):
        answer = requests.get(claims["picture"], headers=headers, allow_redirects=False, timeout=10)
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/jpeg"
        assert claims["picture"].endswith(".jpg")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
        assert Image.open(io.BytesIO(answer.content)).size == (512, 512)
    maria.get("/account/picture")
    send(maria, noise(100))
    assert app.claims(app.tokens(maria, maria.name)["id_token"])["picture"] != claims["picture"]
    assert requests.get(claims["picture"], timeout=10).status_code == 404
    maria.get("/account/picture/remove")
    assert "Your picture has been removed." in send(maria, b"", "/account/picture/remove").text
    assert "picture" not in app.claims(app.tokens(maria, maria.name)["id_token"])


def test_two_megabytes_are_taken_and_more_is_refused_in_words(server, maria):
    content = noise(900)
    assert 64 * 1024 < len(content) < MOST_BYTES
    assert "Your picture has been changed." in send(maria, content + b"\0" * (MOST_BYTES - len(content))).text
    for length in (MOST_BYTES + 1, MOST_BYTES + 100_000, 20_000_000):
        maria.get("/account/picture")
        page = send(maria, content + b"\0" * (length - len(content)))
        assert "larger than 2 MB" in page.text and page.offers("picture"), length


def test_everywhere_else_a_form_stays_short(server, maria):
    for path in ("/account/profile", "/account/email", "/account/picture/remove", "/account/picture/"):
        answer = requests.post(server.issuer + path, data=b"x" * 70_000, timeout=10)
        assert answer.status_code == 413, path


def test_a_long_field_is_no_way_around(server, maria):
    answer = send(maria, noise(40), csrf_token="x" * 600_000)
    assert answer.status in (400, 413)


def test_nothing_else_in_the_folder_can_be_read(server):
    for name in ("..%2ffoyer.sqlite", "%2e%2e/foyer.sqlite", "x", ".new", "a" * 32 + ".svg", "a" * 32 + ".jpg"):
        assert requests.get(f"{server.issuer}/pictures/{name}", timeout=10).status_code == 404, name
