"""What is given, where and until when, as bodies of the API say it."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from accounts.operations import Offer
from accounts.queries import Scope
from itam_portal.api.bodies import Body, Day, FilledLine, Line
from itam_portal.api.problems import WrongBody
from organizations.models import Organization, OrganizationGroup
from roles.models import Role


class RoleAt(Body):
    """A role, at an organization, at a group of organizations, or, with neither, for the whole tenant."""

    role: FilledLine = Field(description="The role's name, in any case.", examples=["USER"])
    accountId: Line = Field("", description="The organization's id.", examples=["123456"])
    organizationGroup: Line = Field("", description="The organization group's name.")
    expiryDate: Day | None = Field(None, description="The last day; null or left out: never.")


def offer_of(account: Any, given: RoleAt, *, at: str = "") -> Offer:
    """What this says. Raises WrongBody with the fields that mean nothing; `at` stands in front of their names."""
    errors: list[tuple[str, Any]] = []
    role = Role.objects.named_among(account.tenant_id, [given.role]).get(given.role.lower())
    if role is None:
        errors.append((f"{at}role", _("There is no role “%(value)s”.") % {"value": given.role[:60]}))
    if given.accountId and given.organizationGroup:
        errors.append((f"{at}organizationGroup", _("Give an account, a group of them, or neither.")))
    scope = _scope(account, given, errors, at)
    if errors or role is None:
        raise WrongBody(errors)
    return Offer(role, scope, given.expiryDate)


def _scope(account: Any, given: RoleAt, errors: list[tuple[str, Any]], at: str) -> Scope:
    if given.accountId:
        place = Organization.objects.all().visible_to(account).coded(given.accountId).first()
        if place is None:
            text = _("There is no account “%(value)s”.")
            errors.append((f"{at}accountId", text % {"value": given.accountId[:60]}))
        return Scope(place.pk if place else None)
    if given.organizationGroup:
        group = OrganizationGroup.objects.all().known_to(account).called(given.organizationGroup)
        if group is None:
            text = _("There is no organization group “%(value)s”.")
            errors.append((f"{at}organizationGroup", text % {"value": given.organizationGroup[:60]}))
        return Scope(None, group.pk if group else None)
    return Scope()


def day(moment: date | None) -> str | None:
    """A day as the API writes it."""
    return moment.isoformat() if moment else None
