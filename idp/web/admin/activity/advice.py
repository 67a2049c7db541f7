"""What to do about a failure, in a sentence for whoever runs the application that failed."""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from idp.oidc.client_assertion import PRIVATE_KEY_JWT
from idp.oidc.client_authentication import BASIC, NONE, POST
from idp.storage.models import Activity, Client

_METHODS = {
    BASIC: lazy_gettext("in the header (Basic, client_secret_basic)"),
    POST: lazy_gettext("in the form (POST, client_secret_post)"),
    PRIVATE_KEY_JWT: lazy_gettext("as a signature by its own key (private_key_jwt)"),
    NONE: lazy_gettext("not at all (none)"),
}
_WRONG_METHOD = "wrong_method_"
_OF_EVENTS = {"logout.delayed": "untold", "logout.given_up": "never_told"}  # their reason is a sentence by itself
_SENTENCES = {
    "verifier_missing": lazy_gettext(
        "The application began with PKCE but came back without its verifier (code_verifier). Look for a PKCE setting there and "
        "switch it on, or off altogether; if it runs more than once, all have to share their sessions."
    ),
    "verifier_wrong": lazy_gettext(
        "The application’s verifier (code_verifier) belongs to another sign-in. Start again with one tab only; if it runs more "
        "than once, all have to share their sessions."
    ),
    "verifier_malformed": lazy_gettext("The application’s verifier (code_verifier) isn’t one. Update the application."),
    "verifier_without_challenge": lazy_gettext(
        "The application sent a verifier (code_verifier), but began without PKCE. Switch PKCE on for both in its settings."
    ),
    "redirect_uri_differs": lazy_gettext(
        "The application named another return address to our server than it had given the browser. Set its public address (base "
        "URL) to the one that people use, and let its proxy pass on host and protocol."
    ),
    "redirect_uri_mismatch": lazy_gettext(
        "The address that people should be sent back to isn’t registered. Compare the two below letter by letter: correct the "
        "address in the application’s settings, or add the sent one to the application here."
    ),
    "redirect_uri_missing": lazy_gettext("The application didn’t say where to send people back to. Look at its settings."),
    "post_logout_redirect_uri_mismatch": lazy_gettext(
        "The address that people should go to after signing out isn’t registered. Correct it in the application’s settings, or add the "
        "sent one where the application is edited here."
    ),
    "untrusted_hint": lazy_gettext(
        "The application sent an ID token (id_token_hint) that isn’t one of ours when somebody signed out there. Look whether it uses "
        "another provider as well, or still knows this one under another address."
    ),
    "hint_of_another_client": lazy_gettext(
        "When somebody signed out, the application sent an ID token (id_token_hint) that was made for another one. Compare its client ID "
        "with that of the application here."
    ),
    "unknown_client": lazy_gettext(
        "Nothing is registered under this client ID. Copy the client ID of the application here into its settings again."
    ),
    "no_client": lazy_gettext("The application didn’t send its client ID. Enter it in the application’s settings."),
    "client_disabled": lazy_gettext("The application is switched off here. Switch it on again if people should get in."),
    "broken_basic_header": lazy_gettext(
        "The application’s secret can’t be read. Enter client ID and secret there again, without spaces around them."
    ),
    "assertion_malformed": lazy_gettext("The application’s proof (client_assertion) can’t be read. Update the application."),
    "assertion_type": lazy_gettext("The application’s proof is of a kind that isn’t offered here. Set it to private_key_jwt."),
    "assertion_of_another_client": lazy_gettext(
        "The application’s proof is for another client ID than the one it sent. Enter the client ID there again."
    ),
    "assertion_signature": lazy_gettext(
        "The application’s proof isn’t signed by a key that is registered for it. Copy its public keys here again, or their address."
    ),
    "assertion_audience": lazy_gettext(
        "The application’s proof is addressed to somebody else. Enter our issuer, or the token endpoint, there as its audience."
    ),
    "assertion_time": lazy_gettext(
        "The application’s proof isn’t good at this time, or for longer than an hour. Look whether its clock, or ours, is off."
    ),
    "assertion_used": lazy_gettext(
        "The application sent a proof (client_assertion) that had been used. Update it; if that doesn’t help, somebody may be "
        "reading along."
    ),
    "keys_unreachable": lazy_gettext(
        "The application’s public keys can’t be fetched; below is why. Check their address (jwks_uri), or paste the keys here."
    ),
    "request_uri_not_good": lazy_gettext(
        "The link that the application had prepared was used already, or older than a minute and a half. Start again there."
    ),
    "request_object": lazy_gettext(
        "The application’s request isn’t signed as it should be, and it named no address to say so. Compare its keys with those here."
    ),
    "This client has to push its authorization requests.": lazy_gettext(
        "The application has to announce each sign-in itself (PAR). Switch that on in its settings, or take it back here."
    ),
    "unknown_code": lazy_gettext(
        "The application brought a code that we never made, or that is long over. Start the sign-in there again."
    ),
    "code_of_another_client": lazy_gettext(
        "The code was made for another application. Two applications have got each other’s client ID: compare both settings."
    ),
    "code_expired": lazy_gettext(
        "The application took longer than a minute. Look whether its server is overloaded, or reaches us too slowly."
    ),
    "code_replayed": lazy_gettext(
        "The same code came twice, so all that it had opened was closed. Usually a page was reloaded or a proxy repeated the "
        "request; if it happens again, somebody may be reading along."
    ),
    "grant_revoked": lazy_gettext("The sign-in had been ended by then, or the account disabled. Sign in again."),
    "unauthorized_client": lazy_gettext("The application may not get tokens in this way. Change what it may do where it is edited."),
    "unsupported_grant_type": lazy_gettext(
        "The application asks for tokens in a way that isn’t offered here. Set it to the authorization code flow."
    ),
    "device_denied": lazy_gettext("The person said no to the device. If that was a mistake, start on the device again."),
    "device_code_expired": lazy_gettext(
        "Nobody let the device in within ten minutes. Start on the device again: it shows a new code."
    ),
    "device_code_used": lazy_gettext(
        "The device fetched the result twice. It has it already; if it isn’t signed in, start there again."
    ),
    "unknown_device_code": lazy_gettext(
        "The device brought a code that we never made, or that is long over. Start on the device again."
    ),
    "device_code_of_another_client": lazy_gettext(
        "The device’s code was made for another application. Two applications have got each other’s client ID."
    ),
    "declined_device": lazy_gettext(
        "The person said no. If they hadn’t started this themselves, somebody tried to get into their account: nothing is lost."
    ),
    "declined_access": lazy_gettext(
        "The application isn’t for this person. Put them into one of its groups, then start on the device again."
    ),
    "declined_second_factor": lazy_gettext("The person didn’t show their second factor. Start on the device again."),
    "declined_enrolment": lazy_gettext("The person didn’t set up a second factor. Start on the device again."),
    "wrong_user_code": lazy_gettext(
        "No device shows this code: a mistake in typing, a code that is older than ten minutes, or somebody who guesses."
    ),
    "too_many_codes": lazy_gettext("There had been ten wrong codes from there. It opens again after five minutes."),
    "too_many_codes_of_everybody": lazy_gettext(
        "There had been a thousand wrong codes from everywhere: somebody guesses. Who signs in first can still type theirs."
    ),
    "too_many_devices": lazy_gettext(
        "Devices at this address asked a thousand times in five minutes. Look for one that asks again and again."
    ),
    "malformed_request": lazy_gettext("The application’s request can’t be read. Update the application."),
    "This client has to use PKCE with the method S256.": lazy_gettext(
        "The application has to use PKCE. Switch it on in its settings (method S256); if it can’t do that, take “PKCE” back "
        "where the application is edited here."
    ),
    "None of the scopes is offered to this client. Ask for openid.": lazy_gettext(
        "The application asked for nothing that it may have. Put openid, profile and email into its scopes."
    ),
    "no_checked_email": lazy_gettext(
        "The application knows people by their e-mail address, and this person has none that has been checked. Enter their "
        "address where they are edited here, or have them confirm it on their account page."
    ),
    "wrong_password": lazy_gettext("The password was wrong. A sign-in link helps somebody who has forgotten it."),
    "unknown_user": lazy_gettext("Nobody has this user name. Perhaps it was a mistake in typing, or somebody who guesses."),
    "disabled": lazy_gettext("The account is disabled. Enable it if the person should get in again."),
    "too_many_tries": lazy_gettext(
        "There had been too many wrong tries. It opens again by itself; if it wasn’t the person, they should choose another "
        "password."
    ),
    "no_cookie": lazy_gettext("The browser sent no cookie. It has to allow cookies for this address."),
    "csrf": lazy_gettext("The page had been open for too long, or the person had signed in or out in another tab meanwhile."),
    "another_browser": lazy_gettext("The sign-in had been begun in another browser. It can be finished there, or begun again."),
    "interaction_gone": lazy_gettext("The sign-in was over already, or older than an hour. Start it again at the application."),
    "untold": lazy_gettext(
        "What was wrong stands below. It is told again by itself for a day; meanwhile the person may go on there."
    ),
    "never_told": lazy_gettext(
        "What was wrong stands below. Nothing more is tried, so the person may still be signed in there: sign them out in the "
        "application itself if that matters."
    ),
    "login_required": lazy_gettext("The application asked without a page, and nobody was signed in. That is usual."),
}  # fmt: skip


def reason(event: Activity) -> str:
    """Why, as it was written down."""
    return str(event.detail.get("reason", ""))


def on(event: Activity, client: Client | None) -> LazyString | str | None:
    """What to do about a failure; None where nothing is known."""
    why = reason(event)
    if why == "wrong_secret":
        return _(
            "The secret is wrong; it came %(method)s, which is right. Copy the secret into the application’s settings again, "
            "without spaces around it, or make a new one here.",
            method=_METHODS.get(event.detail.get("method", ""), _("as it should")),
        )  # fmt: skip
    if why.startswith(_WRONG_METHOD):
        if why == _WRONG_METHOD + NONE:
            return _("The application sent no secret. Enter the secret in its settings.")
        wanted = _METHODS.get(client.auth_method or "") if client else None
        return _(
            "The application sent its secret %(sent)s, but is registered to send it %(wanted)s. Change “How it proves itself” "
            "here, or the method in its settings.",
            sent=_METHODS.get(why.removeprefix(_WRONG_METHOD), why), wanted=wanted or _("in another way"),
        )  # fmt: skip
    if why == "not_in_group":
        return _(
            "The person is in none of the groups that may use this application. Put them into one of: %(groups)s.",
            groups=", ".join(map(str, event.detail.get("needed", []))),
        )
    return _SENTENCES.get(_OF_EVENTS.get(event.event, why))


def compared(event: Activity, client: Client | None) -> list[tuple[str, list[str]]]:
    """The addresses that should have been the same, each with what it is."""
    if reason(event) == "redirect_uri_mismatch" and "sent" in event.detail:
        registered = list(client.redirect_uris) if client else []
        return [(_("Sent"), [str(event.detail["sent"])]), (_("Registered"), registered or [_("none")])]
    if reason(event) == "redirect_uri_differs" and "sent" in event.detail:
        return [
            (_("First, with the browser"), [str(event.detail.get("expected", ""))]),
            (_("Then, from its server"), [str(event.detail["sent"])]),
        ]
    if reason(event) == "keys_unreachable":
        return [(_("Why"), [str(event.detail.get("problem", ""))])]
    return []
