"""The doctor's findings as a page of the very server that they are about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.flows.application import PASSWORD
from tests.flows.visitors import visitor
from tests.person import Person
from tests.server import Server


@pytest.fixture
def alone(idp_server: Callable[..., Server]) -> tuple[Server, Person]:
    """A provider of one process, which has to ask itself, and its administrator."""
    server = idp_server(IDP_WORKERS="1")
    server.add_user("robin", PASSWORD, "--admin")
    robin = visitor(server)
    robin.get("/admin/health")
    robin.submit(username="robin", password=PASSWORD)
    return server, robin


def test_a_server_of_one_process_reaches_itself_while_it_shows_the_page(alone: tuple[Server, Person]) -> None:
    _server, robin = alone
    page = robin.get("/admin/health")
    assert page.status == 200
    assert "It answers, and it is this provider." in page.text
    assert "There has never been one." in page.text


def test_trouble_is_told_first_with_how_to_mend_it(alone: tuple[Server, Person]) -> None:
    server, robin = alone
    (server.folder / "data").chmod(0o755)
    page = robin.get("/admin/health")
    assert page.status == 200
    assert "1 thing has to be mended." in page.text and "Run: chmod 700" in page.text
