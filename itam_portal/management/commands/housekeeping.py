from typing import Any

from django.core.management.base import BaseCommand

from itam_portal.history.context import through
from itam_portal.housekeeping import keep_house


class Command(BaseCommand):
    """Purges, expiries and retries. Safe at any time, and twice at once."""

    help = "Does the chores that the worker does every ten minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        with through("command", "housekeeping"):
            done = keep_house()
        for name, number in done.items():
            self.stdout.write(f"{name}: {number}")
