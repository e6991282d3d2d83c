"""Who may send invitations again, copy their links and revoke them: judged for many rows in one statement."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import guards
from accounts.guards import Judgement
from accounts.models import Account, Group, Type
from accounts.queries import Scope
from invitations.guards.addresses import AlreadyInvited, AlreadyMember
from invitations.guards.answering import HasExpired, WasAccepted, WasDeclined, WasReplaced, WasRevoked
from invitations.guards.offering import require_group
from invitations.models import OfferedGroup, OfferedRole, Status
from itam_portal.refusals import NotAllowed, Refused
from itam_portal.tenancy.actor import Actor
from itam_portal.tenancy.reach import ALL, covers
from roles.models import Role
from roles.rights import Builtin, Right

Conditions = list[tuple[str, Q]]
Check = Callable[[Role, Scope, datetime | None], None]
_ANSWERED = (
    (WasAccepted.code, Q(status=Status.ACCEPTED)),
    (WasDeclined.code, Q(status=Status.DECLINED)),
    (WasRevoked.code, Q(status=Status.REVOKED)),
    (WasReplaced.code, Q(replaced=True)),
)


class InvitationOutOfReach(NotAllowed):
    """The right is held, but not for everything that is offered."""

    code = "invitation_out_of_reach"
    message = _("Your right to invite does not reach everything that this invitation offers.")


class OffersOwner(Refused):
    """Only owners touch owners, those to come included."""

    code = "offers_owner"
    message = _("This invitation offers the role Owner. Only an owner may change it.")


def judge_sending(invitations: QuerySet, *, by: Actor) -> Judgement:
    """Which invitations may not be sent again by this actor: sending one again is offering all of it."""
    offers = _refused_offers(invitations, _giving(by))
    groups = _refused_groups(invitations, by=by)
    member = (AlreadyMember.code, _has_account())
    return Judgement((*_ANSWERED, *_beyond(invitations, by=by), *offers, *groups, member))


def judge_revoking(invitations: QuerySet, *, by: Actor) -> Judgement:
    """Which invitations may not be revoked by this actor."""
    lapsed = (HasExpired.code, Q(expires_at__lte=timezone.now()))
    return Judgement((*_ANSWERED, lapsed, *_beyond(invitations, by=by)))


def reason_of(code: str) -> Any:
    """The sentence of the refusal with this code, '' where there is none."""
    return guards.refusal_labels().get(code, code)


def _beyond(invitations: QuerySet, *, by: Actor) -> Conditions:
    """What the actor's right to invite does not reach, and what only owners touch."""

    def check(role: Role, scope: Scope, until: datetime | None) -> None:
        if role.builtin == Builtin.OWNER and not by.is_system and not by.holdings.is_owner:
            raise OffersOwner
        if not covers(by.reach(Right.INVITE), scope.place(by.tenant.pk)):
            raise InvitationOutOfReach

    conditions = _refused_offers(invitations, check)
    if by.reach(Right.INVITE) is not ALL:
        # Groups belong to the tenant.
        conditions.append((InvitationOutOfReach.code, Q(Exists(_offered(OfferedGroup)))))
    return conditions


def _giving(by: Actor) -> Check:
    def check(role: Role, scope: Scope, until: datetime | None) -> None:
        if until is None or until > timezone.now():
            guards.require_giving(role, scope, by=by, until=until)

    return check


def _offered(model: Any) -> QuerySet:
    return model.objects.filter(tenant_id=OuterRef("tenant_id"), invitation=OuterRef("pk"))


def _refused_offers(invitations: QuerySet, check: Check) -> Conditions:
    """Who offers a role, at a scope, until a moment, that is refused: each such triple is asked about once."""
    columns = ("role_id", "organization_id", "organization_group_id", "expires_at")
    offers = OfferedRole.objects.among(invitations).order_by().values_list(*columns).distinct()
    triples = list(offers)
    roles = {role.pk: role for role in Role.objects.filter(pk__in={one[0] for one in triples})} if triples else {}
    refused: dict[str, Q] = {}
    for role, organization, group, until in triples:
        code = _code_of(lambda r=role, o=organization, g=group, u=until: check(roles[r], Scope(o, g), u))  # type: ignore[misc]
        if code:
            one = Q(role=role, organization=organization, organization_group=group, expires_at=until)
            refused[code] = refused.get(code, Q()) | one
    return _holders(OfferedRole, refused.items())


def _refused_groups(invitations: QuerySet, *, by: Actor) -> Conditions:
    """Who offers a group to which this actor may add nobody."""
    keys = OfferedGroup.objects.among(invitations).order_by().values("group").distinct()
    refused: dict[str, Q] = {}
    for group in Group.objects.filter(pk__in=keys):
        code = _code_of(lambda g=group: require_group(g, by=by))  # type: ignore[misc]
        if code:
            refused[code] = refused.get(code, Q()) | Q(group=group)
    return _holders(OfferedGroup, refused.items())


def _code_of(check: Callable[[], None]) -> str:
    try:
        check()
    except Refused as refusal:
        return refusal.code
    return ""


def _holders(model: Any, refused: Iterable[tuple[str, Q]]) -> Conditions:
    return [(code, Q(Exists(_offered(model).filter(condition)))) for code, condition in refused]


def _has_account() -> Q:
    """Somebody of the address got an account in another way."""
    accounts = Account.objects.filter(
        tenant_id=OuterRef("tenant_id"), type=Type.OPERATOR, email_key=OuterRef("email_key")
    )
    return Q(Exists(accounts.filter(Exact(Lower("email"), Lower(OuterRef("email"))))))


guards.know(
    NotAllowed,
    InvitationOutOfReach,
    OffersOwner,
    WasAccepted,
    WasDeclined,
    WasRevoked,
    WasReplaced,
    HasExpired,
    AlreadyMember,
    AlreadyInvited,
)
guards.know(guards.ExceedsGiver, guards.OutlastsGiver, guards.OwnersGiveOwner, guards.OwnerIsForTheWholeTenant)
