"""Every preset, tried because its file is there: it keeps to the schema, registers, and gives a whole sheet."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import idp.presets
from idp import presets
from idp.custom_claims import rules
from idp.oidc import client_metadata, redirect_uris, registration, scopes
from idp.oidc.client_authentication import METHODS
from idp.presets import filling, placeholders, schema, sheet
from idp.presets.preset import FORWARD_AUTH, Preset
from idp.storage.models import Client
from tests.presets.provider import BARE, COMPLETE, THIS

FILES = sorted(Path(idp.presets.__file__).parent.glob("*.toml"))
ALL = [presets.get(path.stem) for path in FILES]
SPEAKING = [preset for preset in ALL if preset.sign_in != FORWARD_AUTH]
ADDRESSES = (
    "https://app.example.org",
    "https://app.example.org/",
    "https://example.org/some/folder/",
    "http://192.168.1.20:8096",
    "https://[2001:db8::1]:8443/app",
)


def name(value: object) -> str:
    return value.id if isinstance(value, Preset) else getattr(value, "stem", str(value))


def register(preset: Preset, app_url: str) -> tuple[Client, str | None]:
    """The client that the preset makes, through the one validator."""
    metadata = {each.field: each.value for each in filling.settings(preset, app_url, THIS)}
    return registration.add(f"My {preset.id}", app_url=app_url, preset=preset.id, **metadata)


def sentences(preset: Preset) -> list[str]:
    return [*preset.before, *(step.say for step in preset.steps), *preset.warnings, *preset.later.values(),
            *filter(None, [preset.choose, preset.groups_hint, preset.address_hint])]  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_keeps_to_the_schema(path: Path) -> None:
    assert schema.read(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))) == presets.get(path.stem)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_tidy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\t" not in text
    assert "\r" not in text
    assert not re.search(r" +$", text, re.MULTILINE)


@pytest.mark.parametrize("preset", ALL, ids=name)
def test_what_people_read_is_sentences(preset: Preset) -> None:
    for sentence in sentences(preset):
        assert re.match(r"[A-Z{]", sentence), sentence
        assert sentence.endswith("."), sentence
        assert not re.search(r"  |'s's|\b(the the|a a)\b", sentence), sentence
    for reason in preset.why.values():
        assert not reason.endswith("."), reason


def test_of_several_for_one_application_each_says_when_to_take_it() -> None:
    names = [preset.name.partition(" (")[0].partition(" / ")[0] for preset in SPEAKING]
    twins = [preset for preset, name in zip(SPEAKING, names, strict=True) if names.count(name) > 1]
    assert {"jellyfin-sso", "jellyfin-2fa"} <= {preset.id for preset in twins}
    for preset in twins:
        assert preset.choose.startswith("Take this one "), preset.id
    assert not placeholders.names_in(*(preset.choose for preset in ALL)), "it is read before there is an address"


def test_no_two_presets_have_one_name() -> None:
    assert len({preset.name.casefold() for preset in ALL}) == len(ALL)


@pytest.mark.parametrize("preset", ALL, ids=name)
def test_a_preset_says_how_it_is_known(preset: Preset) -> None:
    assert preset.evidence
    assert preset.known == "tried" or preset.category != "generic"


@pytest.mark.parametrize("preset", SPEAKING, ids=name)
def test_every_claim_it_needs_comes_with_a_scope_it_has(preset: Preset) -> None:
    assert preset.client
    assert preset.claims
    brought = set(scopes.claims_of(preset.client.scopes))
    assert set(preset.claims.needed) <= brought
    assert set(preset.claims.used) <= brought
    assert not set(preset.claims.used) & set(preset.claims.needed)


@pytest.mark.parametrize("preset", SPEAKING, ids=name)
@pytest.mark.parametrize("app_url", ADDRESSES)
def test_the_real_validator_takes_it_at_any_address(storage: None, preset: Preset, app_url: str) -> None:
    assert preset.client
    client, secret = register(preset, app_url)
    assert client.preset == preset.id
    assert (secret is None) == ("none" in preset.client.auth_methods)
    for template in preset.client.redirect_uris:
        ending = template.rpartition("}")[2] if "{" in template else template
        assert any(uri.endswith(ending) for uri in client.redirect_uris), template
    for uri in (*client.redirect_uris, *client.post_logout_redirect_uris):
        assert redirect_uris.problem(uri) is None
        assert "{" not in uri
        assert not re.search(r"(?<!:)//", uri.removeprefix("app.immich://"))
        assert redirect_uris.is_registered(client, uri) or uri in client.post_logout_redirect_uris
    assert len(set(client.redirect_uris)) == len(client.redirect_uris)


@pytest.mark.parametrize("preset", [preset for preset in SPEAKING if preset.address_example], ids=name)
def test_the_example_of_an_address_is_one(storage: None, preset: Preset) -> None:
    assert preset.address_example
    client, _ = register(preset, preset.address_example)
    assert client.app_url == preset.address_example


@pytest.mark.parametrize("preset", SPEAKING, ids=name)
@pytest.mark.parametrize("provider", [BARE, COMPLETE], ids=["bare", "complete"])
@pytest.mark.parametrize("app_url", ADDRESSES[2:])
def test_its_sheet_is_filled_in(storage: None, preset: Preset, provider: dict[str, Any], app_url: str) -> None:
    client, secret = register(preset, app_url)
    made = sheet.make(preset, client_metadata.as_registered(client), provider, name="Home", secret=secret)
    text = sheet.as_text(made)
    assert not placeholders.names_in(text)
    assert made.steps
    entered = " ".join([
        *(value for step in made.steps for _, value in (*step.fields, *step.environment)),
        *(step.configuration for step in made.steps),
    ])  # fmt: skip
    if preset.category != "generic":
        assert client.client_id in entered
        assert provider["issuer"] in entered
        assert secret is None or secret in entered
    assert all(uri in text for uri in client.redirect_uris)
    assert ("/logout" not in text) or provider is COMPLETE
    assert ("offline_access" not in text) or "offline_access" in client.scopes


@pytest.mark.parametrize("preset", SPEAKING, ids=name)
def test_the_sheet_later_on_is_the_same_without_the_secret(storage: None, preset: Preset) -> None:
    client, secret = register(preset, ADDRESSES[0])
    values = client_metadata.as_registered(client)
    first = sheet.as_text(sheet.make(preset, values, THIS, name="Home", secret=secret))
    later = sheet.as_text(sheet.make(preset, values, THIS, name="Home"))
    assert later == (first.replace(secret, sheet.SECRET_HIDDEN) if secret else first)
    assert not secret or secret not in later


@pytest.mark.parametrize("preset", SPEAKING, ids=name)
def test_what_is_missing_here_is_told_only_while_it_is_missing(storage: None, preset: Preset) -> None:
    client, _ = register(preset, ADDRESSES[0])
    bare = sheet.make(preset, client_metadata.as_registered(client), BARE, name="Home")
    complete = sheet.make(preset, client_metadata.as_registered(client), COMPLETE, name="Home")
    gone = {"offline_access", "end_session", "backchannel_logout"} & preset.later.keys()
    assert len(bare.not_yet) - len(complete.not_yet) == len(gone)


def test_presets_know_the_auth_methods_of_registration() -> None:
    # A preset can't know the keys that private_key_jwt needs.
    assert set(schema.AUTH_METHODS) == set(METHODS) - {"private_key_jwt"}


def test_the_applications_that_were_looked_at_are_all_here() -> None:
    assert len(FILES) >= 74
    assert len(SPEAKING) >= 67


@pytest.mark.parametrize("preset", [preset for preset in ALL if preset.custom_claims], ids=lambda preset: preset.id)
def test_the_claims_that_an_application_knows_can_be_set_here(preset: Preset) -> None:
    examples = {"text": "x", "number": 1, "yes_no": True, "json": {"a": 1}}
    assert rules.problems({claim.name: examples[claim.kind] for claim in preset.custom_claims}) == {}
