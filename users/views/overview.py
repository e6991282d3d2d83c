"""The page that says at a glance who is there, who left or moved, and what nobody uses."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.jobs import automation_of
from accounts.models import Account, LoginSession
from accounts.queries import kinds_of, statuses_of, weeks_of
from itam_portal.lists.counting import count_each
from itam_portal.pages import PlainPage
from itam_portal.requests import PortalRequest
from itam_portal.tenancy.reach import ALL
from organizations.models import Organization
from roles.rights import Right
from users.models import ComputerUser
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
        accounts, statuses = count_each(kinds_of(self._accounts)), self._statuses()
        now, sees_people = timezone.now().astimezone(self._zone), self.account.may(Right.READ_USERS)
        people = count_each(self._people().kinds(now=now)) if sees_people else None
        signed_in = self._signed_in()
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

    def _people(self) -> Any:
        return ComputerUser.objects.visible_to(self.account).at_home(self._place)

    def _statuses(self) -> list[dict[str, Any]]:
        """Enabled and disabled accounts, exactly: a chart of capped numbers would lie."""
        return tiles.shares(count_each(statuses_of(self._accounts), cap=None), shell=self.shell)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.account.tenant.time_zone)

    def _signed_in(self) -> dict[Any, int]:
        """How many signed in, by week, as the tenant's calendar has it."""
        rows = LoginSession.objects.all().of_tenant(self.account.tenant_id)
        if self._place is not None or self.account.reach(Right.READ_ACCOUNTS) is not ALL:
            rows = rows.of_accounts(self._accounts)
        days = mondays(timezone.now().astimezone(self._zone).date())
        found = count_each(weeks_of(rows, days, self._zone), cap=None)
        return {day: found[str(day)].number for day in days}
