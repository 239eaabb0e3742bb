"""Files that come through a page: several, or a ZIP that is unpacked here, within limits, under harmless names."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from documents import importing
from documents.file_kinds import DAMAGED, Crowded, opened
from documents.sniffing import largest
from tenants.sources import Unreadable

MOST_FILES = 300
CHUNK = 2**16


@dataclass(frozen=True)
class Brought:
    """A file as it comes in; `problem` says why not even its bytes are kept."""

    name: str
    data: bytes = b""
    problem: str = ""


@dataclass
class Uploads:
    """The files in their order, one in memory at a time."""

    sent: Iterable[Any]
    count: int = 0
    total: int = 0

    def __iter__(self) -> Iterator[Brought]:
        """Raises Unreadable for an archive that cannot be taken."""
        for one in self.sent:
            if importing.is_by_the_way(one.name):
                continue
            if _is_archive(one):
                yield from self._unpacked(one)
            elif problem := importing.too_large(one.size):
                yield self._counted(Brought(one.name, problem=problem))
            else:
                yield self._counted(Brought(one.name, one.read()))

    def _counted(self, one: Brought) -> Brought:
        self.count += 1
        self.total += len(one.data)
        if self.count > MOST_FILES:
            raise _too_many()
        if self.total > (
            most := settings.UPLOAD_LARGEST_ARCHIVE
        ):  # counted: what an archive says of itself may be a lie
            raise Unreadable(
                _("The files together are larger than %(most)s MB. Bring them in parts.") % {"most": most // 2**20}
            )
        return one

    def _unpacked(self, archive: Any) -> Iterator[Brought]:
        name = importing.harmless(archive.name)
        try:
            with opened(archive) as package:
                for entry in sorted(package.infolist(), key=lambda entry: entry.filename):
                    if entry.is_dir() or importing.is_by_the_way(entry.filename):
                        continue
                    if entry.flag_bits & 1:
                        raise Unreadable(_("%(name)s is encrypted. Pack it without a password.") % {"name": name})
                    if (entry.external_attr >> 28) == 0xA:  # a link, made on a Unix machine
                        continue
                    data = _content(package, entry)
                    problem = importing.too_large(largest() + 1) if data is None else ""
                    yield self._counted(Brought(_name(entry), data or b"", problem))
        except Crowded as wrong:
            raise _too_many() from wrong
        except DAMAGED as wrong:
            raise Unreadable(
                _("%(name)s is damaged or packed in an unusual way. Pack it anew as ZIP.") % {"name": name}
            ) from wrong


def _too_many() -> Unreadable:
    return Unreadable(_("There are more than %(most)s files. Bring them in parts.") % {"most": MOST_FILES})


def _is_archive(one: Any) -> bool:
    """A ZIP that is no Office file."""
    start = one.read(4)
    one.seek(0)
    if start not in {b"PK\x03\x04", b"PK\x05\x06"}:
        return False
    try:
        with opened(one) as package:
            names = {entry.filename for entry in package.infolist()[:2000]}
    except DAMAGED:
        return str(one.name).lower().endswith(".zip")
    finally:
        one.seek(0)
    return not names & {"[Content_Types].xml", "mimetype"}


def _name(entry: zipfile.ZipInfo) -> str:
    """Windows packs names in its own letters without saying so: where they are UTF-8 after all, they are read as that."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _content(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """The bytes of one entry, or None when there are more than a document may have."""
    out, most = io.BytesIO(), largest()
    with package.open(entry) as file:
        while chunk := file.read(CHUNK):
            if out.tell() + len(chunk) > most:
                return None
            out.write(chunk)
    return out.getvalue()
