"""Makes access keys: `manage.py access_key`. Run by whoever runs the installation."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import slugify

from accounts import doors
from accounts.operations import Offer, WrongFields, create_service_account
from accounts.queries import Scope
from itam_portal.history.context import through
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Organization, OrganizationType, Tenant
from roles.models import Role

LONGEST = 364


class Command(BaseCommand):
    """Makes a service account with a role for the whole tenant and one access key, the last line it prints."""

    help = "Makes a service account with an access key; the key is the last line on standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", required=True, help="short name of the tenant")
        parser.add_argument("--role", required=True, help="name of the role, in any case, for the whole tenant")
        parser.add_argument("--name", required=True, help="name of the service account and of its key")
        parser.add_argument("--expires", type=int, default=90, help="days until the key ends, 1 to 364 (default 90)")

    def handle(self, *args: Any, **options: Any) -> None:
        found = doors.tenant_of_slug.read(options["tenant"])
        if not found:
            raise CommandError(f"There is no tenant “{options['tenant']}”.")
        if not 1 <= options["expires"] <= LONGEST:
            raise CommandError(f"A key lives 1 to {LONGEST} days. Nothing was changed.")
        try:
            with through("command", "access_key"), tenant_scope(found[0]["tenant_id"]):
                login, text = _make(Tenant.objects.get(pk=found[0]["tenant_id"]), options)
        except WrongFields as refusal:
            raise CommandError(f"{refusal} Choose another name. Nothing was changed.") from refusal
        except Refused as refusal:
            raise CommandError(f"{refusal} Nothing was changed.") from refusal
        self.stdout.write(f"Made the service account {login}. Its key is shown this once:")
        self.stdout.write(text)


def _make(tenant: Tenant, options: dict[str, Any]) -> tuple[str, str]:
    """The login of the service account, and its key."""
    role = Role.objects.filter(tenant=tenant, name__iexact=options["role"]).first()
    if role is None:
        names = ", ".join(Role.objects.filter(tenant=tenant).values_list("name", flat=True))
        raise CommandError(f"There is no role “{options['role']}” in {tenant.slug}. There are: {names}.")
    name = " ".join(options["name"].split())[:200]
    home = Organization.objects.get(tenant=tenant, type=OrganizationType.HOME)
    last_day = timezone.now().date() + timedelta(days=options["expires"])
    account, _key, text = create_service_account(
        tenant,
        by=System("Command", tenant),
        fields={"name": name, "login": slugify(name) or "service", "home": home},
        offers=[Offer(role, Scope())],
        key={"name": name, "expires_on": last_day},
    )
    return account.login, text
