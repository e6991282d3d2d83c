"""Thirty days after its last moment, what nobody accepted is gone: numbers stay, addresses do not."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from invitations.jobs import purge_old_invitations
from invitations.models import Invitation, InvitationPurge, OfferedGroup, OfferedRole
from invitations.operations import purge_invitations, revoke_invitations
from itam_portal.history.models import Entry
from itam_portal.lists.models import Receipt, ReceiptRow
from itam_portal.mail.models import Mail
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.invitations.making import ANSWER, invited, link_in_mail, opened, pass_time, read

PAGE = "/invitations/accept/"


@pytest.fixture
def by(northwind: Tenant, scope: None) -> System:
    """Who keeps house."""
    return System("Automation", northwind)


def made_of_each_kind(olivia: Account) -> dict[str, Invitation]:
    """One invitation in each state."""
    made = {}
    for state in ("accepted", "declined", "revoked", "expired"):
        name = "Known" if state == "accepted" else "Secretname"
        made[state] = invited(olivia, f"{state}@secret-address.example", first_name=name)
        path = link_in_mail()
        if state in ("accepted", "declined"):
            opened(path).post(PAGE, {**ANSWER, "do": state.removesuffix("ed").replace("declin", "decline")})
    revoke_invitations(Invitation.objects.filter(pk=made["revoked"].pk), by=olivia)
    return made


def test_it_removes_what_nobody_accepted_and_keeps_the_rest(olivia: Account, by: System) -> None:
    made = made_of_each_kind(olivia)
    young = invited(olivia, "young@new.example")
    for one in made.values():
        pass_time(one, days=37)
    pass_time(young, days=37, seconds=-2)

    assert purge_old_invitations(by) == 3

    assert set(Invitation.objects.filter(pk__in=[*[one.pk for one in made.values()], young.pk])) == {
        made["accepted"],
        young,
    }
    purge = InvitationPurge.objects.first()
    assert purge
    assert (purge.expired, purge.declined, purge.revoked) == (1, 1, 1)


def test_nothing_of_an_address_or_a_name_outlives_the_purge(olivia: Account, by: System) -> None:
    made = made_of_each_kind(olivia)
    made.pop("accepted")
    keys = [one.pk for one in made.values()]
    for one in made.values():
        pass_time(one, days=37)
    purge_old_invitations(by)

    rests: list[Any] = [*Entry.objects.values(), *Mail.objects.values()]
    rests += [*Receipt.objects.values(), *ReceiptRow.objects.values(), *Invitation.objects.filter(pk__in=keys)]
    rests += list(Invitation.events.rel.related_model.objects.values())  # type: ignore[attr-defined]
    for state in ("declined", "revoked", "expired"):
        assert f"{state}@secret-address" not in str(rests)
    assert "Secretname" not in str(rests)
    assert not OfferedRole.objects.filter(invitation__in=keys).exists()
    assert not OfferedGroup.objects.filter(invitation__in=keys).exists()


def test_the_history_keeps_counts_and_names_them_by_number(olivia: Account, by: System, client_of: Any) -> None:
    made = invited(olivia)
    pass_time(made, days=37)
    purge_old_invitations(by)

    entries = Entry.objects.filter(operation="invitations.purge")
    counted = entries.get(object_type="invitation_purge")
    assert counted.changes["expired"] == [None, 1]
    ended = entries.get(object_type="invitation")
    assert (ended.object_id, ended.object_name, ended.action) == (made.pk, "", "delete")
    page = client_of(olivia).get("/history/?operation=invitations.purge").content.decode()
    assert "Purge invitations" in page
    assert "newt@" not in page


def test_it_may_run_again_and_finds_nothing(olivia: Account, by: System) -> None:
    made = invited(olivia)
    pass_time(made, days=37)

    assert purge_old_invitations(by) == 1
    before = InvitationPurge.objects.count()
    assert purge_old_invitations(by) == 0

    assert InvitationPurge.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_two_purges_at_once_count_each_invitation_once(olivia: Account, northwind: Tenant, at_once: Any) -> None:
    with tenant_scope(northwind.pk):
        made = [invited(olivia, f"number{n}@new.example") for n in range(20)]
        Invitation.objects.filter(pk__in=[one.pk for one in made]).update(
            expires_at=timezone.now() - timedelta(days=31)
        )
    results: list[int] = []

    def purge() -> None:
        with tenant_scope(northwind.pk):
            by = System("Automation", northwind)
            results.append(purge_invitations(northwind, by=by, now=timezone.now()))

    at_once(purge, purge)

    assert sorted(results) == [0, 20]
    with tenant_scope(northwind.pk):
        assert sum(InvitationPurge.objects.filter(expired=20).values_list("expired", flat=True)) == 20


def test_an_invitation_that_expired_is_still_shown_for_thirty_days(olivia: Account, by: System) -> None:
    made = invited(olivia)
    pass_time(made, days=36)

    assert purge_old_invitations(by) == 0
    assert read(made).state == "expired"
