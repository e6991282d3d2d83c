from argparse import ArgumentParser
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from itam_portal.demo.build import OWNER, build
from itam_portal.demo.shares import Numbers
from itam_portal.refusals import Refused

DEFAULTS = {"accounts": 20_000, "users": 20_000, "organizations": 60, "tenants": 8, "seed": 1}


class Command(BaseCommand):
    """Fills the database with the demo; whatever demo it held before is replaced."""

    help = "Fills the database with believable tenants, accounts and users, the same for the same seed and day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, number in DEFAULTS.items():
            parser.add_argument(f"--{name}", type=int, default=number, metavar="N", help=f"default {number}")
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="everything happened before this day began in UTC; default today",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if OWNER not in settings.DATABASES:
            raise CommandError("The demo is made as the owner: set OWNER_DATABASE_URL.")
        wanted = {name: options[name] for name in DEFAULTS}
        numbers = Numbers(**wanted, today=options["today"] or datetime.now(UTC).date())
        try:
            build(numbers, self.stdout.write if options["verbosity"] > 1 else _silence)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        made = (
            "Made {accounts:,} accounts and {users:,} users of {organizations:,} organizations in {tenants:,} tenants."
        )
        self.stdout.write(made.format(**wanted))


def _silence(line: str) -> None:
    """Only -v 2 says how long each step took."""
