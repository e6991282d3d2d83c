from argparse import ArgumentParser
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg.errors import LockNotAvailable

from itam_portal.demo.build import RealData, build
from itam_portal.demo.shares import Impossible, Numbers


class Command(BaseCommand):
    """Fills the database with the demo; whatever demo it held before is replaced."""

    help = "Fills the database with believable tenants, accounts and users, the same for the same seed and day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", type=int, default=20_000)
        parser.add_argument("--users", type=int, default=20_000)
        parser.add_argument("--organizations", type=int, default=60)
        parser.add_argument("--tenants", type=int, default=8)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            default=None,
            help="all moments lie before the beginning of this day, UTC (YYYY-MM-DD; default: today)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in settings.DATABASES:
            raise CommandError("The demo is made as the owner: set OWNER_DATABASE_URL.")
        names = ("accounts", "users", "organizations", "tenants", "seed")
        numbers = Numbers(*[options[name] for name in names], options["today"] or datetime.now(UTC).date())
        try:
            build(numbers, self.say if options["verbosity"] > 1 else lambda line: None)
        except Impossible as error:
            raise CommandError(str(error)) from error
        except RealData as error:
            raise CommandError(f"The tenant {error} is not demo data, and the demo would remove it.") from error
        except LockNotAvailable as error:
            raise CommandError("The database is in use: stop the portal and its worker, then try again.") from error
        self.stdout.write(
            f"Made {numbers.accounts:,} accounts and {numbers.users:,} users in {numbers.tenants:,} tenants."
        )

    def say(self, line: str) -> None:
        """How long a step took, for those who want to know (-v 2)."""
        self.stdout.write(line)
