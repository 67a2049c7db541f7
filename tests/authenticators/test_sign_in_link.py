"""A one-time link as the authenticator sees it; its way through the browser is in flows/test_sign_in_link."""

from __future__ import annotations

import pytest

from idp import assurance
from idp.assurance import AAL1, AAL2, Factor, Proof
from idp.authenticators import sign_in_link
from idp.errors import Refused
from idp.storage import database, links
from idp.storage.models import Activity, Link, User
from idp.tries import Try
from tests import given
from tests.conftest import Clock


@pytest.fixture
def ada(storage: None, clock: Clock) -> User:
    return given.user()


def link_for(user: User, clock: Clock) -> str:
    with database.transaction():
        return links.replace(links.SIGN_IN, links.SIGN_IN_LIFETIME, clock.now, user)


def prove(handle: str, clock: Clock) -> tuple[User, Proof]:
    return sign_in_link.prove({"link": handle}, Try("here", clock.now, "192.0.2.1", "attempt"))


def reason(handle: str, clock: Clock) -> str:
    with pytest.raises(Refused) as refused:
        prove(handle, clock)
    assert refused.value.sentence == sign_in_link.REFUSAL, "the same sentence for every reason"
    return refused.value.reason


def test_a_link_proves_knowledge_and_nothing_more(ada: User, clock: Clock) -> None:
    user, proof = prove(link_for(ada, clock), clock)
    assert user.id == ada.id
    assert proof == Proof("sign_in_link", frozenset({Factor.KNOWLEDGE}), ("pwd",), clock.now, "here")
    assert (assurance.acr([proof]), assurance.amr([proof])) == (AAL1, ["pwd"])
    password = given.proof()
    assert (assurance.acr([proof, password]), assurance.amr([proof, password])) == (AAL1, ["pwd"])
    code = Proof("totp", frozenset({Factor.POSSESSION}), ("otp",), clock.now, "here", identifies=False)
    assert (assurance.acr([proof, code]), assurance.amr([proof, code])) == (AAL2, ["pwd", "otp", "mfa"])


def test_it_works_once_and_for_half_an_hour(ada: User, clock: Clock) -> None:
    handle = link_for(ada, clock)
    clock.forward(1_799)
    prove(handle, clock)
    assert reason(handle, clock) == "used_link"
    late = link_for(ada, clock)
    clock.forward(1_800)
    assert reason(late, clock) == "expired_link"


def test_only_its_digest_is_at_rest(ada: User, clock: Clock) -> None:
    handle = link_for(ada, clock)
    assert len(handle) == 3 + 43 and handle not in str(list(Link.select().dicts()))


def test_a_disabled_person_uses_none(ada: User, clock: Clock) -> None:
    handle = link_for(ada, clock)
    User.update(disabled_at=clock.now).execute()
    assert reason(handle, clock) == "disabled"


def test_a_link_of_another_purpose_or_of_nobody_proves_nothing(ada: User, clock: Clock) -> None:
    with database.transaction():
        others = [links.add(links.SETUP, 60, clock.now), links.add(links.SETUP, 60, clock.now, ada),
                  links.add(links.SIGN_IN, 60, clock.now)]  # fmt: skip
    assert [reason(handle, clock) for handle in (*others, "", "li_" + "A" * 43)] == ["unknown_link"] * 5


def test_whoever_is_refused_after_all_keeps_the_link(ada: User, clock: Clock) -> None:
    handle = link_for(ada, clock)

    def refuse(user: User, proof: Proof) -> None:
        raise Refused("other_account", "No.")

    with pytest.raises(Refused, match="other_account"):
        sign_in_link.prove({"link": handle}, Try("here", clock.now, "192.0.2.1"), refuse)
    assert links.is_good(handle, links.SIGN_IN, clock.now)


def test_a_refusal_is_noted_without_the_link(ada: User, clock: Clock) -> None:
    handle = "li_" + "B" * 43
    reason(handle, clock)
    (row,) = Activity.select()
    assert (row.event, row.detail["reason"]) == ("sign_in.refused", "unknown_link")
    assert handle not in str(list(Activity.select().dicts()))


def test_nobody_is_offered_one_while_signing_in(ada: User, clock: Clock) -> None:
    assert sign_in_link.offers(Try("here", clock.now, None)) is None
    assert sign_in_link.FIRST and not sign_in_link.SECOND and not sign_in_link.ENROLS
