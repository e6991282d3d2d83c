"""The list of invitations, and what can be done to many of them."""

from dataclasses import replace
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Account
from invitations.filters import InvitationFilters
from invitations.jobs import COPY, RESEND, REVOKE
from invitations.models import Invitation
from invitations.operations import copy_links
from invitations.queries import InvitationQuerySet
from invitations.tables import InvitationTable
from itam_portal.lists.bulk import BulkPage
from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.listing import ListKind
from itam_portal.lists.models import Receipt, Selection
from itam_portal.lists.search import Search
from itam_portal.lists.state import SortKey
from itam_portal.mail.kinds import absolute
from itam_portal.pages import Action, ListPage
from itam_portal.refusals import Malformed
from itam_portal.tenancy.reach import ALL
from roles.rights import Right

MOST_LINKS = 200
INVITATIONS = ListKind(
    name="invitations",
    table=InvitationTable,
    filters=InvitationFilters,
    count_in_words=lambda number: ngettext("invitation", "invitations", number),
    default_sort=(SortKey("sent", descending=True),),
    search=Search("search_invitations", "invitations_invitation", covers=("email_key",)).install(),
    search_label=gettext_lazy("Search email or name"),
    icons={
        "email": "mail",
        "status": "circle-dot",
        "role": "shield-check",
        "groups": "users-round",
        "invited_by": "user",
        "sent": "send",
        "expires": "hourglass",
        "delivery": "mail-check",
        "organization": "building-2",
    },
    annotations={
        "state_now": InvitationQuerySet.with_state,
        "role_names": InvitationQuerySet.with_roles,
        "group_names": InvitationQuerySet.with_groups,
    },
)
PARENTS: tuple[tuple[Any, str], ...] = ((gettext_lazy("Invitations"), "invitations"),)


def listed(account: Account) -> InvitationQuerySet:
    """The visible invitations, each with its state: they are grouped by it."""
    return Invitation.objects.visible_to(account).with_state()


class InvitationsList(ListPage):
    """Everybody who was invited, and what became of it."""

    kind = INVITATIONS
    right = Right.READ_INVITATIONS
    rows = listed
    title = gettext_lazy("Invitations")
    purpose = gettext_lazy("Offers of an account, by email. Each is good for seven days, and for one answer.")
    place = "invitations"
    columns_url = "invitations_columns"
    views_url = "invitations_views"
    export_name = "invitations_export"
    actions: ClassVar[tuple[Action, ...]] = (
        Action(gettext_lazy("Invite many"), "invitations_many", "users", Right.INVITE),
        Action(gettext_lazy("Invite user"), "invitation_new", "user-plus", Right.INVITE, primary=True, opens="panel"),
    )
    bulk: ClassVar[tuple[Action, ...]] = (
        Action(gettext_lazy("Send again"), "invitations_resend", "send", Right.INVITE),
        Action(gettext_lazy("Copy link"), "invitations_copy_link", "link", Right.INVITE),
        Action(gettext_lazy("Revoke"), "invitations_revoke", "ban", Right.INVITE),
    )
    nothing_yet = gettext_lazy("Invite somebody: whoever accepts gets an account here.")

    def is_whole(self) -> bool:
        return self.account.reach(Right.READ_INVITATIONS) is ALL


class InvitationsColumns(ColumnsPage):
    """Choose which columns the list shows, and in what order."""

    list_page = InvitationsList
    right = Right.READ_INVITATIONS
    place = "invitations"
    default_right = Right.SET_LIST_DEFAULTS
    parents = PARENTS


class InvitationsResend(BulkPage):
    """Send invitations again."""

    right = Right.INVITE
    action = RESEND
    list_page = InvitationsList
    title = gettext_lazy("Send invitations again")
    place = "invitations"
    parents = PARENTS


class InvitationsRevoke(BulkPage):
    """Revoke invitations."""

    right = Right.INVITE
    action = REVOKE
    list_page = InvitationsList
    title = gettext_lazy("Revoke invitations")
    place = "invitations"
    parents = PARENTS


class InvitationsCopyLink(BulkPage):
    """Make links to hand over by oneself; they are shown once."""

    right = Right.INVITE
    action = COPY
    list_page = InvitationsList
    title = gettext_lazy("Copy links")
    place = "invitations"
    parents = PARENTS

    def _act(self, selection: Selection) -> HttpResponse:
        if selection.total > MOST_LINKS:
            words = _("At most %(number)d links are made at once. Nothing was changed.")
            raise Malformed(words % {"number": MOST_LINKS})
        tokens: dict[int, str] = {}

        def operate(rows: InvitationQuerySet, *, by: Account, reason: str, receipt: Receipt) -> Receipt:
            done, made = copy_links(rows, by=by, reason=reason, receipt=receipt)
            tokens.update(made)
            return done

        self.action = replace(COPY, operate=operate)  # type: ignore[misc]
        answer = super()._act(selection)
        return self._links(tokens) if tokens else answer

    def _links(self, tokens: dict[int, str]) -> HttpResponse:
        emails = Invitation.objects.visible_to(self.account).emails_of(tokens)
        links = [(emails[key], absolute(reverse("open_invitation", args=[token]))) for key, token in tokens.items()]
        return self.draw({"links": links, "back": self._next() or self._list_url()}, template="invitations/links.html")
