"""The pages that invite: one person in a form, many on a page that first says what will happen to each line."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Group
from invitations.models import Invitation
from itam_portal.lists.models import Receipt
from roles.rights import Right
from tests.cast import account_named, make_role, organization, role_named
from tests.invitations.making import EMAIL, form_of, invited, text_of

LIST, NEW, MANY = "/invitations/", "/invitations/new/", "/invitations/many/"


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


# --- inviting one -----------------------------------------------------------------------------------------------


def test_it_opens_from_accounts_administration_and_invitations(browser: Client) -> None:
    for address, label in (
        ("/accounts/", "Invite user"),
        ("/administration/users/", "Add User"),
        (LIST, "Invite user"),
    ):
        html = browser.get(address).content.decode()
        assert re.search(rf'<a class="btn[^"]*" href="/invitations/new/"[^>]*data-opens="panel">.*?{label}</a>', html)


def test_a_role_stands_with_what_it_is_for_beside_it(browser: Client) -> None:
    page = text_of(browser.get(NEW))

    assert "Viewer Sees everything but billing and access keys. Changes nothing." in page


def test_an_invitation_is_sent_from_the_form(browser: Client, olivia: Account) -> None:
    soon = timezone.now().date() + timedelta(days=30)
    group = Group.objects.get(name="Help desk")
    form = form_of(
        **{
            "first_name": "Newt",
            "set0-roles": [role_named("Viewer").pk],
            "set0-expires_on": soon,
            "groups": [group.pk],
            "sets": "2",
            "set1-roles": [role_named("USER").pk],
            "set1-scope": "organization",
            "set1-organization": "emea",
            "reason": "New colleague",
        }
    )

    answer = browser.post(NEW, form)

    made = Invitation.objects.get(email=EMAIL)
    assert answer.headers["Location"] == f"{LIST}{made.pk}/"
    assert [(one.role.name, one.organization, one.expires_on) for one in made.roles.order_by("pk")] == [
        ("Viewer", None, soon),
        ("USER", organization("emea"), None),
    ]
    assert [one.group for one in made.groups.all()] == [group]
    page = text_of(browser.get(answer.headers["Location"]))
    assert "An invitation goes to newt@new.example." in page
    assert "Newt" in page


def test_more_sets_keep_what_was_written_and_judge_nothing(browser: Client) -> None:
    key = str(role_named("Viewer").pk)
    form = form_of(**{"do": "more", "email": "half an addr", "set0-roles": [key], "set0-scope": "organization"})

    html = browser.post(NEW, form).content.decode()

    assert 'name="sets" value="2"' in html
    assert 'value="half an addr"' in html
    assert re.search(rf'name="set0-roles" value="{key}"[^>]*checked', html)
    assert 'name="set1-roles"' in html
    assert "error-text" not in html
    for _more in range(6):
        html = browser.post(NEW, {**form, "sets": "5"}).content.decode()
    assert 'name="sets" value="5"' in html
    assert 'value="more"' not in html


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "no"}, "Enter a valid email address."),
        ({"set0-roles": []}, "Choose at least one role or group."),
        ({"set0-roles": ["0"]}, "Select a valid choice."),
        ({"set0-roles": [], "set0-expires_on": "2099-01-01"}, "Choose the roles that this is about."),
        ({"set0-scope": "organization"}, "Choose the organization."),
        ({"set0-expires_on": "2001-01-01"}, "This day is over."),
        ({"email": "adam@northwind.example"}, "Somebody with this address has an account here already."),
        ({"first_name": "N\0"}, "Null characters are not allowed."),
        ({"sets": "x"}, ""),
    ],
)
def test_what_is_wrong_is_said_beside_it(browser: Client, wrong: dict[str, Any], said: str) -> None:
    form = form_of(**{"set0-roles": [str(role_named("Viewer").pk)], **wrong})

    answer = browser.post(NEW, form)

    assert answer.status_code == (422 if said else 302)
    assert said in text_of(answer)
    assert Invitation.objects.filter(email=EMAIL).exists() is not bool(said)


def test_who_is_invited_already_is_linked(browser: Client, olivia: Account) -> None:
    made = invited(olivia)

    answer = browser.post(NEW, form_of(**{"set0-roles": [str(role_named("Viewer").pk)]}))

    assert answer.status_code == 422
    assert f'href="/invitations/{made.pk}/"' in answer.content.decode()


def test_the_ceiling_is_said_beside_the_roles(northwind: Any, scope: None, make_account: Any, client_of: Any) -> None:
    rights = [Right.INVITE, Right.GIVE_ROLES, Right.READ_ACCOUNTS]
    tess = make_account("Tess", make_role(northwind, "Inviting", allows=rights))

    answer = client_of(tess).post(NEW, form_of(**{"set0-roles": [str(role_named("ADMIN").pk)]}))

    assert answer.status_code == 422
    assert not Invitation.objects.filter(email=EMAIL).exists()


def test_who_may_offer_nothing_is_told(northwind: Any, scope: None, make_account: Any, client_of: Any) -> None:
    tess = make_account("Tess", make_role(northwind, "Only inviting", allows=[Right.INVITE]))
    browser = client_of(tess)

    assert "there is nothing that you could offer" in text_of(browser.get(NEW))
    assert "Choose at least one role or group." in text_of(browser.post(NEW, form_of()))


# --- many at once -----------------------------------------------------------------------------------------------

PASTED = "one@new.example, Ada Ames <ada@new.example>\nadam@northwind.example; nonsense\tONE@new.example"


def many(**values: Any) -> dict[str, Any]:
    """The form of many addresses."""
    form = form_of(**{"set0-roles": [str(role_named("Viewer").pk)], "addresses": PASTED, "do": "preview"})
    return {**form, **values}


def test_each_line_says_what_will_happen_and_the_good_ones_are_sent(browser: Client) -> None:
    page = browser.post(MANY, many())

    said = text_of(page)
    assert "Invite 2 users?" in said
    for line in (
        "one@new.example Gets an invitation.",
        "ada@new.example Ada Ames Gets an invitation.",
        "adam@northwind.example Somebody with this address has an account here already.",
        "nonsense This is no email address.",
        "ONE@new.example The same address stands above.",
    ):
        assert line in said
    assert not Invitation.objects.filter(email__endswith="@new.example").exists()
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode()))
    assert "addresses" in carried or "addresses" in page.content.decode()

    done = browser.post(MANY, many(do="send"))

    receipt = Receipt.objects.latest("pk")
    assert done.headers["Location"] == f"/receipts/{receipt.pk}/"
    sent = Invitation.objects.filter(email__endswith="@new.example")
    assert set(sent.values_list("email", "first_name", "last_name")) == {
        ("one@new.example", "", ""),
        ("ada@new.example", "Ada", "Ames"),
    }
    shown = text_of(browser.get(f"/receipts/{receipt.pk}/"))
    assert "2 invitations sent." in shown
    assert "ada@new.example" in shown
    assert "1 · This is no email address." in shown


def test_over_the_ceiling_every_line_says_so(northwind: Any, scope: None, make_account: Any, client_of: Any) -> None:
    rights = [Right.INVITE, Right.GIVE_ROLES, Right.READ_ACCOUNTS]
    tess = make_account("Tess", make_role(northwind, "Inviting", allows=rights))
    browser, form = client_of(tess), many(**{"set0-roles": [str(role_named("ADMIN").pk)], "addresses": "x@new.example"})

    # A role that they may give nowhere cannot even be chosen.
    assert browser.post(MANY, form).status_code == 422
    assert browser.post(MANY, {**form, "do": "send"}).status_code == 422
    assert not Invitation.objects.filter(email="x@new.example").exists()


def test_a_group_beyond_the_ceiling_stands_beside_every_line(
    northwind: Any, scope: None, make_account: Any, client_of: Any
) -> None:
    rights = [Right.INVITE, Right.GIVE_ROLES, Right.CHANGE_MEMBERS, Right.READ_GROUPS]
    tess = make_account("Tess", make_role(northwind, "Inviting", allows=rights))
    form = many(
        **{"set0-roles": [], "groups": [str(Group.objects.get(name="Help desk").pk)], "addresses": "x@new.example"}
    )

    page = text_of(client_of(tess).post(MANY, form))

    assert "x@new.example This would give rights that you do not hold there" in page
    assert client_of(tess).post(MANY, {**form, "do": "send"}).status_code == 409
    assert not Invitation.objects.filter(email="x@new.example").exists()


@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        ("", "This field is required."),
        (" , ;\n", "There is no address among this."),
        ("\n".join(f"a{n}@new.example" for n in range(501)), "These are 501 addresses. At most 500 go at once."),
    ],
)
def test_too_many_or_none_is_said(browser: Client, addresses: str, said: str) -> None:
    answer = browser.post(MANY, many(addresses=addresses))

    assert answer.status_code == 422
    assert said in text_of(answer)


def test_five_hundred_go_at_once(browser: Client) -> None:
    addresses = "\n".join(f"a{n}@five.example" for n in range(500))
    browser.post(MANY, many(addresses=addresses, do="send"))

    assert Invitation.objects.filter(email__endswith="@five.example").count() == 500


def test_one_goes_back_to_change_something(browser: Client) -> None:
    html = browser.post(MANY, many(do="edit")).content.decode()

    assert "Ada Ames &lt;ada@new.example&gt;" in html
    assert re.search(rf'name="set0-roles" value="{role_named("Viewer").pk}"[^>]*checked', html)
