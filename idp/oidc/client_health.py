"""Whether sign-ins at a client work: when somebody last got in, and what last went wrong through no person's fault."""

from __future__ import annotations

from idp.storage import clients
from idp.storage.models import Client

# Seconds; a use is written down at most this often, so that sign-ins don't queue for their client's row.
USED_EVERY = 60
# What somebody who isn't signed in, declines or may not come in leads to says nothing about the application.
_OF_PEOPLE = frozenset({
    "login_required", "consent_required", "interaction_required", "account_selection_required", "access_denied",
    "unmet_authentication_requirements", "temporarily_unavailable", "server_error",
})  # fmt: skip
# Of refused token requests: those that a wrong setting, or a broken application, leads to.
OF_TOKENS = frozenset({
    "wrong_secret", "wrong_method_client_secret_basic", "wrong_method_client_secret_post", "wrong_method_none",
    "wrong_method_private_key_jwt", "assertion_signature", "assertion_audience", "assertion_time", "assertion_used",
    "keys_unreachable", "redirect_uri_mismatch",
    "redirect_uri_differs", "verifier_missing", "verifier_wrong", "verifier_malformed", "verifier_without_challenge",
    "code_expired", "unauthorized_client", "unsupported_grant_type", "malformed_request",
})  # fmt: skip
REDIRECT_URI = "redirect_uri_mismatch"
_OF_THE_REQUEST = "request: "


def used(client: Client, now: int) -> None:
    """Somebody has just got in; joins the caller's transaction."""
    last = client.last_used_at or 0
    if now - last >= USED_EVERY or (client.last_failed_at or 0) >= last:
        clients.note_use(client, now)


def token_refused(client_id: str | None, reason: str, now: int) -> None:
    """A token request was refused; joins the caller's transaction."""
    if client_id is not None and reason in OF_TOKENS:
        clients.note_failure(client_id, reason, now)


def request_refused(client: Client, error: str, description: str, now: int) -> None:
    """An authorization request was refused; joins the caller's transaction."""
    if error not in _OF_PEOPLE:
        clients.note_failure(client.client_id, _OF_THE_REQUEST + description, now)


def page_refused(client_id: str | None, reason: str, now: int) -> None:
    """A request ended at a page of ours; joins the caller's transaction."""
    if client_id is not None and reason == REDIRECT_URI:
        clients.note_failure(client_id, reason, now)


def state(client: Client) -> tuple[str, str]:
    """`never_used`, `fine`, `failed` or `disabled`, and for `failed` why: one of the words above, or a sentence."""
    if client.disabled_at is not None:
        return "disabled", ""
    if client.last_failed_at is not None and client.last_failed_at > (client.last_used_at or 0):
        return "failed", (client.last_failure or "").removeprefix(_OF_THE_REQUEST)
    return ("never_used" if client.last_used_at is None else "fine"), ""
