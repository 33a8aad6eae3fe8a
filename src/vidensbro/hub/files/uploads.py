"""Stopping an upload that is too large before it is read."""

from __future__ import annotations

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

_FORM = 4 * 2**20
"""What the other fields of a form may add."""


class UploadTooLarge(RequestDataTooBig):
    """A file is larger than the site takes. `megabytes` is the most."""

    def __init__(self) -> None:
        self.megabytes: int = settings.VIDENSBRO_FILE_MEGABYTES
        super().__init__(f"more than {self.megabytes} MB")


class SizeLimit(FileUploadHandler):
    """Stands first among the upload handlers; keeps nothing itself.

    A request that says that it is too large is refused before a byte of its body is read, one that is larger than it
    says, at the first chunk too many.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._left = self._most()

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Refuse by the length that the request gives."""
        if content_length > self._most() + _FORM:
            raise UploadTooLarge

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count, and pass on."""
        self._left -= len(raw_data)
        # A little more is let through, so that a file just too large gets its answer beside the field.
        if self._left < -_FORM:
            raise UploadTooLarge
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""

    @staticmethod
    def _most() -> int:
        return int(settings.VIDENSBRO_FILE_MEGABYTES) * 2**20
