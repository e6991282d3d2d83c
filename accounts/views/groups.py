"""Groups: on the left all of them, on the right the chosen one with its details, its users and its roles."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import GroupCopyForm, GroupForm
from accounts.models import Account, Group, RoleAssignment
from accounts.operations import (
    GroupChangedMeanwhile,
    GroupNameTaken,
    copy_group,
    create_group,
    delete_group,
    edit_group,
)
from accounts.queries import effect_of, outside_of
from accounts.views.effect import Places, in_words
from itam_portal.history.models import Entry
from itam_portal.history.queries import READ_HISTORY
from itam_portal.history.views import HISTORY
from itam_portal.pages import ListPage, ObjectPage, Page
from itam_portal.refusals import Refused, require
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Crumb, Shell
from roles.rights import Right

SHOWN = 100
PARENTS: tuple[tuple[Any, str], ...] = ((gettext_lazy("Groups"), "groups"),)
TABS: tuple[tuple[Any, str, str], ...] = (
    (gettext_lazy("Details"), "group", Right.READ_GROUPS),
    (gettext_lazy("Users"), "group_users", Right.READ_ACCOUNTS),
    (gettext_lazy("Roles"), "group_roles", Right.READ_GROUPS),
    (gettext_lazy("History"), "group_history", READ_HISTORY),
)


def side_of(page: Page, chosen: Group | None = None, *, asked: str = "") -> dict[str, Any]:
    """The groups on the left: the first that match, the chosen one always among them."""
    groups = list(Group.objects.visible_to(page.account).named_like(asked).order_by("name_key", "pk")[: SHOWN + 1])
    more = len(groups) > SHOWN
    groups = groups[:SHOWN]
    if chosen and chosen not in groups:
        groups.insert(0, chosen)
    may_make = page.account.may(Right.CHANGE_GROUPS, page.account.tenant)
    return {"groups": groups, "chosen": chosen, "asked": asked, "more": more, "may_make": may_make}


class GroupsList(Page):
    """All groups, and the box that filters them."""

    right = Right.READ_GROUPS
    everywhere = True
    template_name = "groups/list.html"
    title = gettext_lazy("Groups")
    purpose = gettext_lazy("A group gives its roles to everybody in it. Here, users are the accounts that people use.")
    place = "groups"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("q", "").replace("\0", "").strip()[:200]
        return self.draw(side_of(self, asked=asked))


class GroupPage(ObjectPage):
    """A page about one group, under its name."""

    right = Right.READ_GROUPS
    everywhere = True
    rows = Group.objects.visible_to
    place = "groups"
    parents = PARENTS
    step: Any = ""
    found: Group

    def object(self) -> Group:
        """The group of the address, and what it is called for the shell."""
        self.found = super().object()
        self.title = f"{self.step} · {self.found.name}" if self.step else self.found.name  # type: ignore[misc]
        return self.found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        return self.draw({**head_of(self, found), **self.context(found)})

    def crumbs(self) -> list[Crumb]:
        return crumbs_of(self.request, self.found, self.step)


def crumbs_of(request: PortalRequest, found: Group, step: Any) -> list[Crumb]:
    """The groups, the group, and where one is on its pages."""
    own = Crumb(found.name, Shell.carrying(request, "group", found.pk))
    return [Crumb(PARENTS[0][0], Shell.carrying(request, "groups")), own, *([Crumb(step)] if step else [])]


def head_of(page: Page, found: Group) -> dict[str, Any]:
    """What the head of a group's pages needs: the groups beside it, its tabs and its buttons."""
    may, tenant = page.account.may, page.account.tenant
    match = page.request.resolver_match
    here = match.url_name if match else ""
    return {
        "group": found,
        "tabs": [
            {"label": label, "url": Shell.carrying(page.request, name, found.pk), "is_current": name == here}
            for label, name, right in TABS
            if may(right)
        ],
        "may_change": may(Right.CHANGE_GROUPS, tenant),
        "manage_url": Shell.carrying(page.request, "group_manage", found.pk),
        "may_manage": may(Right.CHANGE_MEMBERS, tenant) and may(Right.READ_ACCOUNTS),
        "may_give": may(Right.GIVE_ROLES, tenant),
        **side_of(page, found),
    }


class GroupDetail(GroupPage):
    """What a group is."""

    template_name = "groups/detail.html"

    def context(self, found: Group) -> dict[str, Any]:
        """What the template needs."""
        members = Account.objects.all().in_group(found)
        numbers = {"members": members.count(), "without_role": members.unassigned().count()}
        return {**numbers, "roles": RoleAssignment.objects.live().given_to(found).count()}


class GroupRoles(GroupPage):
    """The roles that a group gives its members."""

    template_name = "groups/roles.html"
    step = gettext_lazy("Roles")

    def context(self, found: Group) -> dict[str, Any]:
        """What the template needs."""
        held = list(RoleAssignment.objects.given_to(found))
        places = Places(self.account.holdings, reader=self.account, scopes=held)
        return {"assignments": [(one, places.scope_of(one)) for one in held]}


class GroupHistory(ListPage):
    """What was changed of one group, its members and its roles."""

    kind = HISTORY
    right = READ_HISTORY
    everywhere = True
    title = gettext_lazy("History")
    purpose = gettext_lazy("What was changed of this group, its members and its roles. Nobody can change an entry.")
    place = "groups"
    columns_url = "history_columns"
    views_name = "group_history"
    export_name = "group_history_export"

    def visible_rows(self) -> Any:
        """The entries about this group. Raises Http404 where it cannot be seen."""
        require(self.account, Right.READ_GROUPS, self.account.tenant)
        return Entry.objects.about(group_at(self), "group")

    def crumbs(self) -> list[Crumb]:
        return crumbs_of(self.request, group_at(self), self.title)


def group_at(page: Page) -> Group:
    """The group of a page's address. Raises Http404 where it cannot be seen."""
    known = page.__dict__.get("_group")
    if known is None:
        beside = GroupPage()
        beside.setup(page.request, **page.kwargs)
        known = page.__dict__["_group"] = beside.object()
    return known


# --- making, changing, ending --------------------------------------------------------------------------------------


class GroupNew(Page):
    """Make a group."""

    right = Right.CHANGE_GROUPS
    everywhere = True
    template_name = "groups/form.html"
    title = gettext_lazy("New group")
    place = "groups"
    parents = PARENTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(GroupForm())

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = GroupForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            made = create_group(self.account.tenant, by=self.account, **form.values, reason=reason_of(request))
        except GroupNameTaken as refusal:
            form.add_error("name", str(refusal))
            return self._show(form, status=422)
        messages.success(request, _("Group %(name)s created. Nobody is in it yet.") % {"name": made.name})
        return redirect(made.get_absolute_url())

    def _show(self, form: GroupForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "back": Shell.carrying(self.request, "groups"), "submit": _("Create group")}
        return self.draw(context, status=status)


class GroupChangePage(GroupPage):
    """A form about one group."""

    right = Right.CHANGE_GROUPS
    template_name = "groups/form.html"
    submit: Any = ""

    def form(self, data: Any, found: Group) -> GroupForm:
        """The form; bound where `data` is given."""
        return GroupForm(data, group=found)

    def carry_out(self, found: Group, form: Any) -> Group:
        """Carry it out; answers the group to go on to."""
        raise NotImplementedError

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        return self._show(self.form(None, found))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        form = self.form(request.POST, found)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            saved = self.carry_out(found, form)
        except Refused as refusal:
            form.add_error("name" if isinstance(refusal, GroupNameTaken) else None, str(refusal))
            return self._show(form, status=refusal.status, is_stale=isinstance(refusal, GroupChangedMeanwhile))
        messages.success(request, _("Group %(name)s saved.") % {"name": saved.name})
        return redirect(saved.get_absolute_url())

    def _show(self, form: Any, *, status: int = 200, is_stale: bool = False) -> HttpResponse:
        context = {"form": form, "back": self.found.get_absolute_url(), "submit": self.submit}
        return self.draw({**context, "theirs": super().object() if is_stale else None}, status=status)


class GroupEdit(GroupChangePage):
    """Rename or describe a group."""

    step = gettext_lazy("Edit")
    submit = gettext_lazy("Save")

    def carry_out(self, found: Group, form: GroupForm) -> Group:
        """What another editor saved meanwhile is not overwritten unseen."""
        return edit_group(found, by=self.account, was=form.was, **form.values, reason=reason_of(self.request))


class GroupCopy(GroupChangePage):
    """Make a group like this one."""

    step = gettext_lazy("Copy")
    submit = gettext_lazy("Create copy")

    def form(self, data: Any, found: Group) -> GroupCopyForm:
        """What the copy is called, and what comes along."""
        return GroupCopyForm(data, group=found, name=_("Copy of %(name)s") % {"name": found.name})

    def carry_out(self, found: Group, form: GroupCopyForm) -> Group:
        """The copy."""
        along: dict[str, Any] = {"roles": form.cleaned_data["roles"], "members": form.cleaned_data["members"]}
        return copy_group(found, by=self.account, **form.values, **along, reason=reason_of(self.request))


class GroupDelete(GroupPage):
    """End a group, after showing what its members would lose."""

    right = Right.CHANGE_GROUPS
    template_name = "groups/delete.html"
    step = gettext_lazy("Delete")

    def context(self, found: Group) -> dict[str, Any]:
        """What its members would lose."""
        members = Account.objects.all().in_group(found)
        lost = effect_of(members, tenant_id=found.tenant_id, rights=list(Right.values), change=outside_of(found.pk))
        return {"members": members.count(), **in_words(lost), "back": found.get_absolute_url()}

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        try:
            delete_group(found, by=self.account, reason=reason_of(request))
        except Refused as refusal:
            context = {**head_of(self, found), **self.context(found), "refusal": refusal}
            return self.draw(context, status=refusal.status)
        messages.success(request, _("Group %(name)s deleted. Its members stay.") % {"name": found.name})
        return redirect(Shell.carrying(request, "groups"))
