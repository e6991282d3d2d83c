"""People as the API shows them."""

import json
from itertools import groupby
from typing import Any

from django.db.models import Case, F, Q, TextField, Value, When

from accounts.models import Status
from itam_portal.api.rows import JsonRow, Pairs, choice, with_more
from itam_portal.lists.tables import Row
from users.models import ComputerUser
from users.queries import roles_at_organizations

# What a person's field is called in the API, and the field that holds it.
NAMES = {
    "userName": "username",
    "firstName": "first_name",
    "lastName": "last_name",
    "displayName": "display_name",
    "emailAddress": "email",
    "phoneNumber": "phone",
    "faxNumber": "fax",
    "street": "street",
    "city": "city",
    "state": "state",
    "zipcode": "zipcode",
    "country": "country",
    "locale": "locale",
    "timezone": "timezone",
    "shared": "shared",
    "optIn": "opt_in",
    "title": "title",
    "middleName": "middle_name",
    "suffix": "suffix",
    "mobileNumber": "mobile",
    "alternateEmailAddress": "alternate_email",
    "employeeId": "employee_id",
    "employmentStatus": "employment_status",
    "jobTitle": "job_title",
    "location": "location",
    "corporateUnit": "corporate_unit",
    "costCenter": "cost_center",
    "domain": "domain",
    "inventorySource": "inventory_source",
}
_STATES = {"active": "Active", "inactive": "Inactive", "retired": "Retired"}
NEEDS = ("facts", "account_id", "home__code")


def with_facts(people: Any) -> Any:
    """Adds `facts`: a person as the API shows it, as JSON, but for the roles."""
    can_login = Q(account__status=Status.ENABLED)
    answer = Case(When(can_login, then=Value(True)), default=Value(False))
    manager = Case(When(manager__isnull=False, then=F("manager_handle")), default=Value(""), output_field=TextField())
    facts = JsonRow(
        id="pk",
        **NAMES,
        status=choice("status", **_STATES),
        canLogin=answer,
        portalLogin=answer,
        attributes=Pairs("attributes"),
        manager=manager,
        createdAt="created_at",
        changedAt="changed_at",
    )
    return people.with_names().annotate(facts=facts)


def facts_of(account: Any, rows: list[Row]) -> list[str]:
    """These people as JSON, with what they hold or await at organizations: two queries for all of them."""
    held = roles_at_organizations(account.tenant_id, [(row["pk"], row["account_id"]) for row in rows])
    return [with_more(row["facts"], accountRoles=_roles(row["home__code"], held[row["pk"]])) for row in rows]


def _roles(home: str, held: list[Any]) -> list[dict[str, Any]]:
    """Roles that end together at one organization are one entry; the home organization comes first."""
    found: list[dict[str, Any]] = []
    for (code, end), roles in groupby(held, key=lambda one: (one[0], one[2])):
        names = list(dict.fromkeys(role for _code, role, _end in roles))
        entry = {"accountName": code, "roles": names, "expiryDate": end.isoformat() if end else None}
        found.append(entry)
    at_home = [one for one in found if one["accountName"] == home]
    elsewhere = [one for one in found if one["accountName"] != home]
    return [*(at_home or [{"accountName": home, "roles": [], "expiryDate": None}]), *elsewhere]


def one_of(account: Any, user: ComputerUser) -> dict[str, Any]:
    """One person as it is now, wherever it was moved."""
    rows = with_facts(ComputerUser.objects.of_tenant(account.tenant_id).numbered_among([user.pk]))
    found: dict[str, Any] = json.loads(facts_of(account, list(rows.values("pk", *NEEDS)))[0])
    return found
