"""What the mails of this floor say."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import SignInLink
from accounts.operations import renew_token
from accounts.operations.links import MAIL
from itam_portal.history import kinds
from itam_portal.mail.kinds import Letter, absolute, composer
from itam_portal.mail.models import Mail
from itam_portal.tenancy.actor import System


@composer(MAIL)
def sign_in_link(mail: Mail) -> Letter | None:
    """The mail with a sign-in link; none where the link was used or replaced meanwhile. Its token is made here."""
    link = SignInLink.objects.select_related("account__tenant").filter(pk=mail.about).first()
    if link is None or not link.is_open:
        return None
    tenant = link.account.tenant
    token = renew_token(link, by=System("Mail", tenant))
    address = absolute(reverse("open_sign_in_link", args=[token]))
    facts = {"account": link.account, "tenant": tenant.name, "address": address, "until": link.expires_at}
    return Letter(_("Your account in %(tenant)s") % {"tenant": tenant.name}, "sign_in_link", facts)


kinds.name_operations(
    {
        "accounts.create": gettext_lazy("Create account"),
        "accounts.send_link": gettext_lazy("Send a sign-in link"),
        "accounts.accept_link": gettext_lazy("Accept an account"),
        "identity.create": gettext_lazy("Create a sign-in"),
        "identity.end": gettext_lazy("End a sign-in"),
    }
)
