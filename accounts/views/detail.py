"""The pages of one account: its properties, what it may do and where, and its sessions."""

from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import AccessKey, Account, Group, RoleAssignment, SignInLink, Type
from accounts.operations.links import MAIL
from accounts.views.account import AccountPage
from accounts.views.changes import people_and_changes
from accounts.views.effect import Places, areas_of
from itam_portal.lists.tables import duration
from itam_portal.mail.models import newest_about
from itam_portal.requests import PortalRequest
from roles.rights import Right

SESSIONS_SHOWN = 50


class AccountDetail(AccountPage):
    """One account: what it is, what it holds, and what comes of that."""

    template_name = "accounts/detail.html"

    def context(self, found: Account) -> dict[str, Any]:
        """What the template needs."""
        held = list(RoleAssignment.objects.held_by(found))
        places = Places(found.holdings, reader=self.account, scopes=held)
        return {
            **self.head(),
            "may_give": self.account.may(Right.GIVE_ROLES),
            "assignments": [(one, places.scope_of(one)) for one in held],
            "groups": list(Group.objects.of(found)),
            "sessions": list(found.sessions.newest(5)),
            "login_duration": duration(found.last_login_duration) if found.last_login_duration >= 0 else "–",
            "areas": areas_of(found.holdings, places),
            **self._letting_in(found),
            **people_and_changes(found, reader=self.account),
        }

    def _letting_in(self, found: Account) -> dict[str, Any]:
        """How its person, or its program, gets in."""
        may_key = self.account.holdings.is_owner and self.account.may(Right.CHANGE_ACCESS_KEYS, self.account.tenant)
        link = None if found.identity_id else SignInLink.objects.newest_of(found)
        return {
            "may_key": may_key,
            "keys": list(AccessKey.objects.of(found)) if may_key and found.type == Type.SERVICE else [],
            "link": link,
            "link_mail": newest_about(MAIL, link.pk) if link else None,
            # Whoever lets people in sees whether there is a second factor, and resets it.
            "factor_shown": found.identity_id is not None and found.pk != self.account.pk and self._may_let_in(),
            "has_factor": found.identity is not None and found.identity.second_factor_at is not None,
            "may_send": bool(found.email) and self.account.may(Right.CREATE_ACCOUNTS, found),
        }

    def _may_let_in(self) -> bool:
        return bool(self.account.may(Right.CREATE_ACCOUNTS, self.found))


class AccountAccess(AccountPage):
    """The net effect of all roles: every right, where it is allowed and where it is denied."""

    template_name = "accounts/access.html"
    step = gettext_lazy("Access")

    def context(self, found: Account) -> dict[str, Any]:
        """What the template needs."""
        held = list(RoleAssignment.objects.held_by(found))
        places = Places(found.holdings, reader=self.account, scopes=held)
        return {**self.head(), "areas": areas_of(found.holdings, places, held)}


class AccountSessions(AccountPage):
    """When the account was used, from where, and how each session ended."""

    template_name = "accounts/sessions.html"
    step = gettext_lazy("Sessions")

    def context(self, found: Account) -> dict[str, Any]:
        """What the template needs."""
        sessions = list(found.sessions.before(before_of(self.request)).newest(SESSIONS_SHOWN + 1))
        more = len(sessions) > SESSIONS_SHOWN
        sessions = sessions[:SESSIONS_SHOWN]
        return {
            **self.head(),
            "sessions": [(one, length_of(one)) for one in sessions],
            "older": sessions[-1].pk if more else None,
            "is_first": not before_of(self.request),
        }


def before_of(request: PortalRequest) -> int:
    """The number of the session that an address goes on from; 0 for the newest."""
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def length_of(session: Any) -> str:
    """How long an ended session took."""
    return duration(int((session.ended_at - session.started_at).total_seconds())) if session.ended_at else ""
