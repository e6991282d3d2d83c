"""The switcher: what it offers, where it leads, and what becomes of an organization that is out of reach."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, Group, Identity
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Organization, Tenant
from roles.rights import Right
from tests.cast import give, make_role, organization

MakeAccount = Callable[..., Account]
Browse = Callable[[Account], Client]


def html_of(answer: Any) -> str:
    return answer.content.decode()


def offered(answer: Any) -> list[str]:
    """The addresses that the switcher's organizations lead to."""
    return [url.replace("&amp;", "&") for url in re.findall(r'<a class="menu-item" href="([^"]*)"', html_of(answer))]


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/users/?status=active&page=3", "/users/?status=active&organization=emea"),
        ("/accounts/?organization=apac", "/accounts/?organization=emea"),
        ("/organizations/?type=CUSTOMER", "/organizations/?type=CUSTOMER&organization=emea"),
        ("/organizations/tree/?q=a", "/organizations/tree/?q=a&organization=emea"),
        ("/access/?holds=accounts.read", "/access/?holds=accounts.read&organization=emea"),
        ("/receipts/", "/receipts/?organization=emea"),
        ("/roles/new/", "/accounts/?organization=emea"),
        ("/nowhere/", "/accounts/?organization=emea"),
    ],
)
def test_choosing_an_organization_keeps_the_list_and_its_filters(
    olivia: Account, client_of: Browse, address: str, leads_to: str
) -> None:
    answer = client_of(olivia).get("/switch/", {"next": address, "q": "emea"})

    assert offered(answer) == [leads_to]


def test_it_offers_every_organization_within_reach_and_all_of_them(
    olivia: Account, uma: Account, client_of: Browse
) -> None:
    everything = {f"/accounts/?organization={code}" for code in Organization.objects.values_list("code", flat=True)}

    assert set(offered(client_of(olivia).get("/switch/"))) == {"/accounts/", *everything}
    assert offered(client_of(uma).get("/switch/")) == ["/accounts/", "/accounts/?organization=emea"]


def test_tenants_are_found_without_case_and_accents(olivia: Account, contoso: Tenant, client_of: Browse) -> None:
    browser = client_of(olivia)

    assert f'name="tenant" value="{contoso.pk}"' in html_of(browser.get("/switch/?q=CÓNTOSO"))
    assert f'name="tenant" value="{contoso.pk}"' not in html_of(browser.get("/switch/?q=north"))


@pytest.mark.parametrize("path", ["/accounts/", "/users/", "/organizations/", "/receipts/"])
def test_an_organization_out_of_reach_is_left_for_one_within(uma: Account, client_of: Browse, path: str) -> None:
    browser = client_of(uma)

    answers = [browser.get(f"{path}?organization={code}&per_page=25&page=2") for code in ("apac", "nowhere")]
    followed = browser.get(answers[0].headers["Location"])

    # What exists elsewhere and what does not exist at all answer the same.
    assert [answer.headers["Location"] for answer in answers] == [f"{path}?organization=emea&per_page=25"] * 2
    assert "You cannot reach the organization" in html_of(followed)


def test_who_reaches_none_is_told_so(make_account: MakeAccount, northwind: Tenant, client_of: Browse) -> None:
    tess = make_account("Tess", make_role(northwind, "Eyes", allows=[Right.READ_ACCOUNTS]), at=organization("emea"))
    browser = client_of(tess)

    answer = browser.get("/accounts/?organization=emea")

    assert answer.status_code == 400
    assert "no organization that your rights reach" in html_of(answer)
    assert "no organization that your rights reach" in html_of(browser.get("/switch/"))


def test_files_and_parts_of_pages_are_never_moved(uma: Account, client_of: Browse) -> None:
    browser = client_of(uma)

    part = browser.get("/accounts/?organization=apac", headers={"HX-Request": "true", "HX-Target": "list"})

    assert part.status_code == 400
    assert browser.get("/accounts/export.csv?organization=apac").status_code == 400


def test_something_new_belongs_to_the_chosen_organization(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)

    for path in ("/users/new/", "/accounts/new/"):
        html = html_of(browser.get(f"{path}?organization=apac"))
        assert re.search(r'<option value="apac" selected', html), path


def test_an_account_that_cannot_be_used_is_no_place_to_switch_to(
    olivia: Account, contoso: Tenant, client_of: Browse
) -> None:
    identity = Identity.objects.get(pk=olivia.identity_id)
    with tenant_scope(contoso.pk):
        Account.objects.filter(identity=identity).update(status="disabled")

    assert f'name="tenant" value="{contoso.pk}"' not in html_of(client_of(olivia).get("/switch/"))


def test_a_deny_for_an_organization_takes_it_out_of_the_switcher(
    make_account: MakeAccount, northwind: Tenant, client_of: Browse
) -> None:
    tess = make_account("Tess", "Viewer")
    give(tess, make_role(northwind, "Blind", denies=[Right.READ_ORGANIZATIONS]), organization("emea"))

    assert "/accounts/?organization=emea" not in offered(client_of(tess).get("/switch/"))
    assert "/accounts/?organization=apac" in offered(client_of(tess).get("/switch/"))


def test_the_picker_of_a_group_is_narrowed_by_a_chip_that_can_be_taken_off(olivia: Account, client_of: Browse) -> None:
    group = Group.objects.get(name="Help desk")
    browser, address = client_of(olivia), f"/groups/{group.pk}/users/manage/"

    html = html_of(browser.get(f"{address}?organization=emea"))
    (available,) = re.findall(r'data-side="available">(.*?)</ul>', html, re.DOTALL)
    (members,) = re.findall(r'data-side="members">(.*?)</ul>', html, re.DOTALL)

    at_home = set(Account.objects.filter(home=organization("emea")).values_list("name", flat=True))
    assert set(re.findall(r'<span dir="auto">([^<]*)</span>', available)) == at_home
    assert "Gil Northwind" in members
    assert f'class="chip-clear" href="{address}"' in html
    assert f'action="{address}?organization=emea"' in html
    users = html_of(browser.get(f"/groups/{group.pk}/users/?organization=emea"))
    assert f'href="{address}?organization=emea"' in users
