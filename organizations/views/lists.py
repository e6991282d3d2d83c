"""The list of organizations, and the list of their groups."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, ngettext

from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.listing import ListKind
from itam_portal.lists.search import Search
from itam_portal.pages import Action, ListPage
from itam_portal.tenancy.reach import ALL
from organizations.attributes.columns import with_attributes
from organizations.filters import OrganizationFilters, OrganizationGroupFilters
from organizations.models import Organization, OrganizationGroup
from organizations.queries import OrganizationGroupQuerySet, OrganizationQuerySet, attributes_of
from organizations.tables import OrganizationGroupTable, OrganizationTable
from roles.rights import Right

ORGANIZATIONS = ListKind(
    name="organizations",
    table=OrganizationTable,
    filters=OrganizationFilters,
    count_in_words=lambda number: ngettext("organization", "organizations", number),
    search=Search("search_organizations", "organizations_organization", ("name_key", "code_key")).install(),
    search_label=gettext_lazy("Search name or code"),
    icons={
        "code": "hash",
        "name": "building-2",
        "type": "tag",
        "organization_group": "layers",
        "parent": "folder-tree",
        "country": "flag",
        "city": "map-pin",
        "region": "globe",
        "visible": "eye",
        "created": "clock",
        "changed": "clock",
    },
    annotations={
        "group_names": OrganizationQuerySet.with_group_names,
        "account_count": OrganizationQuerySet.with_accounts,
        "user_count": OrganizationQuerySet.with_users,
    },
)
ORGANIZATION_GROUPS = ListKind(
    name="organization_groups",
    table=OrganizationGroupTable,
    filters=OrganizationGroupFilters,
    count_in_words=lambda number: ngettext("organization group", "organization groups", number),
    icons={"name": "layers", "description": "file-text"},
    annotations={"organizations": OrganizationGroupQuerySet.with_organizations},
)
# Among equals of a custom attribute.
THEN = "name_key"
PARENTS: tuple[tuple[Any, str], ...] = ((gettext_lazy("Organizations"), "organizations"),)
GROUP_PARENTS: tuple[tuple[Any, str], ...] = (
    *PARENTS,
    (gettext_lazy("Organization groups"), "organization_groups"),
)
TABS: tuple[Any, ...] = (
    (gettext_lazy("All organizations"), "organizations", Right.READ_ORGANIZATIONS, False),
    (gettext_lazy("Tree"), "organizations_tree", Right.READ_ORGANIZATIONS, False),
    (gettext_lazy("Organization groups"), "organization_groups", Right.READ_ORGANIZATIONS, True),
)


def visible_organizations(account: Any) -> OrganizationQuerySet:
    """The organizations that this account sees."""
    return Organization.objects.all().visible_to(account)


class OrganizationsList(ListPage):
    """Every organization within reach; the chosen one is marked, and any other can be chosen."""

    kind = ORGANIZATIONS
    right = Right.READ_ORGANIZATIONS
    rows: ClassVar[Any] = visible_organizations
    title = gettext_lazy("Organizations")
    purpose = gettext_lazy("Customers, partners and parts of the company. Users, accounts and roles belong to them.")
    place = "organizations"
    columns_url = "organizations_columns"
    views_url = "organizations_views"
    export_name = "organizations_export"
    tabs = TABS
    actions: ClassVar[tuple[Action, ...]] = (
        Action(
            gettext_lazy("Custom attributes"),
            "organizations_attributes",
            "tag",
            Right.CHANGE_ORGANIZATIONS,
            everywhere=True,
        ),
        Action(
            gettext_lazy("New organization"),
            "organization_new",
            "plus",
            Right.CHANGE_ORGANIZATIONS,
            primary=True,
            everywhere=True,
        ),
    )
    nothing_yet = gettext_lazy("Organizations appear here.")

    @classmethod
    def kind_of(cls, account: Any) -> ListKind:
        return with_attributes(ORGANIZATIONS, attributes_of(account, "organization"), then=THEN)

    def is_whole(self) -> bool:
        return self.account.reach(Right.READ_ORGANIZATIONS) is ALL

    def _whole_tenant(self) -> str:
        """Nothing: the chosen organization is marked among the others, not taken for a filter."""
        return ""


class OrganizationsColumns(ColumnsPage):
    """Choose which columns the list shows, and in what order."""

    list_page = OrganizationsList
    right = Right.READ_ORGANIZATIONS
    place = "organizations"
    default_right = Right.SET_LIST_DEFAULTS
    parents = PARENTS


class OrganizationGroupsList(ListPage):
    """The tenant's organization groups."""

    kind = ORGANIZATION_GROUPS
    right = Right.READ_ORGANIZATIONS
    everywhere = True
    rows: ClassVar[Any] = OrganizationGroup.objects.visible_to
    title = gettext_lazy("Organization groups")
    purpose = gettext_lazy("A role that is given for a group counts for every organization in it, now and later.")
    place = "organizations"
    columns_url = "organization_groups_columns"
    views_url = "organization_groups_views"
    export_name = "organization_groups_export"
    parents = PARENTS
    tabs = TABS
    actions: ClassVar[tuple[Action, ...]] = (
        Action(
            gettext_lazy("New organization group"),
            "organization_group_new",
            "plus",
            Right.CHANGE_ORGANIZATION_GROUPS,
            primary=True,
            everywhere=True,
        ),
    )
    nothing_yet = gettext_lazy("Groups of organizations appear here.")


class OrganizationGroupsColumns(ColumnsPage):
    """Choose which columns the list shows, and in what order."""

    list_page = OrganizationGroupsList
    right = Right.READ_ORGANIZATIONS
    everywhere = True
    place = "organizations"
    default_right = Right.SET_LIST_DEFAULTS
    parents = GROUP_PARENTS
