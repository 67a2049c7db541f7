"""An administrator at their browser, as the pages of `/admin` find them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import given
from tests.web.conftest import Visitor


@pytest.fixture
def root(visit: Callable[..., Visitor]) -> Visitor:
    """Robin, an administrator who has just signed in."""
    return visit(given.user("robin", display_name="Robin", is_admin=True))
