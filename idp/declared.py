"""People, groups, applications and settings as one TOML file says they should be: read it, change what differs, write it.

What the file doesn't name stays as it is, and nothing is ever deleted by it. The rules are those of every other door.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from idp import declared_fields, declared_settings
from idp.custom_claims import rules
from idp.directory import groups as groups_door
from idp.directory import users as people
from idp.errors import Invalid
from idp.oidc import registration
from idp.storage import clients, settings, users
from idp.storage.database import transaction
from idp.storage.models import Client, User

GROUP_FIELDS: dict[str, type] = {"display_name": str, "require_mfa": bool, "claims": dict}
USER_FIELDS: dict[str, type] = {
    "email": str, "email_verified": bool, "display_name": str, "given_name": str, "family_name": str,
    "admin": bool, "disabled": bool, "groups": list, "claims": dict,
}  # fmt: skip
CLIENT_FIELDS: dict[str, type] = {
    "name": str, "redirect_uris": list, "post_logout_redirect_uris": list, "grant_types": list, "scopes": list,
    "allowed_groups": list, "always_refresh": bool, "access_token_format": str, "userinfo_alg": str, "introspects_all": bool,
    "require_mfa": bool, "require_pkce": bool, "skip_consent": bool, "auth_method": str, "id_token_alg": str,
    "jwks": dict, "jwks_uri": str, "request_object_alg": str, "require_par": bool,
    "id_token_claims": bool, "app_url": str, "logo_uri": str, "policy_uri": str, "tos_uri": str,
    "subject_type": str, "subject_source": str, "sector_identifier_uri": str, "initiate_login_uri": str, "contacts": list,
    "backchannel_logout_uri": str, "backchannel_logout_session_required": bool,
    "frontchannel_logout_uri": str, "frontchannel_logout_session_required": bool,
    "preset": str, "claims": dict, "disabled": bool,
}  # fmt: skip
SETTINGS, EVERYBODY = "settings", "everybody"  # the one table without names
FIELDS = {"groups": GROUP_FIELDS, "users": USER_FIELDS, "clients": CLIENT_FIELDS}

Wanted = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: `is_new`, or which of its fields changed. `secret` is told this once."""

    kind: str
    name: str
    fields: list[str]
    is_new: bool = False
    secret: str | None = None


@dataclass
class _Work:
    changes: list[Change] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    def each(self, kind: str, wanted: Wanted, do: Callable[[str, dict[str, Any]], Change | None]) -> None:
        """Do something for everything of a kind, and collect what differs and what can't be."""
        for name, fields in wanted.get(kind, {}).items():
            try:
                change = do(name, fields)
            except Invalid as invalid:
                self.problems |= {f"{kind}.{name}.{at}": sentence for at, sentence in invalid.problems.items()}
            else:
                self.changes += [change] if change else []


class _Undone(Exception):
    """A trial is over; everything goes back."""


def read(path: Path) -> Wanted:
    """What a file says; raises Invalid with a sentence for each thing in it that means nothing."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise Invalid(file=f"{path} can't be read: {wrong.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise Invalid(file=f"{path} is not TOML: {wrong}") from None
    except RecursionError:
        raise Invalid(file=f"{path} has too many tables or lists inside one another.") from None
    problems: dict[str, str] = {}
    for kind, things in found.items():
        if kind == SETTINGS:
            problems |= declared_fields.problems(kind, things, declared_settings.FIELDS)
            continue
        if kind not in FIELDS or not isinstance(things, dict):
            problems[kind] = (
                f"{kind}: a file has the tables {', '.join(FIELDS)}, each with a table for every name, and {SETTINGS}."
            )
            continue
        for name, fields in things.items():
            problems |= declared_fields.problems(f"{kind}.{name}", fields, FIELDS[kind])
            if isinstance(fields, dict) and "claims" in fields:
                fields["claims"] = rules.exact(fields["claims"])
    if problems:
        raise Invalid(**problems)
    return found


def apply(wanted: Wanted, *, dry_run: bool = False) -> list[Change]:
    """Change what differs, all of it or nothing, and return it; raises Invalid. A dry run leaves everything as it was."""
    work = _Work()
    work.each("clients", wanted, _sector)  # asks the network, for which nobody else should wait
    try:
        with transaction(durable=True):
            work.each(SETTINGS, {SETTINGS: {EVERYBODY: wanted[SETTINGS]}} if SETTINGS in wanted else {}, _settings)
            work.each("groups", wanted, _group)
            work.each("users", wanted, _user)
            work.each("clients", wanted, _client)
            if work.problems or dry_run:
                raise _Undone
    except _Undone:
        settings.look_again()  # what was tried has been taken back
    if work.problems:
        raise Invalid(**{at: f"{at}: {sentence}" for at, sentence in work.problems.items()})
    return work.changes


def export() -> Wanted:
    """Everything there is, as a file would say it; no password and no secret."""
    found = {
        "groups": {group.name: _without_nothing(_group_now(group)) for group, _ in users.all_groups()},
        "users": {user.username: _without_nothing(_user_now(user)) for user in users.all_users()},
        "clients": {client.client_id: _without_nothing(_client_now(client)) for client in clients.all_clients()},
    }
    found[SETTINGS] = declared_settings.now()
    return {kind: things for kind, things in found.items() if things}


def _settings(_name: str, fields: dict[str, Any]) -> Change | None:
    changed = declared_settings.change(fields)
    return Change(SETTINGS, EVERYBODY, changed) if changed else None


def _group(name: str, fields: dict[str, Any]) -> Change | None:
    group = users.group_by_name(name)
    if group is None:
        group = groups_door.add(name, fields.get("display_name"))
        if more := {at: fields[at] for at in ("require_mfa", "claims") if fields.get(at)}:
            groups_door.change(group, **more)
        return Change("group", name, sorted(fields), is_new=True)
    different = _different(fields, _group_now(group))
    if different:
        groups_door.change(group, **different)
    return Change("group", name, sorted(different)) if different else None


def _user(name: str, fields: dict[str, Any]) -> Change | None:
    user = users.by_name(name)
    if user is None:
        if "email" not in fields:
            raise Invalid(email="A new person needs an e-mail address.")
        user = people.add(
            name, email=fields["email"], display_name=fields.get("display_name"), groups=fields.get("groups", ()),
            is_admin=fields.get("admin", False), email_verified=fields.get("email_verified", True),
        )  # fmt: skip
        if more := {at: fields[at] for at in ("given_name", "family_name", "claims") if fields.get(at)}:
            people.change(user, **more)
        if fields.get("disabled"):
            people.disable(user)
        return Change("user", name, sorted(fields), is_new=True)
    different = _different(fields, _user_now(user))
    changed = {at: value for at, value in different.items() if at not in ("admin", "disabled", "groups")}
    if "email_verified" in changed:
        changed.setdefault("email", user.email)  # the mark goes with an address
    if "admin" in different:
        changed["is_admin"] = different["admin"]
    if changed:
        user = people.change(user, **changed)
    if "groups" in different:
        _set_groups(user, different["groups"])
    if "disabled" in different:
        (people.disable if different["disabled"] else people.enable)(user)
    return Change("user", name, sorted(different)) if different else None


def _set_groups(user: User, wanted: list[str]) -> None:
    if missing := users.missing_groups(wanted):
        raise Invalid(groups=f"There is no group named {', '.join(missing)}.")
    before = set(users.group_names(user))
    for name in {*wanted} - before:
        groups_door.grant(groups_door.get(name), user)
    for name in before - {*wanted}:
        groups_door.revoke(groups_door.get(name), user)


def _sector(client_id: str, fields: dict[str, Any]) -> None:
    client = clients.by_id(client_id)
    registration.check_sector(client, _different(fields, _client_now(client)) if client else fields)


def _client(client_id: str, fields: dict[str, Any]) -> Change | None:
    client = clients.by_id(client_id)
    metadata = {at: value for at, value in fields.items() if at not in ("name", "disabled")}
    if client is None:
        client, secret = registration.add(
            fields.get("name", client_id), client_id=client_id, sector_is_checked=True, **metadata
        )
        if fields.get("disabled"):
            registration.switch(client, on=False)
        return Change("client", client_id, sorted(fields), is_new=True, secret=secret)
    different = _different(fields, _client_now(client))
    if changed := {at: value for at, value in different.items() if at != "disabled"}:
        client = registration.change(client, sector_is_checked=True, **changed)
    if "disabled" in different:
        registration.switch(client, on=not different["disabled"])
    return Change("client", client_id, sorted(different)) if different else None


def _group_now(group: Any) -> dict[str, Any]:
    return {"display_name": group.display_name, "require_mfa": group.require_mfa, "claims": group.claims}


def _user_now(user: User) -> dict[str, Any]:
    return {
        "email": user.email, "email_verified": user.email_verified, "display_name": user.display_name,
        "given_name": user.given_name, "family_name": user.family_name, "admin": user.is_admin,
        "disabled": user.disabled_at is not None, "groups": users.group_names(user), "claims": user.claims,
    }  # fmt: skip


def _client_now(client: Client) -> dict[str, Any]:
    now = {at: getattr(client, at) for at in CLIENT_FIELDS if at != "disabled"}
    return {**now, "disabled": client.disabled_at is not None}


def _different(wanted: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    def plain(at: str, value: Any) -> Any:
        if at == "email" and value:
            return value.strip().lower()  # as it is kept
        return sorted(value) if at in ("groups", "allowed_groups") else value

    def is_same(at: str, value: Any) -> bool:
        return rules.are_same(value, now[at]) if at == "claims" else bool(plain(at, value) == plain(at, now[at]))

    return {at: value for at, value in wanted.items() if not is_same(at, value)}


def _without_nothing(fields: dict[str, Any]) -> dict[str, Any]:
    return {at: value for at, value in fields.items() if value is not None and value != {}}
