"""From an authorization request to a decision, one missing step at a time.

    GET/POST /authorize        the request is checked and, unless nothing is missing, kept as an interaction
    GET  /interaction/<id>     shows the step that is missing now
    POST /interaction/<id>     gives that step the person's answer, then looks again

`next_step` reads the facts and finds the first step of `STEPS` that isn't satisfied; when there is none, the application
gets its code. No step knows another one and none redirects. A step is a module with

`NAME`                            its word, also of its template
`ERROR`, `DESCRIPTION`            what the application is told when nobody may be asked (OIDC Core 3.1.2.6)
`DECLINED`                        what it is told when the person doesn't want to, where they may say so; on pages of such
                                  steps `decision` may be "back", which says that, or "switch": to be somebody else
`satisfied(interaction)`          whether the facts make it unnecessary
`offers(interaction)`             what its page shows
`submit(interaction, form, now)`  records any other answer as facts, or raises Refused; what it returns is shown this once
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from idp.errors import AuthorizationError
from idp.interaction import access, consent, device, enrolment, login, second_factor
from idp.interaction.facts import Interaction

# Order is a safety decision: who, whether at all, how surely, what. Nobody adds a factor who has one and hasn't shown it.
STEPS = (login, access, second_factor, enrolment, consent, device)


def next_step(interaction: Interaction) -> ModuleType | None:
    """The step that is missing now, or None when the application may have its code.

    Raises AuthorizationError when the person has declined, or when nobody may be asked (prompt=none).
    """
    for step in STEPS:
        if step.satisfied(interaction):
            continue
        if interaction.answers.get("declined") == step.NAME:
            raise AuthorizationError(*step.DECLINED)
        if "none" in interaction.request.prompt:
            raise AuthorizationError(step.ERROR, step.DESCRIPTION)
        return step
    return None


def submit_to(step: ModuleType, interaction: Interaction, form: Mapping[str, str], now: int) -> dict[str, Any] | None:
    """Take the answer to a step: that the person doesn't want to or is somebody else, or what the step asks for.

    Raises Refused; what it returns is shown this once.
    """
    decision = form.get("decision") if hasattr(step, "DECLINED") else None
    if decision == "back":
        interaction.answer(declined=step.NAME)
    elif decision == "switch":
        interaction.leave(now)
    else:
        shown: dict[str, Any] | None = step.submit(interaction, form, now)
        return shown
    return None
