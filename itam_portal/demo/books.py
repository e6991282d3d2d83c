"""What the demo writes into: every table's rows, and what is known of each tenant while it grows."""

from dataclasses import dataclass, field
from typing import NamedTuple

from accounts.models import Account, Group, GroupMember, HeldRole, Identity, LoginSession, RoleAssignment
from itam_portal.demo.calendar import Calendar
from itam_portal.demo.companies import Company
from itam_portal.demo.names import Person
from itam_portal.demo.rows import Rows
from itam_portal.demo.shares import Numbers, Share
from organizations.models import (
    CustomAttribute,
    Organization,
    OrganizationGroup,
    OrganizationGroupMember,
    OrganizationParent,
    Tenant,
)
from roles.models import Role
from users.models import ComputerUser


class Carried(NamedTuple):
    """A role until a moment, as a group carries it."""

    role: int
    until: str


class Link(NamedTuple):
    """An account whose person is also a user."""

    account: int
    person: Person
    login: str
    home: int


@dataclass
class DemoTenant:
    """One tenant: what it gets, and what its accounts and users refer to."""

    id: int
    position: int
    company: Company
    share: Share
    roles: dict[str, int] = field(default_factory=dict)
    organizations: list[int] = field(default_factory=list)
    organization_groups: list[int] = field(default_factory=list)
    groups: dict[int, list[Carried]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    @property
    def domain(self) -> str:
        """What its addresses end in."""
        return f"{self.company.slug}.example"


class Books:
    """Every table that the demo fills. What one tenant writes is never read again: memory stays small."""

    def __init__(self, numbers: Numbers) -> None:
        self.seed, self.calendar = numbers.seed, Calendar(numbers.today)
        # The identities of the cast, by address.
        self.cast: dict[str, int] = {}
        self.tenants = Rows(Tenant, _TENANT)
        self.roles = Rows(Role, "id tenant_id name description builtin allows denies created_at changed_at")
        self.organizations = Rows(Organization, _ORGANIZATION)
        self.parents = Rows(OrganizationParent, "id tenant_id child_id parent_id")
        self.organization_groups = Rows(OrganizationGroup, "id tenant_id name description")
        self.organization_members = Rows(OrganizationGroupMember, "id tenant_id group_id organization_id")
        self.attributes = Rows(CustomAttribute, "id tenant_id subject name code kind choices mandatory")
        self.groups = Rows(Group, "id tenant_id name description created_at")
        self.members = Rows(GroupMember, "id tenant_id group_id account_id")
        self.assignments = Rows(RoleAssignment, _ASSIGNMENT)
        self.held = Rows(HeldRole, "id tenant_id account_id role_id until")
        self.identities = Rows(Identity, _IDENTITY)
        self.accounts = Rows(Account, _ACCOUNT)
        self.sessions = Rows(LoginSession, _SESSION)
        self.users = Rows(ComputerUser, _USER)

    @property
    def standing(self) -> list[Rows]:
        """What the tenants bring with them: small, and written before any account."""
        organizations = [self.organizations, self.parents, self.organization_groups, self.organization_members]
        return [self.tenants, self.roles, *organizations, self.attributes, self.groups]

    @property
    def hanging(self) -> list[Rows]:
        """What hangs on accounts."""
        return [self.identities, self.assignments, self.members, self.held, self.sessions]

    @property
    def tables(self) -> list[Rows]:
        """All of them."""
        return [*self.standing, *self.hanging, self.accounts, self.users]

    def close(self) -> None:
        """Give all room back."""
        for rows in self.tables:
            rows.close()

    def take_accounts(self) -> str:
        """The accounts written so far, for the database; what hangs on them goes to files."""
        text = "".join(self.accounts.lines)
        self.accounts.lines.clear()
        for rows in self.hanging:
            rows.spill()
        return text


_TENANT = "id name slug company_name company_type country time_zone email_notifications require_mfa is_demo created_at"
_ORGANIZATION = (
    "id tenant_id code name type description address city state zipcode country region visible attributes "
    "created_at changed_at"
)
_ASSIGNMENT = (
    "id tenant_id account_id group_id role_id organization_id organization_group_id expires_on expires_at created_at"
)
_IDENTITY = "id password last_login email name locale time_zone theme is_active last_tenant_id"
_ACCOUNT = (
    "id tenant_id identity_id type status name login email job_title shared home_id home_key last_login_at "
    "last_login_duration access_until role_key created_at changed_at"
)
_SESSION = "id tenant_id account_id started_at last_seen_at ended_at ending address browser"
# In the order in which users.py puts together what belongs together.
_USER = (
    "id tenant_id home_id home_key account_id manager_id created_at changed_at title middle_name suffix first_name "
    "last_name display_name username email alternate_email employee_id phone mobile fax domain corporate_unit "
    "cost_center job_title status employment_status shared opt_in inventory_source location street city state zipcode "
    "country locale timezone attributes"
)
