"""The forms of a tenant's profile and of whom its invoices go to."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from itam_portal.fields import OneLine
from organizations.models import BillingProfile, CompanyType, Tenant


@cache
def zones() -> tuple[str, ...]:
    """Every time zone by name; what only names this machine's own is none."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name in ("UTC", "GMT")))


class ProfileForm(forms.Form):
    """A tenant, as it was read at this version."""

    company_name = OneLine(label=_("Company name"), required=False)
    company_type = forms.ChoiceField(label=_("Company type"), choices=CompanyType.choices)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        help_text=_("Its code of two letters, such as DE."),
        error_messages={"invalid": _("A country is a code of two letters, such as DE.")},
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_(
            "Days in filters are days of this zone, and a role that ends on a day ends with that day here. "
            "In another zone those ends move, which is shown before it is saved."
        ),
    )
    email_notifications = forms.BooleanField(
        label=_("E-mail notifications"),
        required=False,
        help_text=_(
            "People get a mail when roles are given to them, changed, taken away or about to end, and when their "
            "account is disabled or enabled. Invitations, sign-in links and security mail are always sent."
        ),
    )
    require_mfa = forms.BooleanField(
        label=_("Require a second factor"),
        required=False,
        help_text=_(
            "Everybody who signs in to this tenant, you too, must confirm with a second factor beside the password; "
            "who has none sets one up first. Service accounts with access keys are not asked."
        ),
    )
    version = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)

    def __init__(self, data: Any = None, *, tenant: Tenant) -> None:
        super().__init__(data, initial={name: getattr(tenant, name) for name in (*Tenant.profile, "version")})
        known = dict.fromkeys((*zones(), tenant.time_zone))
        self.fields["time_zone"].choices = [(zone, zone) for zone in known]  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """The clean values, as fields of a tenant."""
        clean = {name: self.cleaned_data[name] for name in Tenant.profile}
        return {**clean, "country": clean["country"].upper()}

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a page of confirmation carries on, as it was sent."""
        names = (*Tenant.profile, "version")
        return [(name, self.data[name]) for name in names if name in self.data]


class BillingForm(forms.Form):
    """Whom invoices go to, as it was read at this version."""

    company = OneLine(label=_("Company"), required=False, help_text=_("As it stands on invoices."))
    address = forms.CharField(
        label=_("Address"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    tax_id = OneLine(label=_("Tax number"), required=False, max_length=60)
    email = forms.EmailField(label=_("Billing email"), required=False, max_length=254)
    purchase_order = OneLine(
        label=_("Purchase order"), required=False, max_length=100, help_text=_("Your reference, repeated on invoices.")
    )
    version = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)

    def __init__(self, data: Any = None, *, profile: BillingProfile) -> None:
        super().__init__(data, initial={name: getattr(profile, name) for name in (*BillingProfile.held, "version")})

    @property
    def values(self) -> dict[str, str]:
        """The clean values, as fields of a billing profile."""
        clean = {name: self.cleaned_data[name] for name in BillingProfile.held}
        return {**clean, "address": clean["address"].replace("\r\n", "\n")}
