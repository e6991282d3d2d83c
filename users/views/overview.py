"""The page that says at a glance who is there, who left or moved, and what nobody uses."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.jobs import automation_of
from accounts.models import Account, LoginSession
from accounts.queries import count_by_week, kinds_of_accounts, statuses_of_accounts
from itam_portal.lists.counting import Kinds, count_each, count_together
from itam_portal.lists.finder import Total
from itam_portal.lists.search import CAP
from itam_portal.pages import PlainPage
from itam_portal.requests import PortalRequest
from itam_portal.tenancy.reach import ALL
from organizations.models import Organization
from roles.rights import Right
from users.models import ComputerUser
from users.queries import kinds_of_people
from users.views import tiles
from users.views.weeks import STEP, WEEKS, bars_of, mondays

# What the address may say: the chosen organization, and the tenant of a copied link.
KNOWN = {"organization", "tenant"}


class Overview(PlainPage):
    """Counts that lead to their lists, sign-ins by week, and accounts by status."""

    right = Right.READ_ACCOUNTS
    title = gettext_lazy("Overview")
    purpose = gettext_lazy("Who can use the portal, and what somebody should look at.")
    place = "overview"
    template_name = "users/overview.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if problem := self._problem():
            return self.draw({"problem": problem}, status=400)
        return self.draw(self.context())

    def _problem(self) -> str:
        """What is wrong with the address, in words."""
        for name in self.request.GET:
            if name not in KNOWN:
                return _("“%(name)s” is nothing that this page can be asked.") % {"name": name[:60]}
        if len(self.request.GET.getlist("organization")) > 1:
            return _("Choose one organization, or none for all.")
        if not self.shell.knows_organization:
            return _("There is no organization “%(code)s”.") % {"code": self.shell.organization[:60]}
        return ""

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        accounts, statuses = self._count(self._accounts, Right.READ_ACCOUNTS, kinds_of_accounts()), self._statuses()
        people, signed_in = self._people(), self._signed_in()
        return {
            "attention": tiles.attention(accounts, people, shell=self.shell),
            "accounts": tiles.accounts(accounts, shell=self.shell),
            "people": tiles.people(people, shell=self.shell) if people else [],
            "overlap": tiles.overlap(accounts, people, shell=self.shell),
            "statuses": statuses,
            "bars": bars_of(signed_in),
            "signed_in": sum(signed_in.values()),
            "highest": max(signed_in.values()),
            "width": WEEKS * STEP,
            "weeks": WEEKS,
            "keeps_house": bool(automation_of(self.account.tenant)),
        }

    @cached_property
    def _place(self) -> int | None:
        """The chosen organization's number, if one is chosen."""
        if not self.shell.organization:
            return None
        seen = Organization.objects.all().visible_to(self.account).coded(self.shell.organization)
        return seen.values_list("pk", flat=True).first()

    @cached_property
    def _accounts(self) -> Any:
        return Account.objects.visible_to(self.account).at_home(self._place)

    def _people(self) -> dict[str, Total] | None:
        """Users by kind, None where the reader sees none."""
        if not self.account.may(Right.READ_USERS):
            return None
        now, people = timezone.now().astimezone(self._zone), ComputerUser.objects.visible_to(self.account)
        return self._count(people.at_home(self._place), Right.READ_USERS, kinds_of_people(now=now))

    def _statuses(self) -> list[dict[str, Any]]:
        """Enabled and disabled accounts, exactly: a chart of capped numbers would lie."""
        found = self._count(self._accounts, Right.READ_ACCOUNTS, statuses_of_accounts(), cap=None)
        return tiles.shares(found, shell=self.shell)

    def _count(self, rows: Any, right: str, kinds: Kinds, *, cap: int | None = CAP) -> dict[str, Total]:
        """How many rows of each kind: for the whole tenant an index has each, of a place they are read once."""
        count = count_each if self._is_whole(right) else count_together
        return count(rows, kinds, cap=cap)

    def _is_whole(self, right: str) -> bool:
        """Whether the page is about the whole tenant, as far as this right is asked for."""
        return self._place is None and self.account.reach(right) is ALL

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.account.tenant.time_zone)

    def _signed_in(self) -> dict[date, int]:
        """How many signed in, by week, as the tenant's calendar has it."""
        rows = LoginSession.objects.all().of_tenant(self.account.tenant_id)
        if not self._is_whole(Right.READ_ACCOUNTS):
            rows = rows.of_accounts(self._accounts)
        return count_by_week(rows, mondays(timezone.now().astimezone(self._zone).date()), self._zone)
