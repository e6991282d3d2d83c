from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate

from itam_portal.tenancy.router import OwnerMigrates


class Command(DjangoMigrate):
    """Migrates as the owner: the serving role has no right to alter anything."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def execute(self, *args: Any, **options: Any) -> str | None:
        if options["database"] not in settings.DATABASES or options["database"] == "default":
            raise CommandError("Migrations run as the owner: set OWNER_DATABASE_URL.")
        OwnerMigrates.migrating = True
        try:
            return super().execute(*args, **options)
        finally:
            OwnerMigrates.migrating = False
