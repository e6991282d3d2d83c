"""What is sent and shown of a person, under the names of document 3."""

import re
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from itam_portal.api.bodies import Attribute, Body, Country, Day, FilledLine, Flag, Line, Text, required
from itam_portal.api.document import AttributeFacts, Facts
from users.api.zones import zone_of


def _email(text: str) -> str:
    if text and not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError(_("This is no e-mail address."))
    return text


def _status(value: Any) -> Any:
    known = {"active": "active", "inactive": "inactive", "retired": "retired"}
    if not isinstance(value, str) or value.strip().lower() not in known:
        raise ValueError(_("The status is one of: Active, Inactive, Retired."))
    return known[value.strip().lower()]


Email = Annotated[Text, AfterValidator(_email)]
Status = Annotated[
    Literal["active", "inactive", "retired"],
    BeforeValidator(_status),
    WithJsonSchema({"type": "string", "examples": ["Active", "Inactive", "Retired"]}),
]
Zone = Annotated[Line, AfterValidator(zone_of)]


class NewAccountRole(Body):
    """Roles at one organization, which belong to the person from then on."""

    accountName: FilledLine = Field(
        description="The unique short id of the account (organization).", examples=["123456"]
    )
    roles: list[FilledLine] = Field(
        min_length=1, description="Names of roles, in any case.", examples=[["USER", "ADMIN"]]
    )
    expiryDate: Day = Field(None, description="The last day. Left out: never.", examples=["2025-12-30"])  # type: ignore[assignment]


class AccountRole(Body):
    """The same in a change: left out, the end stays as it is; null takes it away."""

    accountName: FilledLine = Field(description="The unique short id of the account (organization).")
    roles: list[FilledLine] = Field(min_length=1, description="Names of roles, in any case.")
    expiryDate: Day | None = Field(None, description="The last day. Left out: as it is; null: never.")


class Person(Body):
    """The fields of a person that may be left out."""

    displayName: Line = Field("", description="Made of first and last name where it is left out.")
    phoneNumber: Line = ""
    faxNumber: Line = ""
    street: Line = ""
    city: Line = ""
    state: Line = ""
    zipcode: Line = ""
    country: Country = Field("", description="Two letters (ISO 3166-1).")
    locale: Annotated[Line, Field(max_length=20)] = ""
    portalLogin: Flag = Field(False, description="Another name of canLogin.")
    userName: Line = Field("", description="Must be the e-mail address where canLogin is true; else it is ignored.")
    status: Status = Field("active", description="Active, Inactive or Retired, in any case.")
    timezone: Zone = Field("", description="GMT#.#DST# or a name such as Europe/Berlin.", examples=["GMT-6.0DST0"])
    shared: Flag = Field(False, description="Whether several people share it.")
    attributes: list[Attribute] = Field([], description="Custom attributes; mandatory ones must be given.")
    optIn: Flag = Field(False, description="Whether to receive notifications by e-mail.")
    canLogin: Flag = Field(False, description="Whether the person gets an operator account; else it is a contact.")
    title: Line = ""
    middleName: Line = ""
    suffix: Line = ""
    mobileNumber: Line = ""
    alternateEmailAddress: Email = ""
    employeeId: Line = ""
    employmentStatus: Line = ""
    jobTitle: Line = ""
    manager: Line = Field("", description="Username, e-mail address or number of another user.")
    location: Line = ""
    corporateUnit: Line = ""
    costCenter: Line = ""
    domain: Line = ""
    computerUserName: Line = Field("", description="The username on computers, of a contact.")
    reason: Text = Field("", description="Why: it stands in the history.")


class NewUser(Person):
    """A person to be written down."""

    firstName: FilledLine = Field(examples=["John"])
    lastName: FilledLine = Field(examples=["Doe"])
    emailAddress: Annotated[Email, AfterValidator(required)] = Field(examples=["johndoe@xyz.com"])
    accountRoles: list[NewAccountRole] = Field(min_length=1, description="The first names the home organization.")


class UserChange(Person):
    """What is to be changed of a person: what is left out stays as it is."""

    firstName: FilledLine = ""
    lastName: FilledLine = ""
    emailAddress: Annotated[Email, AfterValidator(required)] = ""
    accountRoles: list[AccountRole] = Field(
        [], min_length=1, description="All roles at organizations from then on; the first names the home organization."
    )


class AccountRoleFacts(Facts):
    """Roles at one organization that end together."""

    accountName: str
    roles: list[str]
    expiryDate: str | None


class UserFacts(Facts):
    """A person."""

    id: int
    userName: str
    firstName: str
    lastName: str
    displayName: str
    emailAddress: str
    phoneNumber: str
    faxNumber: str
    street: str
    city: str
    state: str
    zipcode: str
    country: str
    locale: str
    timezone: str
    status: Literal["Active", "Inactive", "Retired"]
    shared: bool
    optIn: bool
    canLogin: bool
    portalLogin: bool
    accountRoles: list[AccountRoleFacts]
    attributes: list[AttributeFacts]
    title: str
    middleName: str
    suffix: str
    mobileNumber: str
    alternateEmailAddress: str
    employeeId: str
    employmentStatus: str
    jobTitle: str
    manager: str
    location: str
    corporateUnit: str
    costCenter: str
    domain: str
    inventorySource: str
    createdAt: str
    changedAt: str
