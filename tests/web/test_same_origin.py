"""Forms of ours are sent by pages of ours."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("path", ["/logout", "/setup", "/setup/strength", "/interaction/x"])
@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_a_form_that_another_site_sent_is_refused(browser: FlaskClient, path: str, site: str) -> None:
    answer = browser.post(path, headers={"Sec-Fetch-Site": site}, data={"decision": "logout"})
    assert answer.status_code == 403
    assert "another site" in answer.text


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/authorize", "/logout"])
def test_what_applications_call_may_come_from_anywhere(browser: FlaskClient, path: str) -> None:
    assert browser.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code != 403


def test_a_link_from_anywhere_may_be_followed(browser: FlaskClient) -> None:
    assert browser.get("/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
