"""How an application's sign-ins go, in words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from idp.oidc import client_health
from idp.storage.models import Client

_STATES = {
    "never_used": _("Nobody has signed in yet"),
    "fine": _("Works"),
    "failed": _("Last sign-in failed"),
    "disabled": _("Switched off"),
}
_WRONG_METHOD = _(
    "It sends its secret in another way than it is registered for. Change “How it proves itself” here, or the method there."
)
_BROKEN_PROOF = _(
    "What it sent as proof of the same sign-in (PKCE) was missing or wrong. Often two sign-ins got in each other’s way: try once more."
)
_REASONS = {
    "wrong_secret": _(
        "Its client secret is wrong. Enter it there again without blanks around it; if you lost it, make a new one here."
    ),
    "wrong_method_client_secret_basic": _WRONG_METHOD,
    "wrong_method_client_secret_post": _WRONG_METHOD,
    "wrong_method_private_key_jwt": _WRONG_METHOD,
    "assertion_signature": _(
        "What it sent as proof wasn’t signed by a key that is registered for it. Compare its keys with those here."
    ),
    "assertion_audience": _(
        "What it sent as proof is addressed to somebody else. Enter the issuer and the token endpoint there again."
    ),
    "assertion_time": _("What it sent as proof isn’t good at this time. Look whether its clock, or ours, is off."),
    "assertion_used": _("It sent the same proof twice. Update it: each one may be used once."),
    "keys_unreachable": _("Its public keys can’t be fetched. Open its activity to read why, and check their address."),
    "wrong_method_none": _("It sent no client secret. Enter the secret there."),
    "redirect_uri_mismatch": _(
        "It wants people sent back to an address that isn’t registered for it. Start a sign-in there yourself: the error page "
        "shows you the difference and adds the address."
    ),
    "redirect_uri_differs": _("It named another return address when it fetched the result than when it began."),
    "verifier_missing": _BROKEN_PROOF,
    "verifier_wrong": _BROKEN_PROOF,
    "verifier_malformed": _BROKEN_PROOF,
    "verifier_without_challenge": _BROKEN_PROOF,
    "code_expired": _("It took longer than a minute to fetch the result. Look whether it is overloaded, or its clock is off."),
    "unauthorized_client": _("It asked for tokens in a way that it isn’t registered for."),
    "unsupported_grant_type": _("It asked for tokens in a way that isn’t offered here."),
    "malformed_request": _("It sent a request that can’t be read."),
}  # fmt: skip


@dataclass(frozen=True)
class Health:
    """The word that pages colour, its text, and why a sign-in failed."""

    word: str
    text: LazyString
    why: LazyString | str


def health_of(client: Client) -> Health:
    """How the sign-ins at a client go."""
    word, reason = client_health.state(client)
    return Health(word, _STATES[word], _REASONS.get(reason, reason))
