"""Authenticator apps: six digits, new every half minute, made from a secret that the app and we share (RFC 6238)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from idp import opaque, qr, tries
from idp.assurance import Factor, Proof
from idp.credential_name import credential_name
from idp.errors import Refused
from idp.storage import credentials
from idp.storage.models import Credential, User
from idp.tries import Try

NAME = "totp"
FIRST, SECOND, ENROLS = False, True, True
LETTERS = 32  # of base32: 160 bits, the length of the hash behind it (RFC 4226 4)
STEP = 30  # seconds that a code is shown for, which every app takes for granted (RFC 6238 5.2)
DRIFT = 1  # steps that a clock may be off, either way: three codes are good at any time
FAR = 20  # steps, ten minutes: a code from within is refused too, but with words about the clock
MOST = 5  # apps a person may have; each is three more codes that a guess can hit
DEFAULT_NAME = "Authenticator app"
_NEAREST_FIRST = sorted(range(-FAR, FAR + 1), key=abs)
_SIX_DIGITS = re.compile("[0-9]{6}", re.ASCII)

NO_CODE = "Please enter the six digits that your app shows."
WRONG = "That code isn’t right. Please enter the one that your app shows now."
USED = "That code has been used already. Please wait until your app shows the next one."
AHEAD = (
    "Your phone’s clock is about %(minutes)s min ahead of this server’s. Let it set its time by itself, then enter the "
    "next code. If your phone is right, tell the person who looks after this server."
)
BEHIND = (
    "That code is about %(minutes)s min old. If your app shows it now, your phone’s clock is behind this server’s: let "
    "it set its time by itself, then enter the next code."
)
FULL = "You have set up as many authenticator apps as you can have. Please remove one of them first."
TWICE = "This app has been set up already."


def answers(form: Mapping[str, str]) -> bool:
    """Whether a form was sent by the page that asks for a code."""
    return "code" in form


def offers(trying: Try) -> dict[str, Any] | None:
    """The names of the apps whose codes are good, or None when there is none."""
    apps = credentials.usable(trying.user, NAME) if trying.user else []
    return {"apps": [app.name for app in apps]} if apps else None


def prove(
    form: Mapping[str, str], trying: Try, then: Callable[[User, Proof], object] | None = None
) -> tuple[User, Proof]:
    """The person and the proof of one code from one of their apps, which is good for nothing else; raises Refused."""
    code = _typed(form)
    return tries.decide(trying, NAME, lambda user: _look(user, code, trying), then)


def draft(user: User) -> dict[str, Any]:
    """A new secret."""
    return {"secret": opaque.letters(LETTERS, opaque.BASE32)}


def invites(draft: Mapping[str, Any], trying: Try) -> dict[str, Any]:
    """The secret as people, links and cameras read it, and whether there is room for one more app."""
    from pyotp import TOTP  # it costs a start 60 ms and 4 MiB that most requests never need

    assert trying.user is not None and trying.site is not None
    secret: str = draft["secret"]
    uri = TOTP(secret, name=trying.user.username, issuer=trying.site.name).provisioning_uri()
    return {
        "secret": " ".join(secret[start : start + 4] for start in range(0, LETTERS, 4)),
        "uri": uri,
        "picture": qr.picture(uri),
        "is_full": len(credentials.of(trying.user, NAME)) >= MOST,
    }


def confirm(
    form: Mapping[str, str], draft: Mapping[str, Any], trying: Try, then: Callable[[Proof], object] | None = None
) -> Proof:
    """The proof of the first code from a new app, which is enrolled with it; raises Refused."""
    code, secret = _typed(form), str(draft["secret"])

    def look(user: User) -> Proof | Refused:
        apps = credentials.of(user, NAME)
        if any(app.data["secret"] == secret for app in apps):
            return Refused("enrolled_already", TWICE)
        if len(apps) >= MOST:
            return Refused("too_many_apps", FULL)
        offset = _offset(secret, code, trying.now)
        if offset is None or abs(offset) > DRIFT:
            return _refusal(offset)
        data = {"secret": secret, "step": trying.now // STEP + offset}
        name = credential_name(form.get("name", ""), DEFAULT_NAME, {each.name for each in apps})
        app = credentials.add(user, NAME, data, trying.now, name=name)
        return _proof(app, trying)

    after = None if then is None else lambda _, proof: then(proof)
    return tries.decide(trying, NAME, look, after, enrols=True)[1]


def _typed(form: Mapping[str, str]) -> str:
    """The six digits of a form; people type a space in the middle, as apps show one. Raises Refused.

    What isn't six digits isn't a guess either, so nothing is counted. Other scripts' digits are none here: they would
    make several texts of one code.
    """
    code = "".join(form.get("code", "")[:20].split())
    if not _SIX_DIGITS.fullmatch(code):
        raise Refused("no_code", NO_CODE)
    return code


def _look(user: User, code: str, trying: Try) -> Proof | Refused:
    """One code against all of a person's apps; the failure, if it is one, is one."""
    found = [
        (offset, app)
        for app in credentials.usable(user, NAME)
        if (offset := _offset(app.data["secret"], code, trying.now)) is not None
    ]
    if not found:
        return _refusal(None)
    offset, app = min(found, key=lambda each: abs(each[0]))
    step = trying.now // STEP + offset
    if abs(offset) > DRIFT:
        if offset > 0:
            # Whoever is told that a guess will be right in three minutes would come back then, and each guess would hit
            # one of twenty-three codes instead of three. So it is spent, as if it had been used. A code from the past is
            # never right again, and no code says anything about another one.
            _spend(app, {"spent": [*_still_ahead(app, trying.now // STEP), step]})
        return _refusal(offset)
    if step <= app.data.get("step", 0) or step in app.data.get("spent", []):
        return Refused("used_code", USED)
    if not _spend(app, {"step": step, "spent": _still_ahead(app, step)}):
        return Refused("used_code", USED)
    return _proof(app, trying)


def _still_ahead(app: Credential, step: int) -> list[int]:
    return [spent for spent in app.data.get("spent", []) if spent > step]


def _spend(app: Credential, change: dict[str, Any]) -> bool:
    """Note which codes are good for nothing any more; True for exactly one of those who try it with the same one."""
    data = {**app.data, **change}
    if not credentials.replace_data(app, data):
        return False
    app.data = data
    return True


def _offset(secret: str, code: str, now: int) -> int | None:
    """How many steps from now a code is the right one, or None when that isn't within ten minutes."""
    from pyotp import TOTP

    app, step = TOTP(secret), now // STEP
    for offset in _NEAREST_FIRST:
        if opaque.same(app.generate_otp(step + offset), code):
            return offset
    return None


def _refusal(offset: int | None) -> Refused:
    if offset is None:
        return Refused("wrong_code", WRONG)
    minutes = max(1, abs(offset) * STEP // 60)
    return Refused("clock_ahead" if offset > 0 else "clock_behind", AHEAD if offset > 0 else BEHIND, minutes=minutes)


def _proof(app: Credential, trying: Try) -> Proof:
    credentials.used(app, trying.now)
    return proof(trying)


def proof(trying: Try) -> Proof:
    """The proof that a code makes."""
    return Proof(NAME, frozenset({Factor.POSSESSION}), ("otp",), trying.now, trying.interaction, identifies=False)
