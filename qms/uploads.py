"""Files that are too large are not taken further in than the door."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class WithinLimits(FileUploadHandler):
    """Lets go of a file once it passes UPLOAD_LARGEST; the request then names it in `too_large`, the rest is read."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.UPLOAD_LARGEST:
            request: Any = self.request
            request.too_large = [*getattr(request, "too_large", ()), str(self.file_name)]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one keep it."""
