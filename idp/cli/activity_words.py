"""Events in plain words, one line each, for whoever reads the activity log on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from idp import activity
from idp.storage.models import Activity

_SENTENCES = {
    "access.denied": "{who} may not use {app}",
    "account.requested": "{who} began to sign in to the account pages",
    "authenticator.added": "{who} added a way to sign in",
    "authenticator.disabled": "a way to sign in of {who} was disabled",
    "authenticator.refused": "{who} could not add a way to sign in",
    "authenticator.removed": "{who} removed a way to sign in",
    "authenticator.renamed": "{who} renamed a way to sign in",
    "authorization.refused": "the sign-in to {app} was refused",
    "authorization.requested": "{who} began to sign in to {app}",
    "client.added": "the application {app} was added",
    "client.changed": "the application {app} was changed",
    "client.checked": "the application {app} was checked and found right",
    "client.deleted": "the application {app} was deleted",
    "client.disabled": "the application {app} was switched off",
    "client.enabled": "the application {app} was switched on",
    "client.registered": "the application {app} registered itself",
    "client.secret_rotated": "the application {app} was given a new secret",
    "client.secrets_forgotten": "earlier secrets of the application {app} are worth nothing any more",
    "code.issued": "{who} was sent back to {app}, signed in",
    "consent.given": "{who} allowed {app} to use the account",
    "consent.refused": "{who} did not allow {app} to use the account",
    "consent.revoked": "{who} took back what {app} was allowed",
    "device.allowed": "{who} let a device in to {app}",
    "device.code_entered": "{who} typed the code of a device for {app}",
    "device.code_refused": "{who} typed a code that no device shows",
    "device.denied": "{who} did not let a device in to {app}",
    "device.refused": "a device of {app} was refused",
    "device.requested": "a device of {app} asked to be let in",
    "email.changed": "the e-mail address of {who} was changed",
    "grant.revoked": "what {who} had given {app} was taken back",
    "group.added": "the group {group} was added",
    "group.changed": "the group {group} was changed",
    "group.deleted": "the group {group} was deleted",
    "group.granted": "{who} was put into the group {group}",
    "group.revoked": "{who} was taken out of the group {group}",
    "invitation.made": "{who} made an invitation",
    "invitation.used": "{who} came by an invitation",
    "invitation.withdrawn": "{who} withdrew an invitation",
    "key.retired": "a signing key was retired",
    "key.rotated": "new signing keys are in use",
    "logout.delayed": "{app} couldn't be told that {who} has signed out",
    "logout.given_up": "telling {app} that {who} has signed out was given up",
    "logout.told": "{app} was told that {who} has signed out",
    "mail.delayed": "a mail to {who} is late",
    "mail.given_up": "a mail to {who} was given up",
    "mail.sent": "a mail was sent to {who}",
    "page.refused": "a page was refused",
    "password.changed": "the password of {who} was changed",
    "profile.changed": "{who} changed their details",
    "pushed_request.refused": "a request that {app} pushed was refused",
    "registration.refused": "an application could not register itself",
    "registration_token.made": "a token for applications to register themselves was made",
    "registration_token.withdrawn": "a token for applications to register themselves was withdrawn",
    "second_factor": "{who} showed a second factor",
    "second_factor.refused": "{who} did not get past the second factor",
    "session.ended": "a session of {who} was ended",
    "sessions.ended": "sessions of {who} were ended",
    "settings.changed": "the settings were changed",
    "setup.link_made": "a set-up link was made",
    "sign_in": "{who} signed in{to}",
    "sign_in.refused": "{who} was not let in{to}",
    "sign_in_link.made": "a sign-in link was made for {who}",
    "sign_in_link.not_sent": "no sign-in link was sent to {who}",
    "signed_out": "{who} signed out",
    "token.issued": "{app} received tokens for {who}",
    "token.refused": "{app} was refused tokens",
    "userinfo.asked": "{app} asked for the details of {who}",
    "user.factors_reset": "the second factors of {who} were taken away",
    "user.added": "{who} was added",
    "user.changed": "{who} was changed",
    "user.deleted": "{who} was deleted",
    "user.disabled": "{who} was disabled",
    "user.enabled": "{who} was enabled",
}
_SAID_OTHERWISE = {"reason", "incident"}


def line(row: Activity, name_of: Callable[[str], str | None]) -> str:
    """An event as one line, in the time zone of this machine; `name_of` knows the applications by their ids."""
    # `astimezone` without a zone is this machine's; the offset beside it leaves no doubt.
    at = datetime.fromtimestamp(row.at).astimezone().isoformat(" ", "seconds")
    return f"{at}  {_sentence(row, name_of)}{_reason(row.detail)}{_circumstances(row)}"


def _sentence(row: Activity, name_of: Callable[[str], str | None]) -> str:
    # One that is gone goes by what it was called then, or by its id.
    app = name_of(row.client_id) or row.detail.get("name") or row.client_id if row.client_id else None
    template = _SENTENCES.get(row.event, row.event.replace(".", " ").replace("_", " ") + ": {who}")
    return template.format(
        who=row.username or "somebody", app=app or "an application", to=f" to {app}" if app else "",
        group=row.detail.get("group", "-"),
    )  # fmt: skip


def _reason(detail: dict[str, Any]) -> str:
    reason = str(detail.get("reason", ""))
    return f": {reason if ' ' in reason else reason.replace('_', ' ')}" if reason else ""


def _circumstances(row: Activity) -> str:
    template = _SENTENCES.get(row.event, "")
    said = {*_SAID_OTHERWISE, *(field for field in ("group", "name") if f"{{{field}}}" in template or field == "name")}
    told = [_circumstance(field, value) for field, value in row.detail.items() if field not in said and field != "by"]
    if by := row.detail.get("by"):
        told.insert(0, f"by {by}" if by != activity.COMMAND_LINE else "on the command line")
    if row.address:
        told.append(f"from {row.address}")
    if incident := row.detail.get("incident"):
        told.append(f"number {incident}")
    return f" ({', '.join(told)})" if told else ""


def _circumstance(field: str, value: Any) -> str:
    if field == "authenticator":
        return f"with {str(value).replace('_', ' ')}"
    return f"{field.replace('_', ' ')}: {_listed(value) if isinstance(value, list) else value}"


def _listed(values: Iterable[Any]) -> str:
    return " ".join(map(str, values)) or "none"
