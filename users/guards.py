"""Whose record may be changed, and why not."""

from typing import Any

from django.db.models import Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from accounts.guards import Judgement, NoChange
from itam_portal.lists.scanned import value_in
from itam_portal.refusals import NotAllowed, Refused
from itam_portal.tenancy.actor import Actor
from itam_portal.tenancy.reach import ALL
from roles.rights import Right


class UserOutOfReach(NotAllowed):
    """The right is held, but not for this person's organization."""

    code = "user_out_of_reach"
    message = _("Your rights do not reach the organization of this user.")


class UserIsSo(NoChange):
    """The person is already as wanted."""

    code = "user_is_so"
    message = _("This user already is as you want it.")


class ManagesThemself(Refused):
    """Nobody is their own manager."""

    code = "manages_themself"
    message = _("Nobody is their own manager.")


def judge_changing(*, by: Actor, changes: dict[str, Any]) -> Judgement:
    """Who may not be changed so by this actor, and who is so already."""
    own: list[tuple[str, Q]] = []
    if changes.get("manager_id"):
        own = [(ManagesThemself.code, Q(pk=changes["manager_id"]))]
    same = [(UserIsSo.code, _is_so(changes))] if changes else []
    return Judgement((*_reach(by), *own, *same))


def _is_so(changes: dict[str, Any]) -> Q:
    """The condition to hold all of these values already."""
    plain = {name: value for name, value in changes.items() if name != "attributes"}
    if plain.get("manager_id", ...) is None:
        plain = {**{name: value for name, value in plain.items() if name != "manager_id"}, "manager_id__isnull": True}
    is_so = Q(**plain)
    for name, text in changes.get("attributes", {}).items():
        is_so &= Q(Exact(value_in("attributes", name), Value(text)))
    return is_so


def _reach(by: Actor) -> list[tuple[str, Q]]:
    reach = by.reach(Right.EDIT_USERS)
    return [] if reach is ALL else [(UserOutOfReach.code, ~Q(home_id__in=reach))]


def labels() -> dict[str, Any]:
    """Each refusal's sentence, by its code."""
    return {refusal.code: refusal.message for refusal in (UserOutOfReach, UserIsSo, ManagesThemself)}
