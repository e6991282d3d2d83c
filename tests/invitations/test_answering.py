"""Answering: a link that is only looked at changes nothing, and every way in which it cannot be answered is clear."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Group, Identity, RoleAssignment
from accounts.operations import Offer, disable_accounts, end_sign_in
from accounts.queries import Scope
from invitations.guards import Offered
from invitations.models import Invitation
from invitations.operations import resend_invitations, revoke_invitations
from itam_portal.tenancy.actor import System
from tests.cast import PASSWORD as DEMO
from tests.cast import account_named, add_account, only, organization, refresh, role_named
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

PAGE = "/invitations/accept/"


def test_a_new_person_sees_who_invites_to_what_accepts_and_signs_in(olivia: Account) -> None:
    group = Group.objects.get(name="Help desk")
    made = invited(olivia, first_name="Newt", offered=offering("Viewer", groups=(group,)))
    guest = opened(link_in_mail())

    page = text_of(guest.get(PAGE))
    assert "Your invitation to Northwind" in page
    assert "Olivia Northwind offers newt@new.example an account" in page
    assert "Viewer Whole tenant" in page
    assert "Help desk" in page
    done = guest.post(PAGE, ANSWER)

    assert done.headers["Location"] == "/sign-in/"
    account = read(made).account
    assert account
    assert (account.name, account.login, account.email, account.home) == ("Newt", EMAIL, EMAIL, olivia.home)
    assert account.assignments.get().role == role_named("Viewer")
    assert list(Group.objects.of(account)) == [group]
    assert guest.post("/sign-in/", {"login": EMAIL, "password": PASSWORD}).status_code == 302
    assert guest.get("/accounts/").status_code == 200


def test_a_scanner_that_only_looks_consumes_nothing(olivia: Account) -> None:
    made, path = invited(olivia), link_in_mail()
    for method in ("get", "head", "get", "options"):
        scanner = Client()
        getattr(scanner, method)(path)
        getattr(scanner, method)(PAGE)

    assert read(made).is_open
    assert opened(path).post(PAGE, ANSWER).status_code == 302


def test_the_token_leaves_the_address_at_once_and_no_page_is_kept(olivia: Account) -> None:
    invited(olivia)
    path = link_in_mail()
    guest = opened(path)

    answer = guest.get(PAGE)

    assert path.split("/")[-2] not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_weak_password_and_two_that_differ_are_said_and_make_nobody(olivia: Account) -> None:
    invited(olivia)
    guest = opened(link_in_mail())

    weak = guest.post(PAGE, {**ANSWER, "password": "short", "again": "short"})
    differ = guest.post(PAGE, {**ANSWER, "again": "another one"})

    assert (weak.status_code, differ.status_code) == (422, 422)
    assert "too short" in text_of(weak)
    assert "The two passwords differ." in text_of(differ)
    assert not Identity.objects.filter(email=EMAIL).exists()


def test_a_known_person_accepts_with_their_password_only(olivia: Account, mallory: Account) -> None:
    made = invited(olivia, mallory.email)
    guest = opened(link_in_mail())

    assert "You have a sign-in already." in text_of(guest.get(PAGE))
    wrong = guest.post(PAGE, {"do": "accept", "password": "wrong wrong wrong"})
    assert wrong.status_code == 422
    assert "The password is not right." in text_of(wrong)
    chosen = guest.post(PAGE, ANSWER)
    assert chosen.status_code == 422
    guest.post(PAGE, {"do": "accept", "password": DEMO})

    account = read(made).account
    assert account
    assert account.identity == mallory.identity
    assert Identity.objects.get(pk=mallory.identity_id).name == mallory.identity.name  # type: ignore[union-attr]


def test_who_is_signed_in_as_that_person_just_accepts(olivia: Account, mallory: Account, client_of: Any) -> None:
    made = invited(olivia, mallory.email.upper())
    guest = opened(link_in_mail(), client_of(mallory))

    assert "password" not in guest.get(PAGE).content.decode().lower()
    assert guest.post(PAGE, {"do": "accept"}).headers["Location"] == "/"

    assert read(made).account.identity == mallory.identity  # type: ignore[union-attr]


def test_somebody_else_is_told_and_may_sign_out_and_go_on(olivia: Account, adam: Account, client_of: Any) -> None:
    made = invited(olivia)
    guest = opened(link_in_mail(), client_of(adam))

    told = guest.get(PAGE)
    assert "You are signed in as adam@northwind.example. This invitation is for newt@new.example." in text_of(told)
    assert guest.post(PAGE, ANSWER).status_code == 422
    assert read(made).is_open
    guest.post(PAGE, {"do": "leave"})

    assert "Choose a password" in text_of(guest.get(PAGE))


def test_declining_makes_nobody_and_is_final(olivia: Account) -> None:
    made, path = invited(olivia), link_in_mail()
    guest = opened(path)

    assert "No account was made for you in Northwind." in text_of(guest.post(PAGE, {"do": "decline"}))

    assert read(made).state == "declined"
    again = opened(path).post(PAGE, ANSWER)
    assert again.status_code == 410
    assert "This invitation was declined." in text_of(again)
    assert not Account.objects.filter(email=EMAIL).exists()


def revoked(made: Invitation) -> None:
    """By whoever sent it."""
    revoke_invitations(Invitation.objects.filter(pk=made.pk), by=made.invited_by)


def sent_again(made: Invitation) -> None:
    """So that the old link is dead at once."""
    resend_invitations(Invitation.objects.filter(pk=made.pk), by=made.invited_by)


def inviter_disabled(made: Invitation) -> None:
    """By somebody else."""
    disable_accounts(only(made.invited_by), by=account_named("olivia"))


def inviter_demoted(made: Invitation) -> None:
    """What was offered is more than they hold now."""
    RoleAssignment.objects.filter(account=made.invited_by).update(role=role_named("Viewer"))
    refresh(made.invited_by)


def inviter_lapsed(made: Invitation) -> None:
    """They hold nothing any more."""
    RoleAssignment.objects.filter(account=made.invited_by).delete()
    refresh(made.invited_by)


ENDINGS = {
    "revoked": (revoked, 410, "This invitation was revoked."),
    "expired by a second": (lambda made: pass_time(made, days=7, seconds=0), 410, "This invitation has expired."),
    "sent again": (sent_again, 410, "This link was replaced by a newer one"),
    "inviter disabled": (inviter_disabled, 409, "Whoever invited you cannot offer this any more."),
    "inviter demoted": (inviter_demoted, 409, "Whoever invited you cannot offer this any more."),
    "inviter lapsed": (inviter_lapsed, 409, "Whoever invited you cannot offer this any more."),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_what_cannot_be_accepted_says_so_and_leaves_no_half_an_account(adam: Account, name: str) -> None:
    end, status, said = ENDINGS[name]
    guest = opened(link_in_mail() if (made := invited(adam)) else "")
    assert guest.get(PAGE).status_code == 200
    end(made)

    for answer in (guest.get(PAGE), guest.post(PAGE, ANSWER)):
        assert answer.status_code == status
        assert said in text_of(answer)
    assert not Identity.objects.filter(email=EMAIL).exists()
    assert not Account.objects.filter(email=EMAIL).exists()


def test_a_second_before_its_end_it_is_good(olivia: Account) -> None:
    made = invited(olivia)
    guest = opened(link_in_mail())
    pass_time(made, days=7, seconds=-2)

    assert guest.post(PAGE, ANSWER).status_code == 302


def test_accepting_twice_says_that_it_was_accepted(olivia: Account) -> None:
    invited(olivia)
    path = link_in_mail()
    first, second = opened(path), opened(path)
    first.post(PAGE, ANSWER)

    for answer in (second.get(PAGE), second.post(PAGE, ANSWER), second.post(PAGE, {"do": "decline"})):
        assert answer.status_code == 410
        assert "This invitation was accepted already." in text_of(answer)
    assert Account.objects.filter(email=EMAIL).count() == 1


def test_who_got_an_account_in_another_way_is_told(olivia: Account, mallory: Account, northwind: Any) -> None:
    invited(olivia, mallory.email)
    guest = opened(link_in_mail())
    made = add_account(northwind, "Other", signs_in=False)
    Account.objects.filter(pk=made.pk).update(identity=mallory.identity)

    answer = guest.post(PAGE, {"do": "accept", "password": DEMO})

    assert answer.status_code == 409
    assert "You already have another account in this tenant." in text_of(answer)


def test_an_account_that_took_the_address_meanwhile_keeps_it(olivia: Account, northwind: Any) -> None:
    invited(olivia)
    guest = opened(link_in_mail())
    add_account(northwind, "Other", signs_in=False, email=EMAIL)

    answer = guest.post(PAGE, ANSWER)

    assert answer.status_code == 409
    assert "An account in this tenant uses your address already." in text_of(answer)
    assert not Identity.objects.filter(email=EMAIL).exists()


def test_a_sign_in_that_was_ended_for_good_is_not_brought_back(olivia: Account, mallory: Account) -> None:
    person = Identity.objects.create(email=EMAIL, password="!")
    end_sign_in(person, by=lambda tenant: System("Test", tenant))
    invited(olivia)
    guest = opened(link_in_mail())

    for answer in (guest.get(PAGE), guest.post(PAGE, {"do": "accept", "password": "whatever it was"})):
        assert "The sign-in of this address was ended." in text_of(answer) or answer.status_code == 422
    assert not Account.objects.filter(email=EMAIL).exists()


@pytest.mark.parametrize("token", ["x", "%00", "a" * 500, "é"])
def test_made_up_links_lead_nowhere(scope: None, token: str) -> None:
    guest = Client()
    guest.get(f"{PAGE}{token}/")

    assert guest.get(PAGE).status_code == 410
    assert guest.post(PAGE, ANSWER).status_code == 410


def test_a_page_that_was_never_opened_is_no_way_in(olivia: Account) -> None:
    invited(olivia)

    assert Client().post(PAGE, ANSWER).status_code == 410


def test_an_account_without_a_live_role_is_named_to_the_inviter(olivia: Account, client_of: Any) -> None:
    tomorrow = timezone.now().date() + timedelta(days=1)
    made = invited(olivia, offered=Offered((Offer(role_named("Viewer"), Scope(), tomorrow),)))
    guest = opened(link_in_mail())
    made.roles.all()
    for offer in made.roles.all():
        offer.delete()
    guest.post(PAGE, ANSWER)

    account = read(made).account
    assert account
    deliver()
    message = outbox.outbox[-1]
    assert message.to == [olivia.email]
    assert f"http://127.0.0.1:8000/accounts/{account.pk}/roles/give/" in message.body
    page = client_of(olivia).get(f"/invitations/{made.pk}/")
    assert "holds no live role" in text_of(page)
    assert f"/accounts/{account.pk}/roles/give/" in page.content.decode()


def test_a_role_that_ended_meanwhile_stays_on_record_and_gives_nothing(olivia: Account) -> None:
    from invitations.models import OfferedRole
    from tests.cast import LONG_AGO

    past = timezone.now() - LONG_AGO
    made = invited(olivia, offered=offering("USER"))
    OfferedRole.objects.create(
        tenant=olivia.tenant, invitation=made, role=role_named("Viewer"), expires_on=past.date(), expires_at=past
    )
    opened(link_in_mail()).post(PAGE, ANSWER)

    account = read(made).account
    assert account
    assert {one.role.name: one.is_live for one in account.assignments.all()} == {"USER": True, "Viewer": False}


def test_a_scoped_role_is_given_where_it_was_offered(olivia: Account) -> None:
    emea = organization("emea")
    made = invited(olivia, offered=offering("Operator", at=emea))

    opened(link_in_mail()).post(PAGE, ANSWER)

    account = read(made).account
    assert account
    assert (account.home, account.assignments.get().organization) == (emea, emea)
