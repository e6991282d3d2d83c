"""Making, copying, changing and deleting roles."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal import guards
from itam_portal.pages import Page
from itam_portal.refusals import Refused
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Shell
from roles.forms import RoleForm
from roles.models import Role
from roles.operations import (
    BuiltinLocked,
    RoleChangedMeanwhile,
    RoleInUse,
    RoleNameTaken,
    create_role,
    delete_role,
    edit_role,
)
from roles.rights import Right
from roles.views.role import PARENTS, RolePage


class RoleNew(Page):
    """Make a role."""

    right = Right.CHANGE_ROLES
    everywhere = True
    template_name = "roles/form.html"
    title = gettext_lazy("New role")
    place = "accounts"
    parents = PARENTS

    def preset(self) -> Role | None:
        """The role that the form begins with."""
        return None

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(RoleForm(role=self.preset()))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = RoleForm(request.POST, role=self.preset())
        if not form.is_valid():
            return self._show(form, status=422)
        clean = form.cleaned_data
        given: dict[str, Any] = {"name": clean["name"], "description": clean["description"]}
        rights: dict[str, Any] = {"allows": form.allows, "denies": form.denies}
        try:
            made = create_role(self.account.tenant, by=self.account, **given, **rights, reason=reason_of(request))
        except RoleNameTaken as refusal:
            form.add_error("name", str(refusal))
            return self._show(form, status=422)
        messages.success(request, _("Role %(name)s created. Nobody holds it yet.") % {"name": made.name})
        return redirect(made.get_absolute_url())

    def _show(self, form: RoleForm, *, status: int = 200) -> HttpResponse:
        back = Shell.carrying(self.request, "roles")
        return self.draw({"form": form, "back": back, "submit": _("Create role")}, status=status)


class RoleCopy(RoleNew):
    """Make a role that begins with what another allows and denies."""

    title = gettext_lazy("Copy role")

    def preset(self) -> Role:
        """The role that is copied."""
        page = RolePage()
        page.setup(self.request, **self.kwargs)
        return page.object()


class RoleChangePage(RolePage):
    """A page that changes one role."""

    right = Right.CHANGE_ROLES


class RoleEdit(RoleChangePage):
    """Change what a role allows: who would gain and who would lose what is shown before it is saved."""

    template_name = "roles/form.html"
    step = gettext_lazy("Edit")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        if found.builtin:
            raise BuiltinLocked
        return self._show(RoleForm(role=found, is_new=False))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        form = RoleForm(request.POST, role=found, is_new=False)
        if "again" in request.POST or not form.is_valid():
            return self._show(form, status=200 if "again" in request.POST else 422)
        try:
            return self._save(found, form) if request.POST.get("confirm") == "1" else self._ask(found, form)
        except RoleChangedMeanwhile:
            return self._conflict(found, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, status=refusal.status)

    def _ask(self, found: Role, form: RoleForm) -> HttpResponse:
        """Who gains and who loses which right; where nobody does, there is nothing to ask."""
        if form.cleaned_data["version"] != found.version:
            raise RoleChangedMeanwhile
        guards.check("role.edit", found, form.allows, form.denies, self.account)
        effect = guards.ask("role.effect", found, form.allows, form.denies)
        if effect.is_nothing:
            return self._save(found, form)
        labels = {right.value: right.label for right in Right}
        gains = [(labels[right], side) for right, side in effect.gains.items()]
        losses = [(labels[right], side) for right, side in effect.losses.items()]
        context = {"role": found, "form": form, "gains": gains, "losses": losses}
        return self.draw(context, template="roles/confirm.html")

    def _save(self, found: Role, form: RoleForm) -> HttpResponse:
        clean = form.cleaned_data
        rights: dict[str, Any] = {"allows": form.allows, "denies": form.denies}
        said = {"was": clean["version"], "description": clean["description"], "reason": reason_of(self.request)}
        edit_role(found, by=self.account, **said, **rights)
        messages.success(self.request, _("Role %(name)s saved.") % {"name": found.name})
        return redirect(found.get_absolute_url())

    def _conflict(self, found: Role, form: RoleForm) -> HttpResponse:
        """What the other editor saved stands beside what this one wants; saving again replaces it knowingly."""
        data: Any = self.request.POST.copy()
        data["version"] = found.version
        again = RoleForm(data, role=found, is_new=False)
        theirs = RoleForm(role=found, is_new=False)
        again.full_clean()
        again.add_error(None, _("Somebody else changed this role while you edited it. Nothing was saved yet."))
        return self._show(again, status=409, theirs=_differences(again, theirs))

    def _show(self, form: RoleForm, *, status: int = 200, theirs: Any = ()) -> HttpResponse:
        context = {"role": self.found, "form": form, "back": self.found.get_absolute_url(), "theirs": theirs}
        return self.draw({**context, "submit": _("Save")}, status=status)


def _differences(mine: RoleForm, theirs: RoleForm) -> list[dict[str, Any]]:
    """The fields in which two editors differ, with both values in words."""
    found = []
    for name, field in mine.fields.items():
        if name in ("version", "name") or str(mine[name].value() or "") == str(theirs[name].value() or ""):
            continue
        labels = dict(getattr(field, "choices", []))
        values = [labels.get(form[name].value(), form[name].value()) for form in (theirs, mine)]
        found.append({"label": field.label, "theirs": values[0], "mine": values[1]})
    return found


class RoleDelete(RoleChangePage):
    """Delete a role that nobody was given."""

    template_name = "roles/delete.html"
    step = gettext_lazy("Delete")

    def context(self, found: Role) -> dict[str, Any]:
        """What the template needs. Raises BuiltinLocked."""
        if found.builtin:
            raise BuiltinLocked
        return {"role": found, "uses": guards.uses(found), "users": guards.ask("role.users", found)}

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        try:
            delete_role(found, by=self.account, reason=reason_of(request))
        except RoleInUse as refusal:
            return self.draw(self.context(found), status=refusal.status)
        messages.success(request, _("Role %(name)s deleted.") % {"name": found.name})
        return redirect(Shell.carrying(request, "roles"))
