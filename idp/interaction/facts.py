"""`Interaction`: one pending authorization request with everything that is known about it and its browser.

Facts only. What is still missing follows from them in `next_step`, each time anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from idp import activity, assurance, clock
from idp.assurance import AAL1, AAL2, Factor, Proof
from idp.custom_claims import sources
from idp.custom_claims.sources import Claim
from idp.errors import Refused
from idp.interaction import becoming
from idp.interaction.request import AuthorizationRequest
from idp.mail import notices
from idp.storage import consents, interactions, users
from idp.storage.database import transaction
from idp.storage.models import Client, Session, User
from idp.subject_identifier import subject_identifier
from idp.tries import Site, Try


@dataclass
class Interaction:
    """A request, the client that made it, the browser session it came in, and the person's answers so far.

    Without a client somebody signs in here for their own account; the request then names a page of ours.
    """

    id: str
    client: Client | None
    request: AuthorizationRequest
    session: Session | None
    attempt: str
    started_at: int
    address: str | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    new_handle: str | None = None  # the session's cookie has to become this
    is_kept: bool = False  # whether a row exists
    challenge: str = ""  # what a passkey has to sign, once
    site: Site | None = None

    @property
    def client_id(self) -> str | None:
        """The client's identifier, for the activity log."""
        return self.client.client_id if self.client else None

    @property
    def user(self) -> User | None:
        """Who the browser session belongs to."""
        return self.session.user if self.session else None

    @property
    def user_agent(self) -> str | None:
        """What the browser calls itself."""
        return self.session.user_agent if self.session else None

    @cached_property
    def groups(self) -> list[str]:
        """The names of the groups that person is in."""
        return users.group_names(self.user) if self.user else []

    @cached_property
    def counting_proofs(self) -> list[Proof]:
        """The proofs that this request may rely on; the only place where their age matters.

        prompt=login and max_age=0 want proofs made here, max_age=N those made at most N seconds before the request came
        (OIDC Core 3.1.2.1), anything else takes all that the session has.
        """
        proofs = [Proof.from_json(stored) for stored in self.session.proofs] if self.session else []
        max_age = self.request.max_age
        if "login" in self.request.prompt or max_age == 0:
            return [proof for proof in proofs if proof.interaction == self.id]
        if max_age is not None:
            return [proof for proof in proofs if proof.at >= self.started_at - max_age]
        return proofs

    @property
    def acr(self) -> str:
        """The assurance that the counting proofs reach."""
        return assurance.acr(self.counting_proofs)

    @cached_property
    def wanted_acr(self) -> str:
        """The assurance that somebody demands: the request, the application, a group, this provider, or the person.

        Whoever has a second factor is asked for it when they sign in, wherever they go.
        """
        wanted = assurance.strictest(self.request.acr, AAL2 if self.client and self.client.require_mfa else None)
        if wanted == AAL2 or self.user is None:
            return wanted
        has_second, must = users.second_factor(self.user)
        owes = has_second and not any(proof.is_rested for proof in self.counting_proofs)
        return AAL2 if must or owes else AAL1

    def is_wanted(self, user: User) -> bool:
        """Whether the request is for anybody, or names this person as its client knows them."""
        wanted = self.request.expected_sub
        return wanted is None or (self.client is not None and subject_identifier(user, self.client) == wanted)

    @property
    def is_sure_enough(self) -> bool:
        """Whether the counting proofs reach the assurance that somebody demands."""
        reached = self.acr
        return reached == AAL2 or assurance.meets(reached, self.wanted_acr)

    @property
    def is_recent(self) -> bool:
        """Whether the person has shown who they are in the last ten minutes; factors are changed only then."""
        since = clock.now() - assurance.RECENT
        return any(proof.identifies and proof.at >= since for proof in self.counting_proofs)

    def trying(self, now: int, *, identified: bool = True) -> Try:
        """The circumstances of a try to prove something here and now; by nobody in particular while that is the question."""
        user, proved = (
            (self.user, assurance.factors(self.counting_proofs)) if identified else (None, frozenset[Factor]())
        )
        return Try(
            self.id, now, self.address, self.attempt, self.client_id, user=user, proved=proved,
            challenge=self.challenge, site=self.site, user_agent=self.user_agent,
        )  # fmt: skip

    def renew_challenge(self) -> None:
        """Look what a passkey has to sign now; an answer has used up what it was before."""
        self.challenge = interactions.challenge_of(self.id)

    def covered_by_consent(self) -> bool:
        """Whether the person has allowed all of this at an earlier time."""
        assert self.user is not None and self.client is not None
        return consents.covers(self.user, self.client, self.request.scopes, self.asked_claims)

    @property
    def asked_claims(self) -> list[str]:
        """The single facts about the person that the `claims` parameter asks for, each once.

        Not the custom ones that come with a scope anyway: an administrator may add one at any time, and nobody has to say yes
        again because of that.
        """
        request = self.request
        names = {*request.id_token_claims, *request.userinfo_claims}
        if sources.SCOPE not in request.scopes:
            asked = self.custom_claims((*request.custom_id_token_claims, *request.custom_userinfo_claims))
            names |= {name for name, claim in asked.items() if claim.of != "application"}
        return sorted(names)

    @property
    def noted_claims(self) -> list[str]:
        """The names of the custom claims that come with the scopes asked for."""
        return sorted(self.custom_claims()) if sources.SCOPE in self.request.scopes else []

    def custom_claims(self, named: Collection[str] | None = None) -> dict[str, Claim]:
        """The custom claims about the person, or all with these names that there are for them at this application."""
        if named == () or self.user is None or self.client is None:
            return {}
        return sources.found(self.user, self.client, of_client=False, about_person=named is None, named=named or ())

    def note(self, event: str, **detail: str | int | list[str] | None) -> None:
        """Record an event of this sign-in."""
        user = self.user.username if self.user else None
        activity.record(event, attempt=self.attempt, user=user, client=self.client_id, address=self.address, **detail)

    def tell(self, what: str, **detail: Any) -> None:
        """Tell the person by mail what has been done here; see `mail.notices`."""
        assert self.user is not None
        notices.tell(self.user, what, address=self.address, user_agent=self.user_agent, **detail)

    def answer(self, **answers: Any) -> None:
        """Record what the person answered, on top of what they had answered when this was read.

        Raises Refused when another tab was faster: what is there by now may be somebody else's, or a no to this yes.
        """
        assert self.session is not None
        after = {**self.answers, **answers}
        with transaction():
            if not interactions.keep_answers(self.id, self.session, self.answers, after):
                raise Refused(becoming.ENDED, becoming.IN_ANOTHER_WINDOW)
        self.answers = after

    def become(self, user: User, proof: Proof, *, keep: bool = False) -> None:
        """Record that the browser has just proved to be this person; see `becoming`."""
        assert self.session is not None
        self._go_on(*becoming.become(self.session, user, proof, address=self.address, keep=keep))

    def leave(self, now: int) -> None:
        """Record that the person wants to be somebody else: the browser is nobody's again."""
        assert self.session is not None
        self._go_on(*becoming.leave(self.session, now, address=self.address))

    def _go_on(self, session: Session, handle: str) -> None:
        assert self.session is not None
        if becoming.is_another(self.session, session.user):
            self.answers = {}
        self.session, self.new_handle = session, handle
        self.__dict__.pop("counting_proofs", None)
        self.forget_policy()

    def forget_policy(self) -> None:
        """Look again at what depends on who the person is and what they have enrolled."""
        for name in ("groups", "wanted_acr"):
            self.__dict__.pop(name, None)
