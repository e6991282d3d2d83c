"""Files that come in: a limit to what is kept of them, whatever the browser says about their size."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

# So many bytes of a file are kept; what comes behind is read and thrown away.
MOST_BYTES = 60 * 1024 * 1024
_MARK = "itam_portal.upload_was_cut"


class LimitedUpload(FileUploadHandler):
    """Lets the other handlers see no more of a file than may be kept."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count from the beginning."""
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """The piece, for the next handler, as long as the file is not too large."""
        self.seen += len(raw_data)
        if self.seen <= MOST_BYTES:
            return raw_data
        if self.request is not None:
            self.request.META[_MARK] = True
        return None

    def file_complete(self, file_size: int) -> None:
        """The file is another handler's."""


def was_cut(request: Any) -> bool:
    """Whether a file of this request was larger than what is kept."""
    return bool(request.META.get(_MARK))
