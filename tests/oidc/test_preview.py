"""What an application would be told is what it is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from idp import assurance, presets
from idp.assurance import Proof
from idp.oidc import tokens, userinfo
from idp.oidc.preview import WAYS, preview
from idp.storage import credentials
from idp.storage.models import Activity, Grant, Session
from tests import given
from tests.conftest import Clock

ISSUER = "https://id.example.org"
PROOFS: dict[str, tuple[Callable[[], Proof], ...]] = {
    "password": (given.proof,), "password_and_code": (given.proof, given.code_proof), "passkey": (given.passkey_proof,),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_both_answers_are_those_of_a_real_sign_in(storage: None, clock: Clock, way: str) -> None:
    ada, app = given.user(groups=["family"]), given.client()
    shown = preview(app, None, ada, way, issuer=ISSUER, now=clock.now)
    proofs = [prove() for prove in PROOFS[way]]
    grant = given.grant(ada, app, scopes=app.scopes, acr=assurance.acr(proofs), amr=assurance.amr(proofs))
    real = tokens.id_token_claims(
        issuer=ISSUER, client=app, user=ada, grant=grant, scopes=grant.scopes, nonce="n", access_token="at_x", now=clock.now
    )  # fmt: skip
    alike = real.keys() - {"sid", "nonce", "at_hash"}
    assert {name: shown.id_token[name] for name in alike} == {name: real[name] for name in alike}
    assert shown.id_token.keys() == real.keys()
    token = given.access_token(grant)
    assert shown.userinfo == userinfo.claims_for(token, clock.now)[1]
    assert shown.stops_at == "consent"


def test_nothing_is_written_down(storage: None, clock: Clock) -> None:
    preview(given.client(), None, given.user(), "passkey", issuer=ISSUER, now=clock.now)
    assert (Grant.select().count(), Session.select().count(), Activity.select().count()) == (0, 0, 0)


def test_where_the_sign_in_would_stop_is_told(storage: None, clock: Clock) -> None:
    ada = given.user()
    closed = given.client("closed", allowed_groups=["family"])
    careful = given.client("careful", require_mfa=True, skip_consent=True)

    def stop(app: object, way: str) -> str | None:
        return preview(app, None, ada, way, issuer=ISSUER, now=clock.now).stops_at  # type: ignore[arg-type]

    assert stop(closed, "passkey") == "access"
    assert stop(careful, "password") == "enrolment"
    assert stop(careful, "passkey") is None
    credentials.add(ada, "totp", {}, clock.now)
    assert stop(careful, "password") == "second_factor"


def test_it_asks_as_its_preset_says(storage: None, clock: Clock) -> None:
    app = given.client(preset="seerr-preview")
    shown = preview(app, presets.get("seerr-preview"), given.user(), "password", issuer=ISSUER, now=clock.now)
    assert "email" in shown.id_token and "groups" not in shown.id_token
