"""Text to clean values; forms never save."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from itam_portal.fields import OneLine
from roles.models import Role
from roles.rights import Area, Level, Right, level_of, levels_of, rights_at, rights_of

STATES = (("unset", _("Not set")), ("allow", _("Allow")), ("deny", _("Deny")))


class RightField(forms.ChoiceField):
    """What a role says of one right."""

    def __init__(self, right: Right) -> None:
        self.only_reads = right.only_reads
        super().__init__(label=right.label, choices=STATES, required=False)


class RoleForm(forms.Form):
    """What a role is called and what it allows and denies: each area by its level, or right by right."""

    name = OneLine(label=_("Name"), help_text=_("It cannot be changed later."))
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What it is for: people read it when they give the role."),
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, role: Role | None = None, is_new: bool = True) -> None:
        super().__init__(data, initial=_initial(role, is_new=is_new))
        if not is_new:
            del self.fields["name"]
        for area in Area:
            self.fields[f"area-{area}"] = forms.ChoiceField(label=area.label, choices=levels_of(area))
            for right in rights_of(area):
                self.fields[f"right-{right}"] = RightField(right)

    @property
    def areas(self) -> list[dict[str, Any]]:
        """Each area with its level and its single rights, as the template draws them."""
        return [
            {
                "area": area,
                "level": self[f"area-{area}"],
                "is_custom": self[f"area-{area}"].value() == Level.CUSTOM,
                "rights": [self[f"right-{right}"] for right in rights_of(area)],
            }
            for area in Area
        ]

    @property
    def plain(self) -> list[Any]:
        """The fields above the areas."""
        return [self[name] for name in ("name", "description") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Single rights that were set make their area custom; raises an error where a level was chosen beside them."""
        for area in Area:
            self._settle(area, self.cleaned_data)
        return self.cleaned_data

    def _settle(self, area: Area, clean: dict[str, Any]) -> None:
        level, names = clean.get(f"area-{area}"), [f"right-{right}" for right in rights_of(area)]
        if level in (None, Level.CUSTOM):
            return
        sent = {name: clean.get(name) or "unset" for name in names}
        implied = {f"right-{right}" for right in rights_at(area, level)}
        is_implied = all((sent[name] == "allow") == (name in implied) and sent[name] != "deny" for name in names)
        if is_implied or all(sent[name] == self.initial[name] for name in names):
            return
        if level == self.initial[f"area-{area}"]:
            clean[f"area-{area}"] = Level.CUSTOM.value
        else:
            self.add_error(
                f"area-{area}", _("You chose a level and also set single rights. Choose Custom to use those.")
            )

    def _chosen(self, state: str) -> frozenset[str]:
        chosen: set[str] = set()
        for area in Area:
            level = self.cleaned_data[f"area-{area}"]
            if level == Level.CUSTOM:
                chosen |= {r for r in rights_of(area) if self.cleaned_data[f"right-{r}"] == state}
            elif state == "allow":
                chosen |= set(rights_at(area, level))
        return frozenset(str(right) for right in chosen)

    @property
    def allows(self) -> frozenset[str]:
        """The rights that it allows."""
        return self._chosen("allow")

    @property
    def denies(self) -> frozenset[str]:
        """The rights that it denies."""
        return self._chosen("deny")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Everything that was sent, for a form that asks once more."""
        return [(name, str(self.data.get(name, ""))) for name in self.fields]


def _initial(role: Role | None, *, is_new: bool) -> dict[str, Any]:
    allows, denies = (set(role.allows), set(role.denies)) if role else (set(), set())
    initial: dict[str, Any] = {f"area-{area}": level_of(area, allows, denies) for area in Area}
    for right in Right:
        state = "deny" if right in denies else "allow" if right in allows else "unset"
        initial[f"right-{right}"] = state
    if role:
        initial |= {"description": role.description, "version": role.version}
        if is_new:
            initial["name"] = str(_("Copy of %(name)s") % {"name": role.name})
    return initial


class CompareForm(forms.Form):
    """Two roles, side by side."""

    left = forms.ModelChoiceField(Role.objects.none(), label=_("Role"), required=False)
    right = forms.ModelChoiceField(Role.objects.none(), label=_("Compared with"), required=False)

    def __init__(self, data: Any, *, roles: Any) -> None:
        super().__init__(data)
        for name in ("left", "right"):
            self.fields[name].queryset = roles  # type: ignore[attr-defined]
            self.fields[name].is_always_set = True  # type: ignore[attr-defined]
