"""Many at the same moment: one account, one invitation, one answer."""

from typing import Any

import pytest

from accounts.models import Account, Identity
from invitations.models import Invitation
from invitations.operations import decline_invitation, resend_invitations, revoke_invitations
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.invitations.making import ANSWER, EMAIL, invited, link_in_mail, opened, read

commits = pytest.mark.django_db(transaction=True)
PAGE = "/invitations/accept/"


def accepting(path: str, statuses: list[int]) -> Any:
    """Somebody who has opened the link and presses Accept when told to."""
    guest = opened(path)

    def accept() -> None:
        statuses.append(guest.post(PAGE, ANSWER).status_code)

    return accept


@commits
def test_twenty_who_accept_at_once_make_one_account(olivia: Account, northwind: Tenant, at_once: Any) -> None:
    with tenant_scope(northwind.pk):
        made = invited(olivia)
        path = link_in_mail()
    statuses: list[int] = []

    at_once(*[accepting(path, statuses) for _guest in range(20)])

    assert sorted(statuses) == [302, *[410] * 19]
    with tenant_scope(northwind.pk):
        assert Account.objects.filter(email=EMAIL).count() == 1
        assert read(made).state == "accepted"
    assert Identity.objects.filter(email=EMAIL).count() == 1


@commits
def test_two_tenants_that_invite_a_new_person_make_one_sign_in(
    olivia: Account, mallory: Account, northwind: Tenant, contoso: Tenant, at_once: Any
) -> None:
    paths = []
    for owner, tenant in ((olivia, northwind), (mallory, contoso)):
        with tenant_scope(tenant.pk):
            invited(owner)
            paths.append(link_in_mail())
    statuses: list[int] = []

    at_once(*[accepting(path, statuses) for path in paths])

    # The second one learns that there is a sign-in by now; its invitation stays open.
    assert sorted(statuses) in ([302, 409], [302, 422])
    assert Identity.objects.filter(email=EMAIL).count() == 1


@commits
@pytest.mark.parametrize("operation", [revoke_invitations, resend_invitations])
def test_accepting_and_taking_back_at_once_does_one_of_both(
    olivia: Account, northwind: Tenant, at_once: Any, operation: Any
) -> None:
    with tenant_scope(northwind.pk):
        made = invited(olivia)
        path = link_in_mail()
    statuses: list[int] = []
    done: list[bool] = []

    def take_back() -> None:
        with tenant_scope(northwind.pk):
            try:
                operation(Invitation.objects.filter(pk=made.pk), by=olivia)
            except Refused:
                done.append(False)
            else:
                done.append(True)

    at_once(accepting(path, statuses), take_back)

    assert (statuses, done) in (([302], [False]), ([410], [True]))
    with tenant_scope(northwind.pk):
        assert Account.objects.filter(email=EMAIL).count() == (statuses == [302])


@commits
def test_accepting_and_declining_at_once_is_one_answer(olivia: Account, northwind: Tenant, at_once: Any) -> None:
    with tenant_scope(northwind.pk):
        made = invited(olivia)
        path = link_in_mail()
        link = read(made).token_hash
    statuses: list[int] = []

    def decline() -> None:
        with tenant_scope(northwind.pk):
            try:
                decline_invitation(made, by=System("Invitee", northwind), link=link)
            except Refused:
                statuses.append(409)

    at_once(accepting(path, statuses), decline)

    with tenant_scope(northwind.pk):
        assert read(made).state == {302: "accepted", 410: "declined"}[min(statuses)]


@commits
def test_two_who_invite_an_address_at_once_send_one_invitation(
    olivia: Account, adam: Account, northwind: Tenant, at_once: Any
) -> None:
    results: list[str] = []

    def inviting(by: Account) -> Any:
        def run() -> None:
            with tenant_scope(northwind.pk):
                try:
                    invited(by)
                except Refused as refusal:
                    results.append(refusal.code)
                else:
                    results.append("sent")

        return run

    at_once(inviting(olivia), inviting(adam))

    assert sorted(results) == ["already_invited", "sent"]
