"""Events in a few plain words for administrators; an event without words shows its own name."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from idp import activity
from idp.storage.models import Activity

_TITLES = {
    "access.denied": _("The application turned out to be closed to them"),
    "account.requested": _("Came to the account pages"),
    "authenticator.added": _("A way to sign in was added"),
    "authenticator.disabled": _("A way to sign in was switched off after too many wrong tries"),
    "authenticator.refused": _("A way to sign in couldn’t be added"),
    "authenticator.removed": _("A way to sign in was removed"),
    "authenticator.renamed": _("A way to sign in was renamed"),
    "authorization.refused": _("The application’s request was refused"),
    "authorization.requested": _("The application sent somebody here to sign in"),
    "client.added": _("The application was added"),
    "client.changed": _("The application was changed"),
    "client.checked": _("An administrator checked the application"),
    "client.deleted": _("The application was deleted"),
    "client.disabled": _("The application was switched off"),
    "client.enabled": _("The application was switched on"),
    "client.registered": _("The application registered itself"),
    "client.secret_rotated": _("The application was given a new secret"),
    "client.secrets_forgotten": _("The application’s earlier secrets were ended"),
    "code.issued": _("Sent back to the application, signed in"),
    "consent.given": _("Allowed the application to see their details"),
    "consent.refused": _("Didn’t allow the application to see their details"),
    "consent.revoked": _("Took back what the application may see"),
    "device.allowed": _("Let the device in"),
    "device.code_entered": _("Typed the code that the device shows"),
    "device.code_refused": _("Typed a code that no device shows"),
    "device.denied": _("Didn’t let the device in"),
    "device.refused": _("A device’s request was refused"),
    "device.requested": _("A device asked to be let in"),
    "email.changed": _("The e-mail address was changed"),
    "grant.revoked": _("What the application had received was taken back"),
    "group.added": _("A group was added"),
    "group.changed": _("A group was changed"),
    "group.deleted": _("A group was deleted"),
    "group.granted": _("Was put into a group"),
    "group.revoked": _("Was taken out of a group"),
    "introspection.refused": _("The application’s question about a token was refused"),
    "invitation.made": _("An invitation was made"),
    "invitation.used": _("Came by an invitation"),
    "invitation.withdrawn": _("An invitation was withdrawn"),
    "key.retired": _("A signing key was retired"),
    "key.rotated": _("New signing keys are in use"),
    "logout.delayed": _("The application couldn’t be told that somebody has signed out"),
    "logout.given_up": _("Telling the application that somebody has signed out was given up"),
    "logout.told": _("The application was told that somebody has signed out"),
    "mail.delayed": _("A mail is late"),
    "mail.given_up": _("A mail was given up"),
    "mail.sent": _("A mail was sent"),
    "page.refused": _("A page was refused"),
    "password.changed": _("The password was changed"),
    "picture.changed": _("The picture was changed"),
    "picture.removed": _("The picture was removed"),
    "profile.changed": _("Changed their details"),
    "pushed_request.refused": _("The request that the application’s server announced was refused"),
    "registration.refused": _("An application couldn’t register itself"),
    "registration_token.made": _("A token was made with which applications register themselves"),
    "registration_token.withdrawn": _("A token for applications to register themselves was withdrawn"),
    "revocation.refused": _("The application’s wish to end a token was refused"),
    "second_factor": _("Showed a second factor"),
    "second_factor.refused": _("Didn’t get past the second factor"),
    "session.ended": _("Signed out in another browser"),
    "sessions.ended": _("Signed out everywhere else"),
    "settings.changed": _("The settings were changed"),
    "setup.link_made": _("A set-up link was made"),
    "sign_in": _("Showed who they are"),
    "sign_in.refused": _("Wasn’t let in"),
    "sign_in_link.made": _("A sign-in link was made"),
    "sign_in_link.not_sent": _("No sign-in link was sent"),
    "signed_out": _("Signed out"),
    "token.issued": _("The application’s server fetched the result"),
    "token.refused": _("The application’s server didn’t get the result"),
    "token.revoked": _("The application’s server gave a token back"),
    "userinfo.asked": _("The application’s server asked for their details"),
    "user.added": _("The account was made"),
    "user.changed": _("The account was changed"),
    "user.deleted": _("The account was deleted"),
    "user.disabled": _("The account was disabled"),
    "user.enabled": _("The account was enabled"),
    "user.factors_reset": _("The second factors were taken away"),
}
FAILURES = frozenset({
    "access.denied", "authenticator.disabled", "authenticator.refused", "authorization.refused", "consent.refused",
    "device.code_refused", "device.denied", "device.refused", "introspection.refused", "logout.delayed",
    "logout.given_up", "mail.delayed", "mail.given_up", "page.refused", "pushed_request.refused",
    "registration.refused", "revocation.refused",
    "second_factor.refused", "sign_in.refused", "sign_in_link.not_sent", "token.refused",
})  # fmt: skip
SIGN_INS = frozenset({
    "access.denied", "account.requested", "authorization.refused", "authorization.requested", "code.issued",
    "consent.given", "consent.refused", "device.allowed", "device.code_entered", "device.code_refused", "device.denied",
    "device.requested", "second_factor", "second_factor.refused", "sign_in", "sign_in.refused",
    "signed_out",
})  # fmt: skip
OF_SERVERS = frozenset({
    "device.refused", "grant.revoked", "introspection.refused", "logout.delayed", "logout.given_up", "logout.told",
    "pushed_request.refused", "registration.refused", "revocation.refused", "token.issued",
    "token.refused", "token.revoked", "userinfo.asked",
})  # fmt: skip
_MAILS = frozenset({"mail.delayed", "mail.given_up", "mail.sent", "sign_in_link.not_sent"})
_ALL_BUT_CHANGES = FAILURES | SIGN_INS | OF_SERVERS | _MAILS

# What somebody may look for: its text, the events, and whether it is all others that are meant.
KINDS: dict[str, tuple[LazyString, frozenset[str], bool]] = {
    "failures": (_("What failed"), FAILURES, False),
    "sign-ins": (_("Sign-ins"), SIGN_INS, False),
    "servers": (_("What applications’ servers asked"), OF_SERVERS, False),
    "changes": (_("Changes to accounts and settings"), _ALL_BUT_CHANGES, True),
    "mails": (_("Mail"), _MAILS, False),
}

_SAID_OTHERWISE = {"reason", "error", "sent", "expected", "by"}


def title(event: Activity) -> LazyString | str:
    """What happened."""
    return _TITLES.get(event.event, event.event)


def by(event: Activity) -> LazyString | str | None:
    """Who did it, where an administrator did."""
    name = event.detail.get("by")
    if name == activity.COMMAND_LINE:
        return _("on the command line")
    return _("by %(name)s", name=name) if name and name != "mail" else None


def circumstances(event: Activity) -> list[str]:
    """What else is written down about it, a phrase each."""
    return [
        f"{name.replace('_', ' ')}: {_said(value)}"
        for name, value in event.detail.items()
        if name not in _SAID_OTHERWISE
    ]


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
