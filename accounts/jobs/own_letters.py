"""The mails about a person's own sign-in, and the job that looks whether somebody is to get one."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from accounts.models import Identity, IdentityLink
from accounts.operations import factors, own, renew_own_token, send_reset
from accounts.sign_in import identity_of
from itam_portal import housekeeping, limits
from itam_portal.history import kinds
from itam_portal.history.context import through
from itam_portal.mail.jobs import QUEUE
from itam_portal.mail.kinds import Letter, absolute, composer
from itam_portal.mail.models import Mail
from itam_portal.tenancy.actor import System


@task(queue_name=QUEUE)
def answer_reset(email: str) -> None:
    """Mail a link to whoever signs in with this address. The page that asks does the same work for every address."""
    identity = identity_of(email)
    if identity is not None:
        with through("page", "/sign-in/reset/"):
            send_reset(identity, by=lambda tenant: System(_("Somebody at the sign-in page"), tenant))


def _link(mail: Mail) -> IdentityLink | None:
    return IdentityLink.objects.select_related("identity").filter(pk=mail.about).first()


@composer(own.RESET)
def reset(mail: Mail) -> Letter | None:
    """The link to choose a new password; none where it was used or voided meanwhile. Its token is made here."""
    link = _link(mail)
    if link is None or not link.is_open:
        return None
    token = renew_own_token(link, by=System("Mail", mail.tenant))
    facts = {
        "person": link.identity,
        "address": absolute(reverse("open_reset", args=[token])),
        "until": link.expires_at,
    }
    return Letter(_("Choose a new password"), "reset", facts)


@composer(own.CONFIRM_EMAIL)
def confirm_email(mail: Mail) -> Letter | None:
    """The link to the address that somebody wants to sign in with; none where another sign-in has it."""
    link = _link(mail)
    if link is None or not link.is_open or identity_of(link.email) is not None:
        return None
    token = renew_own_token(link, by=System("Mail", mail.tenant))
    address = absolute(reverse("open_email", args=[token]))
    facts = {"person": link.identity, "address": address, "until": link.expires_at, "email": link.email}
    return Letter(_("Confirm your new address"), "confirm_email", facts)


def _notice(subject: Any, sentence: Any, identity: Identity) -> Letter:
    facts = {
        "person": identity,
        "subject": subject,
        "sentence": sentence,
        "address": absolute(reverse("sign_in_reset")),
    }
    return Letter(str(subject), "sign_in_notice", facts)


@composer(own.EMAIL_ASKED)
def email_asked(mail: Mail) -> Letter | None:
    """Tells the present address that another is wanted."""
    link = _link(mail)
    words = _("Somebody who knows your password asked to sign in with %(email)s instead of this address.")
    return (
        _notice(_("Another address for your sign-in"), words % {"email": link.email}, link.identity) if link else None
    )


@composer(own.EMAIL_CHANGED)
def email_changed(mail: Mail) -> Letter | None:
    """Tells the old and the new address of the change."""
    link = _link(mail)
    words = _("From now on you sign in to the ITAM Portal with %(email)s.")
    return (
        _notice(_("Your sign-in has another address"), words % {"email": link.email}, link.identity) if link else None
    )


NOTICES = {
    own.PASSWORD_CHANGED: (
        gettext_lazy("Your password was changed"),
        gettext_lazy("The password of your sign-in was changed. You were signed out everywhere else."),
    ),
    factors.ADDED: (
        gettext_lazy("A second factor was added"),
        gettext_lazy("A second factor was added to your sign-in."),
    ),
    factors.REMOVED: (
        gettext_lazy("A second factor was removed"),
        gettext_lazy("A second factor was removed from your sign-in."),
    ),
    factors.RESET_FACTOR: (
        gettext_lazy("Your second factor was reset"),
        gettext_lazy("An administrator took every second factor from your sign-in, so that you can set up a new one."),
    ),
    factors.CODES_MADE: (
        gettext_lazy("New recovery codes"),
        gettext_lazy("New recovery codes were made for your sign-in. The earlier ones cannot be used any more."),
    ),
}


def _notice_of(kind: str) -> None:
    @composer(kind)
    def notice(mail: Mail) -> Letter | None:
        identity = Identity.objects.filter(pk=mail.about).first()
        return _notice(*NOTICES[kind], identity) if identity else None


for _kind in NOTICES:
    _notice_of(_kind)


@housekeeping.chore
def forget_own_links(by: System) -> int:
    """Take away links and counts that are of no use any more."""
    limits.forget_old()
    return own.purge_own_links(before=timezone.now() - own.KEPT_FOR, by=by)


kinds.name_operations(
    {
        "identity.password": gettext_lazy("Change the password"),
        "identity.ask_reset": gettext_lazy("Ask for a new password"),
        "identity.reset_password": gettext_lazy("Choose a new password by mail"),
        "identity.ask_email": gettext_lazy("Ask for another address"),
        "identity.email": gettext_lazy("Change the address of a sign-in"),
        "identity.add_factor": gettext_lazy("Add a second factor"),
        "identity.remove_factor": gettext_lazy("Remove a second factor"),
        "identity.recovery_codes": gettext_lazy("Make new recovery codes"),
        "identity.purge_links": gettext_lazy("Forget old links"),
        "identity.end_sessions": gettext_lazy("Sign out elsewhere"),
        "accounts.end_sessions": gettext_lazy("End sessions"),
        "accounts.reset_second_factor": gettext_lazy("Reset the second factor"),
    }
)
