"""Errors are named by who reads them."""

from __future__ import annotations

import pytest

from idp import errors


def test_all_that_is_refused_on_purpose_has_one_root() -> None:
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)]
    assert all(issubclass(each, errors.FoyerError) for each in classes)
    assert len(classes) >= 9


def test_only_one_of_them_may_travel_to_the_client_through_the_browser() -> None:
    redirected = [each for each in vars(errors).values() if isinstance(each, type) and "Authorization" in each.__name__]
    assert redirected == [errors.AuthorizationError]
    for other in (errors.PageError, errors.TokenError, errors.BearerError, errors.Refused):
        assert not issubclass(other, errors.AuthorizationError)


def test_a_refusal_shows_its_sentence_and_keeps_its_reason() -> None:
    refusal = errors.Refused("wrong_password", "That doesn't match.")
    assert (refusal.reason, refusal.sentence) == ("wrong_password", "That doesn't match.")


def test_a_configuration_error_tells_every_problem_on_a_line() -> None:
    error = errors.ConfigurationError("One.", "Two.")
    assert str(error).splitlines() == ["One.", "Two."] == list(error.problems)


def test_an_invalid_form_tells_a_sentence_a_field() -> None:
    error = errors.Invalid(name="Too long.", email="Not an address.")
    assert error.problems == {"name": "Too long.", "email": "Not an address."}
    assert str(error) == "Too long. Not an address."


@pytest.mark.parametrize("reason", ["", "wrong_secret"])
def test_a_token_error_is_logged_with_its_reason_or_its_code(reason: str) -> None:
    assert errors.TokenError("invalid_client", "No.", reason=reason).reason == (reason or "invalid_client")


def test_a_mismatch_and_a_token_error_are_whole_from_the_start() -> None:
    with pytest.raises(TypeError):
        errors.RedirectMismatch("Title", "Message")  # type: ignore[call-arg]
    mismatch = errors.RedirectMismatch(
        "Title", "Message", client_id="app", redirect_uri="https://a.example/", reason="x"
    )
    assert (mismatch.client_id, mismatch.redirect_uri, mismatch.reason) == ("app", "https://a.example/", "x")
    assert errors.TokenError("invalid_client", "No.", client_id="app").client_id == "app"
