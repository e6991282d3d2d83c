from typing import Any

from django.core.management.base import BaseCommand

from itam_portal.housekeeping import keep_house


class Command(BaseCommand):
    """Purges, expiries and retries. Safe at any time, and twice at once."""

    help = "Does the chores that the worker does every ten minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, number in keep_house().items():
            self.stdout.write(f"{name}: {number}")
