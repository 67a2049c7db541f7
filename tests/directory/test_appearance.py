"""What this provider is called and looks like."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from idp import activity, mail, mail_account
from idp.directory import appearance as look
from idp.errors import Invalid
from idp.storage import appearance, pictures, settings
from idp.storage.remembered import LOOK_EVERY, Remembered
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def _house(storage: None, tmp_path: Path) -> Iterator[None]:
    pictures.use(tmp_path, "https://id.example.org")
    appearance.use("Foyer")
    yield
    appearance.use("Foyer")


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (80, 40), (1, 2, 3, 4)).save(made, "PNG")
    return made.getvalue()


def test_the_chosen_name_wins_and_the_configured_one_comes_back() -> None:
    appearance.use("Home")
    assert appearance.name() == "Home"
    assert look.change(name="  The Lodge ") == ["name"]
    assert (appearance.name(), appearance.configured_name()) == ("The Lodge", "Home")
    assert look.change(name="The Lodge") == [], "nothing has changed"
    assert [row.detail["fields"] for row in activity.rows()] == [["name"]]
    look.change(name="")
    assert appearance.name() == "Home"


@pytest.mark.parametrize("name", ["x" * 61, "a\r\nBcc: mallory@example.org", "a\u202eb", "a\0b"])
def test_a_name_that_could_not_be_seen_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        look.change(name=name, accent="red")
    assert set(refused.value.problems) == {"name", "accent"}
    assert appearance.chosen_name() is None and appearance.accent() is None


def test_mails_come_in_the_chosen_name() -> None:
    mail.use(mail_account.parse("smtp://127.0.0.1:1", "id@example.org", name="Foyer", issuer="http://localhost"))
    try:
        look.change(name='Lodge, "the" <best>')
        account = mail.account()
        assert account is not None
        assert (account.sender.display_name, account.sender.addr_spec) == ('Lodge, "the" <best>', "id@example.org")
        look.change(name="")
        account = mail.account()
        assert account is not None and account.sender.display_name == "Foyer"
    finally:
        mail.use(None)


def test_a_colour_is_kept_in_one_spelling() -> None:
    look.change(accent="ABC")
    assert appearance.accent() == "#aabbcc"
    look.change(accent=" ")
    assert appearance.accent() is None


def test_a_logo_is_drawn_anew_kept_from_the_sweep_and_taken_away_again(tmp_path: Path, clock: Clock) -> None:
    look.change_logo(picture())
    first = appearance.logo()
    assert first is not None and (pictures.read(first) or b"").startswith(b"\x89PNG")
    assert pictures.sweep(clock.forward(10 * pictures.LEFT_ALONE)) == 0
    look.change_logo(picture())
    second = appearance.logo()
    assert second not in (None, first) and pictures.read(first) is None, "another picture has another address"
    look.remove_logo()
    assert appearance.logo() is None and not list((tmp_path / pictures.FOLDER).iterdir())


def test_another_process_is_followed_without_a_query_for_each_look(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    settings.look_again()
    assert appearance.name() == "Foyer"
    with monkeypatch.context() as another_process:
        another_process.setattr(settings, "_chosen", Remembered(settings._read_chosen))
        look.change(name="Elsewhere")
        assert appearance.name() == "Elsewhere"
    assert appearance.name() == "Foyer"
    now[0] += LOOK_EVERY
    assert appearance.name() == "Elsewhere"
