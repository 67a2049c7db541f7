"""Ada at her browser, as the pages of `/account` find her."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import given
from tests.web.conftest import Visitor

__all__ = ["Visitor"]


@pytest.fixture
def ada(visit: Callable[..., Visitor]) -> Visitor:
    """Ada, who has just signed in."""
    return visit(given.user("ada", display_name="Ada"))
