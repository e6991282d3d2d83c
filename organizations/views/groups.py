"""Organization groups: what they hold and for whom; making, renaming and deleting them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal import guards
from itam_portal.history.queries import READ_HISTORY
from itam_portal.history.views import HISTORY
from itam_portal.pages import ListPage, ObjectPage, Page
from itam_portal.refusals import NotAllowed, Refused, require
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Crumb, Shell
from organizations.forms import OrganizationGroupForm
from organizations.models import OrganizationGroup
from organizations.operations import (
    OrganizationGroupChangedMeanwhile,
    OrganizationGroupNameTaken,
    create_organization_group,
    delete_organization_group,
    edit_organization_group,
)
from organizations.queries import entries_of_group
from organizations.views.lists import GROUP_PARENTS, visible_organizations
from roles.rights import Right

SHOWN = 50


class OrganizationGroupPage(ObjectPage):
    """A page about one organization group, under its name."""

    right = Right.READ_ORGANIZATIONS
    everywhere = True
    rows = OrganizationGroup.objects.visible_to
    place = "organizations"
    parents = GROUP_PARENTS
    step: Any = ""
    found: OrganizationGroup

    def object(self) -> OrganizationGroup:
        """The group of the address, and what it is called for the shell."""
        self.found = super().object()
        self.title = f"{self.step} · {self.found}" if self.step else str(self.found)  # type: ignore[misc]
        return self.found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(self.context(self.object()))

    def crumbs(self) -> list[Crumb]:
        return crumbs_of(self.request, self.found, self.step)

    def sees_holders(self) -> bool:
        """Whether this reader may know who holds roles for the group."""
        return self.account.may(Right.READ_ACCOUNTS, self.account.tenant)


def crumbs_of(request: PortalRequest, found: OrganizationGroup, step: Any) -> list[Crumb]:
    """The groups, the group, and where one is on its pages."""
    first = [Crumb(label, Shell.carrying(request, name)) for label, name in GROUP_PARENTS]
    own = Crumb(found.name, Shell.carrying(request, "organization_group", found.pk))
    return [*first, own, *([Crumb(step)] if step else [])]


class OrganizationGroupDetail(OrganizationGroupPage):
    """One group: its organizations, and the roles that are given for it."""

    template_name = "organizations/group.html"

    def context(self, found: OrganizationGroup) -> dict[str, Any]:
        """What the template needs."""
        inside = visible_organizations(self.account).gathered_in(found).order_by("name_key", "pk")
        number, may, tenant = inside.count(), self.account.may, self.account.tenant
        return {
            "group": found,
            "number": number,
            "inside": inside[:SHOWN],
            "more": max(0, number - SHOWN),
            "given": guards.hanging("organization_group", found),
            "sees_holders": self.sees_holders(),
            "may_change": may(Right.CHANGE_ORGANIZATION_GROUPS, tenant),
            "sees_history": may(READ_HISTORY, tenant),
        }


class OrganizationGroupHistory(ListPage):
    """What was changed of one group, and of what is in it."""

    kind = HISTORY
    right = READ_HISTORY
    everywhere = True
    title = gettext_lazy("History")
    purpose = gettext_lazy("What was changed of this group and of what is in it. Nobody can change an entry.")
    place = "organizations"
    columns_url = "history_columns"
    views_name = "organization_group_history"
    export_name = "organization_group_history_export"

    @property
    def found(self) -> OrganizationGroup:
        """The group of the address. Raises Http404 where it cannot be seen."""
        known = self.__dict__.get("_found")
        if known is None:
            page = OrganizationGroupPage()
            page.setup(self.request, **self.kwargs)
            known = self.__dict__["_found"] = page.object()
        return known

    def visible_rows(self) -> Any:
        """The entries about this group."""
        require(self.account, Right.READ_ORGANIZATIONS, self.account.tenant)
        return entries_of_group(self.found)

    def crumbs(self) -> list[Crumb]:
        return crumbs_of(self.request, self.found, self.title)


class OrganizationGroupNew(Page):
    """Make a group."""

    right = Right.CHANGE_ORGANIZATION_GROUPS
    everywhere = True
    template_name = "organizations/group_form.html"
    title = gettext_lazy("New organization group")
    place = "organizations"
    parents = GROUP_PARENTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(OrganizationGroupForm())

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = OrganizationGroupForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        tenant, reason = self.account.tenant, reason_of(request)
        try:
            made = create_organization_group(tenant, by=self.account, reason=reason, **form.values)
        except OrganizationGroupNameTaken as refusal:
            form.add_error("name", str(refusal))
            return self._show(form, status=422)
        messages.success(request, _("Organization group %(name)s created. Nothing is in it yet.") % {"name": made.name})
        return redirect(Shell.carrying(request, "organization_group", made.pk))

    def _show(self, form: OrganizationGroupForm, *, status: int = 200) -> HttpResponse:
        back = Shell.carrying(self.request, "organization_groups")
        return self.draw({"form": form, "back": back, "submit": _("Create group")}, status=status)


class OrganizationGroupEdit(OrganizationGroupPage):
    """Rename or describe a group."""

    right = Right.CHANGE_ORGANIZATION_GROUPS
    template_name = "organizations/group_form.html"
    step = gettext_lazy("Edit")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(OrganizationGroupForm(group=self.object()))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        form = OrganizationGroupForm(request.POST, group=found)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            edit_organization_group(found, by=self.account, was=form.was, reason=reason_of(request), **form.values)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error("name" if isinstance(refusal, OrganizationGroupNameTaken) else None, str(refusal))
            theirs = found if isinstance(refusal, OrganizationGroupChangedMeanwhile) else None
            return self._show(form, status=refusal.status, theirs=theirs)
        messages.success(request, _("Organization group %(name)s saved.") % {"name": form.values["name"]})
        return redirect(Shell.carrying(request, "organization_group", found.pk))

    def _show(
        self, form: OrganizationGroupForm, *, status: int = 200, theirs: OrganizationGroup | None = None
    ) -> HttpResponse:
        context = {"form": form, "back": self.found.get_absolute_url(), "submit": _("Save"), "theirs": theirs}
        return self.draw(context, status=status)


class OrganizationGroupDelete(OrganizationGroupPage):
    """Delete a group that no role is given for."""

    right = Right.CHANGE_ORGANIZATION_GROUPS
    template_name = "organizations/group_delete.html"
    step = gettext_lazy("Delete")

    def context(self, found: OrganizationGroup) -> dict[str, Any]:
        """What hangs on it."""
        given = guards.hanging("organization_group", found)
        number = visible_organizations(self.account).gathered_in(found).count()
        facts = {"given": given, "sees_holders": self.sees_holders(), "number": number}
        return {"group": found, **facts, "back": found.get_absolute_url()}

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        try:
            delete_organization_group(found, by=self.account, reason=reason_of(request))
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.draw(self.context(found), status=refusal.status)
        messages.success(request, _("Organization group %(name)s deleted. Its organizations stay.") % {"name": found})
        return redirect(Shell.carrying(request, "organization_groups"))
