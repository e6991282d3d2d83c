"""`/invitations`: offers of accounts by e-mail."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from accounts.api.scopes import RoleAt, day, offer_of
from accounts.models import Group
from invitations import guards
from invitations.guards import Offered
from invitations.models import Invitation, OfferedRole
from invitations.operations import (
    Line,
    copy_links,
    invite,
    invite_many,
    resend_invitations,
    revoke_invitations,
)
from invitations.views.lists import InvitationsList, listed
from itam_portal.api.answers import entity, success
from itam_portal.api.bodies import Body, FilledLine, Reason, Text
from itam_portal.api.bodies import Line as OneLine
from itam_portal.api.bulk import ReceiptFacts, receipt_facts
from itam_portal.api.document import Answer, Facts, described_list, describes, one
from itam_portal.api.endpoints import DRY_RUN, endpoint, numbered_or_404
from itam_portal.api.lists import ApiList
from itam_portal.api.problems import WrongBody
from itam_portal.api.rows import JsonRow, facts_of_one
from itam_portal.mail.kinds import absolute
from roles.rights import Right

router = Router(tags=["Invitations"])
EXAMPLE = {"email": "ada@company.example", "firstName": "Ada", "lastName": "Ames", "roles": [{"role": "Viewer"}]}
MOST = 500
Name = Annotated[OneLine, Field(max_length=100)]


class Invitee(Body):
    """Whom an invitation is for."""

    email: Annotated[FilledLine, Field(max_length=254)]
    firstName: Name = ""
    lastName: Name = ""


class OfferBody(Body):
    """What is offered: at least one role or group."""

    roles: list[RoleAt] = Field([], max_length=50)
    groups: list[FilledLine] = Field([], max_length=50, description="Names or ids of groups.")
    reason: Text = ""


class NewInvitation(OfferBody):
    """An invitation of one address."""

    email: Annotated[FilledLine, Field(max_length=254)]
    firstName: Name = ""
    lastName: Name = ""


class NewInvitations(OfferBody):
    """The same for many addresses."""

    invitees: list[Invitee] = Field(min_length=1, max_length=MOST)


class InvitationFacts(Facts):
    """An invitation. Nothing shows its link: who made it was shown it once, or it is in the mail."""

    id: int
    email: str
    firstName: str
    lastName: str
    status: Literal["pending", "accepted", "declined", "revoked", "expired"]
    delivery: str
    roles: list[str]
    groups: list[str]
    accountId: str
    invitedBy: str
    sentAt: str
    expiresAt: str
    answeredAt: str | None


class OfferFacts(Facts):
    """A role that is offered."""

    role: str
    accountId: str | None
    organizationGroup: str | None
    expiryDate: str | None


class InvitationDetail(InvitationFacts):
    """An invitation with all that it offers."""

    offers: list[OfferFacts]


class JudgedFacts(Facts):
    """An address, and why nobody can be invited by it; '' where somebody can."""

    email: str
    refusal: str
    code: str


class SentAnswer(Answer):
    """The invitation as it is, and what was done."""

    invitation: InvitationDetail
    receipt: ReceiptFacts


class LinkAnswer(SentAnswer):
    """The same, with the link to hand over: it is shown this once."""

    link: str


class ManyAnswer(Answer):
    """What was done, or with dry_run what would be."""

    receipt: ReceiptFacts | None = None
    preview: list[JudgedFacts] | None = None


def with_facts(invitations: Any) -> Any:
    """Adds `facts`: an invitation as JSON."""
    facts = JsonRow(
        id="pk",
        email="email",
        firstName="first_name",
        lastName="last_name",
        status=F("state_now"),
        delivery="delivery",
        roles=F("role_names"),
        groups=F("group_names"),
        accountId="home__code",
        invitedBy="invited_by__name",
        sentAt="sent_at",
        expiresAt="expires_at",
        answeredAt="answered_at",
    )
    return invitations.with_state().with_roles().with_groups().annotate(facts=facts)


INVITATIONS = ApiList(
    word="invitations",
    page=InvitationsList,
    facts=with_facts,
)


def found_or_404(account: Any, number: str) -> Invitation:
    """The invitation of this number that the account sees."""
    found: Invitation = numbered_or_404(listed(account), number)
    return found


def _detail(account: Any, number: int) -> dict[str, Any]:
    facts = facts_of_one(with_facts(Invitation.objects.alone(number)))
    offers = OfferedRole.objects.of(Invitation.objects.numbered(number)).in_order()
    return {**facts, "offers": [_offer(one) for one in offers]}


def _offer(one_role: OfferedRole) -> dict[str, Any]:
    place, group = one_role.organization, one_role.organization_group
    return {
        "role": one_role.role.name,
        "accountId": place.code if place else None,
        "organizationGroup": group.name if group else None,
        "expiryDate": day(one_role.expires_on),
    }


@router.get("/invitations", **described_list(INVITATIONS, InvitationFacts, "List invitations"))
@endpoint(Right.READ_INVITATIONS, lists=True)
def list_invitations(request: HttpRequest) -> HttpResponse:
    """Invitations that offer something where the caller may see invitations."""
    return INVITATIONS.answer(request)


@router.post("/invitations", **describes("invitation", InvitationDetail, "Invite", code=201, body=EXAMPLE))
@endpoint(Right.INVITE)
def post_invitation(request: Any, body: NewInvitation) -> HttpResponse:
    """Mail somebody an offer of an account. Whether the address is known makes no difference."""
    account = request.account
    to = Line(body.email, body.firstName, body.lastName)
    made = invite(account.tenant, by=account, to=to, offered=_offered(account, body), reason=body.reason)
    place = f"{request.path}/{made.pk}"
    return entity(request, "invitation", _detail(account, made.pk), code=HTTPStatus.CREATED, location=place)


@router.post("/invitations/many", **one("Invite many", ManyAnswer))
@endpoint(Right.INVITE, query=("dry_run",))
def post_invitations(request: Any, body: NewInvitations, dry_run: bool = DRY_RUN) -> HttpResponse:
    """Mail the same offer to many. The receipt says whom it was not sent to, and why."""
    account, offered = request.account, _offered(request.account, body)
    lines = [Line(one.email, one.firstName, one.lastName) for one in body.invitees]
    if not dry_run:
        receipt = invite_many(account.tenant, by=account, lines=lines, offered=offered, reason=body.reason)
        return success(receipt=receipt_facts(receipt))
    guards.require_offer(offered, by=account)
    judged = guards.judge_addresses([line.email for line in lines], by=account)
    preview = [
        {"email": line.email, "refusal": str(why.message) if why else "", "code": why.code if why else ""}
        for line, why in zip(lines, judged, strict=True)
    ]
    return success(preview=preview)


@router.get("/invitations/{id}", **describes("invitation", InvitationDetail, "Get an invitation"))
@endpoint(Right.READ_INVITATIONS)
def get_invitation(request: Any, id: str) -> HttpResponse:  # noqa: A002 (the parameter's name in the address)
    """One invitation with all that it offers, by id."""
    return entity(request, "invitation", _detail(request.account, found_or_404(request.account, id).pk))


@router.post("/invitations/{id}/resend", **one("Send an invitation again", SentAnswer))
@endpoint(Right.INVITE)
def resend(request: Any, id: str, body: Reason | None = None) -> HttpResponse:  # noqa: A002 (see above)
    """Mail a new link, good for seven more days; the old one is dead at once."""
    return _done(request, id, resend_invitations, body)


@router.post("/invitations/{id}/revoke", **one("Revoke an invitation", SentAnswer))
@endpoint(Right.INVITE)
def revoke(request: Any, id: str, body: Reason | None = None) -> HttpResponse:  # noqa: A002 (see above)
    """Take the offer back: whoever opens the link is told so."""
    return _done(request, id, revoke_invitations, body)


@router.post("/invitations/{id}/link", **one("Make a link to hand over", LinkAnswer))
@endpoint(Right.INVITE)
def make_link(request: Any, id: str, body: Reason | None = None) -> HttpResponse:  # noqa: A002 (see above)
    """A new link, as good as a mailed one, which is dead from then on. It is shown this once."""
    account, found = request.account, found_or_404(request.account, id)
    rows, reason = Invitation.objects.alone(found.pk), body.reason if body else ""
    receipt, tokens = copy_links(rows, by=account, reason=reason)
    link = absolute(reverse("open_invitation", args=[tokens[found.pk]]))
    return success(invitation=_detail(account, found.pk), receipt=receipt_facts(receipt), link=link)


def _done(request: Any, number: str, operate: Any, body: Reason | None) -> HttpResponse:
    account, found = request.account, found_or_404(request.account, number)
    receipt = operate(Invitation.objects.alone(found.pk), by=account, reason=body.reason if body else "")
    return success(invitation=_detail(account, found.pk), receipt=receipt_facts(receipt))


def _offered(account: Any, body: OfferBody) -> Offered:
    """What a body offers. Raises WrongBody for what is not there."""
    roles = tuple(offer_of(account, given, at=f"roles[{at}].") for at, given in enumerate(body.roles))
    known = Group.objects.visible_to(account).named_or_numbered(body.groups)
    missing = [(f"groups[{at}]", name) for at, name in enumerate(body.groups) if name.lower() not in known]
    if missing:
        text = _("There is no group “%(value)s”.")
        raise WrongBody([(where, text % {"value": name[:60]}) for where, name in missing])
    return Offered(roles, tuple({known[name.lower()].pk: known[name.lower()] for name in body.groups}.values()))
