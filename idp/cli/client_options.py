"""The options by which commands say what an application's metadata is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from idp import foreign_json, subject_identifier
from idp.oidc import grants
from idp.oidc.client_authentication import METHODS
from idp.oidc.client_keys import LONGEST
from idp.oidc.jwt import ALGORITHMS, READ
from idp.oidc.tokens import ACCESS_TOKEN_FORMATS

_PLAIN, _ANY = "json", "any"
# Never the groups: an empty variable would open a client to all.
_MAY_BE_EMPTY = ("post_logout_redirect_uris", "contacts")
_GRANT_TYPES = {name.rpartition(":")[2]: name for name in grants.by_type()}  # device_code for its URN


def _key_set(_context: click.Context, _option: click.Parameter, given: str | None) -> Any:
    """The JSON value of a text that is one, or of the file that it names."""
    if given is None:
        return None
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text(encoding="utf-8")
        return foreign_json.read_exactly(text[: LONGEST + 1])
    except OSError as wrong:
        raise click.BadParameter(f"{given} can't be read: {wrong.strerror}.") from None
    except ValueError:
        raise click.BadParameter(f"It is no JSON, or longer than {LONGEST} characters.") from None


def _options(of_new: bool) -> tuple[Callable[..., Any], ...]:
    def unless_given(default: str) -> str:
        """The end of a help text: what is so without the option. Commands that change something leave it as it is."""
        return f"; {default} unless given." if of_new else "."

    return (
        click.option("--redirect-uri", "redirect_uris", multiple=True, metavar="URI",
                     help="Where people are sent back to, exactly; may be given several times."),
        click.option("--post-logout-redirect-uri", "post_logout_redirect_uris", multiple=True, metavar="URI",
                     help="Where people may be sent after signing out, exactly; may be given several times."),
        click.option("--backchannel-logout-uri", metavar="URI", help="Where it is told that somebody has signed out."),
        click.option("--backchannel-logout-session-required/--no-backchannel-logout-session-required",
                     "backchannel_logout_session_required", default=None,
                     help="Whether it has to be told which session it is; it always is."),
        click.option("--frontchannel-logout-uri", metavar="URI",
                     help="A page of its own that signs people out there, loaded unseen when they sign out here."),
        click.option("--frontchannel-logout-session-required/--no-frontchannel-logout-session-required",
                     "frontchannel_logout_session_required", default=None,
                     help="Whether that page has to be told which session it is; it always is."),
        click.option("--scope", "scopes", multiple=True, help="A scope it may ask for" + unless_given("all of them")),
        click.option("--group", "allowed_groups", multiple=True, help="A group that may use it" + unless_given("everybody")),
        click.option("--require-mfa/--no-require-mfa", "require_mfa", default=None,
                     help="Whether people need a second factor to use it."),
        click.option("--auth-method", type=click.Choice((*METHODS, _ANY)),
                     help="How it proves itself: any is its secret, sent either way; none makes it public."),
        click.option("--jwks", callback=_key_set, metavar="FILE",
                     help="Its public keys, for private_key_jwt and signed requests: a file with a JWK Set, or the set itself."),
        click.option("--jwks-uri", metavar="URL", help="The address where its public keys are, in place of the keys."),
        click.option("--request-object-alg", type=click.Choice((_ANY, *READ)),
                     help="How its requests are signed where they are" + unless_given("any")),
        click.option("--require-par/--allow-plain-requests", "require_par", default=None,
                     help="Whether it has to push its requests (PAR) before it sends people here."),
        click.option("--pkce", type=click.Choice(["require", "allow"]), help="Whether it has to use PKCE (S256)."),
        click.option("--skip-consent/--ask-consent", "skip_consent", default=None, help="Don't ask people whether to allow it."),
        click.option("--grant-type", "grant_types", multiple=True, type=click.Choice((*_GRANT_TYPES, grants.DEVICE_CODE)),
                     callback=lambda context, option, given: tuple(_GRANT_TYPES.get(each, each) for each in given),
                     help="What it may get tokens for" + unless_given("authorization_code and refresh_token")),
        click.option("--always-refresh/--refresh-on-request", "always_refresh", default=None,
                     help="Refresh tokens even where it doesn't ask for the scope offline_access."),
        click.option("--access-token-format", type=click.Choice(ACCESS_TOKEN_FORMATS),
                     help="opaque, or jwt for APIs that read tokens by themselves" + unless_given("opaque")),
        click.option("--userinfo-alg", type=click.Choice((_PLAIN, *ALGORITHMS)),
                     help="How the answers of userinfo are signed, where json is not at all" + unless_given("json")),
        click.option("--introspect-all/--introspect-own", "introspects_all", default=None,
                     help="Whether it may ask about the tokens of all applications, or about its own."),
        click.option("--id-token-alg", type=click.Choice(ALGORITHMS), help="How its ID tokens are signed" + unless_given("RS256")),
        click.option("--id-token-claims/--no-id-token-claims", "id_token_claims", default=None,
                     help="Whether names, e-mail and groups stand in the ID token too, or only at userinfo."),
        click.option("--subject-type", type=click.Choice(subject_identifier.TYPES),
                     help="pairwise: it knows people by identifiers that no other application has" + unless_given("public")),
        click.option("--subject-source", type=click.Choice(subject_identifier.SOURCES),
                     help="What its identifiers for people are made of: username or email only for accounts it has already."),
        click.option("--sector-identifier-uri", metavar="URI",
                     help="For pairwise: where it lists its redirect URIs, if they have several hosts."),
        click.option("--initiate-login-uri", metavar="URI", help="Where it begins a sign-in, for the link on the account page."),
        click.option("--contact", "contacts", multiple=True, help="Who looks after it; may be given several times."),
        click.option("--app-url", help="The application's own address."),
        click.option("--logo-uri", help="Its logo, shown where people sign in."),
        click.option("--policy-uri", help="Its privacy policy."),
        click.option("--tos-uri", help="Its terms of service."),
    )  # fmt: skip


def metadata_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for everything that an application's metadata may say."""
    return _with(_options(of_new=False), command)


def metadata_options_of_new(command: Callable[..., None]) -> Callable[..., None]:
    """The same for a command that adds an application: the texts say what is so where an option isn't given."""
    return _with(_options(of_new=True), command)


def _with(options: tuple[Callable[..., Any], ...], command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(options):
        command = option(command)
    return command


def given(options: dict[str, Any]) -> dict[str, Any]:
    """The metadata that the options spell out; what wasn't given is left out."""
    metadata = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}
    emptied: dict[str, Any] = {name: [] for name in _MAY_BE_EMPTY if metadata.get(name) == [""]}
    if pkce := metadata.pop("pkce"):
        metadata["require_pkce"] = pkce == "require"
    # What is given as nothing at all is taken away.
    metadata = {name: None if value == "" else value for name, value in metadata.items() if value is not None}
    found = {name: value for name, value in metadata.items() if value != []}
    found |= emptied
    if found.get("auth_method") == _ANY:
        found["auth_method"] = None
    if found.get("userinfo_alg") == _PLAIN:
        found["userinfo_alg"] = None
    if found.get("request_object_alg") == _ANY:
        found["request_object_alg"] = None
    if ("jwks" in found) != ("jwks_uri" in found):  # its keys are at one place: the other one is left
        found |= {name: None for name in ("jwks", "jwks_uri") if name not in found}
    return found
