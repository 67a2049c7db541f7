"""The steps of a sign-in that is tried out, in words, each failure with how to mend it."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from idp.trial.step import Check, Step
from idp.web.wired import wired

Words = tuple[LazyString, LazyString, LazyString | None]  # as it should be, as it isn't, and how to mend that

_TITLES = {
    "answer": (_("Your browser came back"), "authorization response"),
    "discovery": (_("The application reads what we offer"), "discovery"),
    "keys": (_("The application fetches our keys"), "JWKS"),
    "token": (_("The application fetches the result"), "token"),
    "id_token": (_("The application verifies who you are"), "ID token"),
    "userinfo": (_("The application asks for your details"), "userinfo"),
    "end": (_("Afterwards: what it was given is worth nothing any more"), "revocation"),
}
_PROXY = _("Let the reverse proxy pass everything on, with the Host header and the Authorization header unchanged.")
_HAIRPIN = _(
    "Your browser gets there, but the machine that Foyer runs on doesn’t. Applications in containers beside it will meet the "
    "same. Give the name this machine’s (or the proxy’s) local address there: in the router’s DNS, or as extra_hosts in the compose file."
)
_RESTART = _("The servers may run with different settings or keys. Restart all of them.")
_CLOCK = _("Let the machines keep their clocks by themselves: timedatectl set-ntp true")
_ISSUER = _("Set IDP_ISSUER to the address that people and applications use, and restart.")
_BETWEEN = _("Something between changes what we send: look at what the reverse proxy adds, removes or caches.")

_WORDS: dict[str, Words] = {
    "no_name": (_("The name was found."), _("The name of this provider leads nowhere from here: %(says)s"), _HAIRPIN),
    "refused": (_("It was reached."), _("Nothing listens at the public address, seen from here."), _HAIRPIN),
    "too_slow": (_("It was fast enough."), _("There was no answer in time."), _HAIRPIN),
    "unreachable": (_("It was reached."), _("The public address can’t be reached from here: %(says)s"), _HAIRPIN),
    "certificate": (
        _("The certificate is good."), _("The certificate isn’t believed from here: %(says)s"),
        _("Look whether it has expired and is for this name. If it is one of your own, its issuer has to be known here and in every "
          "application’s container."),
    ),
    "redirected": (
        _("It answers without a detour."), _("It leads on to %(says)s, where applications don’t follow."),
        _("Set IDP_ISSUER to the address that people end up at, or take the redirect (or a login page in front) out of the proxy."),
    ),
    "status": (_("It answers."), _("Something answers with the status %(status)s."), _PROXY),
    "json": (_("It can be read."), _("What answers there isn’t Foyer."), _PROXY),
    "refused_by_us": (
        _("It was accepted."), _("It was refused: %(error)s. %(says)s"),
        _("If the reverse proxy removes or replaces the Authorization header, let it pass that on. A sign-in page of another program "
          "in front (forward auth) has to leave this address alone."),
    ),
    "no_error": (
        _("It brought no error."), _("It brought an error: %(error)s. %(says)s"),
        _("If you declined, that is right. Otherwise the activity log says more."),
    ),
    "code": (_("It brought a code."), _("It brought no code."), _BETWEEN),
    "mode": (_("It came in the way that was asked for."), _("It came in another way than was asked for."), _BETWEEN),
    "browser_clock": (
        _("Your device’s clock and ours agree."), _("Your device’s clock is %(seconds)s seconds ahead of ours (behind, with a minus)."),
        _CLOCK,
    ),
    "issuer": (_("It is this provider."), _("Another provider answers there: %(found)s. Expected: %(wanted)s."), _ISSUER),
    "endpoints": (_("All addresses that it names are ours."), _("It names addresses that aren’t ours."), _BETWEEN),
    "clock": (_("The clocks agree."), _("The machine that answers has a clock that is %(seconds)s seconds ahead of ours "
                                        "(behind, with a minus)."), _CLOCK),
    "key_set": (_("There are %(count)s keys."), _("There are no keys."), _BETWEEN),
    "bearer": (_("It brought an access token."), _("It brought no access token."), _BETWEEN),
    "kept_nowhere": (_("Nobody between may keep it."), _("The header that forbids keeping it was lost."), _BETWEEN),
    "readable": (_("It can be read."), _("It isn’t an ID token."), _BETWEEN),
    "alg": (_("It is signed with %(alg)s, as registered."), _("It is signed with %(alg)s, which isn’t what was registered."), _RESTART),
    "signature": (_("The signature is right, by the key that we publish."), _("The signature isn’t by a key that we publish."), _RESTART),
    "iss": (_("It says that it comes from us."), _("It says that it comes from %(found)s. Expected: %(wanted)s."), _ISSUER),
    "aud": (_("It is for this application."), _("It is for another application: %(found)s"), _RESTART),
    "azp": (_("It was asked for by this application."), _("It was asked for by another application: %(found)s"), _RESTART),
    "times": (_("It was made just now and hasn’t expired."), _("By our clock it was made %(seconds)s seconds from now."), _CLOCK),
    "nonce": (_("It belongs to this very sign-in."), _("It belongs to another sign-in."), _("Begin again, in one window only.")),
    "at_hash": (_("It belongs to the access token beside it."), _("It doesn’t belong to the access token beside it."), _RESTART),
    "prompted": (_("You were asked who you are, as wished."), _("You should have been asked who you are, and weren’t."), _RESTART),
    "max_age": (_("You showed who you are %(ago)s seconds ago, as wished."), _("You showed who you are too long ago."), _CLOCK),
    "acr": (_("You showed two factors, as wished."), _("You should have shown two factors, and haven’t."), _RESTART),
    "sub": (_("It says who you are."), _("It doesn’t say who you are."), _RESTART),
    "same_sub": (_("It is about the same person."), _("It is about somebody else."), _BETWEEN),
    "worthless": (_("Used again, it is refused."), _("Used again, it still opens something."), _RESTART),
}  # fmt: skip
_SHOWN = {
    "answer": _("What the browser brought"),
    "keys": _("The keys, with what they sign"),
    "tokens": _("What was told"),
    "header": _("The head"),
    "claims": _("The claims"),
}


def of(step: Step) -> dict[str, Any]:
    """A step as the page shows it."""
    title, term = _TITLES[step.name]
    state = ("fine" if step.is_fine else "failed") if step.was_tried else "never_used"
    return {
        "name": step.name, "title": title, "term": term, "state": state, "milliseconds": step.milliseconds,
        "address": step.address.removeprefix(wired().config.issuer), "checks": [_said(check) for check in step.checks],
        "shown": [(_SHOWN[what], members, what == "claims") for what, members in step.shown],
    }  # fmt: skip


def _said(check: Check) -> dict[str, Any]:
    fine, wrong, mend = _WORDS[check.name]
    values = dict(check.values)
    return {
        "is_fine": check.is_fine, "says": (fine if check.is_fine else wrong) % values,
        "mend": None if check.is_fine else mend,
    }  # fmt: skip
