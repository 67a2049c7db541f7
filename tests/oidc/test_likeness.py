"""Names that people take for each other are found, and others are left alone."""

from __future__ import annotations

import pytest

from idp.oidc.likeness import folded, is_mixed

JELLYFIN = [
    "jellyfin", "JELLYFIN", " Jelly  fin ", "Jelly-fin", "Jellyfin.", "ＪＥＬＬＹＦＩＮ", "ⒿⒺⓁⓁⓎⒻⒾⓃ", "𝓙𝓮𝓵𝓵𝔂𝓯𝓲𝓷", "Jellyﬁn", "ᴊᴇʟʟʏꜰɪɴ",
    "Je\u200bllyfin", "Jelly\u2060fin", "Jelly\ufe0ffin", "Jelly\u3164fin", "Jelly\u034ffin", "Jellyfin\u2800", "Jèllyfïn", "Jellyfın",
    "JELLYFİN", "Јеllуfіn", "JeIIyfin", "Je11yfin", "Jeǀǀyfin", "Je||yfin", "Je\xadllyfin",
]  # fmt: skip


@pytest.mark.parametrize("name", JELLYFIN, ids=ascii)
def test_a_name_that_looks_like_another_one_is_folded_to_it(name: str) -> None:
    assert folded(name) == folded("Jellyfin")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Сеасоре", "Ceacope"), ("ΑΒΒΑ", "ABBA"), ("Grafana 0", "grafana O"), ("Kornet", "Komet"), ("Օսո", "Oun"), ("ᎪᏢᎷ", "APM")],
)  # fmt: skip
def test_words_of_letters_that_look_latin_are_folded_to_latin_ones(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Jellyfin", "Jellyfish"), ("Notes", "Notes 2"), ("हिन्दी", "हनद"), ("🎬", "🎵"), ("Дом", "Сад"), ("Photos", "Fotos")],
)  # fmt: skip
def test_names_that_look_different_stay_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize("name", ["", " ", "...", "🎬", "\u3164", "\ud800", "\x00"], ids=ascii)
def test_what_has_no_letters_can_be_folded_too(name: str) -> None:
    assert isinstance(folded(name), str) and not is_mixed(name)


@pytest.mark.parametrize("name", ["Jellуfin", "Јеllyfin", "Νotes", "Jel\u3164lуfin", "Paperlеss-ngx", "Ꭺpp"], ids=ascii)
def test_a_word_of_several_alphabets_is_mixed(name: str) -> None:
    assert is_mixed(name)


@pytest.mark.parametrize(
    "name", ["Jellyfin", "Домашний Jellyfin", "Wi-Fiルーター", "µTorrent", "한글 App", "Café", "日本語App", "Заметки"]
)
def test_words_of_one_alphabet_each_are_not_mixed(name: str) -> None:
    assert not is_mixed(name)
