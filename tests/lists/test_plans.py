"""What a large tenant is read by: the index that holds all that is asked, below the policies, not the rows themselves.

A table of tests is so small that reading it costs least; told not to, the database shows whether there is a better way.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import Account, RoleAssignment
from accounts.queries import kinds_of_accounts, statuses_of_accounts
from itam_portal.lists.counting import count_together
from organizations.models import Organization, Tenant
from tests.cast import organization
from users.models import ComputerUser
from users.queries import kinds_of_people


@pytest.fixture(autouse=True)
def as_if_large(scope: None, northwind: Tenant) -> None:
    """Reading all rows, or sorting what can be read in order, is the last resort."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")


@pytest.fixture
def emea() -> Organization:
    """One organization of several."""
    return organization("emea")


def plan_of(rows: QuerySet) -> str:
    """How the database would find these rows."""
    return str(rows.explain())


def names_in(condition: Q) -> set[str]:
    """The fields that a condition asks for."""
    return {name.partition("__")[0] for name, _value in condition.children}


def plans_while(run: Any) -> list[str]:
    """How the database would answer each question that is asked meanwhile."""
    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        asked.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(keep):
        run()
    with connection.cursor() as cursor:
        plans = []
        for sql, parameters in asked:
            cursor.execute(f"EXPLAIN {sql}", parameters)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    return plans


def test_one_organizations_accounts_are_counted_in_their_index(emea: Organization, uma: Account) -> None:
    for rows in (Account.objects.filter(tenant=emea.tenant).at_home(emea.pk), Account.objects.visible_to(uma)):
        for kinds in (kinds_of_accounts(), statuses_of_accounts()):
            (plan,) = plans_while(lambda rows=rows, kinds=kinds: count_together(rows, kinds))

            assert "Index Only Scan using account_of_home" in plan


def test_what_people_are_counted_by_stands_in_their_organizations_index(northwind: Tenant) -> None:
    asked = {name for kind in kinds_of_people(now=datetime.now(UTC)).values() for name in names_in(kind)}
    people = ComputerUser.objects.filter(tenant=northwind).order_by("home_id", "display_name_key", "pk")

    assert "Index Only Scan using user_of_home" in plan_of(people.values(*asked))


@pytest.mark.parametrize(("model", "name"), [(Account, "name_key"), (ComputerUser, "display_name_key")])
def test_some_organizations_rows_are_ordered_by_organization_in_an_index(model: Any, name: str) -> None:
    tenant = organization("emea").tenant_id
    rows = model.objects.filter(tenant_id=tenant, home_id__in=[organization("emea").pk, organization("apac").pk])

    plan = plan_of(rows.order_by("home_key", name, "pk").values("pk")[:50])

    assert "Index Only Scan using" in plan
    assert "by_home" in plan


@pytest.mark.parametrize("name", ["changed", "created"])
def test_the_people_of_a_day_are_sorted_by_name_in_an_index(name: str, northwind: Tenant) -> None:
    people = ComputerUser.objects.filter(tenant=northwind).order_by(f"{name}_at", "pk")

    assert f"Index Only Scan using user_by_{name}" in plan_of(people.values("display_name_key", "pk"))


def test_who_has_an_address_is_found_by_its_key(emea: Organization) -> None:
    accounts, people = (model.objects.filter(tenant=emea.tenant) for model in (Account, ComputerUser))

    of_account, of_person, of_service = plans_while(
        lambda: (
            accounts.suggested_for("Nobody@northwind.example"),
            list(people.with_email("Nobody@northwind.example")),
            accounts.service_called("Nobody"),
        )
    )

    assert "(email_key = " in of_account
    assert "(email_key = " in of_person
    assert "(login_key = " in of_service


def test_what_an_account_holds_is_no_question_to_every_assignment(olivia: Account) -> None:
    plan = plan_of(RoleAssignment.objects.held_by(olivia))

    assert "InitPlan" in plan
    assert "SubPlan" not in plan
