"""Whose record may be changed, and why not."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guards import Judgement, NoChange
from itam_portal.refusals import NotAllowed
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


def judge_status(*, by: Actor, to: str) -> Judgement:
    """Whose status may not be changed by this actor, and whose is so already."""
    return Judgement((*_reach(by), (UserIsSo.code, Q(status=to))))


def _reach(by: Actor) -> list[tuple[str, Q]]:
    reach = by.reach(Right.EDIT_USERS)
    return [] if reach is ALL else [(UserOutOfReach.code, ~Q(home_id__in=reach))]


def labels() -> dict[str, Any]:
    """Each refusal's sentence, by its code."""
    return {refusal.code: refusal.message for refusal in (UserOutOfReach, UserIsSo)}
