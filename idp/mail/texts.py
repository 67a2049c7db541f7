"""The words of every mail.

Texts stay as they are here for translation; `%(name)s` is filled in with what happened.
"""

from __future__ import annotations

NOT_YOU = "If that wasn't you, sign in, change your password, and look through your sign-in methods and devices:"
ASK = "If you don't know why, ask the person who runs %(provider)s."

# What a notice is about: its subject, its sentence, and what to do about it.
NOTICES: dict[str, tuple[str, str, str]] = {
    "password_changed": (
        "Your password was changed",
        "The password of your account was changed. You are signed out everywhere else.",
        NOT_YOU,
    ),
    "email_changed": (
        "Your e-mail address was changed",
        "The e-mail address of your account was changed from %(old)s to %(new)s.",
        NOT_YOU,
    ),
    "authenticator_added": (
        "A new way to sign in was added",
        "%(method)s was added to your account.",
        NOT_YOU,
    ),
    "authenticator_removed": (
        "A way to sign in was removed",
        "%(method)s was removed from your account.",
        NOT_YOU,
    ),
    "recovery_codes_made": (
        "New recovery codes were made",
        "New recovery codes were made for your account. The ones before don't work any more.",
        NOT_YOU,
    ),
    "recovery_code_used": (
        "A recovery code was used",
        "A recovery code was used to sign in to your account. Codes that are left: %(left)s.",
        NOT_YOU,
    ),
    "authenticator_disabled": (
        "A way to sign in was switched off",
        "There were a hundred wrong tries in a row, so this opens your account no longer: %(method)s. Whoever tried got "
        "past your password.",
        "Sign in in another way, change your password, then remove what was switched off and add it again. If nothing "
        "else lets you in, ask the person who runs %(provider)s.",
    ),
    "factors_reset": (
        "Your second factors were removed",
        "An administrator removed every second factor from your account: authenticator apps, passkeys, security keys "
        "and recovery codes. You are signed out everywhere; your password hasn't changed.",
        ASK,
    ),
    "link_made": (
        "A sign-in link was made for you",
        "An administrator made a one-time link with which you can sign in without your password.",
        ASK,
    ),
    "link_used": (
        "A sign-in link was used",
        "Somebody signed in to your account with a one-time link.",
        NOT_YOU,
    ),
    "signed_out_everywhere": (
        "You were signed out everywhere",
        "Your account was signed out in all other browsers and applications.",
        NOT_YOU,
    ),
    "device_signed_out": (
        "A device was signed out",
        "Your account was signed out in another browser, and in the applications that were opened there.",
        NOT_YOU,
    ),
    "access_taken_back": (
        "An application may see your details no longer",
        "What %(app)s may see of your account was taken back. It will ask you again.",
        NOT_YOU,
    ),
    "profile_changed": (
        "Your details were changed",
        "Names, picture, language or time zone of your account were changed.",
        NOT_YOU,
    ),
    "authenticator_renamed": (
        "A way to sign in was renamed",
        "%(old)s on your account is called %(new)s now.",
        NOT_YOU,
    ),
    "account_disabled": (
        "Your account was disabled",
        "An administrator disabled your account. You are signed out everywhere and can't sign in.",
        ASK,
    ),
    "account_enabled": (
        "Your account was enabled",
        "An administrator enabled your account. You can sign in again.",
        ASK,
    ),
    "new_device": (
        "You signed in from a new device",
        "Somebody signed in to your account in a browser that hasn't been used for it before.",
        NOT_YOU,
    ),
}
METHODS = {
    "totp": "An authenticator app",
    "passkey": "A passkey or security key",
    "recovery_code": "Recovery codes",
}
ANY_METHOD = "A sign-in method"

SIGN_IN_LINK = (
    "Your sign-in link",
    "Somebody, probably you, forgot the password of your account. This link signs you in, once, within %(minutes)s "
    "minutes, and then lets you choose a new password:",
    "If that wasn't you, there is nothing to do: without this mail nobody can use the link. Don't pass it on.",
)
CONFIRM_EMAIL = (
    "Is this your e-mail address?",
    "Somebody, probably you, wants to use this address for the account %(username)s. If it is yours, open this link within "
    "a day, where you are signed in:",
    "If that wasn't you, there is nothing to do: without this mail nobody can use the link. Don't pass it on.",
)

SECOND_FACTOR = "If you have set up a second factor, you will still be asked for it."

TEST = (
    "A test of outgoing mail",
    "If you can read this, %(provider)s can send mail.",
)

HELLO = "Hello %(name)s,"
AT = "When"
BROWSER = "Browser"
ADDRESS = "Address"
BROWSER_ON_SYSTEM = "%(browser)s on %(system)s"
