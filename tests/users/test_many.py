"""Changing many people at once: editing together, transfer, status."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from itam_portal.lists.models import Receipt
from itam_portal.refusals import NotAllowed
from organizations.guards import WrongAttributes
from organizations.models import Organization, Tenant
from tests.cast import account_named, organization
from tests.users.test_attributes import define
from tests.users.test_pages import add, text_of
from users.models import ComputerUser
from users.operations import NoSuchTarget, edit_users, transfer_users


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


@pytest.fixture
def three(scope: None, northwind: Tenant) -> list[ComputerUser]:
    """Three people, of whom two have the same title."""
    define(northwind, "Level", "number")
    titles = ("Clerk", "Clerk", "Boss")
    return [
        add(northwind, f"Person {number}", job_title=title, attributes={"Level": str(number)})
        for number, title in enumerate(titles)
    ]


def people(rows: list[ComputerUser]) -> Any:
    return ComputerUser.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")


def test_only_what_is_ticked_changes_in_all_of_them(browser: Client, three: list[ComputerUser]) -> None:
    ticked = [row.pk for row in three]

    asked = browser.post("/users/edit/", {"selected": ticked})
    selection = asked.context["selection"].pk
    values = {"values": "1", "selection": selection, "change": ["location", "attribute_level"], "location": "Bonn"}
    preview = browser.post("/users/edit/", {**values, "attribute_level": "7", "job_title": ""})
    done = browser.post("/users/edit/", {"selection": selection, "confirm": "1"})

    assert "Multiple values" in asked.content.decode()
    assert "Location becomes: Bonn; Level becomes: 7." in text_of(preview)
    assert done.status_code == 302
    assert {row.location for row in people(three)} == {"Bonn"}
    assert [row.job_title for row in people(three)] == ["Clerk", "Clerk", "Boss"]
    assert [row.attributes for row in people(three)] == [{"Level": "7"}] * 3
    assert Receipt.objects.get(operation="users.edit_together").changed == 3


def test_a_value_without_a_tick_is_not_lost_silently(browser: Client, three: list[ComputerUser]) -> None:
    values = {"selected": [three[0].pk], "values": "1", "change": ["location"], "location": "Bonn", "job_title": "King"}

    answer = browser.post("/users/edit/", values)

    assert answer.status_code == 422
    assert "You set a value but did not tick the box beside it." in text_of(answer)


def test_an_attribute_is_cleared_in_many_unless_it_is_mandatory(
    scope: None, three: list[ComputerUser], northwind: Tenant, olivia: Account
) -> None:
    define(northwind, "Badge", "text", mandatory=True)

    edit_users(people(three), by=olivia, changes={"attributes": {"Level": ""}})
    with pytest.raises(WrongAttributes, match="Badge"):
        edit_users(people(three), by=olivia, changes={"attributes": {"Badge": ""}})
    with pytest.raises(NoSuchTarget):
        edit_users(people(three), by=olivia, changes={"manager_id": 10**12})

    assert [row.attributes for row in people(three)] == [{}, {}, {}]


def test_nobody_becomes_their_own_manager_in_bulk(scope: None, three: list[ComputerUser], olivia: Account) -> None:
    receipt = edit_users(people(three), by=olivia, changes={"manager_id": three[0].pk})

    assert (receipt.changed, receipt.skipped) == (2, 1)
    assert [row.manager_id for row in people(three)] == [None, three[0].pk, three[0].pk]


def test_people_are_transferred(browser: Client, three: list[ComputerUser]) -> None:
    emea = organization("emea")
    ticked = [row.pk for row in three]

    asked = browser.post("/users/transfer/", {"selected": ticked})
    selection = asked.context["selection"].pk
    preview = browser.post("/users/transfer/", {"values": "1", "selection": selection, "home": "emea"})
    browser.post("/users/transfer/", {"selection": selection, "confirm": "1"})

    assert f"Organization becomes: {emea.name}." in text_of(preview)
    assert {row.home_id for row in people(three)} == {emea.pk}
    assert {row.home_key for row in people(three)} == {f"{emea.name_key} {emea.pk}"}


def test_nobody_is_transferred_beyond_ones_reach(scope: None, three: list[ComputerUser], uma: Account) -> None:
    home = Organization.objects.get(type="HOME")

    with pytest.raises(NotAllowed):
        transfer_users(people(three), by=uma, to=home.pk)
    receipt = transfer_users(people(three), by=uma, to=uma.home_id)

    assert (receipt.changed, receipt.skipped) == (0, 3)


def test_a_renamed_organization_moves_in_the_order_of_lists(scope: None, three: list[ComputerUser]) -> None:
    home = Organization.objects.get(type="HOME")

    Organization.objects.filter(pk=home.pk).update(name="Zzz")

    assert {row.home_key for row in people(three)} == {f"zzz {home.pk}"}
    assert set(Account.objects.filter(home=home).values_list("home_key", flat=True)) == {f"zzz {home.pk}"}
