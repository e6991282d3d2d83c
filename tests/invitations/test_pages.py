"""The pages of invitations: the list, one invitation, inviting one and many, and bulk actions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account, Group
from invitations.models import Invitation
from itam_portal.lists.models import Receipt
from roles.rights import Right
from tests.cast import account_named, make_role, organization, role_named
from tests.invitations.making import (
    ANSWER,
    EMAIL,
    form_of,
    invited,
    link_in_mail,
    offering,
    opened,
    pass_time,
    read,
    text_of,
)

LIST, NEW, MANY = "/invitations/", "/invitations/new/", "/invitations/many/"


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


@pytest.fixture
def five(olivia: Account, adam: Account) -> dict[str, Invitation]:
    """One invitation in each state."""
    Invitation.objects.all().delete()
    group = Group.objects.get(name="Help desk")
    made = {
        "pending": invited(adam, "pending@new.example", offered=offering("Viewer", "Operator", groups=(group,))),
        "accepted": invited(olivia, "accepted@new.example", offered=offering("USER")),
        "declined": invited(olivia, "declined@new.example", offered=offering("Viewer", at=organization("emea"))),
        "revoked": invited(olivia, "revoked@new.example"),
        "expired": invited(olivia, "expired@new.example"),
    }
    from invitations.operations import revoke_invitations
    from tests.invitations.making import deliver

    deliver()
    accepting = made["accepted"]
    from invitations.operations import accept_invitation, decline_invitation
    from itam_portal.tenancy.actor import System

    by = System("Invitee", olivia.tenant)
    link = read(accepting).token_hash
    accept_invitation(accepting, by=by, link=link, name="Ada", password="a long one for me")
    decline_invitation(made["declined"], by=by, link=read(made["declined"]).token_hash)
    revoke_invitations(Invitation.objects.filter(pk=made["revoked"].pk), by=olivia)
    pass_time(made["expired"], days=8)
    return made


def emails(answer: Any) -> list[str]:
    """The invitations that a list shows, by the first part of their addresses."""
    assert answer.status_code == 200, text_of(answer)[-600:]
    return re.findall(r'<td role="rowheader".*?<a [^>]*>([a-z]*)@', answer.content.decode())


# --- the list ---------------------------------------------------------------------------------------------------


def test_every_column_is_shown_and_exported(browser: Client, five: Any) -> None:
    columns = re.findall(r'name="order" value="(\w+)"', browser.get("/invitations/columns/").content.decode())
    asked = f"columns={','.join(columns)}&status=pending"

    page = browser.get(f"{LIST}?{asked}")
    file = browser.get(f"{LIST}export.csv?{asked}").getvalue().decode()

    assert re.findall(r'<th[^>]*data-column="(\w+)"', page.content.decode()) == columns
    assert len(columns) == 10
    assert "Pending" in text_of(page)
    assert "pending@new.example" in file
    assert '"Operator, Viewer",Help desk,Adam Northwind' in file


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        *[(f"status={state}", {state}) for state in ("pending", "accepted", "declined", "revoked", "expired")],
        ("status=pending&status=expired", {"pending", "expired"}),
        ("status__not=expired", {"pending", "accepted", "declined", "revoked"}),
        ("q=DECL", {"declined"}),
        ("email__starts=ACC", {"accepted"}),
        ("invited_by__contains=adam", {"pending"}),
        ("delivery=waiting", set()),
        ("delivery=sent&status=expired", {"expired"}),
        ("organization=emea", {"declined"}),
        ("organization__not=emea&status=pending", {"pending"}),
        ("groups__empty=no", {"pending"}),
        ("groups__empty=yes&status=expired", {"expired"}),
        ("groups__empty=yes&groups__empty=no&status=expired", {"expired"}),
        ("role__empty=yes", set()),
        ("expires__before=today", {"expired"}),
        ("sent__after=-3d&status=pending", {"pending"}),
    ],
)
def test_invitations_are_filtered(browser: Client, five: Any, asked: str, found: set[str]) -> None:
    answer = browser.get(f"{LIST}?{asked}")

    assert set(emails(answer)) == found


def test_roles_and_groups_filter_by_number(browser: Client, five: Any) -> None:
    group, user = Group.objects.get(name="Help desk"), role_named("USER")

    assert emails(browser.get(f"{LIST}?role={user.pk}")) == ["accepted"]
    assert "accepted" not in emails(browser.get(f"{LIST}?role__not={user.pk}"))
    assert emails(browser.get(f"{LIST}?groups={group.pk}")) == ["pending"]
    assert len(emails(browser.get(f"{LIST}?groups__not={group.pk}"))) == 4


@pytest.mark.parametrize(
    "asked", ["status=gone", "role=999999", "role=x", "group=0", "delivery=x", "organization=nowhere", "sent__after=x"]
)
def test_what_is_wrong_is_said_and_shows_nothing(browser: Client, five: Any, asked: str) -> None:
    answer = browser.get(f"{LIST}?{asked}")

    assert answer.status_code == 400
    assert "@new.example" not in answer.content.decode()


@pytest.mark.parametrize("name", ["email", "status", "role", "sent", "expires", "delivery"])
def test_every_sort_walks_all_rows_both_ways(browser: Client, five: Any, name: str) -> None:
    up, down = emails(browser.get(f"{LIST}?sort={name}")), emails(browser.get(f"{LIST}?sort=-{name}"))

    assert up == down[::-1]
    assert len(up) == 5


def test_sorted_by_status_the_expired_stand_together(browser: Client, five: Any, olivia: Account) -> None:
    invited(olivia, "another@new.example")

    assert emails(browser.get(f"{LIST}?sort=status"))[2:5] == ["expired", "pending", "another"]


@pytest.mark.parametrize("name", ["status", "delivery", "invited_by"])
def test_it_is_grouped(browser: Client, five: Any, name: str) -> None:
    html = browser.get(f"{LIST}?group={name}")

    assert html.status_code == 200, text_of(html)[-800:]
    numbers = re.findall(r'data-group="([^"]+)"', html.content.decode())
    assert numbers
    opened_one = browser.get(f"{LIST}?group={name}&open={numbers[0]}")
    assert emails(opened_one)


def test_fifty_rows_cost_as_many_queries_as_one_and_no_more_than_eight(
    browser: Client, five: Any, olivia: Account
) -> None:
    browser.get(LIST)
    with CaptureQueriesContext(connection) as few:
        browser.get(f"{LIST}?q=pending")
    for number in range(30):
        invited(olivia, f"more{number}@many.example", offered=offering("Viewer", "USER"))
    with CaptureQueriesContext(connection) as many:
        browser.get(f"{LIST}?q=many&per_page=200")

    assert len(many) == len(few)
    aside = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SELECT set_config", "SELECT * FROM door_")
    own = [q["sql"] for q in many if not q["sql"].startswith(aside)]
    own = [one for one in own if "django_session" not in one and "FROM accounts_identity" not in one]
    assert len(own) <= 8, own


# --- one invitation ---------------------------------------------------------------------------------------------


def test_its_page_shows_its_life_from_sent_to_accepted(browser: Client, olivia: Account) -> None:
    made = invited(olivia)
    link = link_in_mail()
    browser.post("/invitations/resend/", {"selected": [made.pk], "confirm": "1"})
    link = link_in_mail()
    opened(link).post("/invitations/accept/", ANSWER)

    page = text_of(browser.get(f"{LIST}{made.pk}/"))

    life = page[page.index("What happened") :]
    assert life.count("The mail server took the mail") == 2
    for deed in (
        "Accept an invitation · Newt N",
        "Send invitations again · Olivia Northwind",
        "Invite users · Olivia Northwind",
    ):
        assert life.count(deed) == 1
    assert "Accepted" in page
    assert "Send again" not in page
    history = browser.get(f"{LIST}{made.pk}/history/")
    assert EMAIL not in re.sub(r"<(title|nav).*?</\1>", "", history.content.decode(), flags=re.DOTALL)


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("pending", {"Revoke", "Copy link", "Send again"}),
        ("expired", {"Copy link", "Send again"}),
        ("accepted", set()),
        ("declined", set()),
        ("revoked", set()),
    ],
)
def test_its_page_offers_what_can_be_done(browser: Client, five: Any, state: str, buttons: set[str]) -> None:
    html = browser.get(f"{LIST}{five[state].pk}/").content.decode()

    shown = {name for name in ("Revoke", "Copy link", "Send again") if re.search(rf"</svg>{name}</button>", html)}
    assert shown == buttons


def test_who_only_reads_sees_no_buttons(five: Any, victor: Account, client_of: Any) -> None:
    html = client_of(victor).get(f"{LIST}{five['pending'].pk}/").content.decode()

    assert "</svg>Revoke</button>" not in html


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


# --- bulk -------------------------------------------------------------------------------------------------------


def test_resending_in_bulk_previews_acts_and_leaves_a_receipt(browser: Client, five: Any) -> None:
    everything = {"selected": [one.pk for one in five.values()]}

    shown = text_of(browser.post("/invitations/resend/", everything))
    assert "Send 2 invitations again?" in shown
    assert "This invitation was accepted already." in shown
    done = browser.post("/invitations/resend/", {**everything, "confirm": "1"})

    assert "2 invitations sent again." in text_of(browser.get(done.headers["Location"]))
    assert read(five["expired"]).is_open


def test_revoking_everything_that_matches(browser: Client, five: Any) -> None:
    shown = browser.post("/invitations/revoke/?status=pending&status=expired", {"everything": "1"})
    assert "This invitation has expired." in text_of(shown)
    frozen = re.search(r'name="selection" value="(\d+)"', shown.content.decode())[1]  # type: ignore[index]

    browser.post("/invitations/revoke/", {"selection": frozen, "confirm": "1"})

    assert (read(five["pending"]).state, read(five["expired"]).state) == ("revoked", "expired")


def test_links_are_shown_once_and_work(browser: Client, five: Any) -> None:
    ticked = {"selected": [five["pending"].pk, five["expired"].pk, five["declined"].pk], "confirm": "1"}

    page = browser.post("/invitations/copy-link/", ticked).content.decode()

    links = re.findall(r'value="http://127\.0\.0\.1:8000(/invitations/accept/[^"]+)"', page)
    assert len(links) == 2
    for link in links:
        assert opened(link).get("/invitations/accept/").status_code == 200
    assert "Link copied" in text_of(browser.get(f"{LIST}?status=pending"))


def test_nothing_to_copy_is_told(browser: Client, five: Any) -> None:
    done = browser.post("/invitations/copy-link/", {"selected": [five["declined"].pk], "confirm": "1"})

    assert "This invitation was declined." in text_of(browser.get(done.headers["Location"]))
