"""The groups as a list of rows: the page shows them beside each other, files and the API one after another."""

from django.utils.translation import gettext_lazy, ngettext

from accounts.filters import GroupFilters
from accounts.models import Group
from accounts.tables import GroupTable
from itam_portal.lists.listing import ListKind
from itam_portal.pages import ListPage
from roles.rights import Right

GROUPS = ListKind(
    name="groups",
    table=GroupTable,
    filters=GroupFilters,
    count_in_words=lambda number: ngettext("group", "groups", number),
    icons={"name": "users-round"},
)


class GroupRows(ListPage):
    """Every group of the tenant."""

    kind = GROUPS
    right = Right.READ_GROUPS
    everywhere = True
    rows = Group.objects.visible_to
    title = gettext_lazy("Groups")
    place = "groups"
