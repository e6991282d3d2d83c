"""The rows that only these tests want, beside the demo: `python -m tests.browser.stage` adds them once.

A test that changes accounts has a crew of its own, found by its job title, so that no test meets what another one did.
"""

import os

import django
import psycopg

CREWS = {
    "Bulk dialog": 5,
    "Bulk skips": 4,
    "Bulk range": 12,
    "Bulk page": 60,
    "Bulk everything": 60,
    "Bulk drift": 30,
    "Bulk refused": 2,
    "Bulk plain page": 4,
    "Bulk plain everything": 30,
    "Bulk operator": 3,
    "Bulk single": 1,
    "Axe": 4,
    "Bulk narrow": 4,
    "Two tabs": 2,
    "Edit panel": 2,
    "Edit plain": 2,
    "Edit twice": 1,
    "Edit type": 2,
    "Edit together": 5,
    "Edit together plain": 3,
}
SIGNERS = ("Tina", "Paula", "Rosa", "Stella", "Leon")
ENDLESS = "Endless"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstellenleiterin"
LONG_NAME = f"{LONG_WORD} von und zu {LONG_WORD}"[:200]
# The list of this tenant is longer than what is counted without being asked.
MANY = 10_400
MANY_ROWS = """
INSERT INTO accounts_account (tenant_id, type, status, name, login, email, job_title, shared, home_id, home_key,
    last_login_at, last_login_duration, access_until, role_key, created_at, changed_at)
SELECT t.id, 'operator', 'enabled', 'Row ' || lpad(n::text, 5, '0'), 'row-' || n, 'row-' || n || '@contoso.example',
    'Many', false, o.id, o.name_key, '1970-01-01Z', -1, '1970-01-01Z', '', now(), now()
FROM organizations_tenant t JOIN organizations_organization o ON o.tenant_id = t.id AND o.type = 'HOME',
    generate_series(1, %s) AS n
WHERE t.slug = 'contoso'
"""


def build() -> None:
    """Add the crews to Northwind, and very many accounts to Contoso."""
    from accounts import doors
    from itam_portal.tenancy.scope import tenant_scope
    from organizations.models import Tenant

    with tenant_scope(doors.tenant_of_slug.read("northwind")[0]["tenant_id"]) as scope:
        tenant = Tenant.objects.get(pk=scope.tenant_id)
        for title, number in CREWS.items():
            for place in range(1, number + 1):
                _member(tenant, title, place)
        _prepare_skips()
        _add_endless(tenant)
        _add_markup(tenant)
        _add_rita(tenant)
        _add_signers(tenant)
    _add_many()


def _member(tenant, title, place):  # type: ignore[no-untyped-def]
    from tests import cast

    login = f"{title.lower().replace(' ', '-')}-{place:02}"
    fields = {"name": f"{title} {place:02}", "login": login, "email": f"{login}@northwind.example", "job_title": title}
    return cast.add_account(tenant, title, "Viewer", signs_in=False, **fields)


def _prepare_skips() -> None:
    """Some are disabled already."""
    from accounts.models import Account

    Account.objects.filter(login__in=["bulk-skips-04", "axe-04", "bulk-drift-01"]).update(status="disabled")


def _add_endless(tenant) -> None:  # type: ignore[no-untyped-def]
    """Names as long as the database takes them, with and without places to break."""
    from organizations.models import Organization
    from tests import cast

    home = Organization.objects.create(tenant=tenant, code="ENDLESS-" + "9" * 60, name=LONG_NAME)
    email = "x" * 60 + "@" + ".".join(["y" * 50] * 3) + ".example"
    roles = [cast.make_role(tenant, f"{mark} {LONG_NAME}"[:200], allows=["accounts.read"]) for mark in "ABC"]
    for place, name in enumerate((LONG_NAME, LONG_WORD * 2), start=1):
        fields = {"login": f"{place}-" + "l" * 190, "job_title": f"{ENDLESS} {LONG_NAME}"[:200], "home": home}
        cast.add_account(tenant, "Endless", *roles, signs_in=False, name=name, email=f"{place}{email}", **fields)


def _add_markup(tenant) -> None:  # type: ignore[no-untyped-def]
    """A name that must never be read as HTML."""
    from tests import cast

    fields = {"login": "markup", "email": "markup@northwind.example", "job_title": "Markup"}
    cast.add_account(tenant, "Markup", signs_in=False, name="<img src=x onerror=alert(1)><b>Bold</b>", **fields)


def _add_rita(tenant) -> None:  # type: ignore[no-untyped-def]
    """An operator whom tests may do anything to."""
    from accounts.models import Identity
    from tests import cast

    password = Identity.objects.get(email="olivia@northwind.example").password
    cast.add_account(tenant, "Rita", "Operator", password=password)


def _add_signers(tenant) -> None:  # type: ignore[no-untyped-def]
    """People whose sign-ins tests change, each for one test."""
    from accounts.models import Identity
    from tests import cast

    password = Identity.objects.get(email="olivia@northwind.example").password
    for name in SIGNERS:
        cast.add_account(tenant, name, "Viewer", password=password)


def _add_many() -> None:
    """As the superuser, past the triggers: ten thousand entries of history would tell these tests nothing."""
    with psycopg.connect(os.environ["BROWSER_SUPERUSER_URL"]) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(MANY_ROWS, [MANY])
        connection.execute("ANALYZE")


if __name__ == "__main__":
    django.setup()
    build()
