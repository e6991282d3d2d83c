"""Tenants with what stands still in them: roles, organizations, groups and what groups carry."""

from collections.abc import Iterator
from random import Random

from itam_portal.demo import roles as kinds
from itam_portal.demo.books import Books, Carried, DemoTenant
from itam_portal.demo.calendar import DAY, FOREVER
from itam_portal.demo.chance import chooser, luck, weighted
from itam_portal.demo.companies import companies
from itam_portal.demo.companies import organizations as organization_names
from itam_portal.demo.places import Place, fill
from itam_portal.demo.shares import Numbers, shares
from organizations.models import CompanyType, OrganizationType

DOCUMENTED_CODE = "123456"
_TYPES = weighted(
    [
        (OrganizationType.CUSTOMER.value, 60),
        (OrganizationType.CHANNEL_PARTNER.value, 18),
        (OrganizationType.PUBLISHER.value, 7),
        (OrganizationType.SELF_REGISTERED.value, 8),
        (OrganizationType.UNKNOWN.value, 7),
    ],
    slots=100,
)


def found_tenants(numbers: Numbers, books: Books) -> list[DemoTenant]:
    """Every tenant with its roles, organizations and groups. Raises Impossible."""
    founded = []
    for position, (share, company) in enumerate(zip(shares(numbers), companies(numbers.tenants), strict=True)):
        chance = luck(numbers.seed, company.slug, "tenant")
        born = books.calendar.moment((2600 - position % 900) * DAY)
        kind = chooser(chance, [one.value for one in CompanyType])()
        row = (company.name, company.slug, company.company_name, kind, company.country, company.time_zone)
        tenant = DemoTenant(books.tenants.add(*row, True, False, True, born), position, company, share)
        _found_roles(tenant, books, born)
        _found_organizations(tenant, books, chance, born)
        _group_organizations(tenant, books)
        books.attributes.add(tenant.id, "user", "REGION", "region", "text", "[]", False)
        _found_groups(tenant, books, born)
        founded.append(tenant)
    return founded


def _found_roles(tenant: DemoTenant, books: Books, born: str) -> None:
    for kind in kinds.roles_of(tenant.position):
        row = (tenant.id, kind.name, kind.description, kind.builtin, kind.allows, kind.denies, born, born)
        tenant.roles[kind.name] = books.roles.add(*row)


def _found_organizations(tenant: DemoTenant, books: Books, chance: Random, born: str) -> None:
    home = (tenant.id, "HOME", tenant.company.name, OrganizationType.HOME.value, "", "", "", "", "")
    tenant.organizations.append(books.organizations.add(*home, tenant.company.country, "", True, {}, born, born))
    names = organization_names(tenant.share.organizations - 1, tenant.company.language, chance)
    for position, (name, place) in enumerate(names, 1):
        code, kind = _code_and_type(tenant, position, chance)
        visible = chance.random() > 0.04 or position < 3
        made = books.calendar.moment(int(chance.random() * 1600 * DAY))
        where = (*_address(place, chance), place.country, place.region)
        row = (tenant.id, code, name, kind, "", *where, visible, "{}", made, made)
        tenant.organizations.append(books.organizations.add(*row))
        for parent in _parents(tenant, chance):
            books.parents.add(tenant.id, tenant.organizations[-1], parent)


def _code_and_type(tenant: DemoTenant, position: int, chance: Random) -> tuple[str, str]:
    """Northwind has the organization of the published example, beside the largest one where there is room."""
    if tenant.position == 0 and position == min(2, tenant.share.organizations - 1):
        return DOCUMENTED_CODE, OrganizationType.CUSTOMER.value
    code = f"{200_000 + position * 37}" if tenant.position % 2 == 0 else f"C-{1000 + position}"
    return code, chooser(chance, _TYPES)()


def _address(place: Place, chance: Random) -> tuple[str, str, str, str]:
    street = chooser(chance, place.streets)().replace("#", str(1 + int(chance.random() * 180)))
    return street, place.city, place.state, fill(place.zip_pattern, chance)


def _parents(tenant: DemoTenant, chance: Random) -> list[int]:
    """None, one or two of the organizations before it, so that there are no cycles."""
    before = tenant.organizations[:-1]
    number = 0 if chance.random() < 0.35 else 1 if chance.random() < 0.95 else 2
    return sorted({before[int(chance.random() ** 2 * len(before))] for _ in range(number)})


def _group_organizations(tenant: DemoTenant, books: Books) -> None:
    for name, description, every, first in kinds.ORGANIZATION_GROUPS[: 4 if tenant.position == 0 else 2]:
        members = tenant.organizations[first::every]
        if not members:
            continue
        group = books.organization_groups.add(tenant.id, name, description)
        tenant.organization_groups.append(group)
        for organization in members:
            books.organization_members.add(tenant.id, group, organization)


def _found_groups(tenant: DemoTenant, books: Books, born: str) -> None:
    for kind in kinds.groups_of(tenant.position):
        group = books.groups.add(tenant.id, kind.name, kind.description, born)
        tenant.groups[group] = list(_carry(tenant, books, group, kind, born))


def _carry(tenant: DemoTenant, books: Books, group: int, kind: kinds.GroupKind, born: str) -> Iterator[Carried]:
    for role, scope, days in kind.carries:
        expiry = (None, None) if days is None else books.calendar.end_of_day(days, tenant.company.time_zone)
        row = (tenant.id, None, group, tenant.roles[role], *_scope(tenant, scope), *expiry, born)
        books.assignments.add(*row)
        yield Carried(tenant.roles[role], expiry[1] or FOREVER)


def _scope(tenant: DemoTenant, scope: str) -> tuple[int | None, int | None]:
    """Organization and organization group, of which at most one is given."""
    if scope == kinds.SET and tenant.organization_groups:
        return None, tenant.organization_groups[0]
    if scope in (kinds.LARGEST, kinds.SMALLER):
        return tenant.organizations[(1 if scope == kinds.LARGEST else 3) % len(tenant.organizations)], None
    return None, None
