"""The pages of one person: properties, the account of the same human, history; making, changing, removing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from itam_portal.history.models import Entry
from itam_portal.history.queries import READ_HISTORY
from itam_portal.history.views import HISTORY
from itam_portal.pages import ListPage, ObjectPage, Page
from itam_portal.refusals import NotAllowed, Refused, require
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Crumb, Shell
from organizations.attributes.values import shown_value
from organizations.models import CustomAttribute
from organizations.queries import attributes_of, home_for
from roles.rights import Right
from users.forms import SECTIONS, BlockListForm, ComputerUserForm, LinkForm
from users.models import BlockedUsername, ComputerUser, PendingRole, label_of
from users.operations import (
    UserChangedMeanwhile,
    block_usernames,
    create_user,
    delete_user,
    edit_user,
    link_account,
)
from users.views.lists import PARENTS


class UserPage(ObjectPage):
    """A page about one person, under their name."""

    right = Right.READ_USERS
    rows = ComputerUser.objects.visible_to
    place = "users"
    parents = PARENTS
    step: Any = ""
    found: ComputerUser

    def object(self) -> ComputerUser:
        """The person of the address, and what they are called for the shell."""
        self.found = super().object()
        self.title = f"{self.step} · {self.found}" if self.step else str(self.found)  # type: ignore[misc]
        return self.found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(self.context(self.object()))

    def crumbs(self) -> list[Crumb]:
        first = [Crumb(label, Shell.carrying(self.request, name)) for label, name in self.parents]
        own = Crumb(str(self.found), Shell.carrying(self.request, "user", self.found.pk))
        return [*first, own, Crumb(self.step)] if self.step else [*first, own]


class UserDetail(UserPage):
    """One person: General, Details, and the account of the same human."""

    template_name = "users/detail.html"

    def context(self, found: ComputerUser) -> dict[str, Any]:
        """What the template needs."""
        known = attributes_of(self.account, "user")
        own = [(_("Custom attributes"), [_own_fact(found, one) for one in known])] if known else []
        seen, may = Account.objects.visible_to(self.account), self.account.may
        sees_accounts = may(Right.READ_ACCOUNTS)
        return {
            "person": found,
            "sections": [*[(title, [_fact(found, name) for name in names]) for title, names in SECTIONS], *own],
            "linked": seen.numbered(found.account_id) if found.account_id and sees_accounts else None,
            "suggested": seen.suggested_for(found.email) if sees_accounts and not found.account_id else [],
            "is_compliant": found.status == "active" and not ComputerUser.objects.all().is_blocked(found),
            "managed": ComputerUser.objects.all().managed_by(found).count(),
            "may_edit": may(Right.EDIT_USERS, found),
            "may_delete": may(Right.DELETE_USERS, found),
            "sees_accounts": sees_accounts,
            "pending": PendingRole.objects.of(found),
            "may_make_account": not found.account_id and may(Right.CREATE_ACCOUNTS) and may(Right.EDIT_USERS, found),
            "may_give": not found.account_id and may(Right.GIVE_ROLES, found),
            "sees_history": may(READ_HISTORY, found),
        }


def _fact(person: ComputerUser, name: str) -> tuple[str, Any, Any]:
    value = getattr(person, name)
    if name == "status":
        value = person.get_status_display()
    elif isinstance(value, bool):
        value = _("Yes") if value else _("No")
    return name, label_of(name), value


def _own_fact(person: ComputerUser, attribute: CustomAttribute) -> tuple[str, Any, Any]:
    return attribute.field_name, attribute.name, shown_value(attribute, person.attributes.get(attribute.name, ""))


class UserHistory(ListPage):
    """What was changed of one person."""

    kind = HISTORY
    right = READ_HISTORY
    title = gettext_lazy("History")
    purpose = gettext_lazy("What was changed of this user. Nobody can change an entry.")
    place = "users"
    columns_url = "history_columns"
    views_name = "user_history"
    export_name = "user_history_export"

    @cached_property
    def found(self) -> ComputerUser:
        """The person of the address. Raises Http404 where they cannot be seen, NotAllowed for their history."""
        page = UserPage()
        page.setup(self.request, **self.kwargs)
        require(self.account, Right.READ_USERS)
        found = page.object()
        require(self.account, READ_HISTORY, found)
        return found

    def visible_rows(self) -> Any:
        """The entries about this person."""
        return Entry.objects.about(self.found, "user")

    def crumbs(self) -> list[Crumb]:
        own = Crumb(str(self.found), Shell.carrying(self.request, "user", self.found.pk))
        return [Crumb(PARENTS[0][0], Shell.carrying(self.request, "users")), own, Crumb(self.title)]


class UserNew(Page):
    """Write down a person."""

    right = Right.CREATE_USERS
    template_name = "users/form.html"
    title = gettext_lazy("New user")
    place = "users"
    parents = PARENTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        home = home_for(self.account, self.shell.organization, Right.CREATE_USERS)
        return self._show(ComputerUserForm(reader=self.account, home=home))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ComputerUserForm(request.POST, reader=self.account)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            made = create_user(self.account.tenant, by=self.account, fields=form.values, reason=reason_of(request))
        except NotAllowed:
            raise
        except Refused as refusal:
            form.show_refusal(refusal)
            return self._show(form, status=422)
        messages.success(request, _("User %(name)s created.") % {"name": made})
        return redirect(Shell.carrying(request, "user", made.pk))

    def _show(self, form: ComputerUserForm, *, status: int = 200) -> HttpResponse:
        back = Shell.carrying(self.request, "users")
        return self.draw({"form": form, "back": back, "submit": _("Create user")}, status=status)


class UserEdit(UserPage):
    """Change a person; two editors see both values and choose."""

    right = Right.EDIT_USERS
    template_name = "users/form.html"
    step = gettext_lazy("Edit")

    def object(self) -> ComputerUser:
        found = super().object()
        require(self.account, Right.EDIT_USERS, found)
        return found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(ComputerUserForm(reader=self.account, user=self.object()))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        form = ComputerUserForm(request.POST, reader=self.account, user=found)
        if not form.is_valid():
            return self._show(form, status=422)
        version = form.cleaned_data["version"] or 0
        try:
            edit_user(found, by=self.account, version=version, fields=form.values, reason=reason_of(request))
        except UserChangedMeanwhile as refusal:
            return self._conflict(found, form, refusal)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.show_refusal(refusal)
            return self._show(form, status=422)
        messages.success(request, _("User %(name)s saved.") % {"name": found})
        return redirect(Shell.carrying(request, "user", found.pk))

    def _conflict(self, found: ComputerUser, form: ComputerUserForm, refusal: Refused) -> HttpResponse:
        """Both values side by side; saving once more replaces what is saved, knowingly."""
        data = self.request.POST.copy()
        data["version"] = str(found.version)
        again = ComputerUserForm(data, reader=self.account, user=found)
        again.full_clean()
        again.add_error(None, str(refusal))
        differences = [
            {"label": field.label, "theirs": again.initial[name], "mine": self.request.POST.get(name, "")}
            for name, field in form.fields.items()
            if name != "version" and str(again.initial[name] or "") != _written(self.request.POST.get(name, ""))
        ]
        return self._show(again, status=409, theirs=differences)

    def _show(self, form: ComputerUserForm, *, status: int = 200, theirs: Any = ()) -> HttpResponse:
        context = {"form": form, "back": self.found.get_absolute_url(), "submit": _("Save"), "theirs": theirs}
        return self.draw(context, status=status)


def _written(text: str) -> str:
    """What a form sent, as it would be stored: a ticked box is True."""
    return "True" if text == "on" else text


class UserDelete(UserPage):
    """Remove a person, after saying what hangs on them."""

    right = Right.DELETE_USERS
    template_name = "users/delete.html"
    step = gettext_lazy("Delete")

    def context(self, found: ComputerUser) -> dict[str, Any]:
        """What hangs on the person."""
        require(self.account, Right.DELETE_USERS, found)
        managed = ComputerUser.objects.all().managed_by(found).count()
        pending = PendingRole.objects.of(found).count()
        hanging = {"managed": managed, "linked": found.account, "pending": pending}
        return {"person": found, **hanging, "back": found.get_absolute_url()}

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        delete_user(found, by=self.account, reason=reason_of(request))
        messages.success(request, _("User %(name)s deleted.") % {"name": found})
        return redirect(Shell.carrying(request, "users"))


class UserLink(UserPage):
    """Say which operator account belongs to the same human."""

    right = Right.EDIT_USERS
    template_name = "users/link.html"
    step = gettext_lazy("Link account")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object()
        return self._show(LinkForm(reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        if request.POST.get("do") == "unlink":
            link_account(found, by=self.account, account=None, reason=reason_of(request))
            messages.success(request, _("The account is not linked any more. It stays as it is."))
            return redirect(Shell.carrying(request, "user", found.pk))
        form = LinkForm(request.POST, reader=self.account)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            link_account(found, by=self.account, account=form.cleaned_data["account"], reason=reason_of(request))
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error("account", str(refusal))
            return self._show(form, status=refusal.status)
        messages.success(request, _("The account is linked."))
        return redirect(Shell.carrying(request, "user", found.pk))

    def _show(self, form: LinkForm, *, status: int = 200) -> HttpResponse:
        suggested = Account.objects.visible_to(self.account).suggested_for(self.found.email)
        pending = PendingRole.objects.of(self.found)
        context = {"person": self.found, "form": form, "suggested": suggested, "pending": pending}
        return self.draw({**context, "back": self.found.get_absolute_url()}, status=status)


class UsersBlocked(Page):
    """The block list of usernames."""

    right = Right.EDIT_USERS
    everywhere = True
    template_name = "users/blocked.html"
    title = gettext_lazy("Blocked usernames")
    purpose = gettext_lazy("Users with these usernames do not comply: they are no people, such as services and tests.")
    place = "users"
    parents = PARENTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = BlockedUsername.objects.order_by("pattern_key").values_list("pattern", flat=True)
        return self._show(BlockListForm(initial={"patterns": "\n".join(known)}))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = BlockListForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        patterns = form.cleaned_data["patterns"]
        block_usernames(self.account.tenant, by=self.account, patterns=patterns, reason=reason_of(request))
        messages.success(request, _("The block list is saved."))
        return redirect("users_blocked")

    def _show(self, form: BlockListForm, *, status: int = 200) -> HttpResponse:
        return self.draw({"form": form, "back": Shell.carrying(self.request, "users")}, status=status)
