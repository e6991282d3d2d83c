"""For development: mail lands in a folder, one file each, and the console names it."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone
from django.utils.crypto import get_random_string


class FolderBackend(BaseEmailBackend):
    """Writes every message to MAIL_FOLDER as an .eml file, which any mail program opens."""

    def send_messages(self, messages: Any) -> int:
        """How many were written. Raises OSError where the folder cannot be written."""
        for message in messages:
            self._write(message)
        return len(messages)

    def _write(self, message: EmailMessage) -> None:
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{timezone.now():%Y-%m-%d-%H%M%S}-{get_random_string(6)}.eml"
        (folder / name).write_bytes(message.message().as_bytes())
        sys.stdout.write(f"Mail to {', '.join(message.to)}: {folder / name}\n")
        sys.stdout.flush()
