"""An application's logo as a file."""

from __future__ import annotations

from idp.storage import clients, pictures
from idp.storage.models import Client
from tests import given
from tests.conftest import Clock
from tests.web.admin.test_settings import picture, upload
from tests.web.conftest import Visitor


def test_a_logo_is_shown_wherever_the_application_is(root: Visitor, clock: Clock) -> None:
    client = given.client("films", name="Films at home", logo_uri="https://films.example/logo.png")
    assert upload(root, "/admin/applications/films/logo", picture())[0] in (302, 303)
    name = Client.get_by_id(client.id).logo
    for path in ("/admin/applications", "/admin/applications/films", "/admin/applications/films/logo"):
        page = root.get(path).text
        assert f'src="/pictures/{name}"' in page and 'films.example/logo.png"' not in page.partition("<main")[2]
    assert pictures.sweep(clock.now + 10 * pictures.LEFT_ALONE) == 0
    root.post("/admin/applications/films/logo/remove")
    assert Client.get_by_id(client.id).logo is None and pictures.read(str(name)) is None
    assert 'src="https://films.example/logo.png"' in root.get("/admin/applications/films").text


def test_another_file_takes_the_place_of_the_first(root: Visitor) -> None:
    given.client("films")
    upload(root, "/admin/applications/films/logo", picture())
    first = str(Client.get(Client.client_id == "films").logo)
    upload(root, "/admin/applications/films/logo", picture())
    assert pictures.read(first) is None


def test_a_drawing_is_refused(root: Visitor) -> None:
    given.client("films")
    status, page = upload(root, "/admin/applications/films/logo", b"<?xml version='1.0'?><svg><script/></svg>")
    assert status == 400 and "Save it as PNG" in page
    found = clients.by_id("films")
    assert found is not None and found.logo is None


def test_without_a_logo_there_are_letters_in_the_list_and_in_the_gallery(root: Visitor) -> None:
    given.client("films", name="Films at home")
    assert ">FA</span>" in root.get("/admin/applications").text
    assert ">Je</span>" in root.get("/admin/gallery?q=jellyfin").text


def test_there_is_no_page_for_an_application_that_is_not_there(root: Visitor) -> None:
    for path in ("/admin/applications/nobody/logo", "/admin/applications/nobody/logo/remove"):
        assert root.get(path).status_code == 404
