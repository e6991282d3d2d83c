"""One invitation: what it offers, to whom, and its life from sent to answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guards import Judgement
from accounts.models import Account
from accounts.views.effect import Places
from invitations import guards
from invitations.models import Delivery, Invitation, OfferedGroup, OfferedRole, Status
from invitations.operations.letters import MAIL
from invitations.views.lists import PARENTS
from itam_portal.history.kinds import operation_in_words
from itam_portal.history.models import Entry
from itam_portal.history.queries import READ_HISTORY
from itam_portal.history.views import HISTORY
from itam_portal.mail.models import Mail, mails_about
from itam_portal.pages import ListPage, ObjectPage
from itam_portal.refusals import require
from itam_portal.requests import PortalRequest
from itam_portal.shell import Crumb, Shell
from roles.rights import Right


@dataclass(frozen=True)
class Event:
    """Something that happened to an invitation."""

    at: datetime
    what: str
    who: str = ""


class InvitationPage(ObjectPage):
    """A page about one invitation, under its address."""

    right = Right.READ_INVITATIONS
    rows = Invitation.objects.visible_to
    place = "invitations"
    parents = PARENTS
    found: Invitation

    def object(self) -> Invitation:
        """The invitation of the address, and what it is called for the shell."""
        self.found = super().object()
        self.title = self.found.email  # type: ignore[misc]
        return self.found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(self.context(self.object()))

    def crumbs(self) -> list[Crumb]:
        first = [Crumb(label, Shell.carrying(self.request, name)) for label, name in self.parents]
        return [*first, Crumb(self.found.email)]


class InvitationDetail(InvitationPage):
    """What is offered to whom, how the mail fares, and what can be done about it."""

    template_name = "invitations/detail.html"

    def context(self, found: Invitation) -> dict[str, Any]:
        """What the template needs."""
        offers = OfferedRole.objects.of(found).in_order()
        places = Places(self.account.holdings, reader=self.account, scopes=offers)
        mails = mails_about(MAIL, found.pk)
        return {
            "invitation": found,
            "roles": [(offer, places.scope_of(offer)) for offer in offers],
            "groups": OfferedGroup.objects.of(found).groups_in_order(),
            "made": self._made(found),
            "mail": mails[0] if mails and found.delivery != Delivery.COPIED else None,
            "life": life_of(found, mails),
            "sees_history": self.account.may(READ_HISTORY, found),
            **self._deeds(found),
        }

    def _made(self, found: Invitation) -> Account | None:
        """The account that came of it, where the reader may see it."""
        if not found.account_id or not self.account.may(Right.READ_ACCOUNTS):
            return None
        return Account.objects.visible_to(self.account).numbered(found.account_id)

    def _deeds(self, found: Invitation) -> dict[str, Any]:
        """What this reader may do about it; why not, where that is not told by its state."""
        if found.status != Status.PENDING or not self.account.may(Right.INVITE):
            return {"may_send": False, "may_revoke": False, "why_not": "", "may_give": self._may_give(found)}
        alone = Invitation.objects.visible_to(self.account).alone(found.pk)
        sending = self._refusal(guards.judge_sending(alone, by=self.account), alone)
        revoking = self._refusal(guards.judge_revoking(alone, by=self.account), alone) if found.is_open else "no"
        return {"may_send": not sending, "may_revoke": not revoking, "why_not": sending, "may_give": False}

    def _refusal(self, judgement: Judgement, alone: Any) -> str:
        return str(guards.reason_of(judgement.annotate(alone).values_list("refusal", flat=True).get()))

    def _may_give(self, found: Invitation) -> bool:
        """Whether this reader may give the account that came of it the role it lacks."""
        return found.account_id is not None and self.account.may(Right.GIVE_ROLES)


def life_of(found: Invitation, mails: list[Mail]) -> list[Event]:
    """Everything that happened, the newest first: what people did, and which mails went out."""
    entries = Entry.objects.all().of("invitation", found.pk, tenant_id=found.tenant_id).order_by("-at", "-pk")[:50]
    done = [Event(one.at, operation_in_words(one.operation), one.actor_name) for one in entries]
    sent = [Event(mail.sent_at, _("The mail server took the mail")) for mail in mails if mail.sent_at]
    return sorted([*done, *sent], key=lambda event: event.at, reverse=True)


class InvitationHistory(ListPage):
    """What was changed of one invitation."""

    kind = HISTORY
    right = READ_HISTORY
    title = gettext_lazy("History")
    purpose = gettext_lazy("What was changed of this invitation. It is named by its number: it may be purged.")
    place = "invitations"
    columns_url = "history_columns"
    views_name = "invitation_history"
    export_name = "invitation_history_export"

    @cached_property
    def found(self) -> Invitation:
        """The invitation of the address. Raises Http404 where it cannot be seen, NotAllowed for its history."""
        page = InvitationPage()
        page.setup(self.request, **self.kwargs)
        require(self.account, Right.READ_INVITATIONS)
        found = page.object()
        require(self.account, READ_HISTORY, found)
        return found

    def visible_rows(self) -> Any:
        """The entries about this invitation."""
        return Entry.objects.all().of("invitation", self.found.pk, tenant_id=self.found.tenant_id)

    def crumbs(self) -> list[Crumb]:
        own = Crumb(self.found.email, Shell.carrying(self.request, "invitation", self.found.pk))
        return [Crumb(PARENTS[0][0], Shell.carrying(self.request, "invitations")), own, Crumb(self.title)]
