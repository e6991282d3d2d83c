"""What may be offered: no more than whoever offers it may give."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import guards
from accounts.models import Group
from accounts.operations import Offer
from accounts.queries import end_of
from invitations.models import Invitation, OfferedGroup, OfferedRole
from itam_portal.refusals import Refused, require
from itam_portal.tenancy.actor import Actor
from roles.rights import Right


class NothingOffered(Refused):
    """An account without any role cannot be used: at least one role or group is offered."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "nothing_offered"
    message = _("Choose at least one role or group.")


@dataclass(frozen=True)
class Offered:
    """The roles that somebody would hold, and the groups that they would join."""

    roles: tuple[Offer, ...] = ()
    groups: tuple[Group, ...] = ()

    @classmethod
    def by(cls, invitation: Invitation) -> "Offered":
        """What an invitation offers now."""
        roles = OfferedRole.objects.of(invitation).in_order()
        groups = OfferedGroup.objects.of(invitation).groups_in_order()
        return cls(tuple(Offer(one.role, one.scope, one.expires_on) for one in roles), tuple(groups))


def require_offer(offered: Offered, *, by: Actor) -> None:
    """Raise the refusal of whoever may not give all of this. What ended already gives nothing."""
    for offer in offered.roles:
        until = end_of(offer.expires_on, by.tenant)
        if until is None or until > timezone.now():
            guards.require_giving(offer.role, offer.scope, by=by, until=until)
    for group in offered.groups:
        require_group(group, by=by)


def require_group(group: Any, *, by: Actor) -> None:
    """Raise the refusal of whoever may not add anybody to this group."""
    require(by, Right.CHANGE_MEMBERS, by.tenant)
    guards.require_joining(group, by=by)
