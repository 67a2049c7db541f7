"""Fixtures of the protocol's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.oidc.keys import KeySet


@pytest.fixture(scope="module")
def key_set(keys_folder: Path) -> KeySet:
    """The keys that everything is signed with."""
    return KeySet(keys_folder)
