"""Sending invitations: to whom, with what, and who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.guards import ExceedsGiver, OutlastsGiver, OwnerIsForTheWholeTenant, OwnersGiveOwner
from accounts.models import Account, Group
from accounts.operations import Offer
from accounts.queries import Scope
from invitations.guards import (
    AlreadyInvited,
    AlreadyMember,
    InvitationOutOfReach,
    Malformed,
    NothingOffered,
    Offered,
    OffersOwner,
)
from invitations.models import LIVES, Invitation, OfferedRole
from invitations.operations import Line, copy_links, invite_many, resend_invitations, revoke_invitations
from itam_portal.lists.models import ReceiptRow
from itam_portal.mail.models import Mail
from itam_portal.refusals import NotAllowed
from roles.rights import Right
from tests.cast import account_named, give, make_role, organization, role_named
from tests.invitations.making import EMAIL, invited, offering, pass_time, read


def test_an_invitation_is_open_for_seven_days_and_its_mail_waits(olivia: Account) -> None:
    made = invited(olivia, first_name="Newt", last_name="New")

    assert made.is_open
    assert made.expires_at - made.sent_at == LIVES
    assert (made.token_hash, made.delivery, made.invited_by) == ("", "waiting", olivia)
    assert list(Mail.objects.filter(about=made.pk, kind="invitations.invitation").values_list("address")) == [(EMAIL,)]
    assert not Account.objects.filter(email=EMAIL).exists()


def test_nothing_offered_is_no_invitation(olivia: Account) -> None:
    with pytest.raises(NothingOffered):
        invited(olivia, offered=Offered())


def test_only_who_may_invite_invites(victor: Account, oscar: Account) -> None:
    for account in (victor, oscar):
        with pytest.raises(NotAllowed):
            invited(account)


@pytest.mark.parametrize("email", ["ADAM@northwind.example", "dora@northwind.example", "nina@northwind.example"])
def test_who_has_an_account_is_not_invited_whatever_its_state(olivia: Account, email: str) -> None:
    with pytest.raises(AlreadyMember):
        invited(olivia, email)


def test_who_signs_in_to_an_account_with_another_address_is_not_invited(olivia: Account) -> None:
    Account.objects.filter(login="adam").update(email="other@northwind.example")

    with pytest.raises(AlreadyMember):
        invited(olivia, "adam@northwind.example")


def test_an_address_that_is_a_login_here_is_taken(olivia: Account) -> None:
    Account.objects.filter(login="robot").update(login="robot@new.example", email="robot@new.example")

    with pytest.raises(AlreadyMember):
        invited(olivia, "robot@new.example")


def test_an_address_known_to_the_installation_only_is_invited_like_any(olivia: Account, mallory: Account) -> None:
    assert invited(olivia, mallory.email).is_open


def test_there_is_one_open_invitation_for_an_address_in_any_case(olivia: Account, contoso: Any) -> None:
    invited(olivia)

    with pytest.raises(AlreadyInvited):
        invited(olivia, EMAIL.upper())
    twin = Invitation.objects.get(email=EMAIL)
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_after_the_last_second_another_one_takes_its_place(olivia: Account) -> None:
    first = invited(olivia)
    pass_time(first, days=7, seconds=-1)
    with pytest.raises(AlreadyInvited):
        invited(olivia)
    pass_time(first, seconds=1)

    second = invited(olivia)

    assert (read(first).state, read(second).state) == ("expired", "pending")
    with pytest.raises(Exception, match="took the place"):
        resend_invitations(Invitation.objects.filter(pk=first.pk), by=olivia)


@pytest.mark.parametrize("email", ["", "x", "a@b", "a b@c.example", f"{'x' * 250}@new.example"])
def test_what_is_no_address_is_not_invited(olivia: Account, email: str) -> None:
    with pytest.raises(Malformed):
        invited(olivia, email)


# --- the ceiling ------------------------------------------------------------------------------------------------


def test_nobody_offers_what_they_do_not_hold(adam: Account, northwind: Any, make_account: Any) -> None:
    with pytest.raises(OwnersGiveOwner):
        invited(adam, offered=offering("Owner"))
    inviting = make_role(northwind, "Inviting", allows=[Right.INVITE, Right.GIVE_ROLES, Right.READ_ACCOUNTS])
    tess = make_account("Tess", inviting)
    assert invited(tess, offered=offering("USER")).is_open
    with pytest.raises(ExceedsGiver):
        invited(tess, "second@new.example", offered=offering("ADMIN"))


def test_owner_is_offered_for_the_whole_tenant_only(olivia: Account) -> None:
    with pytest.raises(OwnerIsForTheWholeTenant):
        invited(olivia, offered=offering("Owner", at=organization("emea")))


def test_nobody_offers_for_longer_than_they_hold(scope: None, northwind: Any, make_account: Any) -> None:
    tess = make_account("Tess")
    give(tess, "Administrator", until=timezone.now() + timedelta(days=5))

    with pytest.raises(OutlastsGiver):
        invited(tess)


def test_a_group_is_offered_by_who_may_add_members_and_holds_what_it_gives(
    adam: Account, northwind: Any, make_account: Any
) -> None:
    group = Group.objects.get(name="Help desk")
    assert invited(adam, offered=offering(groups=(group,))).is_open
    role = make_role(northwind, "Inviting", allows=[Right.INVITE, Right.GIVE_ROLES, Right.CHANGE_MEMBERS])
    tess = make_account("Tess", role)

    with pytest.raises(ExceedsGiver):
        invited(tess, "second@new.example", offered=offering(groups=(group,)))


def test_a_scoped_account_invites_to_its_own_organization(northwind: Any, scope: None, make_account: Any) -> None:
    rights = [Right.INVITE, Right.GIVE_ROLES, Right.READ_ACCOUNTS, Right.READ_INVITATIONS]
    emea = organization("emea")
    local = make_account("Local", make_role(northwind, "Local", allows=rights), at=emea, home=emea)

    made = invited(local, offered=offering("USER", at=emea))

    assert made.home == emea
    for offered in (offering("USER"), offering("USER", at=organization("apac"))):
        with pytest.raises((ExceedsGiver, NotAllowed)):
            invited(local, "second@new.example", offered=offered)


def test_only_what_offers_something_within_reach_is_seen(olivia: Account, uma: Account) -> None:
    emea, apac = organization("emea"), organization("apac")
    here = invited(olivia, "here@new.example", offered=offering("Viewer", at=emea))
    both = Offered((*offering("Viewer", at=emea).roles, *offering("USER", at=apac).roles))
    invited(olivia, "both@new.example", offered=both)
    invited(olivia, "there@new.example", offered=offering("Viewer", at=apac))
    invited(olivia, "whole@new.example")

    visible = Invitation.objects.visible_to(uma).filter(status="pending")
    seen = set(visible.values_list("email", flat=True))

    assert seen == {"here@new.example", "both@new.example"}
    assert here.home == emea


# --- sending again, copying, revoking ---------------------------------------------------------------------------


def only(*made: Invitation) -> Any:
    """These invitations as a set of rows."""
    return Invitation.objects.filter(pk__in=[one.pk for one in made])


def test_who_sends_it_again_answers_for_it_and_the_clock_begins_anew(olivia: Account, adam: Account) -> None:
    made = invited(olivia)
    pass_time(made, days=9)

    resend_invitations(only(made), by=adam)

    again = read(made)
    assert again.is_open
    assert again.invited_by == adam
    assert again.expires_at - again.sent_at == LIVES
    assert Mail.objects.filter(about=made.pk, kind="invitations.invitation").count() == 2


def test_nobody_sends_again_what_they_could_not_offer(olivia: Account, adam: Account, northwind: Any) -> None:
    owner = invited(olivia, "owner@new.example", offered=offering("Owner"))
    plain = invited(olivia, "plain@new.example")

    receipt = resend_invitations(only(owner, plain), by=adam)

    assert dict(ReceiptRow.objects.filter(receipt=receipt).values_list("object_id", "outcome")) == {
        owner.pk: OffersOwner.code,
        plain.pk: "changed",
    }
    for operation in (resend_invitations, copy_links, revoke_invitations):
        with pytest.raises(OffersOwner):
            operation(only(owner), by=adam)


def test_who_became_a_member_otherwise_is_not_reminded(olivia: Account) -> None:
    made = invited(olivia)
    Account.objects.filter(login="nina").update(email=EMAIL.upper())

    with pytest.raises(AlreadyMember):
        resend_invitations(only(made), by=olivia)


def test_a_scoped_account_revokes_only_what_lies_within_its_reach(
    olivia: Account, northwind: Any, make_account: Any
) -> None:
    emea, apac = organization("emea"), organization("apac")
    local = make_account("Local", make_role(northwind, "Local", allows=[Right.INVITE]), at=emea, home=emea)
    here = invited(olivia, "here@new.example", offered=offering("Viewer", at=emea))
    both = Offered((*offering("Viewer", at=emea).roles, *offering("USER", at=apac).roles))
    grouped = Offered(offering("Viewer", at=emea).roles, (Group.objects.get(name="Help desk"),))
    others = [invited(olivia, f"{n}@new.example", offered=offered) for n, offered in enumerate((both, grouped))]

    revoke_invitations(only(here), by=local)

    assert read(here).status == "revoked"
    for other in others:
        with pytest.raises(InvitationOutOfReach):
            revoke_invitations(only(other), by=local)


def test_a_role_in_an_open_invitation_is_in_use_and_in_a_closed_one_forgotten(olivia: Account, northwind: Any) -> None:
    from roles.operations import RoleInUse, delete_role

    role = make_role(northwind, "Passing", allows=[Right.READ_ACCOUNTS])
    made = invited(olivia, offered=offering("Passing"))
    with pytest.raises(RoleInUse):
        delete_role(role, by=olivia)
    revoke_invitations(only(made), by=olivia)

    delete_role(role, by=olivia)

    assert not OfferedRole.objects.filter(invitation=made).exists()


def test_a_group_that_ends_is_no_longer_offered(olivia: Account) -> None:
    from accounts.operations import create_group, delete_group

    group = create_group(olivia.tenant, by=olivia, name="Passing")
    made = invited(olivia, offered=offering("Viewer", groups=(group,)))

    delete_group(group, by=olivia)

    assert not made.groups.exists()


# --- many at once -----------------------------------------------------------------------------------------------


def test_many_are_invited_and_the_receipt_counts_the_others_without_an_address(olivia: Account) -> None:
    invited(olivia, "before@new.example")
    emails = [
        "one@new.example",
        "adam@northwind.example",
        "Before@new.example",
        "nonsense",
        "ONE@new.example",
        "two@new.example",
    ]

    receipt = invite_many(olivia.tenant, by=olivia, lines=[Line(email) for email in emails], offered=offering("Viewer"))

    assert (receipt.total, receipt.changed, receipt.skipped) == (6, 2, 4)
    assert receipt.wanted["skipped"] == {
        "already_member": 1,
        "already_invited": 1,
        "malformed_address": 1,
        "named_twice": 1,
    }
    assert "@" not in str(receipt.wanted)
    sent = Invitation.objects.filter(email__in=["one@new.example", "two@new.example"])
    assert sent.count() == 2
    assert set(ReceiptRow.objects.filter(receipt=receipt, outcome="changed").values_list("object_id", flat=True)) == {
        one.pk for one in sent
    }


def test_the_same_role_for_the_same_place_is_offered_once(olivia: Account) -> None:
    viewer = role_named("Viewer")
    twice = Offered((Offer(viewer, Scope()), Offer(viewer, Scope(), timezone.now().date() + timedelta(days=3))))

    made = invited(olivia, offered=twice)

    assert made.roles.count() == 1
    assert account_named("olivia") == made.invited_by
