"""Reading a preset strictly: every key known, every type right, every name in braces one that has a value."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from idp.presets import capabilities, placeholders
from idp.presets.preset import (
    CATEGORIES,
    FORWARD_AUTH,
    KINDS_OF_CLAIMS,
    KNOWN,
    OPENID_CONNECT,
    PUBLIC,
    Claims,
    CustomClaim,
    Preset,
    Step,
    Wishes,
)

AUTH_METHODS = ("client_secret_basic", "client_secret_post", PUBLIC)
WHY = ("redirect_uris", "post_logout_redirect_uris", "auth_method", "require_pkce", "scopes", "id_token_claims")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


class Malformed(ValueError):
    """A preset that breaks the schema: the file, and what is wrong with it."""


class _Table:
    """A TOML table whose keys are taken out one by one; what is left at the end is too much."""

    def __init__(self, where: str, values: Mapping[str, Any]) -> None:
        self.where = where
        self._values = dict(values)

    def wrong(self, what: str) -> Malformed:
        return Malformed(f"{self.where}: {what}")

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str | None = None, choices: Collection[str] | None = None) -> str:
        value = self._values.pop(key, default)
        if not isinstance(value, str) or (key != "configuration" and value != value.strip()):
            raise self.wrong(f"{key} has to be a text")
        if value == "" and default is None:
            raise self.wrong(f"{key} is empty")
        if choices is not None and value not in choices:
            raise self.wrong(f"{key} has to be one of {', '.join(choices)}")
        return value

    def texts(self, key: str, choices: Collection[str] | None = None) -> tuple[str, ...]:
        values = self._values.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
            raise self.wrong(f"{key} has to be a list of texts")
        if len(set(values)) != len(values):
            raise self.wrong(f"{key} says something twice")
        if choices is not None and not set(values) <= set(choices):
            raise self.wrong(f"{key} may hold {', '.join(choices)}")
        return tuple(values)

    def pairs(self, key: str, names: Collection[str] | None = None) -> tuple[tuple[str, str], ...]:
        values = self._values.pop(key, {})
        if not isinstance(values, dict) or not all(isinstance(value, str) and value for value in values.values()):
            raise self.wrong(f"{key} has to be a table of texts")
        if names is not None and not values.keys() <= set(names):
            raise self.wrong(f"{key} may hold {', '.join(names)}")
        return tuple(values.items())

    def table(self, key: str) -> _Table:
        value = self._values.pop(key, {})
        if not isinstance(value, dict):
            raise self.wrong(f"{key} has to be a table")
        return _Table(f"{self.where} [{key}]", value)

    def tables(self, key: str) -> list[_Table]:
        values = self._values.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.wrong(f"{key} has to be a list of tables")
        return [_Table(f"{self.where} [[{key}]] {number}", value) for number, value in enumerate(values, 1)]

    def end(self) -> None:
        if self._values:
            raise self.wrong(f"there is no {', '.join(sorted(self._values))}")


def read(preset_id: str, document: Mapping[str, Any]) -> Preset:
    """The preset in a parsed TOML document; raises Malformed."""
    top = _Table(preset_id, document)
    if not _ID.fullmatch(preset_id):
        raise top.wrong("an id has lower case letters, digits and single hyphens")
    sign_in = top.text("sign_in", OPENID_CONNECT, (OPENID_CONNECT, FORWARD_AUTH))
    speaks = sign_in == OPENID_CONNECT
    address, groups = top.table("address"), top.table("groups")
    preset = Preset(
        id=preset_id,
        name=top.text("name"),
        category=top.text("category", choices=CATEGORIES),
        known=top.text("known", choices=tuple(KNOWN)),
        checked=top.text("checked"),
        evidence=top.texts("evidence"),
        also=top.texts("also"),
        choose=top.text("choose", ""),
        sign_in=sign_in,
        address_example=address.text("example") if address.has("example") else None,
        address_hint=address.text("hint", ""),
        client=_wishes(top.table("client")) if speaks else None,
        claims=_claims(top.table("claims")) if speaks else None,
        custom_claims=tuple(_custom_claim(table) for table in top.tables("custom_claims")) if speaks else (),
        why=dict(top.pairs("why", WHY)) if speaks else {},
        group_names=groups.texts("names"),
        groups_hint=groups.text("hint", ""),
        start=top.text("start", ""),
        before=top.texts("before"),
        steps=tuple(_step(table) for table in top.tables("steps")),
        warnings=top.texts("warnings"),
        later=dict(top.pairs("later", sorted(capabilities.ALL))),
    )  # fmt: skip
    for table in (address, groups, top):
        table.end()
    for complaint in _contradictions(preset):
        raise top.wrong(complaint)
    return preset


def _wishes(table: _Table) -> Wishes:
    wishes = Wishes(
        redirect_uris=table.texts("redirect_uris"),
        post_logout_redirect_uris=table.texts("post_logout_redirect_uris"),
        backchannel_logout_uri=table.text("backchannel_logout_uri", ""),
        auth_methods=table.texts("auth_methods", AUTH_METHODS),
        pkce=table.text("pkce", choices=("require", "allow", "unsupported")),
        scopes=table.texts("scopes"),
        access_token_format=table.text("access_token_format", "opaque", ("opaque", "jwt")),
    )
    table.end()
    return wishes


def _claims(table: _Table) -> Claims:
    claims = Claims(
        read_from=table.text("read_from", choices=("id_token", "userinfo", "either")),
        needed=table.texts("needed"),
        used=table.texts("used"),
        amr=table.texts("amr"),
    )
    table.end()
    return claims


def _custom_claim(table: _Table) -> CustomClaim:
    claim = CustomClaim(
        name=table.text("name"), kind=table.text("kind", choices=KINDS_OF_CLAIMS), what=table.text("what")
    )
    table.end()
    return claim


def _step(table: _Table) -> Step:
    step = Step(
        say=table.text("say"),
        fields=table.pairs("fields"),
        environment=table.pairs("environment"),
        configuration=table.text("configuration", "").strip("\n"),
        only_with=table.text("only_with", choices=capabilities.ALL) if table.has("only_with") else None,
        only_without=table.text("only_without", choices=capabilities.ALL) if table.has("only_without") else None,
    )
    table.end()
    return step


def _contradictions(preset: Preset) -> list[str]:
    """What no single key shows."""
    wishes = preset.client
    addresses = (
        [*wishes.redirect_uris, *wishes.post_logout_redirect_uris, wishes.backchannel_logout_uri] if wishes else []
    )
    entered = [text for step in preset.steps for _, text in (*step.fields, *step.environment)]
    written = [step.configuration for step in preset.steps]
    labels = [label for step in preset.steps for label, _ in (*step.fields, *step.environment)]
    said = [*preset.before, *(step.say for step in preset.steps), *preset.warnings, *preset.later.values(), *preset.why.values(),
            preset.groups_hint, preset.address_hint, preset.start]  # fmt: skip
    used = placeholders.names_in(*addresses, *entered, *written, *labels, *said)
    found = {
        f"there is no {{{name}}}": name not in placeholders.ALL for name in sorted(used)
    } | {
        "checked has to be a month such as 2026-11": not _MONTH.fullmatch(preset.checked),
        "a redirect URI is made of its address": bool(placeholders.names_in(*addresses) - placeholders.OF_ADDRESSES),
        "it uses the application's address, so it needs [address] example":
            bool(used & placeholders.OF_THE_ADDRESS) and preset.address_example is None,
        "the provider's name may hold quotes, so it can't stand in a file": "name" in placeholders.names_in(*written),
        "a line with {end_session_endpoint} needs [later] end_session":
            "end_session_endpoint" in used and "end_session" not in preset.later,
        "it has no steps": not preset.steps,
        "custom_claims says something twice":
            len({claim.name for claim in preset.custom_claims}) < len(preset.custom_claims),
        "forward-auth needs [later] forward_auth": preset.sign_in == FORWARD_AUTH and "forward_auth" not in preset.later,
    }  # fmt: skip
    if wishes:
        public = PUBLIC in wishes.auth_methods
        found |= {
            "redirect_uris is empty": not wishes.redirect_uris,
            "auth_methods is empty": not wishes.auth_methods,
            "a public client has no other auth method": public and wishes.auth_methods != (PUBLIC,),
            "a public client requires PKCE": public and wishes.pkce != "require",
            "a public client has no {client_secret}": public and "client_secret" in used,
            "every client needs the scope openid": "openid" not in wishes.scopes,
        }
    return [sentence for sentence, wrong in found.items() if wrong]
