"""The only writers of custom attributes."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from itam_portal import guards
from itam_portal.history.context import context
from itam_portal.refusals import Refused, refusing, require
from itam_portal.tenancy.actor import Actor
from organizations.models import AttributeSubject, CustomAttribute, Tenant
from organizations.queries import holders_of, values_held
from roles.rights import Right

MOST_ATTRIBUTES = 50
# Whoever changes what users or organizations are made of, everywhere.
RIGHT_TO_DEFINE = {
    AttributeSubject.USER.value: Right.EDIT_USERS,
    AttributeSubject.ORGANIZATION.value: Right.CHANGE_ORGANIZATIONS,
}


class AttributeNameTaken(Refused):
    """An attribute's name is unique among those of users, and among those of organizations."""

    code = "attribute_name_taken"
    message = _("Another custom attribute has this name.")


class AttributeInUse(Refused):
    """An attribute that somebody has a value of is not deleted."""

    code = "attribute_in_use"
    message = _("This attribute is in use. Clear its values first.")


class ChoiceInUse(Refused):
    """An allowed value that somebody has stays allowed."""

    code = "choice_in_use"
    message = _("A value that you took away is in use. Nothing was saved.")


class TooManyAttributes(Refused):
    """Each attribute is a column: there is a limit to them."""

    code = "too_many_attributes"
    message = _("There can be at most 50 custom attributes.")


_ONE_NAME = {"custom_attribute_name_once": AttributeNameTaken}


@transaction.atomic
def create_attribute(
    tenant: Tenant,
    *,
    by: Actor,
    subject: str,
    name: str,
    kind: str,
    choices: Iterable[str] = (),
    mandatory: bool = False,
    reason: str = "",
) -> CustomAttribute:
    """Give users or organizations a field more. Raises AttributeNameTaken, TooManyAttributes."""
    by = guards.lock(by)
    require(by, RIGHT_TO_DEFINE[subject], by.tenant)
    known = CustomAttribute.objects.of(tenant, subject)
    if len(known) >= MOST_ATTRIBUTES:
        raise TooManyAttributes
    code = _code_for(name, {attribute.code for attribute in known})
    facts = {"subject": subject, "name": name, "code": code, "kind": kind}
    with context("attributes.create", by=by, reason=reason), refusing(_ONE_NAME):
        return CustomAttribute.objects.create(tenant=tenant, choices=list(choices), mandatory=mandatory, **facts)


def _code_for(name: str, taken: set[str]) -> str:
    """What addresses call it: the name in plain letters, with a number where that is taken."""
    plain = slugify(name).replace("-", "_").replace("__", "_").strip("_") or "field"
    numbered = (f"{plain}_{number}" for number in range(2, MOST_ATTRIBUTES + 3))
    return plain if plain not in taken else next(code for code in numbered if code not in taken)


@transaction.atomic
def edit_attribute(
    attribute: CustomAttribute, *, by: Actor, choices: Iterable[str], mandatory: bool, reason: str = ""
) -> CustomAttribute:
    """Change which values are allowed, and whether there must be one. Raises ChoiceInUse."""
    by = guards.lock(by)
    require(by, RIGHT_TO_DEFINE[attribute.subject], by.tenant)
    found = CustomAttribute.objects.get(pk=attribute.pk, tenant_id=by.tenant.pk)
    wanted = list(choices)
    gone = set(found.choices) - set(wanted)
    if gone and gone & values_held(found).keys():
        raise ChoiceInUse
    with context("attributes.edit", by=by, reason=reason):
        found.choices, found.mandatory = wanted, mandatory
        found.save(update_fields=["choices", "mandatory"])
    return found


@transaction.atomic
def delete_attribute(attribute: CustomAttribute, *, by: Actor, reason: str = "") -> None:
    """Take a field away again. Raises AttributeInUse while anybody has a value of it."""
    by = guards.lock(by)
    require(by, RIGHT_TO_DEFINE[attribute.subject], by.tenant)
    found = CustomAttribute.objects.get(pk=attribute.pk, tenant_id=by.tenant.pk)
    if holders_of(found).exists():
        raise AttributeInUse
    with context("attributes.delete", by=by, reason=reason):
        found.delete()
