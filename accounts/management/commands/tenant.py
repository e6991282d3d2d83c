"""Makes tenants: `manage.py tenant create`. Run by whoever runs the installation, as the owner of the tables."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email, validate_slug

from accounts.models import Identity
from accounts.operations import found_tenant
from itam_portal.history.context import through
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant

OWNER = "owner"


class Command(BaseCommand):
    """Makes a tenant with its built-in roles, its HOME organization, Automation, and its first owner."""

    help = "Makes a tenant and its first owner, who can sign in at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        create = parser.add_subparsers(dest="verb", required=True).add_parser("create", help=self.help)
        create.add_argument(
            "--slug", required=True, help="short name, in addresses and sign-ins: lower case, no spaces"
        )
        create.add_argument("--name", required=True, help="name, as pages show it")
        create.add_argument("--owner-email", required=True, help="e-mail address of the first owner")
        create.add_argument("--owner-name", required=True, help="name of the first owner")
        create.add_argument("--time-zone", default="UTC", help="days in filters and expiry dates are days of this zone")

    def handle(self, *args: Any, **options: Any) -> None:
        if OWNER not in settings.DATABASES:
            raise CommandError("A tenant is made as the owner: set OWNER_DATABASE_URL.")
        wrong = _wrong(options)
        if wrong:
            raise CommandError(wrong)
        is_known = Identity.objects.filter(email__iexact=options["owner_email"]).exists()
        password = "" if is_known else _password()
        made = Tenant.objects.using(OWNER).create(
            slug=options["slug"], name=options["name"], time_zone=options["time_zone"]
        )
        try:
            with through("command", "tenant create"), tenant_scope(made.pk):
                tenant = Tenant.objects.get(pk=made.pk)
                person = {"email": options["owner_email"], "name": options["owner_name"], "password": password}
                found_tenant(tenant, **person, by=System("Command", tenant))
        except BaseException:
            Tenant.objects.using(OWNER).filter(pk=made.pk).delete()
            raise
        how = "with the password that belongs to that address" if is_known else "with that password"
        self.stdout.write(f"Made the tenant {made.slug}. {options['owner_email']} signs in {how}.")


def _wrong(options: dict[str, Any]) -> str:
    """What is wrong with the command line, in words; '' where nothing is."""
    slug = options["slug"]
    try:
        validate_slug(slug)
    except ValidationError:
        return f"“{slug}” is no short name: use letters, digits and hyphens."
    if slug != slug.lower():
        return f"“{slug}” is no short name: use lower case."
    try:
        validate_email(options["owner_email"])
    except ValidationError:
        return f"“{options['owner_email']}” is no e-mail address."
    if not options["name"].strip() or not options["owner_name"].strip():
        return "Neither name may be empty."
    if options["time_zone"] not in available_timezones():
        return f"There is no time zone “{options['time_zone']}”: write it as Europe/Berlin."
    if Tenant.objects.using(OWNER).filter(slug=slug).exists():
        return f"There is a tenant “{slug}” already. Nothing was changed."
    return ""


def _password() -> str:
    """The first owner's password: asked for at a terminal, else the first line of standard input."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password of the first owner: ")
        if getpass.getpass("The same again: ") != password:
            raise CommandError("The two passwords differ. Nothing was changed.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password)
    except ValidationError as error:
        raise CommandError(" ".join([*error.messages, "Nothing was changed."])) from error
    return password
