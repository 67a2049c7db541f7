"""The page of settings."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from idp import activity
from idp.directory import appearance as look
from idp.directory import policy, redrawing
from idp.storage import appearance
from idp.storage.models import Setting
from idp.storage.session_lengths import DAY, HOUR, KEPT, SESSION
from tests import given
from tests.web.conftest import Visitor, token_of


def picture(width: int = 300, height: int = 100) -> bytes:
    made = io.BytesIO()
    Image.effect_noise((width, height), 80).save(made, "PNG")
    return made.getvalue()


def upload(visitor: Visitor, path: str, content: bytes, name: str = "logo.png") -> tuple[int, str]:
    token = token_of(visitor.get(path).text)
    data = {"csrf_token": token, "logo": (io.BytesIO(content), name)}
    answer = visitor.browser.post(path, data=data, content_type="multipart/form-data")
    return answer.status_code, answer.text


def test_a_second_factor_is_demanded_of_everybody_and_no_longer(root: Visitor) -> None:
    assert "checked" not in root.get("/admin/settings").text
    assert root.post("/admin/settings").location == "/admin/settings"
    assert not list(activity.rows()), "nothing has changed"
    root.post("/admin/settings", require_mfa="1")
    assert policy.everybody_needs_mfa()
    assert [row.event for row in activity.rows()] == ["settings.changed"]
    # Who changed it owes one now, too.
    assert root.get("/admin/settings").location.startswith("/interaction/")


def test_what_is_set_elsewhere_says_where(root: Visitor) -> None:
    page = root.get("/admin/settings").text
    assert "IDP_NAME" in page and "30 days" in page and "http://localhost:8000" in page


def test_the_name_is_everywhere_and_both_are_shown(root: Visitor, browser: FlaskClient) -> None:
    root.post("/admin/settings", name="The <Lodge>", accent="#1c5f49")
    page = root.get("/admin/settings").text
    assert "The &lt;Lodge&gt;" in page and "The <Lodge>" not in page and "Foyer" in page
    assert "– The &lt;Lodge&gt;</title>" in root.get("/account").text
    assert appearance.accent() is None, "the usual colour isn't a choice"


def test_what_another_process_has_saved_is_shown_at_once(root: Visitor) -> None:
    assert "<title>Settings – Foyer</title>" in root.get("/admin/settings").text
    Setting.create(name="chosen:name", value="The Lodge")  # as another process does: this one isn't told
    assert "<title>Settings – The Lodge</title>" in root.get("/admin/settings").text


def test_a_colour_comes_by_a_style_sheet_of_our_own(root: Visitor, app: Flask) -> None:
    root.post("/admin/settings", name="", accent="#FFCC00")
    page = root.get("/admin/settings").text
    assert "#ffcc00 is shown as #" in page
    assert '<link rel="stylesheet" href="/accent/ffcc00.css?v=' in page and " style=" not in page
    documents = app.extensions["foyer"].documents
    status, headers, body = documents.find("/accent/ffcc00.css").answer(None)
    assert status == 200 and b"--accent: #" in body
    assert {("content-type", "text/css; charset=utf-8"), ("x-content-type-options", "nosniff")} <= set(headers)
    assert dict(headers)["cache-control"].endswith("immutable")
    assert documents.find("/accent/..%2f.css") is None and documents.find("/accent/zzzzzz.css") is None
    root.post("/admin/settings", name="", accent="#ffcc00", usual_accent="1")
    assert "/accent/" not in root.get("/admin/settings").text


def test_what_is_wrong_is_said_at_its_field_and_nothing_changes(root: Visitor) -> None:
    answer = root.post("/admin/settings", name="x" * 61, accent="red;}", session_lifetime=str(HOUR))
    assert answer.status_code == 400
    assert 'id="name-error"' in answer.text and 'id="accent-error"' in answer.text
    assert appearance.chosen_name() is None and SESSION.now() == DAY
    answer = root.post("/admin/settings", name="Right", accent="#123456", kept_lifetime=str(31 * DAY))
    assert answer.status_code == 400 and "Between 1 and 30 days" in answer.text
    assert appearance.chosen_name() is None and KEPT.now() == KEPT.usual


def test_lengths_are_chosen(root: Visitor) -> None:
    root.post("/admin/settings", session_lifetime=str(4 * HOUR), kept_lifetime=str(7 * DAY), two_factors_idle="900")
    assert policy.session_lengths() == {"session_lifetime": 4 * HOUR, "kept_lifetime": 7 * DAY, "two_factors_idle": 900}
    assert '<option value="14400" selected>4 hours</option>' in root.get("/admin/settings").text


def test_a_length_that_the_list_does_not_offer_stays_while_something_else_is_saved(root: Visitor) -> None:
    policy.change_session_lengths({"session_lifetime": 5 * HOUR})
    assert '<option value="18000" selected>5 hours</option>' in root.get("/admin/settings").text


def test_a_logo_takes_the_place_of_the_sign_and_goes_again(root: Visitor) -> None:
    status, _ = upload(root, "/admin/settings/logo", picture())
    assert status == 302 or status == 303
    name = appearance.logo()
    page = root.get("/account").text
    assert (
        f'<img class="brand-logo" src="/pictures/{name}" alt="">' in page
        and f'<link rel="icon" href="/pictures/{name}">' in page
    )
    served = root.get(f"/pictures/{name}")
    assert served.mimetype in ("image/png", "image/jpeg") and "immutable" in served.headers["Cache-Control"]
    assert "brand-logo" in root.browser.get("/forgot-password").text
    root.post("/admin/settings/logo/remove")
    assert root.get(f"/pictures/{name}").status_code == 404 and "brand-logo" not in root.get("/account").text


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", redrawing.NO_FILE), (b"<svg onload='alert(1)'/>", "Save it as PNG"), (b"GIF89a<script>", "isn’t a picture")],
)  # fmt: skip
def test_what_is_no_logo_is_refused_with_the_reason(root: Visitor, content: bytes, said: str) -> None:
    status, page = upload(root, "/admin/settings/logo", content, name="<script>alert(1)</script>.svg")
    assert status == 400 and said in page
    assert "<script>alert" not in page and appearance.logo() is None


def test_who_is_no_administrator_changes_nothing(visit: Callable[..., Visitor]) -> None:
    look.change(name="Home")
    somebody = visit(given.user("eve"))
    for path in ("/admin/settings", "/admin/settings/logo", "/admin/settings/logo/remove"):
        assert somebody.get(path).status_code == 404
        assert somebody.browser.post(path, data={"name": "Mine"}).status_code == 404
    assert appearance.name() == "Home"


def test_passkeys_and_authenticator_apps_come_in_the_chosen_name(app: Flask, root: Visitor) -> None:
    assert app.extensions["foyer"].site.name == "Foyer"
    root.post("/admin/settings", name="The Lodge", accent="#1c5f49")
    assert app.extensions["foyer"].site.name == "The Lodge"
    assert app.extensions["foyer"].site.rp_id == "localhost", "passkeys belong to the address, not to the name"
