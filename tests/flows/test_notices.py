"""What people are told by mail of what happens to their account, through the running provider."""

from __future__ import annotations

from tests.authenticator_app import set_up
from tests.flows.application import PASSWORD, Application
from tests.flows.test_sign_in_link import handle_of
from tests.flows.visitors import visitor
from tests.post_office import words

NEW_DEVICE = "You signed in from a new device"


def sign_in(mailing, name, person=None):
    """Signs somebody in to their own account."""
    person = person or visitor(mailing)
    person.get("/account")
    person.submit(username=name, password=PASSWORD)
    assert person.page.status == 200 and not person.page.offers("password")
    return person


def test_a_new_device_is_told_once(mailing, post_office, somebody):
    person = sign_in(mailing, somebody["username"])
    (mail,) = post_office.wait_for(somebody["email"], NEW_DEVICE)
    assert "Firefox on Linux" in words(mail) and "Address: 127." in words(mail)
    device = person.browser.cookies["foyer-device"]
    for _ in range(3):
        person.browser.cookies.set("foyer", None)
        sign_in(mailing, somebody["username"], person)
        assert person.browser.cookies["foyer-device"] == device
    sign_in(mailing, somebody["username"])
    post_office.wait_for(somebody["email"], NEW_DEVICE, 2)
    assert len(post_office.to(somebody["email"], NEW_DEVICE)) == 2


def test_the_same_device_is_new_to_another_person(mailing, post_office, somebody):
    person = sign_in(mailing, "alice")
    person.browser.cookies.set("foyer", None)
    sign_in(mailing, somebody["username"], person)
    post_office.wait_for(somebody["email"], NEW_DEVICE)


def test_the_cookie_of_the_device_lasts_and_is_out_of_reach(mailing, somebody):
    person = visitor(mailing)
    person.get("/account")
    assert "foyer-device" not in person.browser.cookies, "strangers get none"
    form = person.page.form_with("password")
    data = {**form.fields, "username": somebody["username"], "password": PASSWORD}
    answer = person.browser.post(mailing.issuer + form.action, data=data, allow_redirects=False)
    (cookie,) = [each for each in answer.raw.headers.getlist("Set-Cookie") if each.startswith("foyer-device=")]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie and "Max-Age=34560000" in cookie
    assert somebody["username"] not in cookie and cookie.startswith("foyer-device=de_")


def test_without_mail_no_device_is_remembered(server):
    person = sign_in(server, "alice")
    assert "foyer-device" not in person.browser.cookies


def test_a_password_alone_is_no_sign_in_where_a_second_factor_is_owed(mailing, post_office, somebody):
    strict, person = Application(mailing, "--skip-consent", "--require-mfa"), visitor(mailing)
    person.get(strict.url())
    person.submit(username=somebody["username"], password=PASSWORD)
    post_office.wait_for(somebody["email"], NEW_DEVICE)
    app, _ = set_up(person)
    (mail,) = post_office.wait_for(somebody["email"], "A new way to sign in was added")
    assert "An authenticator app" in words(mail)
    other = visitor(mailing)
    other.get("/account")
    assert other.submit(username=somebody["username"], password=PASSWORD).offers("code")
    assert "foyer-device" not in other.browser.cookies
    other.submit(code=app.code())
    post_office.wait_for(somebody["email"], NEW_DEVICE, 2)


def test_recovery_codes_are_told_when_they_are_made_and_used(mailing, post_office, somebody):
    strict, person = Application(mailing, "--skip-consent", "--require-mfa"), visitor(mailing)
    person.get(strict.url())
    person.submit(username=somebody["username"], password=PASSWORD)
    _, codes = set_up(person, recovery_codes=True)
    post_office.wait_for(somebody["email"], "New recovery codes were made")
    other = visitor(mailing)
    page = other.get(strict.url())
    page = other.submit(username=somebody["username"], password=PASSWORD)
    other.get(page.url + "?use=recovery_code")
    other.submit(recovery_code=codes[0])
    (mail,) = post_office.wait_for(somebody["email"], "A recovery code was used")
    assert "left: 9" in words(mail)


def test_what_an_administrator_does_is_told(mailing, post_office, somebody):
    name, email = somebody["username"], somebody["email"]
    link = mailing.idp_json("user", "link", name)["link"]
    (mail,) = post_office.wait_for(email, "A sign-in link was made for you")
    assert handle_of(link) not in words(mail)
    mailing.idp("user", "reset-factors", name)
    post_office.wait_for(email, "Your second factors were removed")
    mailing.idp("user", "set", name, "--password-stdin", input="another correct horse battery")
    post_office.wait_for(email, "Your password was changed")
    mailing.idp("user", "set", name, "--email", f"new-{email}")
    for address in (email, f"new-{email}"):
        (mail,) = post_office.wait_for(address, "Your e-mail address was changed")
        assert email in words(mail) and f"new-{email}" in words(mail)


def test_a_sign_in_with_a_link_is_told_once(mailing, post_office, somebody):
    link = mailing.idp_json("user", "link", somebody["username"])["link"]
    person = visitor(mailing)
    person.get(link)
    person.submit(link=handle_of(link))
    post_office.wait_for(somebody["email"], "A sign-in link was used")
    mailing.idp("user", "reset-factors", somebody["username"])
    post_office.wait_for(somebody["email"], "Your second factors were removed")
    assert post_office.to(somebody["email"], NEW_DEVICE) == []


def test_nothing_of_all_this_was_an_error_on_our_side(mailing):
    assert "Traceback" not in mailing.log() and " ERROR " not in mailing.log()
