"""People as the API shows them."""

from itertools import groupby
from typing import Any

from accounts.models import Status
from itam_portal.api.bodies import attributes_out
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
NEEDS = (
    *NAMES.values(),
    *(
        "status",
        "attributes",
        "account_id",
        "account__status",
        "home__code",
        "manager_id",
        "manager_handle",
        "created_at",
        "changed_at",
    ),
)


def facts_of(account: Any, rows: list[Row]) -> list[dict[str, Any]]:
    """These people, with what they hold or await at organizations: two queries for all of them."""
    held = roles_at_organizations(account.tenant_id, [(row["pk"], row["account_id"]) for row in rows])
    return [_facts(row, held[row["pk"]]) for row in rows]


def _facts(row: Row, held: list[Any]) -> dict[str, Any]:
    can_login = row["account__status"] == Status.ENABLED
    return {
        "id": row["pk"],
        **{name: row[stored] for name, stored in NAMES.items()},
        "status": str(row["status"]).capitalize(),
        "canLogin": can_login,
        "portalLogin": can_login,
        "accountRoles": _roles(row["home__code"], held),
        "attributes": attributes_out(row["attributes"]),
        "manager": row["manager_handle"] if row["manager_id"] else "",
        "createdAt": row["created_at"].isoformat(),
        "changedAt": row["changed_at"].isoformat(),
    }


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
    """One person as it is now."""
    rows = ComputerUser.objects.visible_to(account).numbered_among([user.pk]).with_names()
    found = list(rows.values("pk", *NEEDS))
    if not found:  # Moved to where the caller does not look.
        rows = ComputerUser.objects.of_tenant(account.tenant_id).numbered_among([user.pk]).with_names()
        found = list(rows.values("pk", *NEEDS))
    return facts_of(account, found)[0]
