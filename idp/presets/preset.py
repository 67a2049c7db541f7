"""What is known about an application, before anybody's addresses come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# How a preset is known, in the words that people read.
KNOWN = {
    "source": "read in the application's source",
    "guide": "from a guide",
    "tried": "tried",
}
CATEGORIES = ("media", "cloud", "infrastructure", "generic")
KINDS_OF_CLAIMS = ("text", "number", "yes_no", "json")
OPENID_CONNECT, FORWARD_AUTH = "openid-connect", "forward-auth"
PUBLIC = "none"  # the auth method of applications that can't keep a secret


@dataclass(frozen=True)
class Step:
    """One thing to do in the application: a sentence, and what to enter there."""

    say: str
    fields: tuple[tuple[str, str], ...] = ()  # label and value
    environment: tuple[tuple[str, str], ...] = ()  # variable and value
    configuration: str = ""  # lines of a file or of a shell
    only_with: str | None = None  # a capability; the step is for providers that have it
    only_without: str | None = None  # a capability; the step is for providers that lack it


@dataclass(frozen=True)
class Wishes:
    """The client that an application needs; addresses are templates."""

    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    backchannel_logout_uri: str
    auth_methods: tuple[str, ...]  # several: the application may use any of them
    pkce: str  # require, allow or unsupported
    scopes: tuple[str, ...]
    access_token_format: str  # opaque or jwt


@dataclass(frozen=True)
class Claims:
    """Which claims the application reads, and where."""

    read_from: str  # id_token, userinfo or either
    needed: tuple[str, ...]  # without one of these nobody gets in; email_verified has to be true
    used: tuple[str, ...]
    amr: tuple[str, ...]  # where the application can demand a second factor: one of these counts as one


@dataclass(frozen=True)
class CustomClaim:
    """A claim that the application knows and that no scope brings: administrators set it."""

    name: str
    kind: str  # text, number, yes_no or json
    what: str  # what the application does with it, and what may stand in it


@dataclass(frozen=True)
class Preset:
    """One application."""

    id: str
    name: str
    category: str
    known: str
    checked: str  # year and month
    evidence: tuple[str, ...]
    also: tuple[str, ...]  # other words to find it by
    choose: str  # when to take this one, where there are several for one application
    sign_in: str
    address_example: str | None  # None: it needs no address
    address_hint: str
    client: Wishes | None  # None: it signs nobody in by itself
    claims: Claims | None
    custom_claims: tuple[CustomClaim, ...]
    why: Mapping[str, str]
    group_names: tuple[str, ...]  # names that mean something to the application
    groups_hint: str
    start: str  # where people begin to sign in, if that isn't the application's first page
    before: tuple[str, ...]  # what to know before the first step
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]
    later: Mapping[str, str]  # capability: what its absence means to people
