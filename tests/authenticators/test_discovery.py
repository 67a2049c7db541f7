"""Authenticators are found by lying in their folder."""

from idp import authenticators
from idp.authenticators import password, recovery_code


def test_the_first_authenticators_can_open_a_sign_in() -> None:
    assert password in authenticators.first()
    for module in authenticators.everything().values():
        assert module.__name__.rpartition(".")[2] == module.NAME
        assert callable(module.answers)
        assert callable(module.prove)


def test_what_only_stands_in_for_others_is_offered_last() -> None:
    assert authenticators.second()[-1] is recovery_code


def test_a_form_finds_who_answers_it() -> None:
    first = authenticators.first()
    assert authenticators.answering({"username": "a", "password": "b"}, first) is password
    assert authenticators.answering({"username": "a"}, first) is None
    assert authenticators.answering({}, first) is None
