"""What an administrator demands of everybody."""

from __future__ import annotations

from idp.directory import policy
from idp.storage.models import Activity


def test_the_demand_is_kept_and_recorded(storage: None) -> None:
    assert not policy.everybody_needs_mfa()
    policy.demand_mfa_of_everybody(True)
    assert policy.everybody_needs_mfa()
    policy.demand_mfa_of_everybody(False)
    assert not policy.everybody_needs_mfa()
    assert [row.detail["value"] for row in Activity.select().order_by(Activity.id)] == [1, 0]
