"""Organizations and their groups stay while an invitation leads there, and go when all are answered."""

from typing import Any

import pytest

from accounts.models import Account
from accounts.operations import Offer
from accounts.queries import Scope
from invitations.guards import Offered
from invitations.models import Invitation
from invitations.operations import revoke_invitations
from organizations.guards import OrganizationGroupInUse, OrganizationInUse
from organizations.operations import delete_organization, delete_organization_group
from tests.cast import gather, organization, role_named
from tests.invitations.making import invited, offering, read, text_of


def revoked(made: Invitation) -> None:
    """Answered, so that nothing needs what it offered."""
    revoke_invitations(Invitation.objects.filter(pk=made.pk), by=made.invited_by)


def test_an_organization_stays_while_an_invitation_leads_there(olivia: Account, client_of: Any) -> None:
    place = organization("123456")
    made = invited(olivia, offered=offering("USER", at=place))
    with pytest.raises(OrganizationInUse):
        delete_organization(place, by=olivia)
    assert "1 invitation leads here" in text_of(client_of(olivia).get(f"/organizations/{place.pk}/delete/"))
    revoked(made)

    delete_organization(place, by=olivia)

    assert (read(made).home, made.roles.count()) == (organization("HOME"), 0)


def test_a_group_of_organizations_stays_while_an_invitation_leads_there(olivia: Account, northwind: Any) -> None:
    group = gather(northwind, "Passing", organization("apac"))
    made = invited(olivia, offered=Offered((Offer(role_named("USER"), Scope(organization_group_id=group.pk)),)))
    with pytest.raises(OrganizationGroupInUse):
        delete_organization_group(group, by=olivia)
    revoked(made)

    delete_organization_group(group, by=olivia)

    assert not made.roles.exists()
