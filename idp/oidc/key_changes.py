"""Rotating and retiring signing keys, as commands and pages do it: written down, and with a warning where it is soon."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from idp import activity, clock
from idp.oidc import key_files
from idp.oidc.key_entry import KeyEntry
from idp.oidc.key_files import Rotation
from idp.storage.database import transaction

Run = Callable[[Callable[[], Any]], Any]


def is_young(entries: list[KeyEntry]) -> bool:
    """Whether one of these keys has been published for so short a time that not every application knows it."""
    return clock.now() - max(each.created_at for each in entries) < key_files.HANDOVER


def is_still_needed(entry: KeyEntry) -> bool:
    """Whether a retired key signed until so recently that tokens by it may still have to be checked."""
    return entry.retired_at is not None and clock.now() - entry.retired_at < key_files.HANDOVER


def rotate(folder: Path, run: Run = lambda work: work()) -> Rotation:
    """Let the next keys sign; returns what has become of them. `run` does what takes long: making the keys after them."""
    done: Rotation = run(lambda: key_files.rotate(folder))
    with transaction(durable=True):
        for each in done.replaced:
            activity.record("key.retired", kid=each.kid)
        activity.record("key.rotated", kids=[each.kid for each in done.active])
    return done


def retire(folder: Path, *kids: str, run: Run = lambda work: work()) -> list[KeyEntry]:
    """Delete keys that don't sign; returns the new next ones. Raises NotFound, or Invalid for one that signs."""
    made: list[KeyEntry] = run(lambda: key_files.retire(folder, *kids))
    with transaction(durable=True):
        for kid in dict.fromkeys(kids):
            activity.record("key.retired", kid=kid)
    return made
