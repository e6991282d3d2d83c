"""The guards on changing accounts: each a named refusal. DESIGN.md section 4."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, RoleAssignment, Type
from accounts.queries import AUTOMATION, AccountQuerySet, Change, Grant, change_is, organizations_behind, tenant_wide
from itam_portal.refusals import NotAllowed, Refused
from itam_portal.tenancy.actor import Actor
from itam_portal.tenancy.reach import ALL, Reach, covers
from organizations.models import Organization
from roles.models import Role
from roles.rights import Builtin, Right


class YourOwnAccount(Refused):
    """Nobody disables, demotes or retypes themself."""

    code = "your_own_account"
    message = _("This is your own account. Ask somebody else to do this.")


class OnlyOwners(Refused):
    """Only owners touch owners."""

    code = "only_owners"
    message = _("This account belongs to an owner of the tenant. Only an owner may change it.")


class LastOwner(Refused):
    """At least one owner stays able to work."""

    code = "last_owner"
    message = _("This would leave the tenant without an owner who can sign in. Make somebody else an owner first.")


class ExceedsYou(Refused):
    """Nobody changes an account that holds a right, at a scope, that they do not hold."""

    code = "exceeds_you"
    message = _("This account holds a right that you do not hold.")


class OutOfReach(NotAllowed):
    """The right is held, but not for this account's organization."""

    code = "out_of_reach"
    message = _("Your rights do not reach the organization of this account.")


class NoChange(Refused):
    """The account is already as wanted: nothing to do, nothing wrong."""

    code = "no_change"
    message = _("This account already is as you want it.")


class KeepsHouse(Refused):
    """Housekeeping is done under the name of one service account, which is found by its login and type."""

    code = "keeps_house"
    message = _(
        "Housekeeping is done under the name of this account: its login and its type stay. "
        "Disable it to stop housekeeping."
    )


_refusals: dict[str, type[Refused]] = {}


def know(*kinds: type[Refused]) -> None:
    """Let receipts and judgements know these refusals by their codes."""
    _refusals.update({refusal.code: refusal for refusal in kinds})


know(YourOwnAccount, OnlyOwners, LastOwner, ExceedsYou, OutOfReach, NoChange, KeepsHouse)


def refusals() -> dict[str, type[Refused]]:
    """Every refusal that keeps an account from a change, by its code."""
    return dict(_refusals)


@dataclass(frozen=True)
class Judgement:
    """Which of these accounts may not be changed, and why: conditions in the order in which they apply."""

    conditions: tuple[tuple[str, Q], ...]

    def annotate(self, accounts: QuerySet) -> QuerySet:
        """Adds `refusal` to each account: the code of the first guard that refuses it, or ''."""
        whens = [When(condition, then=Value(code)) for code, condition in self.conditions]
        return accounts.annotate(refusal=Case(*whens, default=Value(""), output_field=CharField()))


def judge_disabling(accounts: AccountQuerySet, *, by: Actor, right: str) -> Judgement:
    """Who may not be disabled by this actor."""
    own = [] if by.is_system else [(YourOwnAccount.code, Q(pk=by.pk))]
    shared = common(accounts, by=by, right=right)
    # Who may not touch an owner at all is told that, and not to make somebody else one.
    return Judgement((*own, *shared, *last_keepers(accounts, by=by), (NoChange.code, Q(status="disabled"))))


def judge_enabling(accounts: AccountQuerySet, *, by: Actor, right: str) -> Judgement:
    """Who may not be enabled by this actor: giving somebody their rights back is giving rights."""
    return Judgement((*common(accounts, by=by, right=right), (NoChange.code, Q(status="enabled"))))


def judge_confirming(accounts: AccountQuerySet, *, by: Actor) -> Judgement:
    """Whose rights this actor may not call right: nobody's who may do more, nor their own. Only who moved needs it."""
    own = [] if by.is_system else [(YourOwnAccount.code, Q(pk=by.pk))]
    shared = common(accounts, by=by, right=Right.GIVE_ROLES)
    return Judgement((*own, *shared, (NoChange.code, ~change_is(Change.MOVED))))


def judge_editing(accounts: AccountQuerySet, *, by: Actor) -> Judgement:
    """Whose fields may not be edited by this actor. One's own may: nothing that an account may do hangs on them."""
    shared = common(accounts, by=by, right=Right.EDIT_ACCOUNTS)
    others = ~Q(pk=by.pk or 0)
    return Judgement(tuple((code, at & others if code == ExceedsYou.code else at) for code, at in shared))


def judge_editing_together(accounts: AccountQuerySet, *, by: Actor, changes: dict[str, Any]) -> Judgement:
    """Who may not be edited, and who holds all of these values already."""
    return Judgement((*judge_editing(accounts, by=by).conditions, (NoChange.code, Q(**changes))))


def judge_retyping(accounts: AccountQuerySet, *, by: Actor, to: str) -> Judgement:
    """Who may not be made a service, or an operator, by this actor."""
    own = [] if by.is_system else [(YourOwnAccount.code, Q(pk=by.pk))]
    keepers = last_keepers(accounts, by=by) if to == Type.SERVICE else []
    shared = common(accounts, by=by, right=Right.EDIT_ACCOUNTS)
    house = (KeepsHouse.code, Q(type=Type.SERVICE, login__iexact=AUTOMATION))
    return Judgement((*own, *keepers, *shared, (NoChange.code, Q(type=to)), house))


def refusal_of(judgement: Judgement, account: Account) -> type[Refused] | None:
    """The guard that refuses this one account, if any."""
    judged = judgement.annotate(Account.objects.filter(pk=account.pk))
    return _refusals.get(judged.values_list("refusal", flat=True).get())


def require_allowed(judgement: Judgement, account: Account) -> None:
    """Raise the refusal of this one account, if there is one."""
    refusal = refusal_of(judgement, account)
    if refusal:
        raise refusal


def require_editable(account: Account, *, by: Actor) -> None:
    """Raise the refusal of whoever may not edit this account's fields."""
    refusal = refusal_of_editing(account, by=by)
    if refusal:
        raise refusal


def refusal_of_editing(account: Account, *, by: Actor) -> type[Refused] | None:
    """The guard that keeps this actor from editing the account, if any."""
    return refusal_of(judge_editing(Account.objects.filter(pk=account.pk), by=by), account)


def refusal_of_confirming(account: Account, *, by: Actor) -> type[Refused] | None:
    """The guard that keeps this actor from confirming the account's rights, if any."""
    return refusal_of(judge_confirming(Account.objects.filter(pk=account.pk), by=by), account)


def refusal_of_retyping(account: Account, *, by: Actor, to: str) -> type[Refused] | None:
    """The guard that keeps this actor from changing the account's type, if any."""
    return refusal_of(judge_retyping(Account.objects.filter(pk=account.pk), by=by, to=to), account)


def require_edit(account: Account, changes: dict[str, Any], *, by: Actor) -> None:
    """Raise the refusal of these changes to an account that may be edited as such."""
    require_place(changes.get("home"), by=by)
    if "login" in changes and account.type == Type.SERVICE and account.login.lower() == AUTOMATION:
        raise KeepsHouse


def require_place(home: Organization | None, *, by: Actor) -> None:
    """Raise OutOfReach where accounts would move to an organization that the actor's right does not reach.

    A home changes who reaches an account, never what it may do.
    """
    if home is not None and not by.may(Right.EDIT_ACCOUNTS, home):
        raise OutOfReach(_("Your right to edit accounts does not reach the organization that it should move to."))


def common(accounts: AccountQuerySet, *, by: Actor, right: str) -> list[tuple[str, Q]]:
    """Who may not be changed at all by this actor, whatever the change."""
    if by.is_system:
        return []
    conditions: list[tuple[str, Q]] = []
    if not by.holdings.is_owner:
        # The role by its number: through its own table the planner would ask every account of the tenant.
        owner = list(Role.objects.filter(tenant=by.tenant, builtin=Builtin.OWNER).values_list("pk", flat=True))
        conditions.append((OnlyOwners.code, AccountQuerySet.assigned_by(Q(role__in=owner) & tenant_wide())))
    reach = by.reach(right)
    if reach is not ALL:
        conditions.append((OutOfReach.code, ~Q(home_id__in=reach)))
    exceeding = exceeding_pairs(accounts, by=by)
    if exceeding is not None:
        # What a deny keeps from the actor is no more than the actor holds.
        conditions.append((ExceedsYou.code, AccountQuerySet.assigned_by(exceeding) & ~Q(pk=by.pk)))
    return conditions


def _ids(accounts: QuerySet) -> QuerySet:
    return accounts.order_by().values("pk")


def last_keepers(accounts: AccountQuerySet, *, by: Actor) -> list[tuple[str, Q]]:
    """Refuse the owners among these accounts where no owner would stay. Nobody disables themself."""
    keepers = set(Account.objects.filter(tenant=by.tenant).keeping().values_list("pk", flat=True))
    chosen = set(accounts.filter(pk__in=keepers).exclude(pk=by.pk or 0).values_list("pk", flat=True))
    return [(LastOwner.code, Q(pk__in=chosen))] if keepers and chosen == keepers else []


def exceeding_pairs(accounts: AccountQuerySet, *, by: Actor) -> Q | None:
    """The condition on assignments whose (role, scope) gives a right that the actor lacks there, if any.

    Found once for all accounts, so that their holders can be skipped in one statement.
    """
    if by.holdings.is_tenant_wide:
        # Then the scope of an assignment decides nothing, and nobody's assignments need to be read.
        roles = Role.objects.filter(tenant=by.tenant)
        beyond = [role.pk for role in roles if any(by.reach(right) is not ALL for right in role.grants_rights)]
        return Q(role__in=beyond) if beyond else None
    live = RoleAssignment.objects.live()
    groups = Account.objects.filter(pk__in=_ids(accounts), group_links__isnull=False).values("group_links__group")
    own = live.filter(account__in=_ids(accounts)).pairs()
    through = live.filter(group__in=groups).pairs()
    pairs: set[Pair] = {*own, *through}
    too_much = list(_judged(pairs, by=by))
    if not too_much:
        return None
    condition = Q(pk__in=[])
    for role, organizations, groups_of, everywhere in _by_role(too_much):
        scopes = Q(organization__in=organizations) | Q(organization_group__in=groups_of)
        if everywhere:
            scopes |= Q(organization__isnull=True, organization_group__isnull=True)
        condition |= Q(role=role) & scopes
    return condition


Pair = tuple[int, int | None, int | None]


def _judged(pairs: Iterable[Pair], *, by: Actor) -> Iterable[Pair]:
    pairs = list(pairs)
    roles = {role.pk: role for role in Role.objects.filter(pk__in={pair[0] for pair in pairs})}
    grants = [Grant(frozenset(), frozenset(), None, group, "") for _role, _organization, group in pairs if group]
    groups = organizations_behind(by.tenant.pk, grants)
    for role_id, organization, group in pairs:
        place: Reach = ALL
        if organization is not None:
            place = frozenset([organization])
        elif group is not None:
            place = groups[group]
        if any(not covers(by.reach(right), place) for right in roles[role_id].grants_rights):
            yield role_id, organization, group


def _by_role(pairs: Iterable[Pair]) -> Iterable[tuple[int, list[int], list[int], bool]]:
    roles: dict[int, list[Pair]] = {}
    for pair in pairs:
        roles.setdefault(pair[0], []).append(pair)
    for role, scopes in roles.items():
        organizations = [scope[1] for scope in scopes if scope[1] is not None]
        groups = [scope[2] for scope in scopes if scope[2] is not None]
        yield role, organizations, groups, any(s[1] is None and s[2] is None for s in scopes)


def refusal_labels() -> dict[str, Any]:
    """Each refusal's sentence, by its code."""
    return {code: refusal.message for code, refusal in _refusals.items()}
