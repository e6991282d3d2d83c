"""What an invitation offers: roles, each set of them with a place and an end, and groups."""

import copy
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import guards
from accounts.forms.roles import DayField, RoleForm
from accounts.models import Account, Group
from accounts.operations import Offer
from accounts.queries import end_of
from invitations.guards import Offered
from itam_portal.refusals import Refused
from itam_portal.requests import number_of
from roles.rights import Right

MOST_SETS = 5
MOST_GROUPS = 200


def described(name: str, description: str) -> Any:
    """A choice with what it is for beside it."""
    return format_html('<strong dir="auto">{}</strong> <small dir="auto">{}</small>', name, description)


class OfferForm(RoleForm):
    """Roles that count at the same place until the same day."""

    def __init__(self, data: Any = None, *, reader: Account, like: "OfferForm | None" = None, **kwargs: Any) -> None:
        if like is None:
            super().__init__(data, reader=reader, **kwargs)
            self.roles: dict[str, Any] = self.fields.pop("role").roles  # type: ignore[attr-defined]
            self._ask_for_roles()
            return
        # Further sets ask the same: nothing is read twice.
        forms.Form.__init__(self, data, **kwargs)
        self.reader, self.groups, self.roles = reader, like.groups, like.roles
        self.fields = copy.deepcopy(like.fields)

    def _ask_for_roles(self) -> None:
        choices = [(key, described(role.name, role.description)) for key, role in self.roles.items()]
        self.fields["roles"] = forms.MultipleChoiceField(
            label=gettext_lazy("Roles"),
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy("At least one role or group."),
        )
        self.fields["expires_on"] = DayField(tenant=self.reader.tenant)
        self.order_fields(["roles", "scope", "organization", "expires_on"])

    def clean(self) -> dict[str, Any]:
        """Raises an error where a place or an end is said, and no role; and the refusal of giving, in its own words."""
        clean = self.cleaned_data
        if not clean.get("roles"):
            if "roles" not in self.errors and (clean.get("expires_on") or clean.get("organization")):
                self.add_error("roles", _("Choose the roles that this is about."))
            return clean
        return super().clean()

    @property
    def offers(self) -> list[Offer]:
        """The roles of this set."""
        chosen = [self.roles[key] for key in self.cleaned_data.get("roles", [])]
        return [Offer(role, self.where, self.cleaned_data["expires_on"]) for role in chosen]

    def check_ceiling(self) -> None:
        """Adds the refusal of giving any of this, in its own words."""
        for offer in self.offers:
            try:
                until = end_of(offer.expires_on, self.reader.tenant)
                guards.require_giving(offer.role, offer.scope, by=self.reader, until=until)
            except Refused as refusal:
                self.add_error("roles", f"{offer.role.name}: {refusal}")


class GroupsForm(forms.Form):
    """The groups to join, for those who may add members."""

    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Groups"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, reader: Account, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        found = Group.objects.visible_to(reader).order_by("name_key", "pk")[:MOST_GROUPS]
        self.known = {str(group.pk): group for group in found}
        choices = [(key, described(group.name, group.description)) for key, group in self.known.items()]
        self.fields["groups"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Group]:
        """The groups that were ticked."""
        return [self.known[key] for key in self.cleaned_data["groups"]]


class OfferForms:
    """All that is asked of an offer: sets of roles, of who may give any, and groups, of who may add members."""

    def __init__(self, data: QueryDict | None, *, reader: Account, again: bool = False, more: int = 0) -> None:
        """`again` draws what was written once more, with so many sets more, without judging it."""
        self.reader = reader
        asked = number_of(data.get("sets", "")) if data is not None else None
        self.number = min(max(asked or 1, 1) + more, MOST_SETS)
        bound = None if again else data
        self.sets = self._sets(data, bound, again=again) if reader.may(Right.GIVE_ROLES) else []
        self.groups = self._groups(data, bound, again=again)

    def _sets(self, data: Any, bound: Any, *, again: bool) -> list[OfferForm]:
        sets: list[OfferForm] = []
        for number in range(self.number):
            prefix = f"set{number}"
            given = {"initial": _written(data, prefix)} if again else {}
            like = sets[0] if sets else None
            sets.append(OfferForm(bound, reader=self.reader, like=like, prefix=prefix, **given))
        return sets

    def _groups(self, data: Any, bound: Any, *, again: bool) -> GroupsForm | None:
        if not self.reader.may(Right.CHANGE_MEMBERS, self.reader.tenant):
            return None
        given = {"initial": {"groups": data.getlist("groups")}} if again else {}
        form = GroupsForm(bound, reader=self.reader, **given)
        return form if form.known else None

    @property
    def forms(self) -> list[forms.Form]:
        """Every form, in the order of the page."""
        return [*self.sets, *([self.groups] if self.groups else [])]

    @property
    def may_grow(self) -> bool:
        """Whether there is room for another set."""
        return bool(self.sets) and self.number < MOST_SETS

    def is_valid(self, *, within_ceiling: bool = True) -> bool:
        """Whether all of it can be understood, and is no more than the reader may give."""
        valid = all([form.is_valid() for form in self.forms])  # noqa: C419 (each one says what is wrong with it)
        if valid and within_ceiling:
            for one in self.sets:
                one.check_ceiling()
        return not any(form.errors for form in self.forms)

    @property
    def offered(self) -> Offered:
        """What would be offered."""
        offers = [offer for one in self.sets for offer in one.offers]
        return Offered(tuple(offers), tuple(self.groups.chosen) if self.groups else ())


def _written(data: QueryDict, prefix: str) -> dict[str, Any]:
    """What a set's fields held, as they were sent."""
    plain = {name: data.get(f"{prefix}-{name}", "") for name in ("scope", "organization", "expires_on")}
    return {**plain, "roles": data.getlist(f"{prefix}-roles")}
