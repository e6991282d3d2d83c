"""Ends a sign-in for good: `manage.py end_sign_in`. Run by whoever runs the installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.operations import end_sign_in
from accounts.sign_in import identity_of
from itam_portal.history.context import through
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import System


class Command(BaseCommand):
    """Takes a person's password, second factors and sessions for good. Their accounts stay, disabled."""

    help = "Ends the sign-in of an e-mail address for good; its accounts stay, disabled."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="address that the person signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        identity = identity_of(options["email"]) if "@" in options["email"] else None
        if identity is None:
            raise CommandError(f"Nobody signs in as “{options['email']}”.")
        try:
            with through("command", "end_sign_in"):
                disabled = end_sign_in(identity, by=lambda tenant: System("Command", tenant))
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{identity.email} cannot sign in any more. Accounts disabled: {disabled}.")
