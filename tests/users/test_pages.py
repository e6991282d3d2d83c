"""Computer users: the list, one person's pages, and that accounts are not users."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from organizations.models import Organization, Tenant
from roles.rights import Right
from tests.cast import account_named, make_role, organization
from users.models import BlockedUsername, ComputerUser, UserStatus
from users.operations import set_status


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


@pytest.fixture
def pat(scope: None, northwind: Tenant) -> ComputerUser:
    """A person without an account."""
    return add(northwind, "Pat Person", username="pat", email="pat@northwind.example", job_title="Clerk")


def add(tenant: Tenant, name: str, *, home: Organization | None = None, **fields: Any) -> ComputerUser:
    """A person who uses computers."""
    place = home or Organization.objects.get(type="HOME")
    return ComputerUser.objects.create(tenant=tenant, display_name=name, home=place, **fields)


def form_of(person: ComputerUser | None = None, **values: Any) -> dict[str, Any]:
    """A person's form: mostly empty."""
    version = {"version": person.version} if person else {}
    return {"display_name": "Pat Person", "status": "active", "home": "HOME", **version, **values}


def text_of(answer: Any) -> str:
    """What a page says."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def names(answer: Any) -> list[str]:
    """The people that a list shows."""
    return re.findall(r'<td role="rowheader".*?<a [^>]*>([^<]*)</a>', answer.content.decode())


def test_every_column_is_shown_and_exported(browser: Client, pat: ComputerUser) -> None:
    columns = re.findall(r'name="order" value="(\w+)"', browser.get("/users/columns/").content.decode())
    asked = f"columns={','.join(columns)}&username=pat"

    page = browser.get(f"/users/?{asked}")
    heads = re.findall(r'<th[^>]*data-column="(\w+)"', page.content.decode())
    file = browser.get(f"/users/export.csv?{asked}").getvalue().decode()

    assert len(columns) == 36
    assert heads == columns
    assert names(page) == ["Pat Person"]
    assert "Pat Person,pat,pat@northwind.example,Clerk,Active,Northwind (HOME),Yes" in file


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=pat", {"Pat Person"}),
        ("username__starts=PA", {"Pat Person"}),
        ("job_title=clerk", {"Pat Person"}),
        ("status=retired", {"Rita Retired"}),
        ("compliance=no", {"Rita Retired", "Service Robot"}),
        ("compliance=yes&display_name__not=x", {"Pat Person", "Ada Both"}),
        ("has_account=yes", {"Ada Both"}),
        ("shared=yes", {"Service Robot"}),
        ("organization=emea", {"Rita Retired"}),
    ],
)
def test_people_are_filtered(
    browser: Client, northwind: Tenant, pat: ComputerUser, asked: str, found: set[str]
) -> None:
    ComputerUser.objects.exclude(pk=pat.pk).update(manager=None)
    ComputerUser.objects.exclude(pk=pat.pk).delete()
    BlockedUsername.objects.create(tenant=northwind, pattern="svc%")
    add(northwind, "Rita Retired", status=UserStatus.RETIRED, home=organization("emea"))
    add(northwind, "Service Robot", username="SVC-1", shared=True)
    add(northwind, "Ada Both", account=account_named("adam"))

    assert set(names(browser.get(f"/users/?{asked}"))) == found


def test_accounts_are_not_users_and_may_be_none_some_or_all(browser: Client, northwind: Tenant) -> None:
    """The overlap of document 1: nobody is both, some are, all are; the two lists stay what they are."""
    ComputerUser.objects.update(manager=None, account=None)
    accounts = Account.objects.count()
    for both in (set(), {"adam"}, set(Account.objects.values_list("login", flat=True))):
        for login in both:
            add(northwind, f"Human {login} {len(both)}", account=account_named(login))

        assert f'data-total="{accounts}"' in browser.get("/accounts/").content.decode()
        linked = ComputerUser.objects.filter(account__isnull=False).count()
        shown = re.search(r'data-total="(\d+)"', browser.get("/users/?has_account=yes").content.decode())
        assert shown
        assert int(shown[1]) == linked


def test_a_person_is_written_down_and_their_name_made_of_its_parts(browser: Client) -> None:
    parts = {"display_name": "", "title": "Dr", "first_name": "Ada", "last_name": "Ames", "country": "de"}

    browser.post("/users/new/", form_of(**parts, manager="", timezone="Europe/Berlin", shared="on"))

    made = ComputerUser.objects.get(display_name="Dr Ada Ames")
    assert (made.country, made.timezone, made.shared, made.inventory_source) == ("DE", "Europe/Berlin", True, "Manual")
    assert "Dr Ada Ames" in text_of(browser.get(f"/users/{made.pk}/"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"display_name": " "}, "Enter a full name, or a first or last name"),
        ({"username": "PAT"}, "Another user has this username."),
        ({"email": "no"}, "Enter a valid email address."),
        ({"country": "Germany"}, "A country is a code of two letters"),
        ({"timezone": "Mars/Base"}, "There is no time zone “Mars/Base”."),
        ({"manager": "nobody"}, "There is no one user “nobody”."),
        ({"home": "nowhere"}, "There is no organization “nowhere”."),
        ({"status": "gone"}, "Select a valid choice."),
        ({"city": "N\0"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_with_a_person_is_said(
    browser: Client, pat: ComputerUser, wrong: dict[str, str], said: str
) -> None:
    answer = browser.post("/users/new/", form_of(**{"display_name": "Somebody New", **wrong}))

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not ComputerUser.objects.filter(display_name="Somebody New").exists()


def test_the_second_editor_sees_both_values_and_chooses(browser: Client, pat: ComputerUser) -> None:
    mine = form_of(pat, username="pat", email="pat@northwind.example", job_title="Mine")
    browser.post(f"/users/{pat.pk}/edit/", form_of(pat, username="pat", job_title="Theirs"))

    told = browser.post(f"/users/{pat.pk}/edit/", mine)

    assert told.status_code == 409
    assert "Job title: saved by somebody else as “Theirs”, here “Mine”" in text_of(told)
    again = re.search(r'name="version" value="(\d+)"', told.content.decode())
    assert again
    browser.post(f"/users/{pat.pk}/edit/", {**mine, "version": again[1]})
    assert ComputerUser.objects.get(pk=pat.pk).job_title == "Mine"


def test_a_person_is_moved_only_where_the_right_reaches(
    northwind: Tenant, scope: None, make_account: Any, client_of: Any
) -> None:
    rights = [Right.READ_USERS, Right.EDIT_USERS, Right.READ_ORGANIZATIONS]
    emea = organization("emea")
    local = make_account("Local", make_role(northwind, "People", allows=rights), at=emea, home=emea)
    here, browser = add(northwind, "Here Now", home=emea), client_of(local)

    assert browser.get(f"/users/{add(northwind, 'Far Away').pk}/").status_code == 404
    answer = browser.post(f"/users/{here.pk}/edit/", form_of(here, display_name="Here Now", home="HOME"))

    assert answer.status_code == 422
    assert ComputerUser.objects.get(pk=here.pk).home == emea


def test_people_are_retired_in_bulk_and_their_accounts_stay(browser: Client, northwind: Tenant) -> None:
    both = add(northwind, "Ada Both", account=account_named("adam"))

    shown = browser.post("/users/retire/", {"selected": [both.pk]})
    assert "Their operator accounts, if any, stay enabled" in text_of(shown)
    frozen = re.search(r'name="selection" value="(\d+)"', shown.content.decode())[1]  # type: ignore[index]
    done = browser.post("/users/retire/", {"selection": frozen, "confirm": "1"})

    assert ComputerUser.objects.get(pk=both.pk).status == UserStatus.RETIRED
    assert account_named("adam").is_enabled
    assert "1 user retired." in text_of(browser.get(done.headers["Location"]))


def test_whose_organization_is_out_of_reach_is_skipped(northwind: Tenant, scope: None, make_account: Any) -> None:
    emea = organization("emea")
    local = make_account("Local", make_role(northwind, "People", allows=[Right.EDIT_USERS]), at=emea, home=emea)
    people = [add(northwind, "Here", home=emea), add(northwind, "There")]

    receipt = set_status(ComputerUser.objects.filter(pk__in=[p.pk for p in people]), by=local, to=UserStatus.RETIRED)

    assert (receipt.changed, receipt.skipped) == (1, 1)


def test_a_person_is_deleted_after_saying_what_hangs_on_them(browser: Client, northwind: Tenant, pat: Any) -> None:
    report = add(northwind, "Report", manager=pat)
    ComputerUser.objects.filter(pk=pat.pk).update(account=account_named("adam"))

    page = text_of(browser.get(f"/users/{pat.pk}/delete/"))
    assert "The operator account Adam Northwind stays as it is" in page
    assert "1 user has this manager and would have none." in page
    browser.post(f"/users/{pat.pk}/delete/")

    assert not ComputerUser.objects.filter(pk=pat.pk).exists()
    assert ComputerUser.objects.get(pk=report.pk).manager is None
    assert account_named("adam").is_enabled


def test_an_account_is_suggested_by_its_address_linked_and_unlinked(browser: Client, northwind: Tenant) -> None:
    person = add(northwind, "Adam Human", email="ADAM@northwind.example")

    assert "Perhaps Adam Northwind has the same email address" in text_of(browser.get(f"/users/{person.pk}/"))
    assert browser.post(f"/users/{person.pk}/account/", {"account": "robot"}).status_code == 422
    browser.post(f"/users/{person.pk}/account/", {"account": "adam"})
    assert ComputerUser.objects.get(pk=person.pk).account == account_named("adam")
    browser.post(f"/users/{person.pk}/account/", {"do": "unlink"})
    assert ComputerUser.objects.get(pk=person.pk).account is None


def test_a_blocked_username_does_not_comply_and_says_why(browser: Client, pat: ComputerUser) -> None:
    browser.post("/users/blocked/", {"patterns": "p_t\r\nP_T\r\nsvc%\r\n"})

    assert set(BlockedUsername.objects.values_list("pattern", flat=True)) == {"P_T", "svc%"}
    assert "No because the username is blocked" in text_of(browser.get(f"/users/{pat.pk}/"))
    for wrong, said in (("%", "would block everybody"), ("a\\b", "is no pattern")):
        answer = browser.post("/users/blocked/", {"patterns": wrong})
        assert answer.status_code == 422
        assert said in text_of(answer)
