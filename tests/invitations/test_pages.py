"""The pages of invitations: the list, one invitation, and what is done to many of them."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Group
from invitations.models import Invitation
from invitations.operations import accept_invitation, decline_invitation, revoke_invitations
from itam_portal.tenancy.actor import System
from tests.cast import account_named, organization, role_named
from tests.invitations.making import (
    ANSWER,
    EMAIL,
    PASSWORD,
    deliver,
    invited,
    link_in_mail,
    offering,
    opened,
    pass_time,
    read,
    text_of,
)

LIST = "/invitations/"


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
    deliver()
    by, accepting = System("Invitee", olivia.tenant), made["accepted"]
    accept_invitation(accepting, by=by, link=read(accepting).token_hash, name="Ada", password=PASSWORD)
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
