"""The pages of the tenant itself: its profile, and whom its invoices go to."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal import guards
from itam_portal.history.models import Entry
from itam_portal.history.queries import READ_HISTORY
from itam_portal.history.views import HISTORY
from itam_portal.pages import Action, ListPage, Page, PlainPage
from itam_portal.refusals import NotAllowed, Refused
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Shell
from organizations.forms import BillingForm, ProfileForm
from organizations.models import BillingProfile, Tenant
from organizations.operations import TenantChangedMeanwhile, edit_billing, edit_tenant
from roles.rights import Right

PARENTS: tuple[tuple[Any, str], ...] = ((gettext_lazy("Tenant"), "tenant"),)


def _in_words(tenant: Tenant, name: str) -> str:
    """One value of the profile, as people read it."""
    value = getattr(tenant, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(tenant.get_company_type_display()) if name == "company_type" else value


class TenantProfile(PlainPage):
    """What the tenant is: for those whose right to see it reaches everywhere. To others there is no such page."""

    right = Right.READ_TENANT
    everywhere = True
    hidden = True
    template_name = "tenant/profile.html"
    title = gettext_lazy("Tenant")
    purpose = gettext_lazy("The company that all of this belongs to, and what holds for everybody in it.")
    place = "tenant"
    actions = (
        Action(gettext_lazy("History"), "tenant_history", "history", READ_HISTORY, everywhere=True),
        Action(gettext_lazy("Edit"), "tenant_edit", "pencil", Right.CHANGE_TENANT, primary=True, everywhere=True),
    )

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        tenant = Tenant.objects.get(pk=self.account.tenant_id)
        labels = {name: capfirst(str(Tenant._meta.get_field(name).verbose_name)) for name in Tenant.profile}  # type: ignore[union-attr]
        facts = [(name, label, _in_words(tenant, name)) for name, label in labels.items()]
        return {"tenant": tenant, "facts": facts}


class TenantEdit(Page):
    """Change the tenant's profile. What another time zone moves is shown before it is saved."""

    right = Right.CHANGE_TENANT
    everywhere = True
    template_name = "tenant/edit.html"
    title = gettext_lazy("Edit tenant")
    place = "tenant"
    parents = PARENTS

    def admit(self) -> None:
        """Raise Http404 for those to whom there is no profile, NotAllowed for those who only read it."""
        if not self.account.may(Right.READ_TENANT, self.account.tenant):
            raise Http404
        super().admit()

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(ProfileForm(tenant=self._tenant()))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tenant = self._tenant()
        form = ProfileForm(request.POST, tenant=tenant)
        if "again" in request.POST or not form.is_valid():
            return self._show(form, status=200 if "again" in request.POST else 422)
        try:
            return self._save(tenant, form) if request.POST.get("confirm") == "1" else self._ask(tenant, form)
        except TenantChangedMeanwhile as refusal:
            return self._conflict(tenant, form, refusal)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error("time_zone", str(refusal))
            return self._show(form, status=refusal.status)

    def _tenant(self) -> Tenant:
        return Tenant.objects.get(pk=self.account.tenant_id)

    def _ask(self, tenant: Tenant, form: ProfileForm) -> HttpResponse:
        """Which ends another time zone moves; where none does, there is nothing to ask."""
        zone = form.values["time_zone"]
        if form.cleaned_data["version"] != tenant.version:
            raise TenantChangedMeanwhile
        moved = guards.ask("tenant.ends", tenant, zone) if zone != tenant.time_zone else None
        if not moved or not moved.number:
            return self._save(tenant, form)
        guards.check("tenant.time_zone", tenant, zone, self.account)
        return self.draw({"tenant": tenant, "form": form, "zone": zone, "moved": moved}, template="tenant/confirm.html")

    def _save(self, tenant: Tenant, form: ProfileForm) -> HttpResponse:
        said = {"was": form.cleaned_data["version"], "fields": form.values, "reason": reason_of(self.request)}
        edit_tenant(tenant, by=self.account, **said)
        messages.success(self.request, _("The tenant's profile is saved."))
        return redirect(Shell.carrying(self.request, "tenant"))

    def _conflict(self, tenant: Tenant, form: ProfileForm, refusal: Refused) -> HttpResponse:
        """Both values side by side; saving once more replaces what is saved, knowingly."""
        data = self.request.POST.copy()
        data["version"] = tenant.version
        again = ProfileForm(data, tenant=tenant)
        again.full_clean()
        again.add_error(None, str(refusal))
        mine = Tenant(**form.values)
        differences = [
            {"label": again.fields[name].label, "theirs": _in_words(tenant, name), "mine": _in_words(mine, name)}
            for name in Tenant.profile
            if getattr(tenant, name) != getattr(mine, name)
        ]
        return self._show(again, status=409, theirs=differences)

    def _show(self, form: ProfileForm, *, status: int = 200, theirs: Any = ()) -> HttpResponse:
        back = Shell.carrying(self.request, "tenant")
        return self.draw({"form": form, "back": back, "theirs": theirs, "submit": _("Save")}, status=status)


class TenantHistory(ListPage):
    """What was changed of the tenant's profile."""

    kind = HISTORY
    right = READ_HISTORY
    everywhere = True
    title = gettext_lazy("History")
    purpose = gettext_lazy("What was changed of the tenant's profile. Nobody can change an entry.")
    place = "tenant"
    columns_url = "history_columns"
    views_name = "tenant_history"
    export_name = "tenant_history_export"
    parents = PARENTS
    nothing_yet = gettext_lazy("Every change of the profile leaves an entry here.")

    def admit(self) -> None:
        """Raise Http404 for those to whom there is no profile, NotAllowed for those who may not read its history."""
        if not self.account.may(Right.READ_TENANT, self.account.tenant):
            raise Http404
        super().admit()

    def visible_rows(self) -> Any:
        tenant = self.account.tenant_id
        seen = self.account.may(Right.READ_TENANT, self.account.tenant)
        return Entry.objects.all().of("tenant", tenant, tenant_id=tenant) if seen else Entry.objects.none()


class TenantBilling(Page):
    """Whom the tenant's invoices go to. Only its owners know that there is such a page."""

    right = Right.READ_BILLING
    everywhere = True
    only_owners = True
    hidden = True
    template_name = "tenant/billing.html"
    title = gettext_lazy("Billing")
    purpose = gettext_lazy("Whom invoices go to, and what stands on them. Only owners see this page.")
    place = "tenant_billing"
    parents = PARENTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(BillingForm(profile=self._profile()))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        profile = self._profile()
        form = BillingForm(request.POST, profile=profile)
        if not form.is_valid():
            return self._show(form, status=422)
        said = {"was": form.cleaned_data["version"], "fields": form.values, "reason": reason_of(request)}
        try:
            edit_billing(self.account.tenant, by=self.account, **said)
        except TenantChangedMeanwhile as refusal:
            return self._conflict(profile, form, refusal)
        messages.success(request, _("Billing is saved."))
        return redirect(Shell.carrying(request, "tenant_billing"))

    def _profile(self) -> BillingProfile:
        return BillingProfile.objects.first() or BillingProfile(tenant_id=self.account.tenant_id)

    def _conflict(self, profile: BillingProfile, form: BillingForm, refusal: Refused) -> HttpResponse:
        """Both values side by side; saving once more replaces what is saved, knowingly."""
        data = self.request.POST.copy()
        data["version"] = profile.version
        again = BillingForm(data, profile=profile)
        again.full_clean()
        again.add_error(None, str(refusal))
        values = form.values
        differences = [
            {"label": again.fields[name].label, "theirs": getattr(profile, name), "mine": values[name]}
            for name in BillingProfile.held
            if getattr(profile, name) != values[name]
        ]
        return self._show(again, status=409, theirs=differences)

    def _show(self, form: BillingForm, *, status: int = 200, theirs: Any = ()) -> HttpResponse:
        may_change = self.account.may(Right.CHANGE_BILLING, self.account.tenant)
        return self.draw({"form": form, "theirs": theirs, "may_change": may_change}, status=status)
