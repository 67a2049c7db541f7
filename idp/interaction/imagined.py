"""A sign-in that nobody makes: the facts as they would be, so that the code that decides can be asked without deciding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idp.assurance import Proof
from idp.authenticators import password, totp
from idp.authenticators.passkey import assertion
from idp.interaction import next_step
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.storage import sessions
from idp.storage.models import Client, User
from idp.tries import Try

ID = "imagined"


@dataclass(frozen=True, slots=True)
class Imagined:
    """The interaction, and the word of the step at which it would stop; None when the application gets its code."""

    interaction: Interaction
    stops_at: str | None


def _passkey(trying: Try) -> Proof:
    return assertion.proof(trying, is_synced=True, is_verified=True)


WAYS: dict[str, tuple[Callable[[Try], Proof], ...]] = {
    "password": (password.proof,), "password_and_code": (password.proof, totp.proof), "passkey": (_passkey,),
}  # fmt: skip


def sign_in(user: User, client: Client, request: AuthorizationRequest, way: str, now: int) -> Imagined:
    """How it would go if somebody signed in at a client in one of the WAYS; raises AuthorizationError like `next_step`."""
    session = sessions.imagined(user, [prove(Try(ID, now, None)).to_json() for prove in WAYS[way]])
    interaction = Interaction(ID, client, request, session, ID, now)
    step = next_step(interaction)
    return Imagined(interaction, step.NAME if step else None)
