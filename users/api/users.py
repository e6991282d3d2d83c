"""`/users`: people who use computers, as document 3 has them."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from accounts.models import Account
from accounts.operations import disable_accounts, edit_account, enable_accounts, send_link
from itam_portal.api.answers import entity, require_match, success
from itam_portal.api.document import described_list, describes, one
from itam_portal.api.endpoints import endpoint
from itam_portal.api.lists import Alias, ApiList
from itam_portal.api.lists import one_of as one_word_of
from roles.rights import Right
from users.api.bodies import NewUser, UserChange, UserFacts
from users.api.describing import NEEDS, facts_of, one_of, with_facts
from users.api.reading import Reading, in_own_words
from users.filters import LinkedOrganization
from users.models import ComputerUser, UserStatus
from users.operations import (
    create_account_for,
    create_user,
    delete_user,
    edit_user,
    give_pending_role,
    hold_roles,
    link_account,
)
from users.views.lists import UsersList

router = Router(tags=["Users"])
USERS = ApiList(
    word="users",
    page=UsersList,
    needs=NEEDS,
    describe=facts_of,
    facts=with_facts,
    more={
        "accountId": LinkedOrganization("code_key", label="account id"),
        "accountName": LinkedOrganization("name_key", label="account name"),
        "accountType": LinkedOrganization("type", label="account type"),
    },
    aliases={
        "userName": Alias("username__contains"),
        "displayName": Alias("display_name__contains"),
        "email": Alias("email__contains"),
        "status": Alias("status", one_word_of(UserStatus.values), "active, inactive or retired, in any case."),
    },
    sorts={"displayName": "display_name", "email": "email", "status": "status"},
)
EXAMPLE = {
    "firstName": "John",
    "lastName": "Doe",
    "displayName": "John Doe",
    "emailAddress": "johndoe@xyz.com",
    "phoneNumber": "989915487",
    "faxNumber": "01154785",
    "street": "High Street",
    "city": "New York",
    "state": "The Empire State",
    "zipcode": "10118",
    "country": "US",
    "locale": "en_US",
    "portalLogin": True,
    "userName": "johndoe@xyz.com",
    "status": "Active",
    "timezone": "GMT-6.0DST0",
    "shared": False,
    "accountRoles": [{"accountName": "123456", "expiryDate": "2025-12-30", "roles": ["USER", "ADMIN"]}],
    "attributes": [{"name": "REGION", "value": "EMEA"}],
    "optIn": False,
    "canLogin": True,
}
CHANGE_EXAMPLE = {"jobTitle": "Buyer", "status": "Inactive"}


def found_or_404(account: Any, user_name: str) -> ComputerUser:
    """The person of this username, else of this number, whom the account sees."""
    found = ComputerUser.objects.visible_to(account).called(user_name)
    if found is None:
        raise Http404
    return found


@router.get("/users", **described_list(USERS, UserFacts, "Get a list of users"))
@endpoint(Right.READ_USERS, lists=True)
def list_users(request: HttpRequest) -> HttpResponse:
    """People, with what they hold or await at organizations. Text filters match a part, in any case."""
    return USERS.answer(request)


@router.post("/users", **describes("user", UserFacts, "Create a user", code=201, body=EXAMPLE))
@endpoint(Right.CREATE_USERS)
def post_user(request: Any, body: NewUser) -> HttpResponse:
    """Write down a person. With canLogin the person gets an operator account, usable once they consent by mail.

    Without, the person is a contact, and the roles wait for an account. A day in the past is kept and grants nothing.
    """
    account, read = request.account, Reading(body, account=request.account)
    read.check()
    made = create_user(account.tenant, by=account, fields=read.fields, reason=read.reason)
    if read.can_login:
        _let_in(made, read, account, offers=read.offers)
    else:
        for offer in read.offers:
            given: dict[str, Any] = {"role": offer.role, "scope": offer.scope, "expires_on": offer.expires_on}
            give_pending_role(made, by=account, reason=read.reason, **given)
    place = f"{request.path}/{quote(made.username or str(made.pk), safe='@')}"
    return entity(request, "user", one_of(account, made), code=HTTPStatus.CREATED, location=place)


@router.get("/users/{path:userName}", **describes("user", UserFacts, "Get a user"))
@endpoint(Right.READ_USERS)
def get_user(request: Any, userName: str) -> HttpResponse:
    """One person, by username in any case, or by id."""
    return entity(request, "user", one_of(request.account, found_or_404(request.account, userName)))


@router.patch("/users/{path:userName}", **describes("user", UserFacts, "Change a user", body=CHANGE_EXAMPLE))
@endpoint(Right.EDIT_USERS)
def patch_user(request: Any, userName: str, body: UserChange) -> HttpResponse:
    """Change what is given of a person; the status is the person's, and leaves an account as it is.

    accountRoles, where given, are all roles at organizations from then on: others are taken. canLogin makes or enables
    the operator account, or disables it.
    """
    account, found = request.account, found_or_404(request.account, userName)
    require_match(request, one_of(account, found))
    read = Reading(body, account=account, user=found)
    read.check()
    edited = edit_user(found, by=account, version=found.version, fields=read.fields, reason=read.reason)
    if read.can_login != bool(found.account_id and found.account.is_enabled):
        _switch(edited, read, account)
    if edited.account_id and {"userName", "emailAddress"} & read.given.keys():
        _rename(edited, read, account)
    if read.offers:
        hold_roles(edited, by=account, wanted=read.offers, reason=read.reason)
    return entity(request, "user", one_of(account, edited))


@router.delete("/users/{path:userName}", **one("Delete a user"))
@endpoint(Right.DELETE_USERS)
def remove_user(request: Any, userName: str) -> HttpResponse:
    """Remove a person. Their operator account is disabled, and its record stays."""
    account, found = request.account, found_or_404(request.account, userName)
    require_match(request, one_of(account, found))
    if found.account_id and Account.objects.numbered(found.account_id).is_enabled:
        disable_accounts(Account.objects.numbered_among([found.account_id]), by=account)
    delete_user(found, by=account)
    return success()


def _let_in(user: ComputerUser, read: Reading, account: Any, *, offers: Any = ()) -> None:
    """Give a person an operator account: the one that they left behind, which is disabled, else a new one."""
    left = Account.objects.left_behind(account.tenant_id, login=user.username, email=user.email)
    if left is not None:
        link_account(user, by=account, account=left, reason=read.reason)
        user.refresh_from_db()
        hold_roles(user, by=account, wanted=offers, reason=read.reason)
        enable_accounts(Account.objects.numbered_among([left.pk]), by=account, reason=read.reason)
        if left.identity_id is None:
            send_link(left.refreshed(), by=account, reason=read.reason)
        return
    plain = {"name": user.display_name, "job_title": user.job_title, "shared": user.shared, "home": user.home}
    fields = {**plain, "login": user.username, "email": user.email}
    with in_own_words():
        create_account_for(user, by=account, fields=fields, offers=offers, reason=read.reason)


def _switch(user: ComputerUser, read: Reading, account: Any) -> None:
    """Let a person have an account that works, or none that does."""
    if not user.account_id:
        _let_in(user, read, account)
    elif read.can_login:
        enable_accounts(Account.objects.numbered_among([user.account_id]), by=account, reason=read.reason)
    else:
        disable_accounts(Account.objects.numbered_among([user.account_id]), by=account, reason=read.reason)
    user.refresh_from_db()


def _rename(user: ComputerUser, read: Reading, account: Any) -> None:
    """Let the account be called as the person's username, which is their address."""
    own = Account.objects.numbered(user.account_id or 0)
    changes = {"login": user.username, "email": user.email}
    if (own.login, own.email) == (user.username, user.email):
        return
    with in_own_words():
        edit_account(own, by=account, version=own.version, changes=changes, reason=read.reason)
