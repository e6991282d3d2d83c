"""The pages of one role: what it allows, who uses it, two of them side by side."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from itam_portal import guards
from itam_portal.history.models import Entry
from itam_portal.history.queries import READ_HISTORY
from itam_portal.history.views import HISTORY
from itam_portal.pages import ListPage, ObjectPage, PlainPage
from itam_portal.refusals import require
from itam_portal.shell import Crumb, Shell
from roles.forms import CompareForm
from roles.models import Role
from roles.rights import Area, Right, level_of, rights_of

PARENTS: tuple[tuple[Any, str], ...] = ((_("Accounts"), "accounts"), (_("Roles"), "roles"))


def areas_of(role: Role) -> list[dict[str, Any]]:
    """Every area with its level and what the role says of each right."""
    return [
        {
            "area": area,
            "level": level_of(area, role.allows, role.denies),
            "label": level_of(area, role.allows, role.denies).label,
            "rights": [(right, state_of(role, right)) for right in rights_of(area)],
        }
        for area in Area
    ]


def state_of(role: Role, right: Right) -> str:
    """What the role says of a right; a deny beats an allow in the same role."""
    if right in role.denies:
        return "deny"
    return "allow" if right in role.allows else "unset"


class RolePage(ObjectPage):
    """A page about one role, under its name."""

    right = Right.READ_ROLES
    everywhere = True
    rows = Role.objects.visible_to
    place = "accounts"
    parents = PARENTS
    step: Any = ""
    found: Role

    def object(self) -> Role:
        """The role of the address, and what it is called for the shell."""
        self.found = super().object()
        self.title = f"{self.step} · {self.found.name}" if self.step else self.found.name  # type: ignore[misc]
        return self.found

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return self.draw(self.context(self.object()))

    def crumbs(self) -> list[Crumb]:
        first = [Crumb(label, Shell.carrying(self.request, name)) for label, name in self.parents]
        own = Crumb(self.found.name, self.found.get_absolute_url())
        return [*first, own, Crumb(self.step)] if self.step else [*first, own]


class RoleDetail(RolePage):
    """One role: what it allows and denies, and who uses it."""

    template_name = "roles/detail.html"

    def context(self, found: Role) -> dict[str, Any]:
        """What the template needs."""
        may = self.account.may
        with_holders: Any = Role.objects.visible_to(self.account).with_holders().get(pk=found.pk)
        return {
            "role": found,
            "areas": areas_of(found),
            "accounts": with_holders.accounts,
            "users": guards.ask("role.users", found),
            "may_change": may(Right.CHANGE_ROLES, self.account.tenant),
            "sees_history": may(READ_HISTORY, self.account.tenant),
            "sees_groups": may(Right.READ_GROUPS, self.account.tenant),
        }


class RolesCompare(PlainPage):
    """Two roles side by side, right by right."""

    right = Right.READ_ROLES
    everywhere = True
    template_name = "roles/compare.html"
    title = _("Compare roles")
    purpose = _("What two roles say of every right. Where they differ, the row is marked.")
    place = "accounts"
    parents = PARENTS

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        form = CompareForm(self.request.GET, roles=Role.objects.visible_to(self.account))
        chosen = [form.cleaned_data.get(name) for name in ("left", "right")] if form.is_valid() else [None, None]
        left, right = chosen
        areas = list(zip(areas_of(left), areas_of(right), strict=True)) if left and right else []
        return {"form": form, "left": left, "right": right, "areas": [_beside(a, b) for a, b in areas]}


def _beside(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    rows = [
        {"right": one, "left": mine, "other": other, "differs": mine != other}
        for (one, mine), (_one, other) in zip(left["rights"], right["rights"], strict=True)
    ]
    levels = {"left_level": left["level"], "other_level": right["level"]}
    return {"area": left["area"], "rows": rows, "differs": any(row["differs"] for row in rows), **levels}


class RoleHistory(ListPage):
    """What was changed of one role, and who was given it or lost it."""

    kind = HISTORY
    right = READ_HISTORY
    everywhere = True
    title = _("History")
    purpose = _("What was changed of this role, and who was given it or lost it. Nobody can change an entry.")
    place = "accounts"
    columns_url = "history_columns"
    views_name = "role_history"
    export_name = "role_history_export"

    @cached_property
    def found(self) -> Role:
        """The role of the address. Raises Http404 where it cannot be seen, NotAllowed where roles cannot."""
        require(self.account, Right.READ_ROLES, self.account.tenant)
        page = RolePage()
        page.setup(self.request, **self.kwargs)
        return page.object()

    def visible_rows(self) -> Any:
        """The entries about this role."""
        return Entry.objects.about(self.found, "role")

    def crumbs(self) -> list[Crumb]:
        first = [Crumb(label, Shell.carrying(self.request, name)) for label, name in PARENTS]
        return [*first, Crumb(self.found.name, self.found.get_absolute_url()), Crumb(self.title)]
