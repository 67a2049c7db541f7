"""The words on the form for an application: what its fields are called, and what there is to choose from."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from idp.oidc.client_assertion import PRIVATE_KEY_JWT
from idp.oidc.client_authentication import BASIC, NONE, POST
from idp.oidc.grants import DEVICE_CODE

LABELS = {
    "name": _("Name"),
    "app_url": _("Address of the application"),
    "logo_uri": _("Address of its logo"),
    "redirect_uris": _("Where people come back to"),
    "post_logout_redirect_uris": _("Where people go after signing out"),
    "backchannel_logout_uri": _("Where it is told of sign-outs"),
    "frontchannel_logout_uri": _("Its page that signs people out"),
    "allowed_groups": _("Who may use it"),
    "scopes": _("What it may ask for"),
    "grant_types": _("What it may get tokens for"),
    "auth_method": _("How it proves itself"),
    "jwks": _("Its public keys"),
    "jwks_uri": _("Address of its public keys"),
    "request_object_alg": _("How its requests are signed"),
    "id_token_alg": _("How tokens are signed"),
    "userinfo_alg": _("How its later questions are answered"),
    "access_token_format": _("What access tokens look like"),
    "policy_uri": _("Address of its privacy policy"),
    "tos_uri": _("Address of its terms of use"),
    "subject_type": _("Whether others could compare"),
    "subject_source": _("By what it knows people"),
    "sector_identifier_uri": _("Address of its list of return addresses"),
    "new_subjects": _("Known by something else from now on"),
    "initiate_login_uri": _("Where a sign-in is begun from here"),
    "contacts": _("Who looks after it"),
    "client_id": _("Client ID"),
    "client_secret": _("Client secret"),
}
SUBJECT_TYPES = (
    ("public", _("It knows people by the same number as other applications (usual)")),
    ("pairwise", _("It knows people by numbers of its own, which others can’t compare with theirs")),
)
SUBJECT_SOURCES = (
    ("uuid", _("A random number that never changes (usual)")),
    ("username", _("Their user name, for an application that has accounts by that name already")),
    ("email", _("Their e-mail address, for an application that has accounts by that address already")),
)
KNOWN_BY = {  # where it isn't the usual
    ("pairwise", "uuid"): _("numbers of its own, which others can’t compare with theirs"),
    ("public", "username"): _("their user names"),
    ("public", "email"): _("their e-mail addresses: whoever changes theirs loses their account there"),
}
GRANTS = {
    "authorization_code": _("People who sign in"),
    "refresh_token": _("Staying connected while they are away"),
    DEVICE_CODE: _("People who type a code that it shows: televisions, command lines"),
    "client_credentials": _("Itself, without any person"),
}
FORMATS = {
    "opaque": _("A random word (usual)"),
    "jwt": _("Readable by whoever gets them; for servers that look into them by themselves"),
}
METHODS = (
    ("", _("With a secret, sent either way (usual)")),
    (BASIC, _("With a secret, sent in the header")),
    (POST, _("With a secret, sent in the form")),
    (PRIVATE_KEY_JWT, _("With a key of its own, whose public half stands below")),
    (NONE, _("It can’t keep a secret: an app, or a page that runs in the browser")),
)
