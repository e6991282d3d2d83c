"""Editing one account, and changing its type. Each is a page, and without its surroundings a dialog."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import guards
from accounts.forms import AccountForm, TypeForm, show_problems, values_of
from accounts.models import Account, Type
from accounts.operations import ChangedMeanwhile, WrongFields, change_type, edit_account
from accounts.views.account import AccountPage
from accounts.views.dialogs import leading_to, shown_in
from itam_portal.refusals import Malformed
from itam_portal.requests import PortalRequest, reason_of
from roles.rights import Right


class AccountFormPage(AccountPage):
    """A form about one account, as a page or in a dialog; done, it leads to the account."""

    right = Right.EDIT_ACCOUNTS

    def show(self, context: dict[str, Any], *, status: int = 200, name: str = "") -> HttpResponse:
        """The form. In a dialog, an answer that refuses is drawn there again."""
        return shown_in(self, {"account": self.found, **context}, name or self.template_name, status=status)

    def done(self, said: str) -> HttpResponse:
        """To the account, which says what was done."""
        return leading_to(self, self.found.get_absolute_url(), said)


class AccountEdit(AccountFormPage):
    """Name, login, email, job title, sharing and home of one account."""

    step = gettext_lazy("Edit")
    template_name = "accounts/edit.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        guards.require_editable(found, by=self.account)
        return self.show({"form": AccountForm(account=found, reader=self.account)})

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        form = AccountForm(chosen_values(request.POST, found), account=found, reader=self.account)
        if "version" in form.errors:
            raise Malformed(_("This form cannot be read. Open it again. Nothing was changed."))
        unanswered = [name for name in asked_fields(request.POST) if not request.POST.get(f"choose-{name}")]
        if not form.is_valid():
            return self.show({"form": form}, status=422)
        if unanswered:
            return self._compare(form, status=422)
        return self._save(form)

    def _save(self, form: AccountForm) -> HttpResponse:
        version, reason = form.cleaned_data["version"], reason_of(self.request)
        try:
            self.found = edit_account(self.found, by=self.account, version=version, changes=form.changes, reason=reason)
        except WrongFields as wrong:
            show_problems(form, wrong, reader=self.account)
            return self.show({"form": form}, status=422)
        except ChangedMeanwhile:
            return self._compare(form, status=ChangedMeanwhile.status)
        return self.done(_("Saved."))

    def _compare(self, form: AccountForm, *, status: int) -> HttpResponse:
        """Both values side by side for each field that differs, to choose from; choosing saves."""
        now = self.found.refreshed()
        fields = compared(form, now, self.request.POST)
        if not any(field["differs"] for field in fields):
            return self.done(_("Saved."))
        context = {
            "version": now.version,
            "fields": fields,
            "unanswered": status == 422,
            "reason": self.request.POST.get("reason", ""),
        }
        return self.show(context, status=status, name="accounts/conflict.html")


def asked_fields(data: QueryDict) -> list[str]:
    """The fields for which an answer of the reader is due: both values were shown."""
    return [name for name in AccountForm.base_fields if name in data.getlist("asked")]


def chosen_values(data: QueryDict, now: Account) -> QueryDict:
    """What was sent, with the stored value for each field in which the reader chose it."""
    chosen, stored = data.copy(), as_sent(values_of(now))
    for name in asked_fields(data):
        if data.get(f"choose-{name}") == "stored":
            chosen[name] = stored[name]
    return chosen


def as_sent(values: dict[str, Any]) -> dict[str, str]:
    """The values of an account's form as a browser sends them."""
    return {name: ("on" if value else "") if isinstance(value, bool) else str(value) for name, value in values.items()}


def compared(form: AccountForm, now: Account, data: QueryDict) -> list[dict[str, Any]]:
    """Each field with the reader's value and the stored one, in words and as it is sent."""
    mine = as_sent({**form.changes, "home": form.changes["home"].code})
    stored = as_sent(values_of(now))
    words = {"home": (form.changes["home"].name, now.home.name), "shared": _yes_or_no(form.changes, now)}
    return [
        {
            "name": name,
            "label": form.fields[name].label,
            "mine": mine[name],
            "stored": stored[name],
            "differs": mine[name] != stored[name],
            "shown": words.get(name, (mine[name], stored[name])),
            "choice": data.get(f"choose-{name}") or _proposal(mine[name], stored[name], data.get(f"initial-{name}")),
        }
        for name in form.names
    ]


def _yes_or_no(changes: dict[str, Any], now: Account) -> tuple[str, str]:
    said = {True: _("Yes"), False: _("No")}
    return said[changes["shared"]], said[now.shared]


def _proposal(mine: str, stored: str, before: str | None) -> str:
    """The value that only one of the two changed; none where both did."""
    before = {"True": "on", "False": ""}.get(before or "", before)
    if before is None or (mine != before and stored != before):
        return ""
    return "stored" if mine == before else "mine"


class AccountType(AccountFormPage):
    """Make a service of an operator, or an operator of a service: says first what that ends, and asks."""

    step = gettext_lazy("Change type")
    template_name = "accounts/type.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        to = other_type(found)
        refusal = guards.refusal_of_retyping(found, by=self.account, to=to)
        if refusal:
            raise refusal
        return self.show(self._facts())

    def _facts(self) -> dict[str, Any]:
        return {
            "to": other_type(self.found),
            "open_sessions": self.found.sessions.open().count(),
            "has_sign_in": self.found.identity_id is not None,
        }

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        form = TypeForm(request.POST)
        if not form.is_valid():
            raise Malformed(_("There is no such type. Nothing was changed."))
        try:
            changed = change_type(found, by=self.account, to=form.to, reason=reason_of(request))
        except WrongFields as wrong:
            show_problems(form, wrong, reader=self.account)
            return self.show({**self._facts(), "form": form}, status=422)
        if changed.type == Type.SERVICE:
            return self.done(_("This is a service account now. It cannot sign in."))
        return self.done(_("This is an operator account now. Nobody can sign in to it until a person is linked to it."))


def other_type(account: Account) -> Type:
    """What the account would become."""
    return Type.OPERATOR if account.type == Type.SERVICE else Type.SERVICE
