"""Questions about tenants and organizations."""

from collections.abc import Iterable
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import Lower, RowNumber

from itam_portal.lists.filters import Matches, pattern
from itam_portal.lists.prepared import rows_of
from itam_portal.lists.scanned import value_in
from itam_portal.tenancy.reach import ALL
from itam_portal.tenancy.text import is_text
from roles.queries import MOST_COUNTED, CountUpTo
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


def within_reach(account: Any) -> str | None:
    """The code of the first organization within this account's reach, '' where there is none; None where all are."""
    if account.reach(Right.READ_ORGANIZATIONS) is ALL:
        return None
    found = first_organizations(account)
    return found[0][0] if found else ""


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
        return self.filter(is_text("code", code))

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

    def seen_by(self, actor: Any) -> Self:
        """The same for whoever acts: the system sees all."""
        return self if actor.is_system else self.visible_to(actor)

    def numbers(self) -> list[int]:
        """The numbers of all of these."""
        return list(self.order_by().values_list("pk", flat=True))

    def numbered_among(self, numbers: Iterable[int]) -> Self:
        """The organizations with these numbers among these."""
        return self.filter(pk__in=list(numbers))

    def codes_of(self, numbers: Iterable[int]) -> dict[int, str]:
        """The codes of those of these that have such numbers."""
        return dict(self.filter(pk__in=list(numbers)).values_list("pk", "code"))

    def coded_among(self, codes: Iterable[str]) -> Self:
        """The organizations with these codes, in any case."""
        return self.annotate(code_lower=Lower("code")).filter(code_lower__in=[code.lower() for code in codes])

    def gathered_in(self, group: Any) -> Self:
        """The organizations in an organization group."""
        return self.filter(group_links__group=group)

    def below(self, parent: int) -> Self:
        """The organizations that stand directly below this one, by name."""
        return self.filter(parent_links__parent=parent).order_by("name_key", "pk")

    def above(self, child: int) -> Self:
        """The organizations that this one stands directly below, by name."""
        return self.filter(child_links__child=child).order_by("name_key", "pk")

    def roots_for(self, account: Any) -> Self:
        """Those of these that this account sees below none: the hierarchies begin with them."""
        return self.exclude(Exists(links_seen_by(account).filter(child=OuterRef("pk"))))

    def left_alone_without(self, parent: int) -> Self:
        """The organizations below this one that stand below no other: without it they are roots."""
        others = apps.get_model("organizations", "OrganizationParent").objects.exclude(parent=parent)
        return self.below(parent).exclude(Exists(others.filter(tenant_id=OuterRef("tenant_id"), child=OuterRef("pk"))))

    def with_children(self, account: Any) -> Self:
        """Adds `has_children`: whether this account sees any below it."""
        return self.annotate(has_children=Exists(links_seen_by(account).filter(parent=OuterRef("pk"))))

    def with_group_names(self) -> Self:
        """Adds `group_names`: the organization groups it is in, in the order of the alphabet."""
        links = apps.get_model("organizations", "OrganizationGroupMember").objects
        own = links.filter(tenant_id=OuterRef("tenant_id"), organization=OuterRef("pk"))
        return self.annotate(group_names=ArraySubquery(own.order_by("group__name_key", "pk").values("group__name")))

    def with_accounts(self) -> Self:
        """Adds `account_count`: how many have their home here; beyond 10,000 one more than that."""
        return self.annotate(account_count=_at_home("accounts", "Account"))

    def with_users(self) -> Self:
        """Adds `user_count`: how many have their home here; beyond 10,000 one more than that."""
        return self.annotate(user_count=_at_home("users", "ComputerUser"))


def _at_home(app: str, model: str) -> CountUpTo:
    people = apps.get_model(app, model).objects.filter(tenant_id=OuterRef("tenant_id"), home=OuterRef("pk"))
    return CountUpTo(people.order_by().values("pk")[: MOST_COUNTED + 1])


class OrganizationGroupQuerySet(models.QuerySet):
    """Organization groups, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The groups this account may read: they belong to the tenant."""
        groups = self.filter(tenant_id=account.tenant_id)
        return groups if account.may(Right.READ_ORGANIZATIONS, account.tenant) else groups.none()

    def of(self, organization: Any) -> Self:
        """The groups that an organization is in, by name."""
        found = self.filter(tenant_id=organization.tenant_id, members__organization=organization)
        return found.order_by("name_key", "pk")

    def known_to(self, account: Any) -> Self:
        """The groups whose names this account may learn: all, or those that stand on organizations it sees."""
        groups = self.filter(tenant_id=account.tenant_id)
        if account.may(Right.READ_ORGANIZATIONS, account.tenant):
            return groups
        seen = apps.get_model("organizations", "Organization").objects.all().visible_to(account)
        links = apps.get_model("organizations", "OrganizationGroupMember").objects
        return groups.filter(pk__in=links.filter(organization__in=seen.values("pk")).values("group"))

    def numbered(self, number: int) -> Any:
        """The group with this number among these, if there is one."""
        return self.filter(pk=number).first()

    def alone(self, number: int) -> Self:
        """The group with this number as a set of rows."""
        return self.filter(pk=number)

    def called(self, name: str) -> Any:
        """The group of this name, in any case, if there is one."""
        return self.filter(name__iexact=name).first()

    def with_organizations(self) -> Self:
        """Adds `organizations`: how many are in it; beyond 10,000 one more than that."""
        links = apps.get_model("organizations", "OrganizationGroupMember").objects
        own = links.filter(tenant_id=OuterRef("tenant_id"), group=OuterRef("pk"))
        return self.annotate(organizations=CountUpTo(own.order_by().values("pk")[: MOST_COUNTED + 1]))


# --- the hierarchy: who stands below whom -----------------------------------------------------------------------------

_ABOVE = """
WITH RECURSIVE above AS (
    SELECT child_id AS origin, parent_id AS id FROM organizations_organizationparent
    WHERE tenant_id = %(tenant)s AND child_id = ANY(%(keys)s)
    UNION
    SELECT above.origin, p.parent_id FROM above
    JOIN organizations_organizationparent p ON p.tenant_id = %(tenant)s AND p.child_id = above.id
)
SELECT origin, id FROM above
"""


def links_seen_by(account: Any) -> Any:
    """The places of organizations of which this account sees both ends, for a query about organizations."""
    links = apps.get_model("organizations", "OrganizationParent").objects.filter(tenant_id=account.tenant_id)
    if account.reach(Right.READ_ORGANIZATIONS) is ALL:
        return links
    seen = apps.get_model("organizations", "Organization").objects.all().visible_to(account).order_by().values("pk")
    return links.filter(parent__in=seen, child__in=seen)


def all_above(tenant_id: int, keys: Iterable[int]) -> dict[int, set[int]]:
    """Every organization above each of these, at any distance."""
    found: dict[int, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"tenant": tenant_id, "keys": list(keys)})
        for origin, key in cursor.fetchall():
            found.setdefault(origin, set()).add(key)
    return found


def parent_names(account: Any, keys: Iterable[int]) -> dict[int, list[str]]:
    """The names of the organizations directly above each of these, of those that this account sees."""
    links = links_seen_by(account).filter(child__in=list(keys)).values("child")
    rows = links.annotate(names=ArrayAgg("parent__name", order_by=("parent__name_key", "parent")))
    return dict(rows.order_by().values_list("child", "names"))


def parent_codes(account: Any, keys: Iterable[int]) -> dict[int, list[str]]:
    """The same with their codes in place of names."""
    links = links_seen_by(account).filter(child__in=list(keys)).values("child")
    rows = links.annotate(codes=ArrayAgg("parent__code", order_by=("parent__name_key", "parent")))
    return dict(rows.order_by().values_list("child", "codes"))


def children_of(account: Any, parents: Iterable[int], most: int) -> dict[int, list[Any]]:
    """The first `most` organizations below each of these that this account sees, by name, and one more than that."""
    organizations = apps.get_model("organizations", "Organization").objects
    place = Window(RowNumber(), partition_by=F("parent"), order_by=(F("child__name_key"), F("child")))
    links = links_seen_by(account).filter(parent__in=list(parents)).annotate(place=place).filter(place__lte=most + 1)
    pairs = list(links.order_by("parent", "place").values_list("parent", "child"))
    known = organizations.filter(tenant_id=account.tenant_id, pk__in={child for _parent, child in pairs})
    rows = {row.pk: row for row in known.with_children(account)}
    found: dict[int, list[Any]] = {}
    for parent, child in pairs:
        found.setdefault(parent, []).append(rows[child])
    return found


def entries_of_group(group: Any) -> Any:
    """The history of an organization group, and of what was put into it and taken out."""
    entries = apps.get_model("history", "Entry").objects.filter(tenant_id=group.tenant_id)
    own = Q(object_type="organization_group", object_id=group.pk)
    inside = Q(object_type="organization_group_member", changes__group__contains=group.pk)
    return entries.filter(own | inside)


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
