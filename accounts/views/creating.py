"""Making accounts, sending their links, and the access keys of services."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import FirstRoleForm, KeyForm, NewAccountForm, NewServiceForm, show_problems
from accounts.models import AccessKey, Account
from accounts.operations import (
    WrongFields,
    create_account,
    create_key,
    create_service_account,
    revoke_key,
    send_link,
)
from accounts.views.account import AccountPage
from accounts.views.dialogs import leading_to, shown_in
from itam_portal.pages import Page
from itam_portal.refusals import Refused
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Shell
from organizations.queries import home_for
from roles.rights import Builtin, Right

PARENTS: tuple[tuple[Any, str], ...] = ((gettext_lazy("Accounts"), "accounts"),)


class AccountNew(Page):
    """Make an account for a person, known or not."""

    right = Right.CREATE_ACCOUNTS
    title = gettext_lazy("New account")
    place = "accounts"
    parents = PARENTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        home = home_for(self.account, self.shell.organization, Right.CREATE_ACCOUNTS)
        return self._show(NewAccountForm(reader=self.account, home=home), self._role(None))

    def _role(self, data: Any) -> FirstRoleForm | None:
        """What role it shall hold, asked of those who may give any."""
        return FirstRoleForm(data, reader=self.account) if self.account.may(Right.GIVE_ROLES) else None

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, role = NewAccountForm(request.POST, reader=self.account), self._role(request.POST)
        if not all([form.is_valid(), role is None or role.is_valid()]):
            return self._show(form, role, status=422)
        offers = role.offers if role else []
        try:
            given: dict[str, Any] = {"fields": form.values, "offers": offers, "reason": reason_of(request)}
            made = create_account(self.account.tenant, by=self.account, **given)
        except Refused as refusal:
            return self._refused(refusal, form, role)
        said = _("The account of %(name)s is made. A sign-in link goes to %(email)s.")
        words = {"name": made.name, "email": made.email}
        return leading_to(self, Shell.carrying(request, "account", made.pk), said % words)

    def _refused(self, refusal: Refused, form: NewAccountForm, role: FirstRoleForm | None) -> HttpResponse:
        if isinstance(refusal, WrongFields):
            show_problems(form, refusal, reader=self.account)
        else:
            form.add_error(None, str(refusal))
        return self._show(form, role, status=422)

    def _show(self, form: NewAccountForm, role: FirstRoleForm | None, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "role": role, "back": Shell.carrying(self.request, "accounts")}
        return shown_in(self, context, "accounts/new.html", status=status)


class ServiceAccountNew(Page):
    """Make an account for a program; an owner sees its first key, once."""

    right = Right.CREATE_ACCOUNTS
    template_name = "accounts/new_service.html"
    title = gettext_lazy("New service account")
    place = "accounts"
    parents = PARENTS

    def forms(self, data: Any) -> tuple[NewServiceForm, FirstRoleForm | None, KeyForm | None]:
        """The service, the role that it holds, and, for an owner, its first key."""
        home = home_for(self.account, self.shell.organization, Right.CREATE_ACCOUNTS)
        may_give, is_owner = self.account.may(Right.GIVE_ROLES), self.account.holdings.is_owner
        role = FirstRoleForm(data, reader=self.account, preset=Builtin.WEB_SERVICE) if may_give else None
        key = KeyForm(data, reader=self.account) if is_owner else None
        return NewServiceForm(data, reader=self.account, home=home), role, key

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(*self.forms(None))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, role, key = self.forms(request.POST)
        checked = [one.is_valid() for one in (form, role, key) if one]
        if not all(checked):
            return self._show(form, role, key, status=422)
        given: dict[str, Any] = {"fields": form.values, "offers": role.offers if role else []}
        given |= {"key": key.wanted if key else None, "reason": reason_of(request)}
        try:
            made, access, text = create_service_account(self.account.tenant, by=self.account, **given)
        except Refused as refusal:
            if isinstance(refusal, WrongFields):
                show_problems(form, refusal, reader=self.account)
            else:
                form.add_error(None, str(refusal))
            return self._show(form, role, key, status=422)
        if access:
            return show_key(self, made, access, text)
        messages.success(request, _("The service account %(name)s is made. It has no key yet.") % {"name": made.name})
        return redirect(Shell.carrying(request, "account", made.pk))

    def _show(self, form: Any, role: Any, key: Any, *, status: int = 200) -> HttpResponse:
        back = Shell.carrying(self.request, "accounts")
        return self.draw({"form": form, "role": role, "key": key, "back": back}, status=status)


def show_key(page: Page, account: Account, key: AccessKey, text: str, *, back: str = "") -> HttpResponse:
    """A new key, the only time it is shown."""
    back = back or Shell.carrying(page.request, "account", account.pk)
    return page.draw({"account": account, "key": key, "text": text, "back": back}, template="accounts/key.html")


class AccountLink(AccountPage):
    """Send an account's sign-in link once more; the earlier one is dead from then on."""

    right = Right.CREATE_ACCOUNTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(Shell.carrying(request, "account", self.object().pk))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        link = send_link(found, by=self.account)
        said = _("A new sign-in link goes to %(email)s. Earlier links cannot be used any more.")
        messages.success(request, said % {"email": link.email})
        return redirect(Shell.carrying(request, "account", found.pk))


class AccountKeyNew(AccountPage):
    """Make another access key of a service account."""

    right = Right.CHANGE_ACCESS_KEYS
    everywhere = True
    only_owners = True
    template_name = "accounts/new_key.html"
    step = gettext_lazy("New access key")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object()
        return self._show(KeyForm(reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found, form = self.object(), KeyForm(request.POST, reader=self.account)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            key, text = create_key(found, by=self.account, **form.wanted, reason=reason_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, status=refusal.status)
        return show_key(self, found, key, text)

    def _show(self, form: KeyForm, *, status: int = 200) -> HttpResponse:
        context = {"account": self.found, "form": form, "back": self.found.get_absolute_url()}
        return self.draw(context, status=status)


class AccountKeyRevoke(AccountPage):
    """Accept one key of a service account no longer."""

    right = Right.CHANGE_ACCESS_KEYS
    everywhere = True
    only_owners = True
    template_name = "accounts/revoke_key.html"
    step = gettext_lazy("Revoke access key")

    def key(self) -> AccessKey:
        """The key of the address. Raises Http404 where the account has no such key."""
        found = AccessKey.objects.all().numbered(self.kwargs["key"], account=self.object())
        if found is None:
            raise Http404
        return found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = self.key()
        return self.draw({"account": self.found, "key": key, "back": self.found.get_absolute_url()})

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = self.key()
        revoke_key(key, by=self.account, reason=reason_of(request))
        messages.success(request, _("The key %(name)s is revoked.") % {"name": key.name})
        return redirect(Shell.carrying(request, "account", self.found.pk))
