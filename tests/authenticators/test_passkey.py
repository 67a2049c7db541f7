"""Signing in with a passkey, and showing one as the second factor: what proves what, and every refusal."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from idp import activity, throttle, tries
from idp.assurance import Factor, Proof
from idp.authenticators import passkey
from idp.errors import Refused
from idp.storage import credentials
from idp.storage.models import Credential, Throttle, User
from idp.tries import Site, Try
from tests import given
from tests.authenticators.passkeys import ORIGIN, SITE, Desk, stored
from tests.conftest import Clock
from tests.security_key import BE, BS, EDDSA, ES256, RS256, UP, UV, SecurityKey, base64url

BOTH = frozenset({Factor.POSSESSION, Factor.INHERENCE})


@pytest.fixture
def ada(storage: None, clock: Clock) -> User:
    return given.user("ada")


@pytest.fixture
def desk(ada: User, clock: Clock) -> Desk:
    return Desk(clock)


@pytest.fixture
def key(desk: Desk, ada: User) -> SecurityKey:
    """Ada's passkey, which verifies her and is bound to its device."""
    made = desk.key()
    desk.enrol(ada, made)
    return made


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_a_passkey_says_who_it_is_and_proves_two_factors(ada: User, desk: Desk, clock: Clock, algorithm: int) -> None:
    key = desk.key(algorithm=algorithm)
    desk.enrol(ada, key)
    clock.forward(60)
    user, proof = desk.sign_in(key)
    assert user == ada
    assert proof == Proof("passkey", BOTH, ("hwk", "user"), clock.now, desk.id)
    assert proof.identifies
    assert (stored(ada).created_at, stored(ada).last_used_at) == (clock.now - 60, clock.now)


@pytest.mark.parametrize(
    ("flags", "factors", "amr"),
    [
        (UP | UV, BOTH, ("hwk", "user")),
        (UP | UV | BE, BOTH, ("swk", "user")),
        (UP | UV | BE | BS, BOTH, ("swk", "user")),
        (UP, {Factor.POSSESSION}, ("hwk",)),
        (UP | BE | BS, {Factor.POSSESSION}, ("swk",)),
    ],
)
def test_a_second_factor_is_worth_what_its_flags_say(
    ada: User, desk: Desk, clock: Clock, flags: int, factors: frozenset[Factor], amr: tuple[str, ...]
) -> None:
    key = desk.key(flags=flags)
    enrolled = desk.enrol(ada, key)
    user, proof = desk.add(ada, key)
    assert user == ada
    assert (proof.factors, proof.amr, proof.identifies) == (factors, amr, False)
    assert (enrolled.factors, enrolled.amr, enrolled.identifies) == (factors, amr, False)


def test_what_comes_second_may_leave_out_whose_it_is(ada: User, desk: Desk, key: SecurityKey) -> None:
    key.user_handle = None
    assert desk.add(ada, key)[0] == ada


def test_the_proof_is_told_in_the_transaction_that_lets_it_count(ada: User, desk: Desk, key: SecurityKey) -> None:
    def fail(user: User, proof: Proof) -> None:
        raise Refused("no", "No.")

    attempt = desk.attempt()
    with pytest.raises(Refused):
        passkey.prove({"passkey": key.sign(desk.options())}, attempt, fail)
    assert stored(ada).last_used_at is None
    assert desk.challenge == attempt.challenge


def bent(changes: dict[str, Any], **client: Any) -> dict[str, Any]:
    return {"client": client, **changes} if client else changes


FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "another challenge": (bent({}, challenge=base64url(bytes(32))), "wrong_challenge"),
    "no challenge": (bent({}, challenge=""), "wrong_challenge"),
    "a challenge that isn't text": (bent({}, challenge=5), "malformed"),
    "a registration": (bent({}, type="webauthn.create"), "wrong_type"),
    "another origin": (bent({}, origin="https://id.example.org.evil.example"), "wrong_origin"),
    "another port": (bent({}, origin="https://id.example.org:8443"), "wrong_origin"),
    "plain http": (bent({}, origin="http://id.example.org"), "wrong_origin"),
    "no origin": (bent({}, origin=None), "wrong_origin"),
    "a frame in another site": (bent({}, crossOrigin=True), "cross_origin"),
    "a frame, said oddly": (bent({}, crossOrigin="false"), "cross_origin"),
    "a frame, by its top": (bent({}, topOrigin="https://evil.example"), "cross_origin"),
    "a frame of our own": (bent({}, topOrigin=ORIGIN), "cross_origin"),
    "a made-up signature": ({"response": {"signature": base64url(bytes(70))}}, "not_valid"),
    "no signature": ({"response": {"signature": ""}}, "not_valid"),
    "another type": ({"type": "password"}, "not_valid"),
    "another raw id": ({"rawId": "AAAA"}, "not_valid"),
    "somebody else's handle": ({"response": {"userHandle": base64url(bytes(32))}}, "wrong_user_handle"),
    "an id that nobody has": ({"id": "AAAA", "rawId": "AAAA"}, "unknown_credential"),
    "the longest id": ({"id": "A" * 1364, "rawId": "A" * 1364}, "unknown_credential"),
    "an id that is too long": ({"id": "A" * 1366, "rawId": "A" * 1366}, "id_too_long"),
    "an id with padding": ({"id": "AAA="}, "malformed"),
    "no id": ({"id": None}, "malformed"),
    "no response": ({"response": {"clientDataJSON": None}}, "malformed"),
    "a handle that isn't text": ({"response": {"userHandle": {"a": 1}}}, "malformed"),
    "something very long": ({"more": "x" * 17_000}, "too_long"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_not_exactly_right_signs_nobody_in(desk: Desk, ada: User, key: SecurityKey, name: str) -> None:
    changes, reason = FORGED[name]
    challenge = desk.challenge
    assert desk.turned_away(key, **changes) == reason
    assert desk.challenge != challenge, "one answer to a challenge, whatever it is"
    assert stored(ada).last_used_at is None
    assert desk.sign_in(key)[0] == ada


@pytest.mark.parametrize("name", FORGED)
def test_what_is_not_exactly_right_is_no_second_factor(desk: Desk, ada: User, key: SecurityKey, name: str) -> None:
    changes, reason = FORGED[name]
    assert desk.not_taken(ada, key, **changes) == reason
    assert desk.add(ada, key)[0] == ada


@pytest.mark.parametrize(
    "sent", ["", "null", "[]", '"x"', "5", "{", "[" * 16_000, '{"id":' * 2_500, "9" * 5_000, "\x00", "\ud800"]
)
def test_what_is_no_answer_at_all_is_refused_in_a_sentence(desk: Desk, ada: User, key: SecurityKey, sent: str) -> None:
    for user in (None, ada):
        with pytest.raises(Refused) as refusal:
            passkey.prove({"passkey": sent}, desk.attempt(user))
        assert refusal.value.reason == "malformed"
        assert refusal.value.sentence


def test_a_passkey_without_an_owner_signs_nobody_in(desk: Desk, key: SecurityKey) -> None:
    key.user_handle = None
    assert desk.turned_away(key) == "no_user_handle"


@pytest.mark.parametrize("rp_id", ["example.org", "evil.example", ""])
def test_a_signature_for_another_site_is_refused(desk: Desk, ada: User, key: SecurityKey, rp_id: str) -> None:
    key.rp_id = rp_id
    assert desk.turned_away(key) == "not_valid"
    assert desk.not_taken(ada, key) == "not_valid"


def test_nobody_was_there(desk: Desk, ada: User, key: SecurityKey) -> None:
    key.flags = UV
    assert desk.turned_away(key) == "not_valid"
    assert desk.not_taken(ada, key) == "not_valid"


def test_who_was_not_verified_does_not_come_in_by_that_alone(desk: Desk, ada: User, key: SecurityKey) -> None:
    key.flags = UP
    assert desk.turned_away(key) == "not_verified"
    assert desk.add(ada, key)[1].factors == {Factor.POSSESSION}


def test_a_pin_that_came_later_is_the_owners_only_if_they_show_something_else(desk: Desk, ada: User) -> None:
    found = desk.key(flags=UP)
    desk.enrol(ada, found)
    found.flags = UP | UV  # whoever found it has given it a PIN
    assert desk.turned_away(found) == "not_verified_before"
    _, proof = desk.add(ada, found, proved=frozenset({Factor.POSSESSION}))
    assert proof.factors == {Factor.POSSESSION}
    assert desk.turned_away(found) == "not_verified_before"
    _, proof = desk.add(ada, found)  # after her password
    assert proof.factors == BOTH
    assert desk.sign_in(found)[0] == ada


@pytest.mark.parametrize(("before", "after"), [(UP | UV, UP | UV | BE), (UP | UV | BE, UP | UV)])
def test_a_passkey_never_changes_whether_it_may_be_copied(desk: Desk, ada: User, before: int, after: int) -> None:
    key = desk.key(flags=before)
    desk.enrol(ada, key)
    key.flags = after
    assert desk.turned_away(key) == "other_kind"
    assert desk.not_taken(ada, key) == "other_kind"


def test_a_copy_of_what_can_not_be_copied_is_refused(desk: Desk, ada: User, key: SecurityKey) -> None:
    key.flags = UP | UV | BS
    assert desk.turned_away(key) == "not_valid"


def test_that_it_has_been_copied_meanwhile_is_remembered(desk: Desk, ada: User) -> None:
    key = desk.key(flags=UP | UV | BE)
    desk.enrol(ada, key)
    assert stored(ada).data["is_backed_up"] is False
    key.flags |= BS
    desk.sign_in(key)
    assert stored(ada).data["is_backed_up"] is True


def test_a_counter_that_does_not_rise_is_a_cloned_key(desk: Desk, ada: User) -> None:
    key = desk.key(counts=True, counter=7)
    desk.enrol(ada, key)
    desk.sign_in(key)
    assert stored(ada).data["counter"] == 8
    for counter in (0, 7, 8):
        key.counts, key.counter = False, counter
        assert desk.turned_away(key) == "cloned_key"
        assert list(activity.rows())[-1].username == "ada"
        assert desk.not_taken(ada, key) == "cloned_key"
    assert stored(ada).data["counter"] == 8
    key.counter = 9
    assert desk.sign_in(key)[0] == ada


def test_a_key_that_does_not_count_may_begin_to(desk: Desk, ada: User, key: SecurityKey) -> None:
    desk.sign_in(key)
    desk.sign_in(key)
    key.counts = True
    desk.sign_in(key)
    key.counts, key.counter = False, 0
    assert desk.turned_away(key) == "cloned_key"


def test_an_answer_counts_once(desk: Desk, ada: User, key: SecurityKey) -> None:
    attempt, sent = desk.attempt(), key.sign(desk.options())
    passkey.prove({"passkey": sent}, attempt)
    with pytest.raises(Refused) as refusal:
        passkey.prove({"passkey": sent}, attempt)
    assert refusal.value.reason == "answered_before"
    with pytest.raises(Refused) as refusal:
        passkey.prove({"passkey": sent}, desk.attempt())
    assert refusal.value.reason == "wrong_challenge"


def test_an_answer_belongs_to_the_sign_in_that_asked(desk: Desk, ada: User, key: SecurityKey, clock: Clock) -> None:
    sent = key.sign(Desk(clock).options())
    with pytest.raises(Refused) as refusal:
        passkey.prove({"passkey": sent}, desk.attempt())
    assert refusal.value.reason == "wrong_challenge"


def test_a_sign_in_that_nothing_was_asked_in_takes_no_answer(ada: User, desk: Desk, key: SecurityKey) -> None:
    sent = key.sign({"challenge": ""})
    with pytest.raises(Refused) as refusal:
        passkey.prove({"passkey": sent}, Try("gone", 0, "192.0.2.1", site=SITE))
    assert refusal.value.reason == "answered_before"


DEEDS: dict[str, Callable[[User], object]] = {
    "disabled": lambda user: Credential.update(disabled_at=1).execute(),
    "used": lambda user: Credential.update(data={**stored(user).data, "counter": 5}).execute(),
    "removed": lambda user: credentials.remove(user, stored(user).id),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_passkey_that_is_changed_meanwhile_opens_nothing(
    desk: Desk, ada: User, key: SecurityKey, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    check = passkey.assertion.check

    def and_then(*values: Any) -> Any:
        checked = check(*values)
        DEEDS[deed](ada)
        return checked

    monkeypatch.setattr(passkey.assertion, "check", and_then)
    assert desk.turned_away(key) == "changed_meanwhile"


def test_a_removed_passkey_is_unknown(desk: Desk, ada: User, key: SecurityKey) -> None:
    credentials.remove(ada, stored(ada).id)
    assert desk.turned_away(key) == "unknown_credential"


def test_disabled_people_are_refused_as_strangers_are(desk: Desk, ada: User, key: SecurityKey) -> None:
    User.update(disabled_at=1).execute()
    with pytest.raises(Refused) as disabled:
        desk.sign_in(key)
    with pytest.raises(Refused) as unknown:
        desk.sign_in(desk.key(user_handle="AAAA"))
    assert (disabled.value.reason, unknown.value.reason) == ("disabled", "unknown_credential")
    assert disabled.value.sentence == unknown.value.sentence


def test_a_disabled_passkey_opens_nothing(desk: Desk, ada: User, key: SecurityKey) -> None:
    Credential.update(disabled_at=1).execute()
    assert desk.turned_away(key) == "disabled_credential"
    assert passkey.offers(desk.attempt(ada)) is None


def test_somebody_elses_passkey_is_no_second_factor(desk: Desk, ada: User, key: SecurityKey) -> None:
    grace = given.user("grace")
    desk.enrol(grace, desk.key())
    key.user_handle = desk.creation_options(grace)["user"]["id"]
    assert desk.not_taken(grace, key) == "somebody_elses"


def test_an_address_that_failed_too_often_waits_and_nobody_else_does(
    desk: Desk, ada: User, key: SecurityKey, clock: Clock
) -> None:
    stranger = desk.key(user_handle="AAAA")
    for _ in range(throttle.ADDRESS.failures):
        assert desk.turned_away(stranger) == "unknown_credential"
    challenge = desk.challenge
    with pytest.raises(Refused) as refusal:
        desk.sign_in(key)
    assert (refusal.value.reason, refusal.value.sentence) == ("too_many_tries", tries.OR_ANOTHER_WAY[300])
    assert desk.challenge == challenge
    assert Desk(clock, "192.0.2.2").sign_in(key)[0] == ada
    assert Throttle.select().where(Throttle.key.startswith("everybody")).count() == 0
    clock.forward(throttle.ADDRESS.window)
    assert desk.sign_in(key)[0] == ada


def test_second_tries_are_counted_for_each_person(desk: Desk, ada: User, key: SecurityKey, clock: Clock) -> None:
    for _ in range(5):
        desk.not_taken(ada, key, client={"origin": "https://evil.example"})
    with pytest.raises(Refused) as refusal:
        desk.add(ada, key)
    assert refusal.value.reason == "too_many_tries"
    clock.forward(300)
    assert desk.add(ada, key)[0] == ada
    assert stored(ada).failures == 0


def test_strangers_are_offered_any_passkey_and_must_be_verified(desk: Desk) -> None:
    offered = passkey.offers(desk.attempt())
    assert offered is not None
    options = offered["options"]
    assert (offered["obstacle"], offered["origin"]) == (None, ORIGIN)
    assert options["userVerification"] == "required"
    assert (options["challenge"], options["rpId"]) == (desk.challenge, "id.example.org")
    assert "allowCredentials" not in options


def test_who_is_known_is_asked_for_their_own_passkeys_only(desk: Desk, ada: User, key: SecurityKey) -> None:
    grace = given.user("grace")
    assert passkey.offers(desk.attempt(grace)) is None
    (allowed,) = desk.options(ada)["allowCredentials"]
    assert allowed == {"type": "public-key", "id": base64url(key.id), "transports": ["hybrid", "internal"]}
    assert desk.options(ada)["userVerification"] == "preferred"


@pytest.mark.parametrize(
    ("origin", "rp_id", "word"),
    [
        ("https://id.example.org", "id.example.org", None),
        ("https://nas", "nas", None),
        ("http://localhost:8000", "localhost", None),
        ("http://id.localhost", "id.localhost", None),
        ("http://nas.local", "nas.local", "insecure"),
        ("http://notlocalhost", "notlocalhost", "insecure"),
        ("https://192.168.1.5", "192.168.1.5", "ip_address"),
        ("http://127.0.0.1:8000", "127.0.0.1", "ip_address"),
        ("https://[2001:db8::1]", "2001:db8::1", "ip_address"),
    ],
)
def test_where_passkeys_can_not_work_is_known_beforehand(
    desk: Desk, ada: User, origin: str, rp_id: str, word: str | None
) -> None:
    attempt = desk.attempt(ada, site=Site("Home", origin, rp_id))
    assert passkey.obstacle(attempt) == word
    assert passkey.invites({}, attempt)["obstacle"] == word
    assert (passkey.offers(desk.attempt(site=attempt.site)) is None) is (word is not None), "nobody has one there"


def test_who_has_passkeys_from_before_is_told_why_they_do_not_work_any_more(
    desk: Desk, ada: User, key: SecurityKey
) -> None:
    site = Site("Home", "http://nas.local", "nas.local")
    for attempt in (desk.attempt(site=site), desk.attempt(ada, site=site)):
        offered = passkey.offers(attempt)
        assert offered is not None and offered["obstacle"] == "insecure"


def test_the_page_gives_away_nothing_about_a_person(desk: Desk, ada: User) -> None:
    handle = desk.creation_options(ada)["user"]["id"]
    raw = base64.urlsafe_b64decode(handle + "=")
    assert len(raw) == 32
    for told in (ada.sub, ada.username, ada.email):
        assert told.encode() not in raw
    assert "ada" not in json.dumps(desk.options())
