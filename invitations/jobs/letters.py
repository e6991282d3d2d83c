"""What the mails of this floor say, and who learns what became of them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from invitations.guards import Offered
from invitations.models import Delivery, Invitation
from invitations.operations import note_delivery, renew_token
from invitations.operations.letters import MAIL, NO_ROLE
from itam_portal.mail.kinds import Letter, absolute, composer, follower
from itam_portal.mail.models import Mail, MailState, newest_about
from itam_portal.tenancy.actor import System


@composer(MAIL)
def invitation(mail: Mail) -> Letter | None:
    """The mail with the link; none where the invitation was answered, revoked, or sent anew. Its token is made here."""
    found = Invitation.objects.held(mail.about)
    if found is None or not found.is_open or found.delivery == Delivery.COPIED or newest_about(MAIL, found.pk) != mail:
        return None
    tenant, inviter = found.tenant.name, found.invited_by.name
    token = renew_token(found, by=System("Mail", found.tenant))
    facts = {
        "invitation": found,
        "tenant": tenant,
        "inviter": inviter,
        "offered": Offered.by(found),
        "address": absolute(reverse("open_invitation", args=[token])),
    }
    subject = _("%(inviter)s invites you to %(tenant)s") % {"inviter": inviter, "tenant": tenant}
    return Letter(subject, "invitation", facts)


@follower(MAIL)
def delivered(mail: Mail) -> None:
    """The invitation's own row says how its newest mail fares: lists show, sort and filter it."""
    if newest_about(MAIL, mail.about) == mail:
        delivery = Delivery.SENT if mail.state == MailState.SENT else Delivery.FAILING
        note_delivery(mail.about, by=System("Mail", mail.tenant), delivery=delivery)


@composer(NO_ROLE)
def no_role(mail: Mail) -> Letter | None:
    """Tells whoever invited that the new account cannot be used yet; nothing where it got a role meanwhile."""
    found = Invitation.objects.numbered(mail.about)
    if found is None or found.account is None or found.account.is_assigned:
        return None
    facts = {
        "invitation": found,
        "account": found.account,
        "tenant": found.tenant.name,
        "address": absolute(reverse("account_give_role", args=[found.account.pk])),
    }
    subject = _("%(name)s accepted, but holds no role yet") % {"name": found.account.name}
    return Letter(subject, "invitation_no_role", facts)
