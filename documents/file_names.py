"""A name somebody gave a file, made harmless: it is shown, sent in a header, and saved on other people's disks."""

from __future__ import annotations

import re
import unicodedata

from tenants.letters import nfc

LONGEST = 120  # signs; three bytes each still fit in a file system
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|\Z)", re.I)
UNSEEN = (
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
    "Zl",
    "Zp",
)  # control, direction, surrogates: they make a name look like another
SUFFIXES = {
    "docx": ("docx",), "pdf": ("pdf",), "xlsx": ("xlsx",), "odt": ("odt",), "doc": ("doc",), "xls": ("xls",),
    "rtf": ("rtf",), "txt": ("txt", "csv", "md"), "png": ("png",), "jpg": ("jpg", "jpeg"),
}  # fmt: skip
KNOWN = {suffix for suffixes in SUFFIXES.values() for suffix in suffixes} | {
    "htm",
    "html",
    "zip",
    "docm",
    "xlsm",
    "exe",
}


def safe_name(name: str, kind: str) -> str:
    """The last part of the path in NFC with the suffix of its true type: `../../QT 01.pdf` becomes `QT 01.pdf`."""
    name = nfc(name)
    name = "".join(sign for sign in name if unicodedata.category(sign) not in UNSEEN)
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r'[<>:"|?*%;]', "_", name)
    name = " ".join(name.split()).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    right = SUFFIXES.get(kind)
    if right is None:  # refused: the name is only shown
        return name[:LONGEST] or "?"
    if not dot or suffix.lower() not in right:
        stem = stem if dot and suffix.lower() in KNOWN else name
        suffix = right[0]
    stem = nfc(stem[:LONGEST].strip(". ")) or "tai-lieu"
    return f"_{stem}.{suffix}" if DEVICES.match(f"{stem}.") else f"{stem}.{suffix}"
