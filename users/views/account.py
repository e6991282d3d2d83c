"""The operator account of a person: making one, and the roles that wait until there is one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import FirstRoleForm, GiveRoleForm, NewAccountForm, show_problems
from accounts.operations import WrongFields
from accounts.views.dialogs import leading_to, shown_in
from itam_portal.refusals import Refused
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Shell
from organizations.queries import home_for
from roles.rights import Right
from users.models import PendingRole
from users.operations import create_account_for, give_pending_role, take_pending_role
from users.views.user import UserPage


class UserAccountNew(UserPage):
    """Make an operator account for this person; roles that waited become its own."""

    right = Right.CREATE_ACCOUNTS
    step = gettext_lazy("New account")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        home = home_for(self.account, found.home.code, Right.CREATE_ACCOUNTS)
        known = {"name": found.display_name, "email": found.email, "job_title": found.job_title}
        return self._show(NewAccountForm(reader=self.account, home=home, **known), self._role(None))

    def _role(self, data: Any) -> FirstRoleForm | None:
        """What role it shall hold, asked of those who may give any."""
        return FirstRoleForm(data, reader=self.account) if self.account.may(Right.GIVE_ROLES) else None

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found, form = self.object(), NewAccountForm(request.POST, reader=self.account)
        role = self._role(request.POST)
        if not all([form.is_valid(), role is None or role.is_valid()]):
            return self._show(form, role, status=422)
        given: dict[str, Any] = {"fields": form.values, "offers": role.offers if role else []}
        try:
            made = create_account_for(found, by=self.account, reason=reason_of(request), **given)
        except WrongFields as refusal:
            show_problems(form, refusal, reader=self.account)
            return self._show(form, role, status=422)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, role, status=422)
        said = _("The account of %(name)s is made and linked. A sign-in link goes to %(email)s.")
        words = {"name": made.name, "email": made.email}
        return leading_to(self, Shell.carrying(request, "user", found.pk), said % words)

    def _show(self, form: NewAccountForm, role: FirstRoleForm | None, *, status: int = 200) -> HttpResponse:
        back = Shell.carrying(self.request, "user", self.found.pk)
        return shown_in(self, {"form": form, "role": role, "back": back}, "accounts/new.html", status=status)


class UserGiveRole(UserPage):
    """Let this contact hold a role as soon as there is an account."""

    right = Right.GIVE_ROLES
    step = gettext_lazy("Give a pending role")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object()
        return self._show(GiveRoleForm(reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found, form = self.object(), GiveRoleForm(request.POST, reader=self.account)
        if not form.is_valid():
            return self._show(form, status=422)
        given = {"role": form.role, "scope": form.where, "expires_on": form.cleaned_data["expires_on"]}
        try:
            give_pending_role(found, by=self.account, reason=reason_of(request), **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, status=refusal.status)
        said = _("%(name)s will hold the role %(role)s as soon as there is an account.")
        words = {"name": found.name, "role": form.role.name}
        return leading_to(self, Shell.carrying(request, "user", found.pk), said % words)

    def _show(self, form: GiveRoleForm, *, status: int = 200) -> HttpResponse:
        back = Shell.carrying(self.request, "user", self.found.pk)
        return shown_in(
            self, {"form": form, "subject": self.found, "back": back}, "accounts/give_role.html", status=status
        )


class UserTakeRole(UserPage):
    """Let a role wait for this contact no longer."""

    right = Right.GIVE_ROLES
    template_name = "users/take_role.html"
    step = gettext_lazy("Take a pending role")

    def pending(self) -> PendingRole:
        """The role of the address. Raises Http404 where it does not wait for this person."""
        found = next((one for one in PendingRole.objects.of(self.object()) if one.pk == self.kwargs["key"]), None)
        if found is None:
            raise Http404
        return found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw({"pending": self.pending(), "person": self.found, "back": self.found.get_absolute_url()})

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pending = self.pending()
        take_pending_role(pending, by=self.account, reason=reason_of(request))
        messages.success(request, _("The role %(role)s waits no longer.") % {"role": pending.role})
        return redirect(Shell.carrying(request, "user", self.found.pk))
