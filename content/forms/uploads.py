"""How a form's files come in: to disk at once, beside the resumable ones."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

SUFFIX = ".form"


class FileOnDisk(TemporaryUploadedFile):
    """A form's file in the upload folder, which is made for large ones; the system's temporary folder may not be."""

    def __init__(self, name: str, content_type: str, charset: str | None, extra: dict[str, bytes] | None) -> None:
        folder = Path(settings.UPLOAD_ROOT)
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(suffix=SUFFIX, dir=folder)  # noqa: SIM115 (Django closes it)
        UploadedFile.__init__(self, file, name, content_type, 0, charset, extra)


class DiskHandler(TemporaryFileUploadHandler):
    """Write every file to disk, and stop at one that is larger than this server takes (`stopped`)."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.stopped = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open the file on disk."""
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = FileOnDisk(str(self.file_name), str(self.content_type), self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            self.stopped = True
            raise StopUpload(connection_reset=True)
        self.file.write(raw_data)
