"""The ceiling: nobody gives a right, at a place, that they do not hold there, nor ends a deny that holds them back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guards.accounts import (
    Judgement,
    LastOwner,
    NoChange,
    OutOfReach,
    YourOwnAccount,
    common,
    last_keepers,
    refusals,
)
from accounts.models import FOREVER, Account, Group, GroupMember, RoleAssignment
from accounts.queries import AccountQuerySet, Holdings, Scope
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import Actor
from itam_portal.tenancy.reach import Reach, covers
from roles.models import Role
from roles.rights import Builtin, Right

NAMED = 3


def _named(rights: Iterable[str]) -> dict[str, str]:
    labels = [str(Right(right).label) for right in rights]
    return {"rights": ", ".join(labels[:NAMED]) + (" …" if len(labels) > NAMED else "")}


class ExceedsGiver(Refused):
    """Nobody gives a (right, scope) that they do not hold."""

    code = "exceeds_giver"
    message = gettext_lazy("This would give a right that you do not hold there.")

    @classmethod
    def of(cls, rights: Iterable[str]) -> "ExceedsGiver":
        """The refusal that names the first of these rights."""
        return cls(_("This would give rights that you do not hold there: %(rights)s.") % _named(rights))


class OutlastsGiver(ExceedsGiver):
    """Nobody gives for longer than they hold."""

    code = "outlasts_giver"
    message = gettext_lazy("This would give a right for longer than you hold it there.")

    @classmethod
    def of(cls, rights: Iterable[str]) -> "OutlastsGiver":
        """The refusal that names the first of these rights."""
        return cls(_("You hold these rights for a shorter time than you would give them: %(rights)s.") % _named(rights))


class OwnerIsForTheWholeTenant(Refused):
    """Owners own the tenant, not a part of it."""

    code = "owner_is_for_the_whole_tenant"
    message = gettext_lazy("The role Owner is given for the whole tenant only.")


class OwnersGiveOwner(Refused):
    """Only owners touch owners."""

    code = "owners_give_owner"
    message = gettext_lazy("Only an owner may give or take the role Owner.")


class ChangesOthers(Refused):
    """A change of a role or group changes everybody who holds it: also somebody whom the actor may not change."""

    code = "changes_others"
    message = gettext_lazy("This would change an account that you may not change.")


class HoldsThroughGroup(Refused):
    """A role that is held through a group cannot be taken from one member."""

    code = "holds_through_group"
    message = gettext_lazy("This account holds the role through a group. Take it out of the group instead.")


def require_rights(rights: Iterable[str], place: Reach, *, by: Actor, until: datetime | None) -> None:
    """Raise ExceedsGiver where the actor lacks any of these rights at any part of this place, now or until then.

    Without `until` it is for good: who holds a right for a while gives it for a while.
    """
    wanted = list(rights)
    missing = [right for right in wanted if not covers(by.reach(right), place)]
    if missing:
        raise ExceedsGiver.of(sorted(missing))
    if by.is_system or not wanted:
        return
    then = _holdings_at(by, until or FOREVER)
    too_long = [right for right in wanted if not covers(then.reach(right), place)]
    if too_long:
        raise OutlastsGiver.of(sorted(too_long))


def _holdings_at(by: Any, moment: datetime) -> Holdings:
    """What the actor holds just before a moment; asked once for each."""
    known = by.__dict__.setdefault("_holdings_at", {})
    if moment not in known:
        known[moment] = Holdings.of(by, at=moment - timedelta(microseconds=1))
    return known[moment]


def _require_owner(role: Role, *, by: Actor) -> None:
    if role.builtin == Builtin.OWNER and not by.is_system and not by.holdings.is_owner:
        raise OwnersGiveOwner


def _require_far_enough(place: Reach, *, by: Actor) -> None:
    if not covers(by.reach(Right.GIVE_ROLES), place):
        raise OutOfReach(_("Your right to give roles does not reach that far."))


def require_giving(role: Role, scope: Scope, *, by: Actor, until: datetime | None = None) -> None:
    """Raise the refusal of giving this role at this scope to anybody until then, or for good."""
    place = scope.place(by.tenant.pk)
    _require_owner(role, by=by)
    if role.builtin == Builtin.OWNER and scope != Scope():
        raise OwnerIsForTheWholeTenant
    _require_far_enough(place, by=by)
    require_rights(role.grants_rights, place, by=by, until=until)


def require_taking(role: Role, scope: Scope, *, by: Actor, until: datetime | None = None) -> None:
    """Raise the refusal of taking this role, which would end then or never, at this scope from anybody: what it
    denies would be allowed again."""
    place = scope.place(by.tenant.pk)
    _require_owner(role, by=by)
    _require_far_enough(place, by=by)
    require_rights(role.denies, place, by=by, until=until)


def may_give_somewhere(role: Role, *, by: Actor) -> bool:
    """Whether there is any place at which this actor may give the role."""
    try:
        _require_owner(role, by=by)
    except OwnersGiveOwner:
        return False
    reaches = [by.reach(Right.GIVE_ROLES), *(by.reach(right) for right in role.grants_rights)]
    limited = [reach for reach in reaches if isinstance(reach, frozenset)]
    return bool(frozenset.intersection(*limited)) if limited else True


def require_joining(group: Group, *, by: Actor) -> None:
    """Raise the refusal of giving somebody what this group gives."""
    for role, scope, until in live_pairs(group):
        _require_owner(role, by=by)
        require_rights(role.grants_rights, scope.place(by.tenant.pk), by=by, until=until)


def require_leaving(group: Group, *, by: Actor) -> None:
    """Raise the refusal of taking from somebody what this group gives: what it denies would be allowed again."""
    for role, scope, until in live_pairs(group):
        _require_owner(role, by=by)
        require_rights(role.denies, scope.place(by.tenant.pk), by=by, until=until)


def live_pairs(group: Group) -> Iterator[tuple[Role, Scope, datetime | None]]:
    """The roles that a group gives now, each with its scope and its end."""
    found = RoleAssignment.objects.live().filter(tenant_id=group.tenant_id, group=group).select_related("role")
    for assignment in found:
        yield assignment.role, Scope.of(assignment), assignment.expires_at


def require_members_changeable(group: Group, *, by: Actor) -> None:
    """Raise ChangesOthers where a member of this group may not be changed by this actor."""
    members = Account.objects.filter(tenant_id=by.tenant.pk, group_links__group=group)
    require_changeable(members, by=by, right=Right.GIVE_ROLES)


def require_changeable(accounts: AccountQuerySet, *, by: Actor, right: str) -> None:
    """Raise ChangesOthers where any of these accounts may not be changed by this actor, naming the first."""
    conditions = tuple(common(accounts, by=by, right=right))
    if not conditions:
        return
    judged = Judgement(conditions).annotate(accounts).exclude(refusal="")
    first = judged.order_by("name_key", "pk").values_list("name", "refusal").first()
    if first:
        name, code = first
        words = {"name": name, "reason": refusals()[code].message}
        raise ChangesOthers(_("This would change %(name)s, too. %(reason)s") % words)


@contextmanager
def keeping_order(*, by: Actor) -> Iterator[None]:
    """Refuse what is done inside where it leaves the tenant without an owner, or the actor with less than before."""
    had_owner = _has_owner(by)
    before = _held(by)
    yield
    if had_owner and not _has_owner(by):
        raise LastOwner
    for old, new in zip(before, _held(by), strict=True):
        if not all(covers(new.reach(right), old.reach(right)) for right in Right):
            raise YourOwnAccount(_("You would lose rights yourself by this. Ask somebody else to do it."))


def _has_owner(by: Actor) -> bool:
    return Account.objects.filter(tenant_id=by.tenant.pk).keeping().exists()


def _held(by: Actor) -> list[Holdings]:
    """What the actor holds now, and what of it has no end."""
    if by.is_system:
        return []
    account: Any = by
    return [Holdings.of(account), Holdings.of(account, at=FOREVER)]


# --- many accounts at once ------------------------------------------------------------------------------------------


def _assigned(role: Role, scope: Scope, **more: Any) -> Q:
    """The condition that an account itself holds this role at exactly this scope now."""
    live = RoleAssignment.objects.live().filter(role=role, **scope.fields, **more)
    return Q(Exists(live.filter(tenant_id=OuterRef("tenant_id"), account=OuterRef("pk"))))


def _own(by: Actor) -> list[tuple[str, Q]]:
    return [] if by.is_system else [(YourOwnAccount.code, Q(pk=by.pk))]


def judge_giving(
    accounts: AccountQuerySet, *, by: Actor, role: Role, scope: Scope, until: datetime | None
) -> Judgement:
    """Who may not be given this role by this actor, and who holds it already, at least as long."""
    own = _own(by) if role.denies else []
    keepers = last_keepers(accounts, by=by) if role.denies else []
    as_long = _assigned(role, scope, expires_at__isnull=True)
    if until is not None:
        as_long |= _assigned(role, scope, expires_at__gte=until)
    has = (NoChange.code, as_long)
    return Judgement((*own, *common(accounts, by=by, right=Right.GIVE_ROLES), *keepers, has))


def judge_taking(accounts: AccountQuerySet, *, by: Actor, role: Role, scope: Scope) -> Judgement:
    """From whom this role may not be taken by this actor, and who does not hold it."""
    keepers = last_keepers(accounts, by=by) if role.builtin == Builtin.OWNER else []
    holds = _assigned(role, scope)
    through = AccountQuerySet.assigned_by(Q(role=role, **scope.fields))
    return Judgement(
        (
            *_own(by),
            *common(accounts, by=by, right=Right.GIVE_ROLES),
            *keepers,
            (HoldsThroughGroup.code, ~holds & through),
            (NoChange.code, ~holds),
        )
    )


def _member_of(group: Group) -> Q:
    links = GroupMember.objects.filter(tenant_id=OuterRef("tenant_id"), group=group, account=OuterRef("pk"))
    return Q(Exists(links))


def judge_joining(accounts: AccountQuerySet, *, by: Actor, group: Group) -> Judgement:
    """Who may not be added to this group by this actor, and who is in it already."""
    denies = any(role.denies for role, _scope, _until in live_pairs(group))
    own = _own(by) if denies else []
    keepers = last_keepers(accounts, by=by) if denies else []
    conditions = common(accounts, by=by, right=Right.CHANGE_MEMBERS)
    return Judgement((*own, *conditions, *keepers, (NoChange.code, _member_of(group))))


def judge_leaving(accounts: AccountQuerySet, *, by: Actor, group: Group) -> Judgement:
    """Who may not be taken out of this group by this actor, and who is not in it."""
    pairs = list(live_pairs(group))
    owns = any(role.builtin == Builtin.OWNER for role, _scope, _until in pairs)
    own = _own(by) if pairs else []
    keepers = last_keepers(accounts, by=by) if owns else []
    conditions = common(accounts, by=by, right=Right.CHANGE_MEMBERS)
    return Judgement((*own, *conditions, *keepers, (NoChange.code, ~_member_of(group))))
