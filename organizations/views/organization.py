"""The pages of one organization: what it is and holds, history; making, changing, moving and deleting it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal import guards
from itam_portal.history.models import Entry
from itam_portal.history.queries import READ_HISTORY
from itam_portal.history.views import HISTORY
from itam_portal.lists.tables import Reader
from itam_portal.pages import ListPage, ObjectPage, Page
from itam_portal.refusals import NotAllowed, Refused, require
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Crumb, Shell
from organizations.attributes.values import shown_value
from organizations.forms import OrganizationForm
from organizations.forms.organizations import GENERAL, PLACE
from organizations.guards import HomeStays
from organizations.models import Organization, OrganizationGroup
from organizations.operations import (
    OrganizationChangedMeanwhile,
    create_organization,
    delete_organization,
    edit_organization,
)
from organizations.queries import attributes_of
from organizations.views.lists import PARENTS, visible_organizations
from roles.rights import Right

SHOWN = 50
# Whoever may read these everywhere may know who keeps an organization from going.
PEOPLE = (Right.READ_ACCOUNTS, Right.READ_USERS)


class OrganizationPage(ObjectPage):
    """A page about one organization, under its name."""

    right = Right.READ_ORGANIZATIONS
    rows = visible_organizations
    place = "organizations"
    parents = PARENTS
    step: Any = ""
    found: Organization

    def object(self) -> Organization:
        """The organization of the address, and what it is called for the shell."""
        self.found = super().object()
        self.title = f"{self.step} · {self.found}" if self.step else str(self.found)  # type: ignore[misc]
        return self.found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(self.context(self.object()))

    def crumbs(self) -> list[Crumb]:
        return crumbs_of(self.request, self.found, self.step)


def crumbs_of(request: PortalRequest, found: Organization, step: Any) -> list[Crumb]:
    """The organizations, the organization, and where one is on its pages."""
    own = Crumb(found.name, Shell.carrying(request, "organization", found.pk))
    return [Crumb(PARENTS[0][0], Shell.carrying(request, "organizations")), own, *([Crumb(step)] if step else [])]


class OrganizationDetail(OrganizationPage):
    """One organization: its fields, its groups, and what stands above and below it."""

    template_name = "organizations/detail.html"

    def context(self, found: Organization) -> dict[str, Any]:
        """What the template needs."""
        known = attributes_of(self.account, "organization")
        own = [(_("Custom attributes"), [_own_fact(found, one) for one in known])] if known else []
        plain = ((_("General"), GENERAL), (_("Address"), PLACE))
        may, tenant = self.account.may, self.account.tenant
        return {
            "organization": found,
            "sections": [*[(title, [_fact(found, name) for name in names]) for title, names in plain], *own],
            **self._around(found),
            "chosen": Reader.choosing(found.code),
            "is_current": self.shell.organization.lower() == found.code.lower(),
            "may_edit": may(Right.CHANGE_ORGANIZATIONS, found),
            "may_delete": may(Right.CHANGE_ORGANIZATIONS, tenant) and not found.is_home,
            "sees_history": may(READ_HISTORY, found),
            "sees_groups": may(Right.READ_ORGANIZATIONS, tenant),
        }

    def _around(self, found: Organization) -> dict[str, Any]:
        """What it is in, above and below, of what this reader sees; and who is at home in it."""
        seen, may = visible_organizations(self.account), self.account.may
        below = list(seen.below(found.pk)[: SHOWN + 1])
        counted: Any = Organization.objects.all().visible_to(self.account).with_accounts().with_users().get(pk=found.pk)
        return {
            "groups": OrganizationGroup.objects.all().of(found),
            "above": seen.above(found.pk),
            "below": below[:SHOWN],
            "more_below": len(below) > SHOWN,
            "accounts": counted.account_count if may(Right.READ_ACCOUNTS, found) else None,
            "users": counted.user_count if may(Right.READ_USERS, found) else None,
        }


def _fact(found: Organization, name: str) -> tuple[str, Any, Any]:
    value = getattr(found, name)
    if name == "type":
        value = found.get_type_display()
    elif isinstance(value, bool):
        value = _("Yes") if value else _("No")
    return name, capfirst(str(Organization._meta.get_field(name).verbose_name)), value  # type: ignore[union-attr]


def _own_fact(found: Organization, attribute: Any) -> tuple[str, Any, Any]:
    return attribute.field_name, attribute.name, shown_value(attribute, found.attributes.get(attribute.name, ""))


class OrganizationHistory(ListPage):
    """What was changed of one organization."""

    kind = HISTORY
    right = READ_HISTORY
    title = gettext_lazy("History")
    purpose = gettext_lazy(
        "What was changed of this organization, and of what belongs to it. Nobody can change an entry."
    )
    place = "organizations"
    columns_url = "history_columns"
    views_name = "organization_history"
    export_name = "organization_history_export"

    @cached_property
    def found(self) -> Organization:
        """The organization of the address. Raises Http404 where it cannot be seen, NotAllowed for its history."""
        page = OrganizationPage()
        page.setup(self.request, **self.kwargs)
        require(self.account, Right.READ_ORGANIZATIONS)
        found = page.object()
        require(self.account, READ_HISTORY, found)
        return found

    def visible_rows(self) -> Any:
        """The entries about this organization."""
        return Entry.objects.about(self.found, "organization")

    def crumbs(self) -> list[Crumb]:
        return crumbs_of(self.request, self.found, self.title)


class OrganizationNew(Page):
    """Make an organization."""

    right = Right.CHANGE_ORGANIZATIONS
    everywhere = True
    template_name = "organizations/form.html"
    title = gettext_lazy("New organization")
    place = "organizations"
    parents = PARENTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(OrganizationForm(reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = OrganizationForm(request.POST, reader=self.account)
        if not form.is_valid():
            return self._show(form, status=422)
        given: dict[str, Any] = {"fields": form.values, "parents": form.cleaned_data["parents"]}
        try:
            made = create_organization(self.account.tenant, by=self.account, reason=reason_of(request), **given)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.show_refusal(refusal)
            return self._show(form, status=422)
        messages.success(request, _("Organization %(name)s created.") % {"name": made})
        return redirect(Shell.carrying(request, "organization", made.pk))

    def _show(self, form: OrganizationForm, *, status: int = 200) -> HttpResponse:
        back = Shell.carrying(self.request, "organizations")
        return self.draw({"form": form, "back": back, "submit": _("Create organization")}, status=status)


class OrganizationEdit(OrganizationPage):
    """Change an organization, and move it; two editors see both values and choose."""

    right = Right.CHANGE_ORGANIZATIONS
    template_name = "organizations/form.html"
    step = gettext_lazy("Edit")

    def object(self) -> Organization:
        found = super().object()
        require(self.account, Right.CHANGE_ORGANIZATIONS, found)
        return found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(OrganizationForm(reader=self.account, organization=self.object()))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        form = OrganizationForm(request.POST, reader=self.account, organization=found)
        if not form.is_valid():
            return self._show(form, status=422)
        given: dict[str, Any] = {"fields": form.values, "parents": form.cleaned_data["parents"]}
        try:
            saved = edit_organization(
                found, by=self.account, was=form.cleaned_data["version"], reason=reason_of(request), **given
            )
        except OrganizationChangedMeanwhile as refusal:
            return self._conflict(found, form, refusal)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.show_refusal(refusal)
            return self._show(form, status=422)
        messages.success(request, _("Organization %(name)s saved.") % {"name": saved})
        return redirect(Shell.carrying(request, "organization", found.pk))

    def _conflict(self, found: Organization, form: OrganizationForm, refusal: Refused) -> HttpResponse:
        """Both values side by side; saving once more replaces what is saved, knowingly."""
        data = self.request.POST.copy()
        data["version"] = found.version
        again = OrganizationForm(data, reader=self.account, organization=found)
        again.full_clean()
        again.add_error(None, str(refusal))
        saved = OrganizationForm(reader=self.account, organization=found)
        differences = [
            {"label": field.label, "theirs": _said(saved, name), "mine": _said(again, name)}
            for name, field in form.fields.items()
            if name != "version" and _said(saved, name) != _said(again, name)
        ]
        return self._show(again, status=409, theirs=differences)

    def _show(self, form: OrganizationForm, *, status: int = 200, theirs: Any = ()) -> HttpResponse:
        context = {"form": form, "back": self.found.get_absolute_url(), "submit": _("Save"), "theirs": theirs}
        return self.draw(context, status=status)


def _said(form: OrganizationForm, name: str) -> str:
    """What stands in a field, as text."""
    value = form[name].value()
    if isinstance(value, list | tuple):
        return ", ".join(sorted(value))
    return {True: _("Yes"), False: _("No"), None: ""}.get(value, str(value).replace("\r\n", "\n"))


class OrganizationDelete(OrganizationPage):
    """Delete an organization that nothing hangs on, after saying what would stand at the top then."""

    right = Right.CHANGE_ORGANIZATIONS
    everywhere = True
    template_name = "organizations/delete.html"
    step = gettext_lazy("Delete")

    def context(self, found: Organization) -> dict[str, Any]:
        """What hangs on it, and what would become a root. Raises HomeStays."""
        if found.is_home:
            raise HomeStays
        seen = visible_organizations(self.account)
        alone = seen.left_alone_without(found.pk)
        return {
            "organization": found,
            "hanging": guards.hanging("organization", found),
            "sees_people": all(self.account.may(right, self.account.tenant) for right in PEOPLE),
            "roots": alone[:SHOWN],
            "more_roots": max(0, alone.count() - SHOWN),
            "others": seen.below(found.pk).count() - alone.count(),
            "groups": OrganizationGroup.objects.all().of(found),
            "back": found.get_absolute_url(),
        }

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        try:
            delete_organization(found, by=self.account, reason=reason_of(request))
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.draw({**self.context(found), "refusal": refusal}, status=refusal.status)
        messages.success(request, _("Organization %(name)s deleted.") % {"name": found})
        return redirect("organizations")
