"""Translation catalogues: our own words, and the words of packages that come without a Vietnamese translation.

`qms/locale` is written from the sources by makemessages; `qms/locale_packages` is kept by hand and holds only what
the packages leave untranslated. Compiled files are not in the repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).resolve().parent
OWN = HERE / "locale" / "vi" / "LC_MESSAGES" / "django.po"
PACKAGES = HERE / "locale_packages" / "vi" / "LC_MESSAGES" / "django.po"


def read(file: Path) -> Catalog:
    with file.open("rb") as lines:
        return read_po(lines, locale="vi")


def compile_all() -> int:
    """Write django.mo beside every django.po that is newer. Returns how many were written."""
    written = 0
    for source in (OWN, PACKAGES):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with target.open("wb") as out:
                write_mo(out, read(source), use_fuzzy=False)
            written += 1
    return written


def untranslated(file: Path) -> list[str]:
    """Messages without a translation, or with one that a change of the source made doubtful."""
    return [
        _words(message.id)
        for message in read(file)
        if message.id and (message.fuzzy or not all(_strings(message.string)))
    ]


def broken(file: Path) -> list[str]:
    """Translations whose placeholders differ from the source's: they would fail or lose a value on the page."""
    found = []
    for message in read(file):
        for error in message.check() if message.id and all(_strings(message.string)) else []:
            found.append(f"{_words(message.id)}: {error}")
    return found


def package_messages(folder: Path) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """(context, message with its plural if it has one) of a package, read from whichever of its catalogues has most."""
    catalogues = [read_as_is(file) for file in sorted(folder.glob("*/LC_MESSAGES/django.po"))]
    if not catalogues:
        return
    for message in max(catalogues, key=len):
        if message.id:
            yield message.context, tuple(_strings(message.id))


def read_as_is(file: Path) -> Catalog:
    with file.open("rb") as lines:
        return read_po(lines)


def _strings(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]


def _words(value: object) -> str:
    return " / ".join(_strings(value))
