"""Custom attributes: defining them, and that forms, lists, files and bulk edits know them."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Account
from organizations.attributes.values import clean_value
from organizations.models import CustomAttribute, Tenant
from organizations.operations import (
    AttributeInUse,
    AttributeNameTaken,
    ChoiceInUse,
    create_attribute,
    delete_attribute,
    edit_attribute,
)
from tests.cast import account_named
from tests.users.test_pages import add, form_of, names, text_of
from users.models import ComputerUser


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


def define(tenant: Tenant, name: str, kind: str, **more: Any) -> CustomAttribute:
    """An attribute of users."""
    return create_attribute(tenant, by=account_named("olivia"), subject="user", name=name, kind=kind, **more)


@pytest.mark.parametrize(
    ("kind", "written", "stored"),
    [
        ("text", "  a   b ", "a b"),
        ("number", "007.50", "7.5"),
        ("number", "-0", "-0"),
        ("number", 3, "3"),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "2026-02-28T12:00:00Z", "2026-02-28"),
        ("yes_no", "YES", "yes"),
        ("yes_no", False, "no"),
        ("choice", "red", "Red"),
        ("choice", None, ""),
    ],
)
def test_a_value_is_stored_in_one_way(kind: str, written: Any, stored: str) -> None:
    attribute = CustomAttribute(name="X", kind=kind, choices=["Red", "Blue"])

    assert clean_value(attribute, written) == stored


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        *[("number", text) for text in ("x", "NaN", "Infinity", "1e30", "1_0x", "0.00000000001")],
        *[("date", text) for text in ("2026-02-30", "28.2.2026", "yesterday")],
        *[("yes_no", "perhaps"), ("choice", "green"), ("text", "x" * 201), ("text", "a\0b"), ("number", [1])],
    ],
)
def test_what_is_no_value_is_refused(kind: str, written: Any) -> None:
    attribute = CustomAttribute(name="X", kind=kind, choices=["Red", "Blue"])

    with pytest.raises(ValidationError):
        clean_value(attribute, written)


def test_an_attribute_is_defined_changed_and_deleted_on_its_pages(browser: Client, northwind: Tenant) -> None:
    new = {"name": "Badge color", "kind": "choice", "choices": "Red\nBlue\nred", "mandatory": "on"}

    assert browser.post("/users/attributes/new/", {**new, "choices": ""}).status_code == 422
    made = browser.post("/users/attributes/new/", new)
    again = browser.post("/users/attributes/new/", {**new, "name": "BADGE COLOR"})
    found = CustomAttribute.objects.get(name="Badge color")

    assert made.status_code == 302
    assert "Another custom attribute has this name." in text_of(again)
    assert (found.code, found.choices, found.mandatory) == ("badge_color", ["Red", "Blue"], True)
    assert "Badge color" in text_of(browser.get("/users/attributes/"))
    browser.post(f"/users/attributes/{found.pk}/", {"choices": "Red\nBlue\nGreen"})
    assert CustomAttribute.objects.get(pk=found.pk).choices == ["Red", "Blue", "Green"]
    browser.post(f"/users/attributes/{found.pk}/delete/")
    assert not CustomAttribute.objects.filter(pk=found.pk).exists()


def test_what_is_in_use_stays(scope: None, northwind: Tenant, olivia: Account) -> None:
    color = define(northwind, "Color", "choice", choices=["Red", "Blue"])
    add(northwind, "Pat Person", attributes={"Color": "Red"})

    with pytest.raises(AttributeInUse):
        delete_attribute(color, by=olivia)
    with pytest.raises(ChoiceInUse):
        edit_attribute(color, by=olivia, choices=["Blue"], mandatory=False)
    with pytest.raises(AttributeNameTaken):
        define(northwind, "color", "text")
    assert edit_attribute(color, by=olivia, choices=["Red"], mandatory=True).choices == ["Red"]


def test_names_that_look_alike_have_codes_of_their_own(scope: None, northwind: Tenant) -> None:
    codes = [define(northwind, name, "text").code for name in ("A-B", "A B", "地域", "部門", "5")]

    assert codes == ["a_b", "a_b_2", "field", "field_2", "5"]


def test_a_person_is_refused_without_a_mandatory_attribute(browser: Client, northwind: Tenant) -> None:
    define(northwind, "Contract", "number", mandatory=True)

    missing = browser.post("/users/new/", form_of())
    wrong = browser.post("/users/new/", form_of(attribute_contract="many"))
    made = browser.post("/users/new/", form_of(attribute_contract="12.50"))

    assert missing.status_code == wrong.status_code == 422
    assert "“Contract” is mandatory." in text_of(missing)
    assert "“many” is no number." in text_of(wrong)
    assert made.status_code == 302
    person = ComputerUser.objects.get(display_name="Pat Person")
    assert person.attributes == {"Contract": "12.5"}
    assert "12.5" in text_of(browser.get(f"/users/{person.pk}/"))
    assert 'value="12.5"' in browser.get(f"/users/{person.pk}/edit/").content.decode()


def _kinds(northwind: Tenant) -> None:
    define(northwind, "Region", "text")
    define(northwind, "Level", "number")
    define(northwind, "Since", "date")
    define(northwind, "Remote", "yes_no")
    define(northwind, "Color", "choice", choices=["Red", "Blue"])
    add(
        northwind,
        "Ann One",
        attributes={"Region": "Émea", "Level": "9", "Since": "2026-01-05", "Remote": "yes", "Color": "Red"},
        city="Here",
    )
    held = {"Region": "apac", "Level": "10", "Since": "2025-12-31", "Remote": "no"}
    add(northwind, "Bob Two", attributes=held, city="Here")
    add(northwind, "Cyd None", city="Here")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("attribute_region=emea", "Ann One"),
        ("attribute_region__contains=PA", "Bob Two"),
        ("attribute_region__empty=yes", "Cyd None"),
        ("attribute_region__not=apac", "Ann One, Cyd None"),
        ("attribute_level__after=9", "Bob Two"),
        ("attribute_level=9.0", "Ann One"),
        ("attribute_level__not=9", "Bob Two, Cyd None"),
        ("attribute_since__after=2025-12-31", "Ann One"),
        ("attribute_since__before=2026-01-05", "Bob Two"),
        ("attribute_since__empty=no", "Ann One, Bob Two"),
        ("attribute_remote=yes", "Ann One"),
        ("attribute_remote__not=yes", "Bob Two, Cyd None"),
        ("attribute_color=Red", "Ann One"),
        ("attribute_color__empty=yes", "Bob Two, Cyd None"),
    ],
)
def test_a_list_is_filtered_by_attributes(browser: Client, northwind: Tenant, asked: str, found: str) -> None:
    _kinds(northwind)

    page = browser.get(f"/users/?{asked}&city=here&sort=display_name")

    assert page.status_code == 200, text_of(page)
    assert ", ".join(names(page)) == found


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("attribute_region", ["Cyd None", "Bob Two", "Ann One"]),
        ("attribute_level", ["Cyd None", "Ann One", "Bob Two"]),
        ("-attribute_level", ["Bob Two", "Ann One", "Cyd None"]),
        ("attribute_since", ["Cyd None", "Bob Two", "Ann One"]),
        ("attribute_color", ["Bob Two", "Cyd None", "Ann One"]),
    ],
)
def test_a_list_is_sorted_by_attributes(browser: Client, northwind: Tenant, sort: str, order: list[str]) -> None:
    _kinds(northwind)

    assert names(browser.get(f"/users/?sort={sort}&city=here")) == order


def test_a_wrong_value_of_an_attribute_shows_no_rows(browser: Client, northwind: Tenant) -> None:
    _kinds(northwind)

    page = browser.get("/users/?attribute_level=many")

    assert page.status_code == 400
    assert names(page) == []
    assert "“many” is no number." in text_of(page)


def test_attributes_are_shown_and_exported(browser: Client, northwind: Tenant) -> None:
    _kinds(northwind)
    columns = "display_name,attribute_color,attribute_level,attribute_region,attribute_remote,attribute_since"

    page = browser.get(f"/users/?columns={columns}&city=here&sort=display_name")
    file = browser.get(f"/users/export.csv?columns={columns}&city=here&sort=display_name").getvalue().decode()

    assert "Red" in text_of(page)
    assert file.splitlines()[1:] == [
        "Ann One,Red,9,Émea,Yes,2026-01-05",
        "Bob Two,,10,apac,No,2025-12-31",
        "Cyd None,,,,,",
    ]


def test_an_attribute_is_nothing_in_another_tenant(northwind: Tenant, client_of: Any, mallory: Account) -> None:
    page = client_of(mallory).get("/users/?attribute_region=emea")

    assert page.status_code == 400
    assert "This list has no field “attribute_region”." in text_of(page)


def test_pages_of_a_computed_order_hold_every_person_once(browser: Client, northwind: Tenant) -> None:
    define(northwind, "Level", "number")
    for number in range(60):
        add(northwind, f"Person {number:02}", city="Here", attributes={"Level": str(number % 7)} if number % 3 else {})

    address, seen = "/users/?sort=-attribute_level&city=here&per_page=25", []
    while address:
        page = browser.get(address)
        seen += names(page)
        following = re.search(r'href="([^"]*)"[^>]*rel="next"|rel="next"[^>]*href="([^"]*)"', page.content.decode())
        address = f"/users/{(following[1] or following[2]).replace('&amp;', '&')}" if following else ""

    assert len(seen) == len(set(seen)) == 60
