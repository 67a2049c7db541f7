"""Whether people could take one name for another: names folded to what they look like, and words of mixed alphabets.

For applications that name themselves. It goes further than Unicode's compatibility forms and less far than its list of
confusable characters (UTS 39), of which here are the letters that whole words can be made of.
"""

from __future__ import annotations

import re
import unicodedata

from idp.directory.names import UNSEEN

# Letters that look like Latin ones, in the case in which they do; before cases are folded.
_ALIKE = {
    "АВЕНІЈКМОРСТХУЅԚԜҮӀ": "ABEHIJKMOPCTXYSQWYI", "авенікмортсхуѕјһԁԛԝүѵӏɡ": "abehikmoptcxysjhdqwyvlg",  # Cyrillic
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϿ": "ABEZHIKMNOPTYXCC", "αεικνορτυχωγϲϳ": "aeikvoptuxwycj",  # Greek
    "ՕՏՍԼօսոհցյզ": "OSULounhgjq",  # Armenian
    "ᎠᎡᎢᎪᎫᎬᎳᎷᎻᏀᏃᏆᏒᏔᏙᏚᏞᏟᏢᏦᏩᏴ": "DRTAJEWMHGZTRWVSLCPKGB",  # Cherokee
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ": "abcdefghijklmnoprstuvwyz", "ıȷɑøłđħŧµǀ": "ijaoldhtul",  # Latin, and the sign for micro
}  # fmt: skip
_AS_LATIN = {ord(one): other for letters, latin in _ALIKE.items() for one, other in zip(letters, latin, strict=True)}
_AS_ONE = str.maketrans({"i": "l", "1": "l", "0": "o"})
# Combining classes from here on are accents; Indic vowels have smaller ones, and tell words apart.
_ABOVE_AND_BELOW = 200
_ALONE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "GEORGIAN", "DESERET"})


_BAR = re.compile(r"(?<=[\w|])\|(?=[\w|])")


def folded(name: str) -> str:
    """What a name looks like at a glance: without case, accents, blanks, signs and what can't be seen."""
    text = unicodedata.normalize("NFKC", _BAR.sub("l", name).translate(_AS_LATIN)).translate(_AS_LATIN).casefold()
    shown = "".join(each for each in unicodedata.normalize("NFKD", text) if _counts(each))
    seen = shown.translate(_AS_LATIN).translate(_AS_ONE)
    return seen.replace("rn", "m").replace("vv", "w") or text.strip()


def is_mixed(name: str) -> bool:
    """Whether one of its words has letters of several alphabets that have look-alikes among each other."""
    text = unicodedata.normalize("NFKC", name.replace("µ", "u"))  # which would become the Greek letter
    plain = "".join(each for each in text if ord(each) not in UNSEEN)
    return any(len(_alphabets(word)) > 1 for word in plain.split())


def _counts(character: str) -> bool:
    return (
        ord(character) not in UNSEEN
        and unicodedata.category(character)[0] in "LMN"
        and unicodedata.combining(character) < _ABOVE_AND_BELOW
    )


def _alphabets(word: str) -> set[str]:
    named = {unicodedata.name(each, "").partition(" ")[0] for each in word if each.isalpha()}
    return named & _ALONE
