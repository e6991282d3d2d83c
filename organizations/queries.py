"""Questions about tenants and organizations."""

from collections.abc import Iterable
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Q

from itam_portal.lists.filters import Matches, pattern
from itam_portal.lists.prepared import rows_of
from itam_portal.lists.scanned import value_in
from itam_portal.tenancy.reach import ALL
from roles.rights import Right

LISTED = 100


def first_organizations(account: Any) -> list[tuple[str, str]]:
    """Codes and names of the first organizations within reach, one more than are listed; asked once a request."""
    known = account.__dict__.get("_first_organizations")
    if known is None:
        known = account.__dict__["_first_organizations"] = _read_first(account)
    return known


def _read_first(account: Any) -> list[tuple[str, str]]:
    organizations = apps.get_model("organizations", "Organization").objects

    def first(tenant: int) -> Any:
        return _in_order(organizations.filter(tenant_id=tenant))

    if account.reach(Right.READ_ORGANIZATIONS) is not ALL:
        found = list(_in_order(organizations.all().visible_to(account)))
    else:
        found = rows_of("first organizations", first, tenant=account.tenant_id)
    return [(row["code"], row["name"]) for row in found]


def _in_order(organizations: Any) -> Any:
    return organizations.order_by("name_key", "pk").values("code", "name")[: LISTED + 1]


def home_for(account: Any, chosen: str, right: str) -> str:
    """The code of the organization that something new belongs to by default: the chosen one, HOME, or the first."""
    organizations = apps.get_model("organizations", "Organization").objects.all()
    known = organizations.visible_to(account).where_may(account, right)
    found = known.coded(chosen).first() if chosen else None
    found = found or known.filter(type="HOME").first() or known.order_by("name_key", "pk").first()
    return found.code if found else ""


def names_of(account: Any, keys: Iterable[int]) -> dict[int, str]:
    """The names of these organizations, of those within this account's reach."""
    organizations = apps.get_model("organizations", "Organization").objects.all().visible_to(account)
    return dict(organizations.filter(pk__in=set(keys)).values_list("pk", "name"))


def organization_name(account: Any, code: str) -> str:
    """The name of the organization with this code, '' where it is out of reach."""
    organizations = apps.get_model("organizations", "Organization").objects.all().visible_to(account)
    return organizations.filter(code__iexact=code).values_list("name", flat=True).first() or ""


class TenantQuerySet(models.QuerySet):
    """Tenants. The database shows only the one in scope."""

    def locked(self, tenant_id: int) -> Any:
        """The tenant's row, locked against other operations but not against inserts that refer to it."""
        return self.select_for_update(no_key=True).get(pk=tenant_id)


class OrganizationQuerySet(models.QuerySet):
    """Organizations, always of one tenant."""

    def named_like(self, text: str) -> Self:
        """The organizations whose name or code holds this text, without regard to case and accents."""
        if not text:
            return self
        return self.filter(Q(Matches("name_key", pattern("%", text, "%"))) | Q(code__icontains=text))

    def coded(self, code: str) -> Self:
        """The organization with this code, in any case."""
        return self.filter(code__iexact=code)

    def where_may(self, account: Any, right: str) -> Self:
        """The organizations at which this account holds the right."""
        reach = account.reach(right)
        return self if reach is ALL else self.filter(pk__in=reach)

    def visible_to(self, account: Any) -> Self:
        """The organizations this account's rights reach; hidden ones only for a tenant-wide right."""
        organizations = self.filter(tenant_id=account.tenant_id)
        reach = account.reach(Right.READ_ORGANIZATIONS)
        if reach is ALL:
            return organizations
        return organizations.filter(pk__in=reach, visible=True)


# Where the values of each subject's attributes stand.
_HOLDERS = {"user": ("users", "ComputerUser"), "organization": ("organizations", "Organization")}


class CustomAttributeQuerySet(models.QuerySet):
    """Custom attributes, always of one tenant."""

    def of(self, tenant: Any, subject: str) -> list[Any]:
        """All attributes of users or organizations, in the order of their names."""
        return list(self.filter(tenant=tenant, subject=subject).order_by("name_key", "pk"))


def attributes_of(account: Any, subject: str) -> list[Any]:
    """The same for this reader's tenant; asked once a request."""
    known = account.__dict__.setdefault("_custom_attributes", {})
    if subject not in known:
        known[subject] = apps.get_model("organizations", "CustomAttribute").objects.of(account.tenant, subject)
    return known[subject]


def holders_of(attribute: Any) -> Any:
    """The users or organizations that have a value of this attribute."""
    holders = apps.get_model(*_HOLDERS[attribute.subject])._default_manager
    return holders.filter(tenant_id=attribute.tenant_id, attributes__has_key=attribute.name)


def values_held(attribute: Any) -> dict[str, int]:
    """The values in use, each with the number of those who have it."""
    held = holders_of(attribute).annotate(value=value_in("attributes", attribute.name))
    return dict(held.order_by().values_list("value").annotate(number=Count("pk")))
