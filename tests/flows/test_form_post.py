"""Answers that travel in a form (OAuth 2.0 Form Post Response Mode 2)."""

from __future__ import annotations

import pytest

from tests.flows.application import PASSWORD, Application


def form_of(person, app: Application):
    """The form that carries the answer; nothing was sent anywhere yet."""
    assert person.left_to is None and person.page.status == 200
    forms = [form for form in person.page.forms if form.action == app.redirect_uri]
    assert len(forms) == 1 and forms[0].method == "post"
    return forms[0]


def walk(person, app: Application, **changes):
    person.get(app.url(response_mode="form_post", **changes))
    if person.page.offers("password"):
        person.submit(username="alice", password=PASSWORD)
    return form_of(person, app)


def test_the_answer_stands_in_a_form_that_submits_itself_or_by_a_button(other_app, person):
    """OP-CHECKLIST item 58."""
    fields = walk(person, other_app).fields  # its redirect URI has a query of its own
    assert fields.keys() == {"code", "state", "iss"} and fields["state"] == "a state"
    html, headers = person.page.html, person.page.response.headers
    assert "/static/form_post.js" in html and "<button" in html
    assert headers["Cache-Control"] == "no-store"
    assert "form-action 'self' https://other.example;" in headers["Content-Security-Policy"]
    assert other_app.exchange(fields["code"]).status_code == 200


def test_the_way_without_a_form_to_fill_in_ends_there_too(app, person):
    app.code(person)
    person.left_to = None
    assert walk(person, app).fields["code"]


@pytest.mark.parametrize("changes, error", [
    ({"prompt": "none"}, "login_required"), ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"), ({"request": "x"}, "request_not_supported"),
    ({"scope": "nonsense"}, "invalid_scope"),
], ids=str)  # fmt: skip
def test_errors_travel_in_the_form_too(app, person, changes, error):
    """OP-CHECKLIST items 35 and 58."""
    fields = walk(person, app, **changes).fields
    assert fields["error"] == error and fields.keys() == {"error", "error_description", "state", "iss"}


def test_a_refusal_by_the_person_travels_in_the_form_too(asking_app, person):
    person.get(asking_app.url(response_mode="form_post", prompt="consent"))
    person.submit(username="alice", password=PASSWORD)
    person.submit(decision="deny")
    assert form_of(person, asking_app).fields["error"] == "access_denied"


def test_what_the_application_sent_stays_text(app, person):
    state = "\"'><script>alert(1)</script>&amp;<input name=code value=evil>"
    fields = walk(person, app, state=state, prompt="none").fields
    assert fields["state"] == state and "code" not in fields
    assert "<script>alert" not in person.page.html


def test_the_page_runs_no_inline_script(app, person):
    """OP-CHECKLIST items 58 and 67."""
    walk(person, app, prompt="none")
    policy = person.page.response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy
    assert "onload" not in person.page.html and " style=" not in person.page.html


def test_an_app_on_the_device_is_reached_by_its_scheme(server, person):
    own = Application(server, "--skip-consent", redirect_uri="app.immich:/oauth-callback")
    walk(person, own, prompt="none")
    assert "form-action 'self' app.immich:;" in person.page.response.headers["Content-Security-Policy"]
