"""What somebody decides on a page that asks them to allow something: yes, no, or to be somebody else first."""

from __future__ import annotations

from collections.abc import Mapping

from idp.errors import Refused
from idp.interaction.facts import Interaction


def is_yes(interaction: Interaction, form: Mapping[str, str], now: int) -> bool | None:
    """Whether it is a yes; None when the browser is nobody's now instead. Raises Refused unless a button was pressed."""
    decision = form.get("decision")
    if decision == "switch":
        interaction.leave(now)
        return None
    if decision not in ("allow", "deny"):
        raise Refused("no_decision", "Please choose Allow or Deny.")
    return decision == "allow"
