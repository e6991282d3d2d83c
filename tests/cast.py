"""The fixed cast of DESIGN.md section 9, and the few words with which a test adds to it.

`build` runs once, in the template database that every worker copies: tenants as the owner, everything else as the
serving role, inside its tenant's scope, as the product does it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import (
    AccessKey,
    Account,
    ApiCall,
    Group,
    GroupMember,
    Identity,
    IdentityLink,
    KeptAnswer,
    LoginSession,
    Purpose,
    RoleAssignment,
    SignInLink,
    Status,
    Type,
)
from accounts.operations import begin_session, furnish_tenant, refresh_access
from accounts.queries import AccountQuerySet
from invitations.models import LIVES, Invitation, InvitationPurge, OfferedGroup, OfferedRole
from itam_portal.lists import receipts
from itam_portal.lists.models import DefaultView, Export, ListPreference, PinnedView, Receipt, ReceiptRow, SavedView
from itam_portal.mail.models import Mail, MailState
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from itam_portal.tenancy.walls import raise_walls
from itam_portal.tokens import hash_of, new_key
from organizations.models import (
    BillingProfile,
    CustomAttribute,
    Organization,
    OrganizationGroup,
    OrganizationGroupMember,
    OrganizationParent,
    Tenant,
)
from roles.models import Role
from roles.rights import Builtin, Right
from users.models import BlockedUsername, ComputerUser, ImportLine, PendingRole, UserImport

PASSWORD = "itam-portal-demo"
# Everything of Contoso that a page could show carries this, so that one search finds what leaked.
CANARY = "Zaunkönig"
LONG_AGO = timedelta(days=40)

# --- words for tests ----------------------------------------------------------------------------------------


def role_named(name: str) -> Role:
    """The role of this name, in the tenant in scope."""
    return Role.objects.get(name=name)


def organization(code: str) -> Organization:
    """The organization with this code, in the tenant in scope."""
    return Organization.objects.get(code=code)


def account_named(login: str) -> Account:
    """The account with this login, in the tenant in scope."""
    return Account.objects.select_related("tenant", "identity", "home").get(login=login)


def make_role(tenant: Tenant, name: str, *, allows: Any = (), denies: Any = ()) -> Role:
    """A role of the tenant's own."""
    return Role.objects.create(tenant=tenant, name=name, allows=sorted(allows), denies=sorted(denies))


def give(
    subject: Account | Group, role: Role | str, at: Any = None, *, until: datetime | None = None
) -> RoleAssignment:
    """Assign a role to an account or a group: everywhere, or at an organization or an organization group."""
    assignment = RoleAssignment.objects.create(
        tenant_id=subject.tenant_id,
        account=subject if isinstance(subject, Account) else None,
        group=subject if isinstance(subject, Group) else None,
        role=role_named(role) if isinstance(role, str) else role,
        organization=at if isinstance(at, Organization) else None,
        organization_group=at if isinstance(at, OrganizationGroup) else None,
        expires_on=until.date() if until else None,
        expires_at=until,
    )
    refresh(subject)
    return assignment


def join(group: Group, *accounts: Account) -> None:
    """Make these accounts members of the group."""
    for account in accounts:
        GroupMember.objects.create(tenant_id=group.tenant_id, group=group, account=account)
    refresh(group)


def gather(tenant: Tenant, name: str, *organizations: Organization) -> OrganizationGroup:
    """An organization group of these organizations."""
    group = OrganizationGroup.objects.create(tenant=tenant, name=name)
    for one in organizations:
        OrganizationGroupMember.objects.create(tenant=tenant, group=group, organization=one)
    return group


def refresh(subject: Account | Group) -> None:
    """Recompute what lists show of a subject's roles, as every operation does."""
    keys = [subject.pk] if isinstance(subject, Account) else list(subject.members.values_list("account_id", flat=True))
    refresh_access(keys, by=System("Test", subject.tenant))


def only(*accounts: Account) -> AccountQuerySet:
    """These accounts as a set of rows, which is what operations take."""
    return Account.objects.filter(pk__in=[account.pk for account in accounts])


def outcomes(receipt: Receipt) -> dict[str, str]:
    """What a bulk action did to each account, by login."""
    logins = dict(Account.objects.values_list("pk", "login"))
    rows = ReceiptRow.objects.filter(receipt=receipt).values_list("object_id", "outcome")
    return {logins[number]: outcome for number, outcome in rows}


def started(account: Account, seconds_ago: float) -> LoginSession:
    """A session of this account that began so long ago."""
    session = begin_session(account, by=account)
    moment = timezone.now() - timedelta(seconds=seconds_ago)
    LoginSession.objects.filter(pk=session.pk).update(started_at=moment, last_seen_at=moment)
    return LoginSession.objects.get(pk=session.pk)


def add_account(
    tenant: Tenant,
    first_name: str,
    /,
    *roles: Role | str,
    at: Any = None,
    home: Organization | None = None,
    status: Status = Status.ENABLED,
    signs_in: bool = True,
    password: str = "",
    **fields: Any,
) -> Account:
    """An operator account named Name Tenant, with its own sign-in unless told otherwise, holding these roles."""
    login = first_name.lower()
    email = f"{login}@{tenant.slug}.example"
    identity = Identity.objects.create(email=email, name=first_name, password=password) if signs_in else None
    account = Account.objects.create(
        tenant=tenant,
        identity=identity,
        status=status,
        home=home or Organization.objects.get(type="HOME"),
        **{"name": f"{first_name} {tenant.name}", "login": login, "email": email, **fields},
    )
    for role in roles:
        give(account, role, at)
    return Account.objects.select_related("tenant", "identity", "home").get(pk=account.pk)


# --- building -----------------------------------------------------------------------------------------------


def found(name: str) -> Tenant:
    """A tenant, made by the owner: the serving role may not add one."""
    slug = name.lower()
    made = Tenant.objects.using("owner").create(name=name, slug=slug, company_name=f"{name} Ltd")
    with tenant_scope(made.pk):
        tenant = Tenant.objects.get(pk=made.pk)
        furnish_tenant(tenant, by=System("Cast", tenant))
    return tenant


def add_people(tenant: Tenant, password: str) -> None:
    """Northwind's accounts: one for each thing that makes accounts differ."""
    emea, apac = organization("emea"), organization("apac")
    add_account(tenant, "Olivia", "Owner", password=password)
    add_account(tenant, "Adam", "Administrator", password=password)
    add_account(tenant, "Oscar", "Operator", password=password)
    add_account(tenant, "Victor", "Viewer", password=password)
    add_account(tenant, "Uma", "Operator", at=emea, home=emea, password=password)
    add_account(tenant, "Emil", "Viewer", at=emea, home=emea, job_title="Ämter & Archive")
    add_account(tenant, "Akira", "Viewer", at=apac, home=apac, job_title="李明's deputy")
    add_account(tenant, "Nina")
    add_account(tenant, "Dora", "Viewer", status=Status.DISABLED)
    add_account(tenant, "Robot", "Web Service", signs_in=False, email="", type=Type.SERVICE)
    lapsed = add_account(tenant, "Lars")
    give(lapsed, "Viewer", until=timezone.now() - LONG_AGO)


def add_groups(tenant: Tenant) -> None:
    """Groups that carry roles, an organization group, and an own role that denies."""
    overseas = gather(tenant, "Overseas", organization("emea"), organization("apac"))
    help_desk = Group.objects.create(tenant=tenant, name="Help desk")
    make_role(tenant, "USER", allows=[Right.READ_ACCOUNTS])
    make_role(tenant, "ADMIN", allows=[Right.READ_ACCOUNTS, Right.EDIT_ACCOUNTS])
    hands_off = make_role(tenant, "Hands off", denies=[Right.DISABLE_ACCOUNTS, Right.ENABLE_ACCOUNTS])
    give(help_desk, "Operator", overseas)
    gil, greta = add_account(tenant, "Gil"), add_account(tenant, "Greta")
    join(help_desk, gil, greta)
    give(greta, hands_off, organization("apac"))


def add_organizations(tenant: Tenant) -> None:
    """A few organizations below HOME."""
    home = Organization.objects.get(type="HOME")
    for code, name in (("emea", "EMEA"), ("apac", "APAC"), ("123456", "Example of document 3")):
        child = Organization.objects.create(tenant=tenant, code=code, name=name)
        OrganizationParent.objects.create(tenant=tenant, child=child, parent=home)


def add_keepsakes(tenant: Tenant, account: Account, mark: str) -> None:
    """One row of everything else that belongs to a tenant."""
    selection = receipts.freeze(Account.objects.all(), operation="accounts.disable", by=account, query=f"q={mark}")
    receipt = receipts.open_receipt(operation="accounts.disable", by=account, reason=mark, selection=selection)
    ReceiptRow.objects.create(tenant=tenant, receipt=receipt, object_id=account.pk, outcome=ReceiptRow.CHANGED)
    receipts.close(receipt)
    SavedView.objects.create(tenant=tenant, account=account, list_name="accounts", name=mark, query=f"q={mark}")
    # Of a list that no page shows, so that no page begins with it.
    view = SavedView.objects.create(tenant=tenant, account=account, list_name="nowhere", name=mark, query="")
    PinnedView.objects.create(tenant=tenant, account=account, view=view)
    DefaultView.objects.create(tenant=tenant, account=account, list_name="nowhere", view=view)
    ListPreference.objects.create(tenant=tenant, account=account, list_name="roles", columns=["name"])
    Export.objects.create(tenant=tenant, account=account, by_name=mark, list_name="accounts", format="csv")
    begin_session(account, by=account, browser=mark)
    address = f"{mark.split(maxsplit=1)[0].lower()}@links.example"
    SignInLink.objects.create(tenant=tenant, account=account, email=address, expires_at=timezone.now())
    old = {"expires_at": timezone.now(), "voided_at": timezone.now()}
    IdentityLink.objects.create(identity_id=account.identity_id, purpose=Purpose.PASSWORD, email=address, **old)
    Mail.objects.create(
        tenant=tenant, kind="nothing", address="post@mail.example", about=0, state=MailState.SENT, last_error=mark
    )
    service = Account.objects.filter(tenant=tenant, type=Type.SERVICE).order_by("-pk").first()
    key, _text = new_key()
    made_key = AccessKey.objects.create(
        tenant=tenant,
        account=service,
        name=mark,
        prefix=f"itam_{tenant.pk}",
        secret_hash=hash_of(key),
        expires_at=timezone.now() + timedelta(days=30),
    )
    ApiCall.objects.create(tenant=tenant, key=made_key, method="GET", path=f"/{mark}", status=200, milliseconds=1)
    KeptAnswer.objects.create(tenant=tenant, account=service, name=mark, mark="", sealed="")
    BillingProfile.objects.create(tenant=tenant, company=mark, address=f"{mark} Street", tax_id="DE1")
    BlockedUsername.objects.create(tenant=tenant, pattern=f"svc-{mark.split(maxsplit=1)[0].lower()}%")
    CustomAttribute.objects.create(tenant=tenant, subject="organization", name=mark, code="cast", kind="text")
    boss = ComputerUser.objects.create(tenant=tenant, display_name=f"{mark} Boss", home=account.home)
    viewer = Role.objects.get(tenant=tenant, builtin=Builtin.VIEWER)
    group = OrganizationGroup.objects.order_by("pk")[0]
    for place in ({}, {"organization": account.home}, {"organization_group": group}):
        PendingRole.objects.create(tenant=tenant, user=boss, role=viewer, **place)
    known = {"tenant": tenant, "account": account, "home": account.home, "receipt": receipt}
    one = UserImport.objects.create(**known, file_name=mark, state="dropped")
    ImportLine.objects.create(tenant=tenant, user_import=one, number=2, cells=[mark])
    ComputerUser.objects.create(
        tenant=tenant, display_name=f"{mark} User", home=account.home, account=account, manager=boss
    )
    made = add_invitation(tenant, account, address, first_name=mark, status="accepted", account=account)
    for place in ({"organization": account.home}, {"organization_group": group}):
        OfferedRole.objects.create(tenant=tenant, invitation=made, role=role_named("Viewer"), **place)
    InvitationPurge.objects.create(tenant=tenant, expired=1)


def add_invitation(
    tenant: Tenant, by: Account, email: str, *, role: str = "Viewer", at: Any = None, **fields: Any
) -> Invitation:
    """An invitation as it is sent, to a role, everywhere or at an organization, and to one of the groups."""
    now = timezone.now().replace(microsecond=0)
    facts = {"home": by.home, "sent_at": now, "expires_at": now + LIVES, **fields}
    made = Invitation.objects.create(tenant=tenant, invited_by=by, email=email, **facts)
    OfferedRole.objects.create(tenant=tenant, invitation=made, role=role_named(role), organization=at)
    OfferedGroup.objects.create(tenant=tenant, invitation=made, group=Group.objects.order_by("pk")[0])
    return made


def add_contoso(password: str) -> None:
    """The tenant next door, in which everything carries the canary."""
    tenant = found("Contoso")
    with tenant_scope(tenant.pk):
        # A code can be asked for, and an answer may repeat what was asked.
        place = Organization.objects.create(tenant=tenant, code="hideout", name=f"{CANARY} Organization")
        home = Organization.objects.get(type="HOME")
        OrganizationParent.objects.create(tenant=tenant, child=place, parent=home)
        places = gather(tenant, f"{CANARY} Organizations", place)
        role = make_role(tenant, f"{CANARY} Role", allows=[Right.READ_ACCOUNTS], denies=[Right.READ_USERS])
        group = Group.objects.create(tenant=tenant, name=f"{CANARY} Group")
        give(group, role, places)
        mallory = add_account(tenant, "Mallory", "Owner", password=password, job_title=f"{CANARY} Boss")
        secret = add_account(tenant, "Secret", role, at=place, home=place, name=f"{CANARY} Account")
        join(group, secret)
        add_account(tenant, "Gone", role, name=f"{CANARY} Disabled", status=Status.DISABLED)
        visiting = Account.objects.create(
            tenant=tenant,
            identity=Identity.objects.get(email="olivia@northwind.example"),
            name="Olivia in Contoso",
            login="olivia",
            email="olivia@northwind.example",
            home=home,
        )
        give(visiting, "Viewer")
        add_keepsakes(tenant, mallory, CANARY)


def build() -> None:
    """Both tenants and everybody in them, behind walls as the code has them now."""
    raise_walls("owner")
    password = make_password(PASSWORD)
    tenant = found("Northwind")
    with tenant_scope(tenant.pk):
        add_organizations(tenant)
        add_people(tenant, password)
        add_groups(tenant)
        add_keepsakes(tenant, account_named("olivia"), "Northwind's own")
    add_contoso(password)
    Identity.objects.filter(email="olivia@northwind.example").update(last_tenant=tenant.pk)
