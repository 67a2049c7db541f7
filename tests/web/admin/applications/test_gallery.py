"""The gallery: finding an application that is known, and adding it by its address."""

from __future__ import annotations

import re
from html import unescape

import pytest

from idp import presets
from idp.presets.preset import CATEGORIES
from idp.storage import clients
from idp.web.admin.applications.gallery import KNOWN, MEANS, SHELVES
from idp.web.admin.applications.setting_words import in_words
from tests import given
from tests.presets.provider import THIS
from tests.web.conftest import Visitor

ADDRESS = "https://tv.example.org"


def test_every_preset_is_in_the_gallery_on_its_shelf(root: Visitor) -> None:
    page = root.get("/admin/gallery").text
    for preset_id in presets.ids():
        preset = presets.get(preset_id)
        assert (f'href="/admin/gallery/{preset_id}"' in page) == (preset.client is not None), preset_id
    marks = [each for word in KNOWN.values() for each in re.findall(f'row-more">{word}<', page)]
    assert len(marks) == len(presets.ids()), "each says how it is known"
    assert set(SHELVES) == set(CATEGORIES)
    assert MEANS.keys() == KNOWN.keys() and all(str(meaning) in page for meaning in MEANS.values()), (
        "and what that means"
    )
    assert {preset.known for preset in map(presets.get, presets.ids())} <= KNOWN.keys()


def test_of_two_plugins_each_says_when_to_take_it(root: Visitor) -> None:
    gallery = unescape(root.get("/admin/gallery").text)
    for preset_id in ("jellyfin-sso", "jellyfin-2fa"):
        choose = presets.get(preset_id).choose
        page = unescape(root.get(f"/admin/gallery/{preset_id}").text)
        assert choose in gallery and choose in page and str(MEANS["source"]) in page


def test_what_to_know_before_the_first_step_stands_above_it(root: Visitor) -> None:
    def sheet_of(preset_id: str) -> str:
        form = f"/admin/gallery/{preset_id}?name={preset_id}&app_url={ADDRESS}"
        return root.post(f"/admin/gallery/{preset_id}", form=form, name=preset_id, app_url=ADDRESS).text

    page = sheet_of("jellyfin-sso")
    assert page.index("Before you begin") < page.index(f"{ADDRESS}/SSOViews/linking") < page.index('class="steps"')
    assert "Before you begin" not in sheet_of("grafana")


def test_only_what_can_be_pasted_has_a_button_that_copies_it(root: Visitor) -> None:
    form = f"/admin/gallery/jellyfin-sso?name=TV&app_url={ADDRESS}"
    page = root.post("/admin/gallery/jellyfin-sso", form=form, name="TV", app_url=ADDRESS).text
    followed = set(re.findall(r"<code[^>]*>(on|groups)</code>(<button|</dd>)", page))
    assert followed == {("on", "</dd>"), ("groups", "<button")}


def test_that_sign_outs_do_not_get_through_is_said_before_it_is_added_and_on_its_sheet(root: Visitor) -> None:
    at_home = "/admin/gallery/jellyfin-sso?name=TV&app_url=http://192.168.1.20:8096"
    line = 'outgoing_allow = "192.168.1.20", then restart.'
    assert line in unescape(root.get(at_home).text)
    sheet = root.post("/admin/gallery/jellyfin-sso", form=at_home, name="TV", app_url="http://192.168.1.20:8096")
    assert "TV can't be told when somebody signs out." in unescape(sheet.text) and line in unescape(sheet.text)
    outside = f"/admin/gallery/jellyfin-sso?name=Other&app_url={ADDRESS}"
    assert "outgoing_allow" not in root.get(outside).text
    added = root.post("/admin/gallery/jellyfin-sso", form=outside, name="Other", app_url=ADDRESS)
    assert "outgoing_allow" not in added.text


def test_no_preset_has_the_name_of_a_page() -> None:
    assert "blank" not in presets.ids()


def test_the_server_searches_too(root: Visitor) -> None:
    page = root.get("/admin/gallery?q=JELLY+sso").text
    assert re.findall(r'href="/admin/gallery/([a-z0-9-]+)"', page) == ["jellyfin-sso", "blank"]
    nothing = root.get("/admin/gallery?q=%3Cscript%3E").text
    assert "No application by that name is known" in nothing and "<script>" not in nothing


@pytest.mark.parametrize("preset_id", [each for each in presets.ids() if presets.get(each).client])
def test_every_preset_is_shown_before_it_is_saved_and_then_added(root: Visitor, preset_id: str) -> None:
    assert root.get(f"/admin/gallery/{preset_id}").status_code == 200
    address = f"/admin/gallery/{preset_id}?name=My+own&app_url={ADDRESS}"
    look = root.get(address)
    assert look.status_code == 200 and "Nothing has been saved yet" in look.text
    assert clients.all_clients() == []
    sheet = root.post(f"/admin/gallery/{preset_id}", form=address, name="My own", app_url=ADDRESS)
    assert sheet.status_code == 200, sheet.text
    (client,) = clients.all_clients()
    assert client.preset == preset_id and client.name == "My own"
    assert client.client_id in sheet.text and ("cs_" in sheet.text) != client.is_public
    assert root.get(f"/admin/applications/{client.client_id}").status_code == 200


def test_a_name_that_is_taken_or_a_bad_address_is_said_before_saving(root: Visitor) -> None:
    given.client("app", name="Taken")
    refused = root.get("/admin/gallery/grafana?name=Taken&app_url=nonsense")
    assert refused.status_code == 400 and 'id="app_url-error"' in refused.text
    refused = root.get(f"/admin/gallery/grafana?name=Taken&app_url={ADDRESS}")
    assert refused.status_code == 400 and 'id="name-error"' in refused.text and "idp client" not in refused.text
    empty = root.get("/admin/gallery/grafana?name=Free&app_url=")
    assert empty.status_code == 400 and 'id="app_url-error"' in empty.text and "--app-url" not in empty.text


def test_what_only_a_proxy_can_protect_or_nobody_knows_has_no_form(root: Visitor) -> None:
    for preset_id in ("sonarr", "nonsense", "..", "jellyfin-sso.toml"):
        assert root.get(f"/admin/gallery/{preset_id}").status_code == 404, preset_id


def test_details_can_be_changed_before_saving(root: Visitor) -> None:
    page = root.get(f"/admin/gallery/blank?preset=jellyfin-sso&name=TV&app_url={ADDRESS}").text
    assert f"{ADDRESS}/sso/OID/redirect/foyer" in page and 'name="preset" value="jellyfin-sso"' in page
    assert root.get("/admin/gallery/blank?preset=nonsense&app_url=%00").status_code == 200
    assert root.get("/admin/gallery/blank?preset=jellyfin-sso&app_url=nonsense").status_code == 200


def test_everything_a_preset_can_set_has_words() -> None:
    from idp.presets import filling

    for preset_id in presets.ids():
        if presets.get(preset_id).client:
            for setting in filling.settings(presets.get(preset_id), ADDRESS, THIS):
                words = in_words(setting)
                assert words.term and words.values and words.label != setting.field, setting


def test_a_guessed_address_is_changed_by_the_button_that_is_there(root: Visitor) -> None:
    page = root.get(f"/admin/gallery/generic-web?name=My+own&app_url={ADDRESS}").text
    assert "A guess. If the application shows another, choose “Change details first”." in page
    assert "--redirect-uri" not in page and ">Change details first</a>" in page


def test_the_two_presets_of_seerr_each_name_the_tag() -> None:
    for preset_id in ("seerr-preview", "seerr-new"):
        assert "the tag preview-OIDC" in presets.get(preset_id).choose
