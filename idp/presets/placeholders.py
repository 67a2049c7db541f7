"""The `{names}` in a preset's texts: which there are, and putting values in their place.

Braces around anything else are the application's own, such as those of JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from idp.said import Said

OF_THE_ADDRESS = frozenset({"app", "origin", "app_port", "app_scheme"})
OF_ADDRESSES = OF_THE_ADDRESS | {"provider"}  # what redirect URIs are made of
OF_ENDPOINTS = frozenset(
    {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"}
)
ALL = OF_ADDRESSES | OF_ENDPOINTS | {
    "issuer", "discovery", "client_id", "client_secret", "redirect_uri", "scopes", "more_scopes", "scopes_comma", "name",
    "PROVIDER",
}  # fmt: skip
PROVIDER = "foyer"  # what applications call this provider in their redirect URIs, unless told another word
_LITERAL = frozenset({"picture"})  # braces that the application replaces itself
_NAME = re.compile(r"\{([a-z_]+|PROVIDER)\}")


def names_in(*texts: str) -> set[str]:
    """The names that the texts hold, known or not."""
    return {name for text in texts for name in _NAME.findall(text)} - _LITERAL


def filled(text: str, values: Mapping[str, str]) -> str | None:
    """The text with its names replaced, or None if one of them has no value."""
    if names_in(text) - values.keys():
        return None
    # in one go: a name inside a value stays as it is
    return Said.by(text, lambda template: _NAME.sub(lambda found: values.get(found[1], found[0]), template))


def filled_all(texts: Iterable[str], values: Mapping[str, str]) -> list[str]:
    """The texts that can be filled, each once, in their order."""
    return list(dict.fromkeys(made for text in texts if (made := filled(text, values)) is not None))


def provider_in(templates: Iterable[str], uris: Iterable[str]) -> str | None:
    """The word that stands for `{provider}` in the first URI that fits a template, or None."""
    known = list(uris)
    for template in templates:
        if "{provider}" not in template:
            continue
        before, _, after = (
            ".*".join(map(re.escape, _NAME.split(part)[::2])) for part in template.partition("{provider}")
        )
        for uri in known:
            if found := re.fullmatch(f"{before}([^/?&]+){after}", uri):
                return found[1]
    return None
