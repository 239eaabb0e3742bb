"""Files that are too large are not taken further in than the door."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class WithinLimits(FileUploadHandler):
    """Lets go of a file once it passes its limit; the request then names it in `too_large`, the rest is read.

    The limit is UPLOAD_LARGEST, and for a ZIP on a page whose view `takes_archives` UPLOAD_LARGEST_ARCHIVE.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        match = getattr(self.request, "resolver_match", None)
        takes_archives = match is not None and getattr(match.func, "takes_archives", False)
        is_archive = str(self.file_name).lower().endswith(".zip")
        self.largest = settings.UPLOAD_LARGEST_ARCHIVE if takes_archives and is_archive else settings.UPLOAD_LARGEST

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > self.largest:
            request: Any = self.request
            request.too_large = [*getattr(request, "too_large", ()), str(self.file_name)]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one keep it."""
