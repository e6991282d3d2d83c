"""Giving one account or group a role, changing when it ends, taking it away: each says first what it would change."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import ExpiryForm, GiveRoleForm
from accounts.models import Account, Group, RoleAssignment
from accounts.operations import EndChangedMeanwhile, date_assignment, give_group_role, give_roles, take_assignment
from accounts.queries import Effect, Held, effect_of, without
from accounts.views.account import AccountPage
from accounts.views.dialogs import leading_to, shown_in
from accounts.views.effect import Places, in_words
from accounts.views.groups import GroupPage
from itam_portal.pages import Page
from itam_portal.refusals import NotAllowed, Refused
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Crumb, Shell
from roles.rights import Right


class AccountGiveRole(AccountPage):
    """Give one account a role."""

    right = Right.GIVE_ROLES
    step = gettext_lazy("Give a role")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object()
        return self._show(GiveRoleForm(reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        form = GiveRoleForm(request.POST, reader=self.account)
        if not form.is_valid():
            return self._show(form, status=422)
        given = {"role": form.role, "scope": form.where, "expires_on": form.cleaned_data["expires_on"]}
        try:
            give_roles(
                Account.objects.all().numbered_among([found.pk]), by=self.account, reason=reason_of(request), **given
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, status=refusal.status)
        words = {"name": found.name, "role": form.role.name}
        return leading_to(self, found.get_absolute_url(), _("%(name)s got the role %(role)s.") % words)

    def _show(self, form: GiveRoleForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "subject": self.found, "back": self.found.get_absolute_url()}
        return shown_in(self, context, "accounts/give_role.html", status=status)


class GroupGiveRole(GroupPage):
    """Give a group a role: all its members hold it."""

    right = Right.GIVE_ROLES
    step = gettext_lazy("Give a role")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object()
        return self._show(GiveRoleForm(reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        form = GiveRoleForm(request.POST, reader=self.account)
        if not form.is_valid():
            return self._show(form, status=422)
        given = {"role": form.role, "scope": form.where, "expires_on": form.cleaned_data["expires_on"]}
        try:
            give_group_role(found, by=self.account, reason=reason_of(request), **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, status=refusal.status)
        words = {"name": found.name, "role": form.role.name}
        address = Shell.carrying(request, "group_roles", found.pk)
        return leading_to(self, address, _("The members of %(name)s hold the role %(role)s now.") % words)

    def _show(self, form: GiveRoleForm, *, status: int = 200) -> HttpResponse:
        back = Shell.carrying(self.request, "group_roles", self.found.pk)
        return shown_in(
            self, {"form": form, "subject": self.found, "back": back}, "accounts/give_role.html", status=status
        )


class AssignmentPage(Page):
    """A page about one assignment of a subject that the reader sees."""

    right = Right.GIVE_ROLES
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)
    found: RoleAssignment

    def object(self) -> RoleAssignment:
        """The assignment of the address. Raises Http404 where it or its subject cannot be seen."""
        found = RoleAssignment.objects.all().numbered(self.kwargs["pk"], tenant_id=self.account.tenant_id)
        if found is None or not self._sees(found):
            raise Http404
        self.found = found
        return found

    def _sees(self, found: RoleAssignment) -> bool:
        if found.group_id:
            return Group.objects.visible_to(self.account).numbered(found.group_id) is not None
        return Account.objects.visible_to(self.account).numbered(found.account_id or 0) is not None

    @property
    def subject(self) -> Any:
        """Who has the role: an account or a group."""
        return self.found.group or self.found.account

    @property
    def back(self) -> str:
        """The subject's page."""
        if self.found.group_id:
            return Shell.carrying(self.request, "group_roles", self.found.group_id)
        return Shell.carrying(self.request, "account", self.found.account_id)

    def crumbs(self) -> list[Crumb]:
        first = Crumb(_("Groups"), Shell.carrying(self.request, "groups")) if self.found.group_id else None
        accounts = Crumb(_("Accounts"), Shell.carrying(self.request, "accounts"))
        return [first or accounts, Crumb(str(self.subject), self.back), Crumb(self.title)]

    def facts(self) -> dict[str, Any]:
        """What every form about an assignment shows."""
        places = Places(self.account.holdings, reader=self.account, scopes=[self.found])
        scope = places.scope_of(self.found)
        return {"assignment": self.found, "subject": self.subject, "scope": scope, "back": self.back}


class AssignmentEdit(AssignmentPage):
    """Change when an assignment ends."""

    title = gettext_lazy("Change the end")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(ExpiryForm(assignment=self.object(), reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        form = ExpiryForm(request.POST, assignment=found, reader=self.account)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            clean = form.cleaned_data
            days = {"expires_on": clean["expires_on"], "was": clean["was"]}
            date_assignment(found, by=self.account, **days, reason=reason_of(request))
        except Refused as refusal:
            if isinstance(refusal, EndChangedMeanwhile):
                form = self._again(found)
            form.add_error(None, str(refusal))
            return self._show(form, status=refusal.status)
        return leading_to(self, self.back, _("The end of %(role)s is changed.") % {"role": found.role.name})

    def _again(self, found: RoleAssignment) -> ExpiryForm:
        """The form with what this editor wants, drawn for what somebody else saved."""
        data = self.request.POST.copy()
        data["was"] = found.expires_on.isoformat() if found.expires_on else ""
        again = ExpiryForm(data, assignment=found, reader=self.account)
        saved = date_format(found.expires_on, "DATE_FORMAT") if found.expires_on else _("never")
        again.add_error(
            None, _("Saved by somebody else: it ends %(day)s. Save once more to replace that.") % {"day": saved}
        )
        return again

    def _show(self, form: ExpiryForm, *, status: int = 200) -> HttpResponse:
        return shown_in(self, {"form": form, **self.facts()}, "accounts/date_role.html", status=status)


class AssignmentTake(AssignmentPage):
    """Take a role away, after saying what that would change."""

    title = gettext_lazy("Take the role away")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object()
        return self._show()

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        try:
            take_assignment(found, by=self.account, reason=reason_of(request))
        except NotAllowed:
            raise
        except Refused as refusal:
            return self._show(refusal=refusal)
        words = {"name": str(self.subject), "role": found.role.name}
        return leading_to(self, self.back, _("%(name)s lost the role %(role)s.") % words)

    def _effect(self) -> Effect:
        """What would be lost and, where the role denies, gained."""
        found = self.found
        if not found.is_live:
            return Effect()
        chosen = Account.objects.all().given(found)
        rights = [right.value for right in Right if right in {*found.role.allows, *found.role.denies}]
        return effect_of(chosen, tenant_id=found.tenant_id, rights=rights, change=without(Held.of(found)))

    def _show(self, *, refusal: Refused | None = None) -> HttpResponse:
        context = {**self.facts(), **in_words(self._effect()), "refusal": refusal}
        return shown_in(self, context, "accounts/take_role.html", status=refusal.status if refusal else 200)
