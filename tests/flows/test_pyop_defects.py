"""What of pyop is closed raises when called, and no defect's number is missing from the tests beside this one."""

from __future__ import annotations

import re

import pytest
from pyop.provider import Provider as PyopProvider

from idp.oidc.provider import Provider
from tests.flows import test_pyop_critical, test_pyop_high, test_pyop_medium, test_pyop_medium_more

CLOSED = {
    "authorize": "C6 M5 M6 M18 M24 M28",
    "handle_token_request": "C3 C4 H1 H2 H3 H4 H5 M8 M9 M12 M13 M26",
    "handle_userinfo_request": "C5 M11 M26 M29",
    "logout_user": "C2 H4",
    "do_post_logout_redirect": "C2 M33",
    "handle_client_registration_request": "M25",
    "match_client_preferences_with_provider_capabilities": "M25",
    "_create_signed_id_token": "H6 M19 M20 M32",
    "_do_code_exchange": "C4 H1 H2",
    "_do_token_refresh": "C3 H3 H5",
    "_verify_client_authentication": "H8 M8 M10",
    "_create_subject_identifier": "M22 M23",
}
STILL_PYOPS = {"parse_authentication_request"}  # ours by now, and what runs behind it is pyop's


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_part_of_pyop_raises(name):
    with pytest.raises(RuntimeError, match="not used"):
        getattr(Provider("https://id.example", {}), name)("anything", extra=True)


@pytest.mark.parametrize("name", ["jwks", "provider_configuration"])  # M3 M4 M21 H7
def test_a_closed_property_of_pyop_raises(name):
    with pytest.raises(RuntimeError, match="not used"):
        getattr(Provider("https://id.example", {}), name)


def test_pyop_has_no_public_method_that_is_neither_ours_nor_closed():
    public = {name for name in vars(PyopProvider) if not name.startswith("_")}
    assert public - vars(Provider).keys() == set()
    assert public == {name for name in public if name in CLOSED} | STILL_PYOPS | {"jwks", "provider_configuration"}


def test_every_defect_has_a_test_of_its_number():
    modules = (test_pyop_critical, test_pyop_high, test_pyop_medium, test_pyop_medium_more)
    names = [name for module in modules for name in vars(module) if name.startswith("test_")]
    covered = {number.upper() for name in names for number in re.findall(r"(?<=_)([chm]\d+)(?=_)", name)}
    wanted = {f"{kind}{number}" for kind, last in (("C", 6), ("H", 11), ("M", 33)) for number in range(1, last + 1)}
    assert covered == wanted
