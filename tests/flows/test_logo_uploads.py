"""Logos sent to a running provider: what becomes of files that are more than pictures, too long, or sent by nobody."""

from __future__ import annotations

import io
import re
import secrets
import time

import pytest
import requests
from PIL import Image

from ..conftest import PASSWORD
from ..person import Person
from ..server import Server
from .visitors import visitor

SCRIPT = b"<script>alert(document.domain)</script>"
OWN = "/admin/settings/logo"


@pytest.fixture(scope="module")
def house(idp_server) -> Server:  # type: ignore[no-untyped-def]
    """A provider of its own, as its look changes."""
    running: Server = idp_server(IDP_WORKERS="2")
    running.add_user("robin", PASSWORD, "--admin")
    return running


@pytest.fixture
def keeper(house: Server) -> Person:
    person = visitor(house)
    person.get("/admin/settings")
    person.submit(username="robin", password=PASSWORD)
    return person


def picture(**options: object) -> bytes:
    made = io.BytesIO()
    Image.effect_noise((200, 120), 60).convert("RGB").save(made, "PNG", **options)
    return made.getvalue()


def send(person: Person, path: str, content: bytes, name: str = "logo.png") -> requests.Response:
    token = person.get(path).form_with("csrf_token").fields["csrf_token"]
    return person.browser.post(
        person.issuer + path, data={"csrf_token": token}, files={"logo": (name, content, "image/svg+xml")},
        allow_redirects=False, timeout=30,
    )  # fmt: skip


def test_a_file_that_is_a_page_too_is_served_as_a_picture_and_nothing_else(house: Server, keeper: Person) -> None:
    answer = send(keeper, OWN, picture() + SCRIPT, name="logo.html")
    assert answer.status_code == 303
    found = re.search(r'src="(/pictures/[0-9a-f]{32}\.(?:png|jpg))"', keeper.get("/admin/settings").html)
    assert found
    served = requests.get(house.issuer + found[1], timeout=10)
    assert served.headers["Content-Type"] in ("image/png", "image/jpeg")
    assert (
        served.headers["X-Content-Type-Options"] == "nosniff"
        and "default-src 'none'" in served.headers["Content-Security-Policy"]
    )
    assert "immutable" in served.headers["Cache-Control"]
    assert SCRIPT not in served.content


@pytest.mark.parametrize(
    "drawing", [b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", b"<?xml version='1.0'?>" + SCRIPT]
)
def test_a_drawing_is_refused_with_what_to_do(keeper: Person, drawing: bytes) -> None:
    before = keeper.get("/admin/settings").html.count("/pictures/")
    answer = send(keeper, OWN, drawing, name="logo.svg")
    assert answer.status_code == 400 and "Save it as PNG" in answer.text
    assert keeper.get("/admin/settings").html.count("/pictures/") == before


def test_a_file_that_is_too_long_is_explained_on_the_page(house: Server, keeper: Person) -> None:
    client = house.idp_json(
        "client", "add", f"Films {secrets.token_hex(3)}", "--redirect-uri", "https://films.example/cb"
    )["client_id"]
    for path in (OWN, f"/admin/applications/{client}/logo"):
        answer = send(keeper, path, b"\x89PNG" + secrets.token_bytes(3 * 1024 * 1024))
        assert (answer.status_code, answer.headers["Location"]) == (303, path + "?refused=size")
        assert "larger than 2 MB" in keeper.get(path + "?refused=size").text


def test_strangers_can_send_no_file(house: Server) -> None:
    for path in (OWN, "/admin/applications/anything/logo"):
        answer = requests.post(
            house.issuer + path, files={"logo": ("x.png", picture())}, allow_redirects=False, timeout=10
        )
        assert answer.status_code in (303, 400) and "/pictures/" not in answer.text


def test_every_process_shows_a_new_name_and_colour_within_a_second(house: Server) -> None:
    name = f"Lodge {secrets.token_hex(3)}"
    requests.get(house.issuer + "/forgot-password", timeout=10)
    house.idp("settings", "set", "--name", name, "--accent", "#663399")
    time.sleep(1.1)  # what is promised; each answer may come from another process
    for _ in range(12):
        page = requests.get(house.issuer + "/forgot-password", timeout=10).text
        assert name in page
        address = re.search(r'href="(/accent/663399\.css\?v=[0-9a-f]+)"', page)
        assert address
    sheet = requests.get(house.issuer + address[1], timeout=10)
    assert sheet.headers["Content-Type"].startswith("text/css") and "--accent:" in sheet.text
    house.idp("settings", "set", "--name", "", "--accent", "")
