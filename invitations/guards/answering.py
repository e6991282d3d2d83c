"""Who may accept or decline an invitation: each way in which it cannot be answered is a clear page."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Identity
from accounts.operations import AlreadyHere
from invitations.guards.offering import Offered, require_offer
from invitations.models import EXPIRED, Invitation, Status
from itam_portal.refusals import Refused, require
from roles.rights import Right


class WasAccepted(Refused):
    """An invitation is answered once."""

    status = HTTPStatus.GONE
    code = "invitation_accepted"
    message = _("This invitation was accepted already.")


class WasDeclined(Refused):
    """An invitation is answered once."""

    status = HTTPStatus.GONE
    code = "invitation_declined"
    message = _("This invitation was declined.")


class WasRevoked(Refused):
    """Whoever sent it took it back."""

    status = HTTPStatus.GONE
    code = "invitation_revoked"
    message = _("This invitation was revoked.")


class HasExpired(Refused):
    """Its seven days are over."""

    status = HTTPStatus.GONE
    code = "invitation_expired"
    message = _("This invitation has expired.")


class WasReplaced(Refused):
    """A newer link, or a newer invitation of the same address, took its place."""

    status = HTTPStatus.GONE
    code = "invitation_replaced"
    message = _("A newer invitation of this address took the place of this one.")


class NoLongerOffered(Refused):
    """Whoever invited cannot give what was offered any more: the ceiling binds on accepting, too."""

    code = "no_longer_offered"
    message = _("Whoever invited you cannot offer this any more. Ask for a new invitation.")


class NotForYou(Refused):
    """An invitation is accepted by the person of its address."""

    code = "invitation_not_for_you"
    message = _("This invitation is for somebody else.")


class SignInEnded(Refused):
    """The sign-in of this address was ended for good."""

    code = "sign_in_ended"
    message = _("The sign-in of this address was ended. Ask to be invited by another address.")


class AddressTaken(Refused):
    """Another account took the address as its login."""

    code = "address_taken"
    message = _("An account in this tenant uses your address already. Ask whoever invited you.")


class SignInExists(Refused):
    """The address got a sign-in after the page was drawn."""

    code = "sign_in_exists"
    message = _("You have a sign-in by now. Open the invitation again and accept with its password.")


_CLOSED: dict[str, type[Refused]] = {
    Status.ACCEPTED: WasAccepted,
    Status.DECLINED: WasDeclined,
    Status.REVOKED: WasRevoked,
    EXPIRED: HasExpired,
}


def refusal_of_answering(invitation: Invitation) -> type[Refused] | None:
    """Why an invitation cannot be answered now, if it cannot."""
    return _CLOSED.get(invitation.state)


def require_answerable(invitation: Invitation) -> None:
    """Raise the refusal of answering this invitation now."""
    refusal = refusal_of_answering(invitation)
    if refusal:
        raise refusal


def require_acceptable(invitation: Invitation, offered: Offered, *, identity: Identity | None) -> None:
    """Raise the refusal of accepting this open invitation as this person: what was offered, and who accepts it."""
    _require_vouched(invitation, offered)
    if identity is not None:
        if identity.email.lower() != invitation.email.lower():
            raise NotForYou
        if not identity.is_active:
            raise SignInEnded
        if Account.objects.filter(tenant_id=invitation.tenant_id, identity=identity).exists():
            raise AlreadyHere


def refusal_of_accepting(invitation: Invitation, offered: Offered, *, identity: Identity | None) -> Refused | None:
    """The same as an answer."""
    try:
        require_acceptable(invitation, offered, identity=identity)
    except Refused as refusal:
        return refusal
    return None


def _require_vouched(invitation: Invitation, offered: Offered) -> None:
    inviter = Account.objects.select_related("tenant").get(pk=invitation.invited_by_id)
    if not (inviter.is_enabled and inviter.is_assigned):
        raise NoLongerOffered
    try:
        require(inviter, Right.INVITE)
        require_offer(offered, by=inviter)
    except Refused as refusal:
        raise NoLongerOffered from refusal
