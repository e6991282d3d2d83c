"""The pages of organizations and their groups: the list, one organization, the tree, the picker."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from organizations.models import (
    CustomAttribute,
    Organization,
    OrganizationGroup,
    OrganizationParent,
    Tenant,
)
from roles.rights import Right
from tests.cast import account_named, gather, make_role, organization

MakeAccount = Callable[..., Account]
Browse = Callable[[Account], Client]


@pytest.fixture
def browser(scope: None, client_of: Browse) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


def html_of(answer: Any) -> str:
    return answer.content.decode()


def names(answer: Any) -> list[str]:
    """The organizations that a list shows."""
    return re.findall(r'<td role="rowheader".*?<a [^>]*>([^<]*)</a>', html_of(answer))


def form_of(found: Organization | None = None, **values: Any) -> dict[str, Any]:
    """An organization's form."""
    if found is None:
        return {"name": "Acme", "code": "ACME", "type": "CUSTOMER", "visible": "on", **values}
    kept = {name: getattr(found, name) for name in ("name", "code", "type", "country")}
    above = [code.lower() for code in Organization.objects.all().above(found.pk).values_list("code", flat=True)]
    return {**kept, "visible": "on", "version": found.version, "parents": above, **values}


# --- the list -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=exam", {"Example of document 3"}),
        ("q=1234", {"Example of document 3"}),
        ("code=EMEA", {"EMEA"}),
        ("type=HOME", {"Northwind"}),
        ("parent=HOME", {"APAC", "EMEA", "Example of document 3"}),
        ("parent__empty=yes", {"Northwind"}),
        ("parent__not=HOME", {"Northwind"}),
        ("organization_group__empty=no", {"APAC", "EMEA"}),
        ("country__starts=d", {"EMEA"}),
        ("visible=no", {"APAC"}),
    ],
)
def test_organizations_are_filtered(browser: Client, asked: str, found: set[str]) -> None:
    Organization.objects.filter(code="emea").update(country="DE")
    Organization.objects.filter(code="apac").update(visible=False)

    assert set(names(browser.get(f"/organizations/?{asked}"))) == found


def test_a_group_is_a_filter(browser: Client) -> None:
    group = OrganizationGroup.objects.get(name="Overseas")

    assert names(browser.get(f"/organizations/?organization_group={group.pk}")) == ["APAC", "EMEA"]
    assert "There is no organization group" in html_of(browser.get("/organizations/?organization_group=0"))


def test_every_column_is_shown_and_exported(browser: Client) -> None:
    columns = re.findall(r'name="order" value="(\w+)"', html_of(browser.get("/organizations/columns/")))
    asked = f"columns={','.join(columns)}&code=emea"

    heads = re.findall(r'<th[^>]*data-column="(\w+)"', html_of(browser.get(f"/organizations/?{asked}")))
    file = browser.get(f"/organizations/export.csv?{asked}").getvalue().decode()

    assert heads == columns
    accounts = Account.objects.filter(home=organization("emea")).count()
    line = file.splitlines()[1]
    assert line.startswith("EMEA,")
    assert "Overseas,Northwind," in line
    assert f",{accounts}," in line


def test_the_chosen_organization_is_marked_and_others_can_be_set_without_losing_a_filter(browser: Client) -> None:
    html = html_of(browser.get("/organizations/?organization=emea&parent=HOME&sort=-name"))

    rows = dict(re.findall(r'<tr role="row" id="r(\d+)"(.*?)</tr>', html, re.DOTALL))
    marked = [key for key, row in rows.items() if "current-word" in row]
    (link,) = re.findall(r'class="btn small" href="([^"]*)"', rows[str(organization("apac").pk)])
    assert marked == [str(organization("emea").pk)]
    assert {"parent=HOME", "sort=-name", "organization=apac"} <= set(link.removeprefix("?").split("&amp;"))
    assert len(rows) == 3


def test_numbers_lead_to_exactly_these_people_and_show_only_where_they_may_be_seen(
    browser: Client, make_account: MakeAccount, northwind: Tenant, client_of: Browse
) -> None:
    html = html_of(browser.get("/organizations/?code=emea"))
    (link, number) = re.findall(r'class="count-link" href="(/accounts/[^"]*)">(\d+)<', html)[0]
    assert f'data-total="{number}"' in html_of(browser.get(link))

    tess = make_account("Tess", make_role(northwind, "Map", allows=[Right.READ_ORGANIZATIONS]))
    assert "/accounts/?organization" not in html_of(client_of(tess).get("/organizations/"))


def test_forty_rows_more_cost_no_query_more(browser: Client, northwind: Tenant) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            browser.get("/organizations/?sort=name")
        return len(caught)

    queries()
    few = queries()
    home = organization("HOME")
    for number in range(40):
        made = Organization.objects.create(tenant=northwind, code=f"n{number}", name=f"Number {number}")
        OrganizationParent.objects.create(tenant=northwind, child=made, parent=home)

    assert queries() == few


# --- one organization -----------------------------------------------------------------------------------------------


def test_an_organization_is_made_and_changed_by_forms(browser: Client, northwind: Tenant) -> None:
    CustomAttribute.objects.create(tenant=northwind, subject="organization", name="Tier", code="tier", kind="number")

    answer = browser.post("/organizations/new/", form_of(country="de", parents=["emea"], field_tier="3"))
    made = Organization.objects.get(code="ACME")
    assert answer.headers["Location"] == f"/organizations/{made.pk}/"
    browser.post(f"/organizations/{made.pk}/edit/", form_of(made, name="Acme 2", parents=["apac", "123456"]))

    saved = Organization.objects.get(pk=made.pk)
    assert (saved.name, saved.country) == ("Acme 2", "DE")
    assert set(Organization.objects.all().above(made.pk).values_list("code", flat=True)) == {"apac", "123456"}
    page = html_of(browser.get(f"/organizations/{made.pk}/"))
    assert "Acme 2" in page
    assert "Tier" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "This field is required"),
        ({"code": "emea"}, "Another organization has this code"),
        ({"code": "a,b"}, "holds no comma"),
        ({"country": "Germany"}, "code of two letters"),
        ({"type": "HOME"}, "not one of the available choices"),
        ({"parents": ["nowhere"]}, "There is no organization “nowhere”"),
        ({"parents": ["a\0b"]}, "There is no organization"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(browser: Client, wrong: dict[str, Any], said: str) -> None:
    answer = browser.post("/organizations/new/", form_of(**wrong))

    assert answer.status_code == 422
    assert said in html_of(answer)
    assert 'role="alert"' in html_of(answer)


def test_two_editors_see_both_values(browser: Client, scope: None) -> None:
    found = organization("emea")
    browser.post(f"/organizations/{found.pk}/edit/", form_of(found, name="Theirs"))

    answer = browser.post(f"/organizations/{found.pk}/edit/", form_of(found, name="Mine"))

    assert answer.status_code == 409
    assert "“Theirs”, here “Mine”" in html_of(answer)
    version = re.findall(r'name="version" value="([^"]*)"', html_of(answer))[0]
    browser.post(f"/organizations/{found.pk}/edit/", form_of(found, name="Mine", version=version))
    assert organization("emea").name == "Mine"


def test_deleting_says_what_hangs_on_it_and_what_would_stand_at_the_top(browser: Client, northwind: Tenant) -> None:
    emea, free, apac = organization("emea"), organization("123456"), organization("apac")
    OrganizationParent.objects.filter(child=apac).delete()
    OrganizationParent.objects.create(tenant=northwind, child=apac, parent=free)

    blocked = html_of(browser.post(f"/organizations/{emea.pk}/delete/"))
    asked = html_of(browser.get(f"/organizations/{free.pk}/delete/"))

    assert "accounts are at home here" in blocked
    assert "Uma Northwind: Operator" in blocked
    assert Organization.objects.filter(pk=emea.pk).exists()
    (roots,) = re.findall(r"data-roots>(.*?)</ul>", asked, re.DOTALL)
    assert re.findall(r">(APAC|EMEA)<", roots) == ["APAC"]
    browser.post(f"/organizations/{free.pk}/delete/")
    assert not Organization.objects.filter(pk=free.pk).exists()
    assert browser.get(f"/organizations/{organization('HOME').pk}/delete/").status_code == 409


# --- the tree -------------------------------------------------------------------------------------------------------


def lines(answer: Any) -> list[tuple[str, str]]:
    """The lines of the tree: how deep, and which organization."""
    found = re.findall(r'<li data-step="(\d)" data-id="\d+".*?text-link"[^>]*>([^<]*)<', html_of(answer), re.DOTALL)
    return [(depth, name) for depth, name in found]


def test_the_tree_opens_by_links_and_shows_an_organization_below_each_of_its_parents(
    browser: Client, northwind: Tenant
) -> None:
    home, emea, apac, leaf = (organization(code) for code in ("HOME", "emea", "apac", "123456"))
    OrganizationParent.objects.filter(child=leaf).delete()
    for parent in (emea, apac):
        OrganizationParent.objects.create(tenant=northwind, child=leaf, parent=parent)

    closed = browser.get("/organizations/tree/")
    (link,) = re.findall(r'data-toggle="closed"', html_of(closed))
    opened = browser.get(f"/organizations/tree/?open={home.pk}&open={emea.pk}&open={apac.pk}")

    assert link
    assert lines(closed) == [("0", "Northwind")]
    leaf_name = "Example of document 3"
    assert lines(opened) == [
        ("0", "Northwind"),
        *[("1", "APAC"), ("2", leaf_name)],
        *[("1", "EMEA"), ("2", leaf_name)],
    ]


def test_the_tree_is_searched_and_wrong_links_are_said_in_words(browser: Client) -> None:
    found = browser.get("/organizations/tree/?q=exam")
    wrong = browser.get("/organizations/tree/?open=0&open=x")

    assert lines(found) == [("0", "Example of document 3")]
    assert f"?open={organization('HOME').pk}" in html_of(found)
    assert wrong.status_code == 400
    assert 'role="alert"' in html_of(wrong)


def test_who_sees_a_part_of_a_hierarchy_sees_its_parts_as_roots(uma: Account, client_of: Browse) -> None:
    answer = client_of(uma).get("/organizations/tree/")

    assert lines(answer) == [("0", "EMEA")]
    assert "Northwind" not in re.findall(r'<ul class="tree".*?</ul>', html_of(answer), re.DOTALL)[0]
    assert names(client_of(uma).get("/organizations/?parent__empty=yes")) == ["EMEA"]


# --- groups ---------------------------------------------------------------------------------------------------------


def test_a_group_is_filled_by_the_picker_and_nothing_is_saved_before_save(
    browser: Client, make_account: MakeAccount, northwind: Tenant
) -> None:
    emea, apac = organization("emea"), organization("apac")
    group = gather(northwind, "Near", emea)
    make_account("Vera", "Viewer", at=group)
    address = f"/organization-groups/{group.pk}/manage/"

    clicked = html_of(browser.post(address, {"plus": apac.pk, "minus": emea.pk}))
    pending = {"add": [apac.pk], "remove": [emea.pk]}
    preview = html_of(browser.post(address, {**pending, "preview": "1"}))
    assert list(Organization.objects.all().gathered_in(group)) == [emea]
    browser.post(address, {**pending, "save": "1", "reason": "Moved"})

    assert f'name="add" value="{apac.pk}"' in clicked
    assert f'name="remove" value="{emea.pk}"' in clicked
    assert "Vera Northwind" in preview
    assert 'data-effect="gains"' in preview
    assert 'data-effect="losses"' in preview
    assert list(Organization.objects.all().gathered_in(group)) == [apac]
    history = html_of(browser.get(f"/organization-groups/{group.pk}/history/"))
    assert "Change what is in an organization group" in history
    assert "Moved" in history


def test_a_group_is_made_renamed_and_deleted_by_forms(browser: Client) -> None:
    browser.post("/organization-groups/new/", {"name": "Near", "description": ""})
    made = OrganizationGroup.objects.get(name="Near")
    was = {"initial-name": "Near", "initial-description": ""}

    stale = browser.post(f"/organization-groups/{made.pk}/edit/", {"name": "Far", "initial-name": "Else"})
    browser.post(f"/organization-groups/{made.pk}/edit/", {"name": "Far", "description": "x", **was})
    assert stale.status_code == 409
    assert OrganizationGroup.objects.get(pk=made.pk).name == "Far"
    browser.post(f"/organization-groups/{made.pk}/delete/")
    assert not OrganizationGroup.objects.filter(pk=made.pk).exists()

    kept = OrganizationGroup.objects.get(name="Overseas")
    answer = browser.post(f"/organization-groups/{kept.pk}/delete/")
    assert answer.status_code == 409
    assert "Help desk: Operator" in html_of(answer)
