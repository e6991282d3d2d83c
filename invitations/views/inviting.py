"""Inviting: one person in a panel, many on a page that first says what will happen to each line."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Account
from accounts.views.dialogs import leading_to, shown_in
from invitations import guards
from invitations.forms import AddressesForm, InviteeForm, OfferForms
from invitations.models import Invitation
from invitations.operations import Line, invite, invite_many
from invitations.views.lists import PARENTS
from itam_portal.pages import Page
from itam_portal.refusals import NotAllowed, Refused
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Shell
from roles.rights import Right

# What a form carries beside what was written.
_OWN = ("csrfmiddlewaretoken", "for_tenant", "do")


class InvitationNew(Page):
    """Invite one person."""

    right = Right.INVITE
    title = gettext_lazy("Invite user")
    place = "invitations"
    parents = PARENTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(InviteeForm(), OfferForms(None, reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") == "more":
            written = {name: request.POST.get(name, "") for name in InviteeForm.base_fields}
            offer = OfferForms(request.POST, reader=self.account, again=True, more=1)
            return self._show(InviteeForm(initial=written), offer, holds_input=True)
        form, offer = InviteeForm(request.POST), OfferForms(request.POST, reader=self.account)
        if not all([form.is_valid(), offer.is_valid()]):
            return self._show(form, offer, status=422)
        reason = reason_of(request)
        try:
            made = invite(self.account.tenant, by=self.account, to=form.to, offered=offer.offered, reason=reason)
        except NotAllowed:
            raise
        except Refused as refusal:
            _add_refusal(form, refusal, reader=self.account)
            return self._show(form, offer, status=422)
        said = _("An invitation goes to %(email)s.") % {"email": made.email}
        return leading_to(self, _page_of(made, self.account, request), said)

    def _show(
        self, form: InviteeForm, offer: OfferForms, *, status: int = 200, holds_input: bool = False
    ) -> HttpResponse:
        back = Shell.carrying(self.request, "invitations" if self.account.may(Right.READ_INVITATIONS) else "accounts")
        context = {"form": form, "offer": offer, "back": back, "holds_input": holds_input}
        return shown_in(self, context, "invitations/new.html", status=status)


def _page_of(made: Invitation, account: Account, request: PortalRequest) -> str:
    """Where the new invitation is seen, by who may see any."""
    if account.may(Right.READ_INVITATIONS):
        return Shell.carrying(request, "invitation", made.pk)
    return Shell.carrying(request, "invitation_new")


def _add_refusal(form: forms.Form, refusal: Refused, *, reader: Account) -> None:
    """The refusal beside the address that it is about, with a link to who is there already."""
    of_address = isinstance(refusal, guards.AlreadyInvited | guards.AlreadyMember | guards.Malformed)
    message = format_html("{}", refusal.message)
    holder = _holder(refusal, form.cleaned_data.get("email", ""), reader=reader)
    if holder is not None:
        link = format_html('<a class="text-link" href="{}" dir="auto">{}</a>', holder.get_absolute_url(), holder)
        message = format_html("{} {}", refusal.message, link)
    form.add_error("email" if of_address else None, forms.ValidationError(message))


def _holder(refusal: Refused, email: str, *, reader: Account) -> Any:
    """The invitation or the account that the address has already, where the reader may see it."""
    if isinstance(refusal, guards.AlreadyInvited) and reader.may(Right.READ_INVITATIONS):
        return Invitation.objects.visible_to(reader).open().addressed([email]).first()
    if isinstance(refusal, guards.AlreadyMember) and reader.may(Right.READ_ACCOUNTS):
        return Account.objects.visible_to(reader).called(email)
    return None


class InvitationsMany(Page):
    """Invite many with the same offer."""

    right = Right.INVITE
    title = gettext_lazy("Invite many users")
    purpose = gettext_lazy("Paste addresses. Before anything is sent, you see what will happen to each line.")
    place = "invitations"
    parents = PARENTS
    template_name = "invitations/many.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(AddressesForm(), OfferForms(None, reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        deed, sent = request.POST.get("do", ""), request.POST
        if deed in ("more", "edit"):
            offer = OfferForms(sent, reader=self.account, again=True, more=int(deed == "more"))
            return self._show(AddressesForm(initial={"addresses": sent.get("addresses", "")}), offer)
        form, offer = AddressesForm(sent), OfferForms(sent, reader=self.account)
        if not all([form.is_valid(), offer.is_valid(within_ceiling=False)]):
            return self._show(form, offer, status=422)
        if not (offer.offered.roles or offer.offered.groups):
            form.add_error(None, str(guards.NothingOffered.message))
            return self._show(form, offer, status=422)
        return self._send(form, offer) if deed == "send" else self._preview(form, offer)

    def _preview(self, form: AddressesForm, offer: OfferForms) -> HttpResponse:
        ceiling = self._ceiling(offer)
        rows = judged(form.lines, ceiling, by=self.account)
        good = sum(1 for row in rows if not row["why"])
        carried = [(name, value) for name, values in self.request.POST.lists() if name not in _OWN for value in values]
        context = {"rows": rows, "good": good, "carried": carried, "offered": offer.offered}
        return self.draw({**context, "bad": len(rows) - good}, template="invitations/many_preview.html")

    def _ceiling(self, offer: OfferForms) -> Refused | None:
        """Why this reader may not offer this to anybody, if they may not."""
        try:
            guards.require_offer(offer.offered, by=self.account)
        except Refused as refusal:
            return refusal
        return None

    def _send(self, form: AddressesForm, offer: OfferForms) -> HttpResponse:
        given: dict[str, Any] = {"lines": form.lines, "offered": offer.offered, "reason": reason_of(self.request)}
        receipt = invite_many(self.account.tenant, by=self.account, **given)
        return leading_to(self, Shell.carrying(self.request, "receipt", receipt.pk), _said(receipt.changed))

    def _show(self, form: AddressesForm, offer: OfferForms, *, status: int = 200) -> HttpResponse:
        back = Shell.carrying(self.request, "invitations" if self.account.may(Right.READ_INVITATIONS) else "accounts")
        return self.draw({"form": form, "offer": offer, "back": back}, status=status)


def _said(number: int) -> str:
    return ngettext("%(number)d invitation goes out.", "%(number)d invitations go out.", number) % {"number": number}


def judged(lines: list[Line], ceiling: Refused | None, *, by: Account) -> list[dict[str, Any]]:
    """Each line with why nobody is invited by it, '' where somebody is."""
    refusals = guards.judge_addresses([line.email for line in lines], by=by)
    return [
        {"number": number, "line": line, "why": refusal.message if refusal else ceiling.message if ceiling else ""}
        for number, (line, refusal) in enumerate(zip(lines, refusals, strict=True), 1)
    ]
