"""The step in which people add an authenticator: because somebody demands a second factor, or because they came for it.

What isn't confirmed yet is kept with the interaction, so an enrolment that breaks off leaves the account as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from idp import authenticators, clock
from idp.assurance import Proof
from idp.authenticators import recovery_code
from idp.errors import Refused
from idp.interaction.facts import Interaction
from idp.storage.database import transaction

NAME = "enrolment"
ERROR = "interaction_required"
DESCRIPTION = "The person has to set up a second factor."
DECLINED = ("unmet_authentication_requirements", "The person did not set up a second factor.")  # RFC 9470 5


def satisfied(interaction: Interaction) -> bool:
    """Whether the proofs are sure enough, what the person came to add is there, and recovery codes have been offered."""
    wish, enrolled = interaction.request.enrol, interaction.answers.get("enrolled")
    if wish is not None and enrolled != wish:
        return False
    return interaction.is_sure_enough and not _owes_recovery_codes(interaction)


def offers(interaction: Interaction) -> dict[str, Any]:
    """The kinds to choose from, or what the chosen one shows, or the offer of recovery codes."""
    assert interaction.user is not None
    if _owes_recovery_codes(interaction) and interaction.is_sure_enough:
        return {"stage": "recovery_codes", "left": recovery_code.left(interaction.user)}
    chosen = _chosen(interaction)
    if chosen is None:
        return {
            "stage": "choice",
            "kinds": [kind.NAME for kind in authenticators.enrollable()],
            "hindered": authenticators.hindered(interaction.trying(clock.now())),
        }
    shown = chosen.invites(_draft(interaction, chosen), interaction.trying(clock.now()))
    return {"stage": "enrol", "kind": chosen.NAME, "shown": shown, "may_choose": interaction.request.enrol is None}


def submit(interaction: Interaction, form: Mapping[str, str], now: int) -> dict[str, Any] | None:
    """Take a choice, or what confirms the new authenticator; returns recovery codes, which are shown this once."""
    assert interaction.user is not None
    if _owes_recovery_codes(interaction) and interaction.is_sure_enough:
        return _answer_recovery_codes(interaction, form.get("decision"), now)
    if "choose" in form and interaction.request.enrol is None:
        _choose(interaction, form["choose"])
    else:
        _confirm(interaction, form, now)
    return None


def _choose(interaction: Interaction, name: str) -> None:
    if name and name not in {kind.NAME for kind in authenticators.enrollable()}:
        raise Refused("unknown_kind", "Please choose one of the ways below.")
    interaction.answer(enrol=name or None)


def _confirm(interaction: Interaction, form: Mapping[str, str], now: int) -> None:
    chosen = _chosen(interaction)
    if chosen is None:
        raise Refused("no_choice", "Please choose one of the ways below.")

    def count(proof: Proof) -> None:
        assert interaction.user is not None
        interaction.become(interaction.user, proof)
        interaction.answer(enrolled=chosen.NAME, enrol=None, drafts={})
        interaction.note("authenticator.added", authenticator=chosen.NAME)
        interaction.tell("authenticator_added", kind=chosen.NAME, name=form.get("name", "").strip())

    chosen.confirm(form, _draft(interaction, chosen), interaction.trying(now), count)
    interaction.forget_policy()


def _answer_recovery_codes(interaction: Interaction, decision: str | None, now: int) -> dict[str, Any] | None:
    assert interaction.user is not None
    if decision == "later":
        interaction.answer(recovery_codes="later")
        return None
    if decision != "create":
        raise Refused("no_decision", "Please choose one of the buttons.")
    codes = recovery_code.new_codes()
    with transaction(durable=True):
        recovery_code.enrol(interaction.user, codes, now)
        interaction.answer(recovery_codes="created")
        interaction.note("authenticator.added", authenticator=recovery_code.NAME)
        interaction.tell("recovery_codes_made")
    return {"stage": "codes", "codes": codes}


def _owes_recovery_codes(interaction: Interaction) -> bool:
    """Whether codes have to be offered: after setting up what they stand in for, and when they are running out."""
    assert interaction.user is not None
    if "recovery_codes" in interaction.answers:
        return False
    if "enrolled" in interaction.answers:
        return not recovery_code.left(interaction.user)
    used = any(
        proof.authenticator == recovery_code.NAME and proof.interaction == interaction.id
        for proof in interaction.counting_proofs
    )
    return used and interaction.is_recent and recovery_code.left(interaction.user) <= recovery_code.FEW


def _chosen(interaction: Interaction) -> ModuleType | None:
    name = interaction.request.enrol or interaction.answers.get("enrol")
    return next((kind for kind in authenticators.enrollable() if name == kind.NAME), None)


def _draft(interaction: Interaction, kind: ModuleType) -> dict[str, Any]:
    """What waits to be confirmed; made when it is first looked at."""
    assert interaction.user is not None
    drafts: dict[str, dict[str, Any]] = interaction.answers.get("drafts", {})
    if kind.NAME not in drafts:
        drafts = {**drafts, kind.NAME: kind.draft(interaction.user)}
        interaction.answer(drafts=drafts)
    return drafts[kind.NAME]
