"""Names in braces, and what isn't one of them."""

from __future__ import annotations

import pytest

from idp.presets import placeholders


def test_names_are_replaced_and_an_application_s_own_braces_stay() -> None:
    text = '{"a": {"b": "{app}"}} {{ user.name }} {baseScheme} @{picture} {enabled: true}'
    assert placeholders.names_in(text) == {"app"}
    assert placeholders.filled(text, {"app": "X"}) == text.replace("{app}", "X")


def test_a_text_that_lacks_a_value_is_none() -> None:
    assert placeholders.filled("a {app} {issuer}", {"app": "x"}) is None


def test_a_name_inside_a_value_stays_as_it_is() -> None:
    assert placeholders.filled("{client_secret}{app}", {"client_secret": "{app}", "app": r"\1"}) == r"{app}\1"


def test_texts_that_can_be_filled_are_each_there_once() -> None:
    texts = ["{origin}/a", "{app}/a", "{provider}", "b"]
    assert placeholders.filled_all(texts, {"origin": "o", "app": "o"}) == ["o/a", "b"]


@pytest.mark.parametrize(
    ("template", "uri", "word"),
    [
        ("{app}/sso/OID/redirect/{provider}", "https://j.example/sub/sso/OID/redirect/Home", "Home"),
        (
            "{app}/accounts/oidc/{provider}/login/callback/",
            "https://p.example/accounts/oidc/x-1/login/callback/",
            "x-1",
        ),
        (
            "{origin}/login?provider={provider}&callback=true",
            "http://s:5055/login?provider=foyer&callback=true",
            "foyer",
        ),
        ("{app}/sso/OID/redirect/{provider}", "https://j.example/sso/OID/redirect/a/b", None),
        ("{app}/sso/OID/redirect/{provider}", "https://j.example/other", None),
        ("{app}/a.b/{provider}", "https://j.example/aXb/foyer", None),
        ("{app}/callback", "https://j.example/callback", None),
    ],
)
def test_the_word_for_this_provider_is_read_from_a_redirect_uri(template: str, uri: str, word: str | None) -> None:
    assert placeholders.provider_in(["app.immich:///oauth-callback", template], ["other:/x", uri]) == word
