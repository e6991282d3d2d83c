"""What keeps an organization, or a value of a custom attribute, from being written down."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _

from itam_portal import guards
from itam_portal.refusals import NotAllowed, Refused
from itam_portal.tenancy.actor import Actor
from organizations.attributes.values import problems_of
from organizations.models import CustomAttribute, Organization, OrganizationGroup, OrganizationType
from organizations.queries import all_above
from roles.rights import Right


class WrongAttributes(Refused):
    """Values of custom attributes that cannot be kept, each with its reason."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_attributes"
    message = _("Custom attributes are wrong.")

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(f"{name}: {problem}" for name, problem in problems.items()))


def sound_attributes(tenant: Any, subject: str, values: dict[str, Any]) -> dict[str, str]:
    """These values as they are stored. Raises WrongAttributes for unknown, wrong and missing ones, all at once."""
    clean, wrong = problems_of(CustomAttribute.objects.of(tenant, subject), values)
    if wrong:
        raise WrongAttributes(wrong)
    return clean


def sound_changes(tenant: Any, subject: str, values: dict[str, Any]) -> dict[str, str]:
    """Some attributes' new values as they are stored, '' to clear one. Raises WrongAttributes."""
    known = [one for one in CustomAttribute.objects.of(tenant, subject) if one.name in values]
    clean, wrong = problems_of(known, values)
    if wrong:
        raise WrongAttributes(wrong)
    return {name: clean.get(name, "") for name in values}


# --- organizations ----------------------------------------------------------------------------------------------------


class OnlyOneHome(Refused):
    """A tenant has one HOME: it is made with the tenant, and stays."""

    code = "only_one_home"
    message = _("A tenant has exactly one organization of the type Home. It cannot be given or taken.")


class HomeStays(Refused):
    """HOME is where everything new belongs to."""

    code = "home_stays"
    message = _("The tenant's own organization cannot be deleted.")


class GoesInCircles(Refused):
    """Nothing stands above itself."""

    code = "goes_in_circles"
    message = _("This would put an organization below itself.")

    @classmethod
    def through(cls, parent: Organization) -> "GoesInCircles":
        """The refusal that names the organization which stands below already."""
        return cls(_("%(name)s stands below this organization already, or is it.") % {"name": parent.name})


class VisibilityIsTheTenants(NotAllowed):
    """Who is hidden is decided for the tenant."""

    code = "visibility_is_the_tenants"
    message = _("Hiding and showing an organization needs the right for the whole tenant.")


class OrganizationInUse(Refused):
    """An organization with people or assignments is not deleted."""

    code = "organization_in_use"
    message = _("People or roles belong to this organization, so it cannot be deleted. Move or take them first.")


class OrganizationGroupInUse(Refused):
    """An organization group that roles were given for is not deleted."""

    code = "organization_group_in_use"
    message = _("Roles are given for this group, so it cannot be deleted. Take them first.")


def require_type(wanted: str, *, was: str = "") -> None:
    """Raise OnlyOneHome where this would make, or unmake, an organization the tenant's own."""
    if OrganizationType.HOME in (wanted, was) and wanted != was:
        raise OnlyOneHome


def require_no_circle(child: Organization, parents: list[Organization]) -> None:
    """Raise GoesInCircles where any of these is the organization itself, or stands below it."""
    above = all_above(child.tenant_id, [parent.pk for parent in parents])
    for parent in parents:
        if parent.pk == child.pk or child.pk in above.get(parent.pk, ()):
            raise GoesInCircles.through(parent)


def require_visibility(wanted: bool, *, was: bool, by: Actor) -> None:
    """Raise VisibilityIsTheTenants where somebody with a part of the tenant would hide or show a part of it."""
    if wanted != was and not by.may(Right.CHANGE_ORGANIZATIONS, by.tenant):
        raise VisibilityIsTheTenants


def require_deletable(found: Organization) -> None:
    """Raise HomeStays or OrganizationInUse where the organization cannot go."""
    if found.is_home:
        raise HomeStays
    if guards.hanging("organization", found):
        raise OrganizationInUse


def require_group_deletable(found: OrganizationGroup) -> None:
    """Raise OrganizationGroupInUse where the group cannot go."""
    if guards.hanging("organization_group", found):
        raise OrganizationGroupInUse
