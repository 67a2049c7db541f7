"""The step that finds out who the person is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp import authenticators, clock
from idp.assurance import Proof
from idp.errors import Refused
from idp.interaction.facts import Interaction
from idp.storage import credentials
from idp.storage.models import User

NAME = "login"
OTHER_ACCOUNT = "other_account"
ERROR = "login_required"
DESCRIPTION = "The person is not signed in, or not recently enough."


def satisfied(interaction: Interaction) -> bool:
    """Whether a counting proof says who this is, and it is whom the request wants."""
    user, request = interaction.user, interaction.request
    if user is None or not any(proof.identifies for proof in interaction.counting_proofs):
        return False
    if not interaction.is_wanted(user):
        return False
    if "select_account" in request.prompt and interaction.answers.get("account") != user.sub:
        return False
    return not _is_about_to_enrol(interaction, user)


def _is_about_to_enrol(interaction: Interaction, user: User) -> bool:
    """Whether the person is to set something up, and a browser that was left open would be enough for it.

    Who takes longer than that signs in once more and finds the page as it was, the secret on it included.
    """
    wish = interaction.request.enrol
    if wish is not None and interaction.answers.get("enrolled") != wish:
        return not interaction.is_recent
    return not (interaction.is_sure_enough or interaction.is_recent or credentials.has_second(user))


def offers(interaction: Interaction) -> dict[str, Any]:
    """The name to begin with, the person to continue as where the request wants a choice, and the other ways in."""
    request, user = interaction.request, interaction.user
    continuing = _may_continue(interaction)
    # Whom a hint names is told to nobody but themselves: strangers would learn user names from it.
    expected = user if user is not None and request.expected_sub is not None and interaction.is_wanted(user) else None
    hint = expected.username if expected else request.login_hint
    if hint is None and user is not None and not continuing and request.expected_sub is None:
        hint = user.username  # signing in again
    return {
        "username": hint or "",
        "current_user": user if continuing else None,
        "ways": authenticators.ways(authenticators.first(), interaction.trying(clock.now(), identified=False)),
        "may_keep": interaction.client is not None or not interaction.request.max_age,
    }


def _may_continue(interaction: Interaction) -> bool:
    request, user = interaction.request, interaction.user
    return (
        user is not None
        and "select_account" in request.prompt
        and interaction.is_wanted(user)
        and any(proof.identifies for proof in interaction.counting_proofs)
    )


def submit(interaction: Interaction, form: Mapping[str, str], now: int) -> None:
    """Take what an authenticator proves, or the choice to continue as who is signed in."""
    if form.get("account") == "continue":
        if not _may_continue(interaction):
            raise Refused("nobody_to_continue_as", "Please sign in.")
        assert interaction.user is not None
        interaction.answer(account=interaction.user.sub)
        return
    authenticator = authenticators.answering(form, authenticators.first())
    if authenticator is None:
        raise Refused("no_answer", "Please enter your user name and password.")

    def let_in(user: User, proof: Proof) -> None:
        if not interaction.is_wanted(user):
            raise Refused(
                OTHER_ACCOUNT,
                "The application asked for another account than this one. Please sign in with that account.",
            )
        interaction.become(user, proof, keep=form.get("keep") == "yes")
        interaction.answer(account=user.sub)
        interaction.note("sign_in", authenticator=proof.authenticator)

    try:
        authenticator.prove(form, interaction.trying(now, identified=False), let_in)
    except Refused as refusal:
        if refusal.reason == OTHER_ACCOUNT:  # right, so nothing was counted, and the row went with the transaction
            interaction.note("sign_in.refused", reason=OTHER_ACCOUNT)
        raise
