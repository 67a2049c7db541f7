"""Adding a passkey: what is asked for, what is kept, what it is called, and every refusal."""

from __future__ import annotations

import uuid
from typing import Any

import cbor2
import pytest

from idp import activity
from idp.assurance import Factor
from idp.authenticators import passkey
from idp.authenticators.passkey import KNOWN, products
from idp.errors import Refused
from idp.storage import credentials
from idp.storage.models import Credential, User
from tests import given
from tests.authenticators.passkeys import KNOWS, Desk, stored
from tests.conftest import Clock
from tests.security_key import BE, BS, EDDSA, ES256, ES384, RS256, UP, UV, base64url


@pytest.fixture
def ada(storage: None, clock: Clock) -> User:
    return given.user("ada", display_name="Ada Example")


@pytest.fixture
def desk(ada: User, clock: Clock) -> Desk:
    return Desk(clock)


def test_the_browser_is_asked_for_something_that_says_whose_it_is(desk: Desk, ada: User) -> None:
    options = desk.creation_options(ada)
    assert options["rp"] == {"id": "id.example.org", "name": "Home"}
    assert (options["user"]["name"], options["user"]["displayName"]) == ("ada", "Ada Example")
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [ES256, EDDSA, RS256]
    assert options["authenticatorSelection"] == {"residentKey": "preferred", "userVerification": "preferred"}
    assert (options["attestation"], options["excludeCredentials"]) == ("none", [])
    assert options["challenge"] == desk.challenge


def test_a_person_is_the_same_to_all_their_keys_and_nobody_else_is(desk: Desk, ada: User) -> None:
    assert desk.creation_options(ada)["user"]["id"] == desk.creation_options(ada)["user"]["id"]
    assert desk.creation_options(given.user("grace"))["user"]["id"] != desk.creation_options(ada)["user"]["id"]


def test_what_is_enrolled_already_is_left_out(desk: Desk, ada: User) -> None:
    key = desk.key()
    desk.enrol(ada, key)
    Credential.update(disabled_at=1).execute()
    (excluded,) = desk.creation_options(ada)["excludeCredentials"]
    assert excluded["id"] == base64url(key.id)


def test_what_a_key_tells_is_kept_and_no_secret_is(desk: Desk, ada: User, clock: Clock) -> None:
    key = desk.key(flags=UP | UV | BE | BS, counter=3)
    desk.enrol(ada, key)
    row = stored(ada)
    assert (row.handle, row.created_at, row.last_used_at) == (base64url(key.id), clock.now, None)
    assert row.data == {
        "counter": 3, "is_verified": True, "is_synced": True, "is_backed_up": True,
        "public_key": base64url(cbor2.dumps(key.public_key)), "aaguid": str(uuid.UUID(int=0)),
        "transports": ["hybrid", "internal"], "is_discoverable": True,
    }  # fmt: skip


def test_the_proof_is_told_in_the_transaction_that_enrols(desk: Desk, ada: User) -> None:
    def fail(proof: Any) -> None:
        assert proof.factors == {Factor.POSSESSION, Factor.INHERENCE}
        raise Refused("no", "No.")

    sent = desk.key().create(desk.creation_options(ada))
    with pytest.raises(Refused):
        passkey.confirm({"passkey": sent}, {}, desk.attempt(ada, KNOWS), fail)
    assert Credential.select().count() == 0


@pytest.mark.parametrize(
    ("key", "told", "typed", "name"),
    [
        ({"flags": UP | UV | BE}, {}, "", "Passkey"),
        ({}, {}, "", "Passkey"),
        ({}, {"clientExtensionResults": {"credProps": {"rk": False}}}, "", "Security key"),
        ({}, {"clientExtensionResults": {}}, "", "Security key"),
        ({}, {"clientExtensionResults": {"credProps": "x"}}, "", "Security key"),
        ({}, {"clientExtensionResults": []}, "", "Security key"),
        ({"aaguid": uuid.UUID("fdb141b2-5d84-443e-8a35-4698c205a502").bytes}, {}, "", "KeePassXC"),
        ({"aaguid": uuid.UUID("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4").bytes}, {}, "", "Google Password Manager"),
        ({"aaguid": uuid.UUID(int=7).bytes}, {}, " My\x00 phone\n ", "My phone"),
        ({}, {}, " ", "Passkey"),
        ({}, {}, "x" * 100, "x" * 60),
    ],
)
def test_a_passkey_is_called_what_people_call_it(
    desk: Desk, ada: User, key: dict[str, Any], told: dict[str, Any], typed: str, name: str
) -> None:
    desk.enrol(ada, desk.key(**key), typed, **told)
    assert stored(ada).name == name


def test_every_product_has_numbers_of_its_own() -> None:
    numbers = [number for each in products._PRODUCTS.values() for number in each]
    assert len(numbers) == len(set(numbers))
    assert all(str(uuid.UUID(number)) == number for number in numbers)
    assert products.name_of(str(uuid.UUID(int=0))) is None


@pytest.mark.parametrize("transports", [None, "usb", [1, None, "usb", "USB!", "usb", "a" * 30], {"usb": 1}])
def test_how_to_reach_a_key_is_kept_as_far_as_it_makes_sense(desk: Desk, ada: User, transports: Any) -> None:
    desk.enrol(ada, desk.key(), response={"transports": transports})
    assert stored(ada).data["transports"] == (["usb"] if isinstance(transports, list) else [])


FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "another challenge": ({"client": {"challenge": base64url(bytes(32))}}, "wrong_challenge"),
    "a sign-in": ({"client": {"type": "webauthn.get"}}, "wrong_type"),
    "another origin": ({"client": {"origin": "https://evil.example"}}, "wrong_origin"),
    "a frame in another site": ({"client": {"crossOrigin": True}}, "cross_origin"),
    "a frame, by its top": ({"client": {"topOrigin": "https://evil.example"}}, "cross_origin"),
    "another id": ({"id": "AAAA", "rawId": "AAAA"}, "other_id"),
    "an id that is too long": ({"id": "A" * 1366, "rawId": "A" * 1366}, "id_too_long"),
    "another type": ({"type": "x"}, "not_valid"),
    "no attestation": ({"response": {"attestationObject": ""}}, "not_valid"),
    "an attestation that isn't one": ({"response": {"attestationObject": base64url(cbor2.dumps([1]))}}, "not_valid"),
    "something very long": ({"response": {"attestationObject": "A" * 17_000}}, "too_long"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_not_exactly_right_is_not_enrolled(desk: Desk, ada: User, name: str) -> None:
    changes, reason = FORGED[name]
    assert desk.refuses(ada, desk.key(), **changes) == reason


@pytest.mark.parametrize(
    "kind",
    [{"flags": UV}, {"flags": UP | UV | BS}, {"rp_id": "evil.example"}, {"algorithm": ES384}, {"id": b""}],
)
def test_a_key_that_breaks_the_rules_is_not_enrolled(desk: Desk, ada: User, kind: dict[str, Any]) -> None:
    key = desk.key()
    for name, value in kind.items():
        setattr(key, name, value)
    key.__post_init__()
    assert desk.refuses(ada, key) in ("not_valid", "malformed")


def test_an_id_longer_than_the_standard_allows_is_not_enrolled(desk: Desk, ada: User) -> None:
    desk.enrol(ada, desk.key(id=bytes(1_023)))
    assert desk.refuses(ada, desk.key(id=bytes(1_024))) == "id_too_long"


def test_a_key_that_could_not_be_used_is_not_enrolled(desk: Desk, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.security_key import SecurityKey

    nowhere = {1: 2, 3: ES256, -1: 1, -2: b"\x01" * 32, -3: b"\x02" * 32}  # no point of the curve
    monkeypatch.setattr(SecurityKey, "public_key", nowhere)
    assert desk.refuses(ada, desk.key()) == "not_valid"


def test_what_somebody_has_enrolled_is_not_enrolled_again(desk: Desk, ada: User) -> None:
    key = desk.key()
    desk.enrol(ada, key)
    for person in (ada, given.user("grace")):
        with pytest.raises(Refused) as refusal:
            desk.enrol(person, key)
        assert (refusal.value.reason, refusal.value.sentence) == ("enrolled_already", KNOWN)
    assert stored(ada).user_id == ada.id


def test_an_answer_enrols_once(desk: Desk, ada: User) -> None:
    attempt, sent = desk.attempt(ada, KNOWS), desk.key().create(desk.creation_options(ada))
    passkey.confirm({"passkey": sent}, {}, attempt)
    with pytest.raises(Refused) as refusal:
        passkey.confirm({"passkey": sent}, {}, attempt)
    assert refusal.value.reason == "answered_before"


def test_who_is_disabled_meanwhile_enrols_nothing(desk: Desk, ada: User) -> None:
    User.update(disabled_at=1).execute()
    assert desk.refuses(ada, desk.key()) == "disabled"


def test_several_keys_stand_side_by_side(desk: Desk, ada: User) -> None:
    keys = [desk.key() for _ in range(3)]
    for key in keys:
        desk.enrol(ada, key)
    assert {each.name for each in credentials.of(ada, "passkey")} == {"Passkey", "Passkey 2", "Passkey 3"}
    assert {desk.sign_in(key)[0] for key in keys} == {ada}


@pytest.mark.parametrize(
    ("flags", "rk", "alone"),
    [(UP | UV, True, True), (UP | UV, False, False), (UP | UV, None, False), (UP | UV | BE, None, True),
     (UP | UV | BE, False, False), (UP, True, False), (UP | BE, None, False)],
)  # fmt: skip
def test_what_gets_somebody_in_alone_is_known(desk: Desk, ada: User, flags: int, rk: bool | None, alone: bool) -> None:
    desk.enrol(ada, desk.key(flags=flags), clientExtensionResults={"credProps": {"rk": rk}})
    assert passkey.opens(stored(ada)) is alone


def test_there_is_an_end_to_the_keys_a_person_may_have(desk: Desk, ada: User) -> None:
    for _ in range(passkey.MOST):
        desk.enrol(ada, desk.key())
    assert desk.refuses(ada, desk.key()) == "too_many_passkeys"
    assert passkey.invites({}, desk.attempt(ada))["is_full"]


def test_refusals_are_counted_and_stand_in_the_log(desk: Desk, ada: User) -> None:
    for _ in range(5):
        assert desk.refuses(ada, desk.key(), type="x") == "not_valid"
    assert desk.refuses(ada, desk.key()) == "too_many_tries"
    rows = [row for row in activity.rows(user="ada") if row.event == "authenticator.refused"]
    assert [row.detail["reason"] for row in rows] == ["not_valid"] * 5 + ["too_many_tries"]
