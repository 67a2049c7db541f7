"""What names and addresses may look like."""

from __future__ import annotations

import pytest

from idp.directory import names


@pytest.mark.parametrize("name", ["ab", "ada", "ada.lovelace", "a-b_c.9", "a" * 32, "x1"])
def test_a_user_name_that_every_application_takes(name: str) -> None:
    assert names.username_problem(name) is None


@pytest.mark.parametrize(
    "name",
    ["", "a", "a" * 33, "Ada", "1ada", "-ada", ".ada", "_ada", "ada lovelace", "ada@example.org", "a/b", "a:b", "äda", "ada\n",
     "\nada", "ada\0", "аda", "ada\u200b", "a+b", "a\\b"],
)  # fmt: skip
def test_a_user_name_that_some_application_refuses(name: str) -> None:
    assert names.username_problem(name)


@pytest.mark.parametrize(
    "name", ["family", "Media Users", "a", "ä", "家族", "x" * 64, "jellyfin-admins", "a.b_c", "100%"]
)
def test_a_group_name(name: str) -> None:
    assert names.group_problem(name) is None


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a,b", "a;b", "a:b", "a|b", "a/b", "a\\b", '"a"', "'a'", "<a>", "x" * 65,
                                  "a\nb", "a\0", "a\u202eb", "\ud800", ","])  # fmt: skip
def test_a_group_name_that_would_be_split_or_misread(name: str) -> None:
    assert names.group_problem(name)


@pytest.mark.parametrize(
    "email", ["ada@example.org", "a.b+c@sub.example.org", "o'brien@example.org", "a@xn--bcher-kva.example"]
)
def test_an_email_address(email: str) -> None:
    assert names.email_problem(email) is None


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "@example.org", "ada@example", "a b@example.org", "ada@example.org\n", "Ada@example.org",
              "ada@exa mple.org", "a@b@c.d", "a" * 65 + "@example.org", "a@" + "b" * 250 + ".org", "ada@.org", "ada@example..org",
              "<ada@example.org>", "ada@example.org,b@c.d", "ädä@example.org", "\0@example.org"],
)  # fmt: skip
def test_what_is_no_email_address(email: str) -> None:
    assert names.email_problem(email)


@pytest.mark.parametrize("name", ["Ada", "Ada Lovelace", "Zoë Ångström", "明日香", "O’Brien & Co <3", "😀", "x" * 100])
def test_a_name_for_display(name: str) -> None:
    assert names.display_name_problem(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 101,
        "a\nb",
        "a\tb",
        "a\0",
        "\u202eadA",
        "a\u200bb",
        "\ud800",
        "a\u2028b",
        "\x7f",
        " ",
        "Ada ",
        " Ada",
        "\u3164",
        "\u2800\ufe0f",
    ],
)
def test_a_name_that_would_mislead(name: str) -> None:
    assert names.display_name_problem(name)
