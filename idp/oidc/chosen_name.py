"""What administrators may call an application: nothing that people or commands would take for one that is here already.

What is compared differs from what applications that register themselves are held to (`client_name`): an administrator may
want names that look alike, but never two that are the same but for case and blanks.
"""

from __future__ import annotations

from idp.directory import names
from idp.storage import appearance, clients
from idp.storage.models import Client


def problem(name: str, client: Client | None = None) -> str | None:
    """The sentence that says why a client can't be called this, or None; the name that a client has is always good for it.

    Inside a transaction, whoever else asks so waits until it ends.
    """
    if client is not None and name == client.name:
        return None
    if wrong := names.display_name_problem(name):
        return wrong
    like = names.alike(name)
    for number, other, is_unchecked in clients.names_alone():
        # What nobody has checked keeps its very name only, or whoever registers it would keep the others from administrators.
        if (other == name if is_unchecked else names.alike(other) == like) and (client is None or number != client.id):
            return taken(other)
    if names.alike(appearance.name()) == like:
        return f"{appearance.name()} is what this sign-in service itself is called. Choose another name."
    return None


def taken(name: str) -> str:
    """That a name is in use."""
    return f"There is a client named {name} already. If you lost its secret, make a new one: idp client rotate-secret {name}"
