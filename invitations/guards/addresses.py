"""Whom nobody needs to invite: members, who is invited already, and what is no address."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Type
from invitations.models import Invitation
from itam_portal.lists.filters import fold_of
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import Actor

LONGEST = 254


class AlreadyMember(Refused):
    """Somebody has one account in a tenant."""

    code = "already_member"
    message = _("Somebody with this address has an account here already.")


class AlreadyInvited(Refused):
    """There is at most one open invitation for an address in a tenant."""

    code = "already_invited"
    message = _("This address is invited already. Send that invitation again instead.")


class Malformed(Refused):
    """No mail can be sent to this."""

    code = "malformed_address"
    message = _("This is no email address.")


class NamedTwice(Refused):
    """The same address stands above."""

    code = "named_twice"
    message = _("The same address stands above.")


def judge_addresses(addresses: Iterable[str], *, by: Actor) -> list[type[Refused] | None]:
    """For each of these addresses why nobody can be invited by it, None where somebody can."""
    texts = [address.strip() for address in addresses]
    sound = [text for text in texts if _is_address(text)]
    members, invited = _members(sound, by=by), _invited(sound, by=by)
    seen: set[str] = set()
    found: list[type[Refused] | None] = []
    for text in texts:
        key = text.lower()
        found.append(_judged(key, text in sound, seen, members, invited))
        seen.add(key)
    return found


def _judged(key: str, is_sound: bool, seen: set[str], members: set[str], invited: set[str]) -> type[Refused] | None:
    if not is_sound:
        return Malformed
    if key in seen:
        return NamedTwice
    if key in members:
        return AlreadyMember
    return AlreadyInvited if key in invited else None


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST


def _members(addresses: list[str], *, by: Actor) -> set[str]:
    """Those of these addresses, in small letters, by which somebody has an account or signs in to one."""
    if not addresses:
        return set()
    folds = [fold_of(address) for address in addresses]
    lowers = [Lower(Value(address)) for address in addresses]
    accounts = Account.objects.filter(tenant_id=by.tenant.pk)
    by_email = accounts.filter(type=Type.OPERATOR, email_key__in=folds)
    by_login = accounts.filter(login_key__in=folds)
    by_person = accounts.annotate(person=Lower("identity__email")).filter(person__in=lowers)
    rows = [
        *by_email.values_list("email", flat=True),
        *by_login.values_list("login", flat=True),
        *by_person.values_list("identity__email", flat=True),
    ]
    return {text.lower() for text in rows}


def _invited(addresses: list[str], *, by: Actor) -> set[str]:
    found = Invitation.objects.filter(tenant_id=by.tenant.pk).open().addressed(addresses)
    return {email.lower() for email in found.values_list("email", flat=True)}
