"""Text typed with the Vietnamese fonts of before Unicode: TCVN3 (.VnTime) and VNI (VNI-Times), told apart and converted.

Such a font shows ® as đ: the letters in the file are Western ones. A paragraph is converted only where the signs of
one of the two stand inside words and no Vietnamese letter of Unicode does; whoever reads is told.
"""

from __future__ import annotations

import re
import unicodedata

TCVN3, VNI = "tcvn3", "vni"
_FROM = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ§¡¢£¤¥¦"
_TO = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĐĂÂÊÔƠƯ"
_TCVN3 = str.maketrans(_FROM, _TO)

_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HATS = {
    "a": {
        "ê": "ă", "é": "ắ", "è": "ằ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ",
        "â": "â", "á": "ấ", "à": "ầ", "å": "ẩ", "ã": "ẫ", "ä": "ậ",
    },
    "e": {"â": "ê", "á": "ế", "à": "ề", "å": "ể", "ã": "ễ", "ä": "ệ"},
    "o": {"â": "ô", "á": "ố", "à": "ồ", "å": "ổ", "ã": "ỗ", "ä": "ộ"},
}  # fmt: skip
_SINGLE = {"ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ", "í": "í", "ì": "ì"}


def _vni_table() -> dict[str, str]:
    pairs = {f"{base}{mark}": letter for base, marks in _HATS.items() for mark, letter in marks.items()}
    for base, letter in {"a": "a", "e": "e", "o": "o", "u": "u", "y": "y", "ô": "ơ", "ö": "ư"}.items():
        for mark, tone in _TONES.items():
            pairs.setdefault(base + mark, unicodedata.normalize("NFC", letter + tone))
    pairs |= _SINGLE
    upper = {old.upper(): new.upper() for old, new in pairs.items()}
    titled = {old[0].upper() + old[1:]: new.upper() for old, new in pairs.items() if len(old) == 2}
    return pairs | titled | upper


_VNI = _vni_table()
_VNI_SIGNS = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_MODERN = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]")
# What no other writing has inside a word: ® ¸ µ ¶ · ¹ beside a letter; a vowel with the sign of its tone behind it.
_TCVN3_HINT = re.compile(r"(?<=[A-Za-z])[µ¸¶·¹»¾¼½¨©®ª«¬\u00ad§×÷]|[®§µ¸¶·¹»¾¼½¨©ª«¬](?=[A-Za-z])")
_VNI_HINT = re.compile("[aeouyôö][ùøûõï]|[aeo][âáàåãäêéèúüë]|ñ(?=[aeiouyôö])|[AEOUYÔÖ][ÙØÛÕÏ]|[AEO][ÂÁÀÅÃÄÊÉÈÚÜË]|Ñ(?=[AEIOUYÔÖ])")  # fmt: skip


LEAST_SIGNS, LEAST_SHARE = 2, 8  # so many signs, and at least one in so many words


def letters_of_font(font: str) -> str:
    """`tcvn3` or `vni` by the name of the font, which is certain; "" for one of Unicode."""
    if font.lower().startswith(".vn"):
        return TCVN3
    return VNI if font.upper().startswith("VNI-") else ""


def letters_of(text: str) -> str:
    """`tcvn3`, `vni`, or "" for a text in Unicode or of another language."""
    if _MODERN.search(text):
        return ""
    tcvn3, vni = len(_TCVN3_HINT.findall(text)), len(_VNI_HINT.findall(text))
    if max(tcvn3, vni) < LEAST_SIGNS or max(tcvn3, vni) * LEAST_SHARE < len(text.split()):
        return ""  # a French name, a micrometre, a paragraph sign
    return TCVN3 if tcvn3 >= vni else VNI


def converted(text: str, letters: str) -> str:
    """The text in Unicode."""
    if letters == TCVN3:
        return text.translate(_TCVN3)
    if letters == VNI:
        return _VNI_SIGNS.sub(lambda found: _VNI[found[0]], text)
    return text


def in_unicode(texts: list[str]) -> tuple[list[str], str]:
    """Every text of one paper, converted where it is written in old letters; and which these were.

    One paper is typed in one of the two. Where part of it is in Unicode, only what shows their signs is converted.
    """
    letters = letters_of(" ".join(text for text in texts if not _MODERN.search(text)))
    if not letters:
        return texts, ""
    hint = _TCVN3_HINT if letters == TCVN3 else _VNI_HINT
    mixed = any(_MODERN.search(text) for text in texts)
    return [
        text
        if text.isascii() or _MODERN.search(text) or (mixed and not hint.search(text))
        else converted(text, letters)
        for text in texts
    ], letters
