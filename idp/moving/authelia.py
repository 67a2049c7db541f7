"""Moving in from Authelia: people with their password hashes, groups, applications with their secrets.

Nothing that is here already is changed: running it twice does what running it once does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idp import clock
from idp.authenticators import password
from idp.authenticators.password import hashing
from idp.directory import groups as groups_door
from idp.directory import names
from idp.directory import users as people
from idp.errors import Invalid
from idp.moving import Moved
from idp.oidc import grants, hashed_secret, registration, scopes
from idp.oidc.client_authentication import METHODS, NONE, WITHOUT_SECRET
from idp.oidc.jwt import ALGORITHMS, READ
from idp.storage import clients, users
from idp.storage.database import transaction

PLAIN = "$plaintext$"
LARGEST_FILE = 5 * 2**20  # bytes
_TAKEN_OF_PEOPLE = ("email", "displayname", "groups", "password", "disabled", "given_name", "family_name")
_NEVER = ("sector_identifier_uri", "jwks", "request_uris", "claims_policy", "audience", "lifespan",
          "authorization_signed_response_alg", "introspection_signed_response_alg")  # fmt: skip
_FACTORS = (
    "Second factors are in Authelia's database, not in these files: people add theirs anew when they are asked for one."
)
_SUBJECTS = (
    "The numbers by which Authelia told people apart (sub) are in its database, not in these files. An application that went by "
    "them, not by user names or e-mail addresses, takes people for new ones: link their accounts in its own settings."
)


class _Undone(Exception):
    """A trial is over; everything goes back."""


def move(configuration: Path, users_database: Path, *, dry_run: bool = False) -> Moved:
    """Take along what can be, all of it or nothing; raises Invalid for a file that can't be read."""
    found_users = _table(_yaml(users_database), "users", users_database)
    oidc = _table(_table(_yaml(configuration), "identity_providers", configuration), "oidc", configuration)
    moved = Moved()
    try:
        with transaction(durable=True):
            _move_groups(found_users, moved)
            for name, fields in found_users.items():
                _move_user(str(name), fields if isinstance(fields, dict) else {}, moved)
            for fields in oidc.get("clients") or []:
                _move_client(fields if isinstance(fields, dict) else {}, moved)
            moved.left += [sentence for sentence, came in ((_FACTORS, moved.users), (_SUBJECTS, moved.clients)) if came]
            if dry_run:
                raise _Undone
    except _Undone:
        moved.secrets = {}  # they went back with everything else
    return moved


def _move_groups(found: dict[str, Any], moved: Moved) -> None:
    wanted = {name for fields in found.values() if isinstance(fields, dict) for name in _texts(fields.get("groups"))}
    for name in sorted(wanted):
        if there := _called_here(name):
            if there != name:
                moved.left.append(
                    f"Group {name}: is the group {there} here, as many applications take the two for one."
                )
            continue
        if wrong := names.group_problem(name):
            moved.left.append(f"Group {name!r}: {wrong}")
            continue
        groups_door.add(name)
        moved.groups.append(name)


def _called_here(group: str) -> str | None:
    found = users.group_by_name(group)
    return found.name if found else groups_door.called_alike(group)


def _move_user(name: str, fields: dict[str, Any], moved: Moved) -> None:
    username = name.lower()
    if users.by_name(username):
        moved.left.append(f"User {name}: is here already, and stays as it is.")
        return
    given = {_called_here(name) for name in _texts(fields.get("groups"))}
    try:
        user = people.add(
            username, email=_text(fields.get("email")), display_name=_text(fields.get("displayname")),
            groups=sorted(filter(None, given)),
        )  # fmt: skip
    except Invalid as invalid:
        moved.left.append(f"User {name}: {invalid}")
        return
    moved.users.append(username)
    given_names: dict[str, Any] = {at: _text(fields.get(at)) for at in ("given_name", "family_name")}
    try:
        people.change(user, **{at: text for at, text in given_names.items() if text})
    except Invalid as invalid:
        moved.left.append(f"User {name}: {invalid}")
    if more := sorted(str(at) for at, value in fields.items() if at not in _TAKEN_OF_PEOPLE and value):
        moved.left.append(f"User {name}: {', '.join(more)} can't be taken along.")
    stored = _text(fields.get("password")) or ""
    if hashing.is_hash(stored):
        password.enrol(user, stored, clock.now())
    else:
        moved.left.append(f"User {name}: {_why_not(stored)} Give them a link: idp user link {username}")
    if fields.get("disabled") is True:
        people.disable(user)


def _why_not(stored: str) -> str:
    if stored.startswith("$argon2id$"):
        return "their password's hash is damaged, or takes more memory or time than is spent on a try here."
    return "their password isn't kept as argon2id."


def _move_client(fields: dict[str, Any], moved: Moved) -> None:
    client_id = _text(fields.get("client_id") or fields.get("id")) or ""
    if clients.by_id(client_id):
        moved.left.append(f"Application {client_id}: is here already, and stays as it is.")
        return
    stored = _text(fields.get("client_secret") or fields.get("secret")) or ""
    plain = stored.removeprefix(PLAIN) if stored.startswith(PLAIN) or not stored.startswith("$") else None
    metadata = _metadata(fields)
    if not plain or metadata.get("auth_method") in WITHOUT_SECRET:
        plain = None
    name = _text(fields.get("client_name") or fields.get("description")) or client_id
    why_new = "its secret's hash can't be kept" if stored else "it had no secret"
    try:
        try:
            client, secret = registration.add(name, client_id=client_id, client_secret=plain, **metadata)
        except Invalid as invalid:
            if set(invalid.problems) != {"client_secret"}:
                raise
            plain, why_new = None, "its secret is too short, or too easy to guess"
            client, secret = registration.add(name, client_id=client_id, **metadata)
    except Invalid as invalid:
        moved.left.append(f"Application {client_id or '(no id)'}: {invalid}")
        return
    moved.clients.append(client_id)
    if secret and plain is None:
        if hashed_secret.can_be_kept(stored):
            clients.replace_secret(client, stored)
        else:
            moved.secrets[client_id] = secret
            moved.left.append(f"Application {client_id}: {why_new}; it has a new secret.")
    moved.left += [f"Application {client_id}: {sentence}" for sentence in _not_taken(fields)]


def _metadata(fields: dict[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "redirect_uris": _texts(fields.get("redirect_uris")),
        "require_mfa": fields.get("authorization_policy", "two_factor") != "one_factor",  # its own default is two
        "require_pkce": fields.get("require_pkce") is True or bool(fields.get("pkce_challenge_method")),
        "skip_consent": fields.get("consent_mode") == "implicit",
        "require_par": fields.get("require_pushed_authorization_requests") is True,
    }
    if grant_types := [each for each in _texts(fields.get("grant_types")) if each in grants.by_type()]:
        wanted["grant_types"] = grant_types
    by_itself = grants.CLIENT_CREDENTIALS in grant_types  # whose scopes are words of its own
    asked = [scope for scope in _texts(fields.get("scopes")) if by_itself or scope in scopes.SCOPES]
    if asked:
        wanted["scopes"] = list(dict.fromkeys(asked if by_itself else [scopes.OPENID, *asked]))
    if fields.get("public") is True:
        wanted["auth_method"] = NONE
    elif fields.get("token_endpoint_auth_method") in METHODS:
        wanted["auth_method"] = fields["token_endpoint_auth_method"]
    if fields.get("id_token_signed_response_alg") in ALGORITHMS:
        wanted["id_token_alg"] = fields["id_token_signed_response_alg"]
    if fields.get("userinfo_signed_response_alg") in ALGORITHMS:
        wanted["userinfo_alg"] = fields["userinfo_signed_response_alg"]
    if fields.get("access_token_signed_response_alg", "none") != "none":
        wanted |= {"access_token_format": "jwt"}
    if jwks_uri := _text(fields.get("jwks_uri")):
        wanted["jwks_uri"] = jwks_uri
        if fields.get("request_object_signing_alg") in READ:
            wanted["request_object_alg"] = fields["request_object_signing_alg"]
    return wanted


def _not_taken(fields: dict[str, Any]) -> Iterator[str]:
    policy = fields.get("authorization_policy", "two_factor")
    if policy not in ("one_factor", "two_factor"):
        yield f"its policy {policy!r} can't be taken along; it demands a second factor of everybody. Limit it with --group."
    grant_types = _texts(fields.get("grant_types"))
    unknown = [scope for scope in _texts(fields.get("scopes")) if scope not in scopes.SCOPES]
    if unknown and grants.CLIENT_CREDENTIALS not in grant_types:
        yield f"the scopes {', '.join(unknown)} don't exist here."
    if others := [each for each in grant_types if each not in grants.by_type()]:
        yield f"the grant types {', '.join(others)} don't exist here."
    if (method := fields.get("token_endpoint_auth_method")) and method not in METHODS:
        yield f"it can't prove itself by {method} here: let it send its secret."
    if fields.get("pkce_challenge_method") == "plain":
        yield "PKCE has to be S256 here, not plain."
    for name in _NEVER:
        if fields.get(name) not in (None, "", "none", []):
            yield f"{name} can't be taken along."
    for name, known in (("id_token_signed_response_alg", ALGORITHMS), ("userinfo_signed_response_alg", ALGORITHMS),
                        ("access_token_signed_response_alg", ("RS256",))):  # fmt: skip
        if (alg := fields.get(name)) not in (None, "none", *known):
            yield f"{name} can't be {alg} here."


def _yaml(path: Path) -> dict[str, Any]:
    import yaml

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Invalid(file=f"{path} is too large to be one of Authelia's files.")
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise Invalid(file=f"{path} can't be read: {wrong.strerror}.") from None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as wrong:
        raise Invalid(file=f"{path} is not YAML: {' '.join(str(wrong).split())}") from None
    if not isinstance(found, dict):
        raise Invalid(file=f"{path} is not one of Authelia's files.")
    return found


def _table(found: dict[str, Any], name: str, path: Path) -> dict[str, Any]:
    inside = found.get(name)
    if inside is None and name in ("identity_providers", "oidc"):
        return {}  # an installation without applications
    if not isinstance(inside, dict):
        raise Invalid(file=f"{path} has no {name} as Authelia's files have them.")
    return inside


def _text(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int) else None


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]
