"""`/accounts`: organizations, under the names of FlexNet Operations."""

import json
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from itam_portal.api.answers import entity, require_match, success
from itam_portal.api.bodies import (
    Attribute,
    Body,
    Country,
    FilledLine,
    Flag,
    Line,
    Text,
    attributes_in,
)
from itam_portal.api.document import AttributeFacts, Facts, described_list, describes, one
from itam_portal.api.endpoints import endpoint
from itam_portal.api.lists import Alias, ApiList, one_of
from itam_portal.api.problems import WrongBody
from itam_portal.api.rows import JsonRow, Pairs, with_more
from itam_portal.lists.tables import Row
from organizations.models import Organization, OrganizationType
from organizations.operations import create_organization, delete_organization, edit_organization
from organizations.queries import parent_codes
from organizations.views.lists import OrganizationsList, visible_organizations
from roles.rights import Right

router = Router(tags=["Accounts (organizations)"])
AccountType = Literal["HOME", "PUBLISHER", "CUSTOMER", "CHANNEL_PARTNER", "SELF_REGISTERED", "UNKNOWN"]

# What an organization is called in the API, and the field that holds it.
NAMES = {
    "accountId": "code",
    "name": "name",
    "accountType": "type",
    "description": "description",
    "address1": "address",
    "city": "city",
    "state": "state",
    "zipcode": "zipcode",
    "country": "country",
    "region": "region",
    "visible": "visible",
}


class AccountChange(Body):
    """What is to be changed of an organization: fields that are left out stay as they are."""

    name: FilledLine = ""
    accountName: FilledLine = Field("", description="Another name of `name`.")
    accountType: AccountType = "CUSTOMER"
    description: Text = ""
    address1: Text = ""
    address2: Text = Field("", description="A second line of the address.")
    city: Line = ""
    state: Line = ""
    zipcode: Line = ""
    country: Country = Field("", description="Two letters (ISO 3166-1).")
    region: Line = ""
    visible: Flag = True
    parents: list[FilledLine] = Field([], description="The ids of the accounts directly above this one.")
    attributes: list[Attribute] = []
    accountId: Annotated[FilledLine, Field(max_length=100, description="Unique in the tenant, in any case.")] = ""


class NewAccount(AccountChange):
    """An organization to be made."""

    accountId: Annotated[FilledLine, Field(max_length=100, description="Unique in the tenant, in any case.")]


class AccountFacts(Facts):
    """An organization."""

    id: int
    accountId: str
    name: str
    accountName: str
    accountType: AccountType
    description: str
    address1: str
    city: str
    state: str
    zipcode: str
    country: str
    region: str
    visible: bool
    parents: list[str]
    groups: list[str]
    attributes: list[AttributeFacts]
    createdAt: str
    changedAt: str


def with_facts(organizations: Any) -> Any:
    """Adds `facts`: an organization as JSON, but for those above it."""
    facts = JsonRow(
        id="pk",
        **NAMES,
        accountName="name",
        groups=F("group_names"),
        attributes=Pairs("attributes"),
        createdAt="created_at",
        changedAt="changed_at",
    )
    return organizations.with_group_names().annotate(facts=facts)


def facts_of(account: Any, rows: list[Row]) -> list[str]:
    """Organizations as JSON, with those above them that the caller sees."""
    above = parent_codes(account, [row["pk"] for row in rows])
    return [with_more(row["facts"], parents=above.get(row["pk"], [])) for row in rows]


def _root_only(text: str) -> str:
    return {"true": "yes", "false": ""}[one_of(("true", "false"))(text)]


ACCOUNTS = ApiList(
    word="accounts",
    page=OrganizationsList,
    describe=facts_of,
    facts=with_facts,
    aliases={
        "accountId": Alias("code__contains"),
        "accountName": Alias("name__contains"),
        "accountType": Alias(
            "type", one_of(OrganizationType.values), "One of the types, in any case; may be repeated."
        ),
        "rootAccountOnly": Alias("parent__empty", _root_only, "true: only those below no other."),
    },
    sorts={"accountName": "name", "accountId": "code", "accountType": "type"},
)
EXAMPLE = {"accountId": "654321", "name": "Contoso Retail", "accountType": "CUSTOMER", "country": "US"}


def found_or_404(account: Any, code: str) -> Organization:
    """The organization of this code that the account sees."""
    found = visible_organizations(account).coded(code).first()
    if found is None:
        raise Http404
    return found


def _facts(account: Any, found: Organization) -> dict[str, Any]:
    rows = with_facts(visible_organizations(account).numbered_among([found.pk])).values("pk", "facts")
    facts: dict[str, Any] = json.loads(facts_of(account, list(rows))[0])
    return facts


@router.get("/accounts", **described_list(ACCOUNTS, AccountFacts, "List organizations"))
@endpoint(Right.READ_ORGANIZATIONS, lists=True)
def list_accounts(request: HttpRequest) -> HttpResponse:
    """The organizations that the key's account sees, filtered, sorted and in pages."""
    return ACCOUNTS.answer(request)


@router.post("/accounts", **describes("account", AccountFacts, "Create an organization", code=201, body=EXAMPLE))
@endpoint(Right.CHANGE_ORGANIZATIONS, everywhere=True)
def create_account(request: Any, body: NewAccount) -> HttpResponse:
    """Make an organization. Mandatory custom attributes must be given."""
    fields, parents = _read(request.account, body, {"type": "CUSTOMER", "attributes": {}, "name": ""})
    made = create_organization(request.account.tenant, by=request.account, fields=fields, parents=parents)
    place = f"{request.path}/{made.code}"
    return entity(request, "account", _facts(request.account, made), code=HTTPStatus.CREATED, location=place)


@router.get("/accounts/{path:accountId}", **describes("account", AccountFacts, "Get an organization"))
@endpoint(Right.READ_ORGANIZATIONS)
def get_account(request: Any, accountId: str) -> HttpResponse:
    """One organization, by its id."""
    return entity(request, "account", _facts(request.account, found_or_404(request.account, accountId)))


@router.patch(
    "/accounts/{path:accountId}", **describes("account", AccountFacts, "Change an organization", body=EXAMPLE)
)
@endpoint(Right.CHANGE_ORGANIZATIONS)
def change_account(request: Any, accountId: str, body: AccountChange) -> HttpResponse:
    """Change what is given of an organization. Attributes that are not named stay as they are."""
    found = found_or_404(request.account, accountId)
    require_match(request, _facts(request.account, found))
    now = {name: getattr(found, name) for name in (*NAMES.values(), "attributes")}
    fields, parents = _read(request.account, body, now)
    if "parents" not in body.model_fields_set:
        parents = list(visible_organizations(request.account).above(found.pk))
    edit_organization(found, by=request.account, was=found.version, fields=fields, parents=parents)
    return entity(request, "account", _facts(request.account, found))


@router.delete("/accounts/{path:accountId}", **one("Delete an organization"))
@endpoint(Right.CHANGE_ORGANIZATIONS, everywhere=True)
def delete_account(request: Any, accountId: str) -> HttpResponse:
    """Delete an organization that neither people nor roles hang on."""
    found = found_or_404(request.account, accountId)
    require_match(request, _facts(request.account, found))
    delete_organization(found, by=request.account)
    return success()


def _read(account: Any, body: AccountChange, now: dict[str, Any]) -> tuple[dict[str, Any], list[Organization]]:
    """The fields of an organization with what was given, and those above it. Raises WrongBody."""
    given, errors = body.given(), []
    names = {given[name] for name in ("name", "accountName") if name in given}
    if len(names) > 1:
        errors.append(("accountName", _("This is another name of name: both must be the same.")))
    fields = {**now, **{NAMES[name]: value for name, value in given.items() if name in NAMES}}
    fields["name"] = next(iter(names), now["name"])
    if given.get("address2"):
        fields["address"] = f"{fields.get('address', '')}\n{given['address2']}".strip()
    if not fields["name"]:
        errors.append(("name", _("This field is required.")))
    if "," in fields["code"]:
        errors.append(("accountId", _("A code holds no comma.")))
    try:
        fields["attributes"] = attributes_in(given.get("attributes", []), held=now["attributes"])
    except ValueError as error:
        errors.append(("attributes", str(error)))
    parents = list(visible_organizations(account).coded_among(given.get("parents", [])))
    missing = {code.lower() for code in given.get("parents", [])} - {one.code.lower() for one in parents}
    errors += [("parents", _("There is no organization “%(value)s”.") % {"value": code[:60]}) for code in missing]
    if errors:
        raise WrongBody(errors)
    return fields, parents
