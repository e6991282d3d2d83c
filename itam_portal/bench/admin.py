"""What the list is compared with: a Django admin changelist of the same rows, tuned as one would tune it."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

Account = apps.get_model("accounts", "Account")
MOST_COUNTED = 10_001


class CappedPaginator(Paginator):
    """Counts no further than our own list does."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows[:MOST_COUNTED].count()


class OpenSite(admin.AdminSite):
    """An admin for whoever is signed in: who may what costs it nothing."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True


@admin.action(description="Disable")
def disable(changelist: admin.ModelAdmin, request: HttpRequest, rows: QuerySet) -> None:
    """Never run: an action gives every row a box to tick, as our list has."""


class Changelist(admin.ModelAdmin):
    """The seven columns that our list shows at first, and rows to tick; role names by prefetch, the count capped."""

    actions = (disable,)
    list_display = ("name", "login", "email", "roles", "status", "type", "last_login_at")
    list_filter = ("status", "type")
    search_fields = ("name", "login", "email", "job_title")
    list_per_page = 50
    list_select_related = False  # None of the seven columns needs a row of another table but the prefetched ones.
    ordering = ("name_key", "pk")
    paginator = CappedPaginator
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        account: Any = request.account  # type: ignore[attr-defined]
        rows = Account._default_manager.filter(tenant_id=account.tenant_id)
        return rows.prefetch_related("held_roles__role")

    @admin.display(description="Role")
    def roles(self, row: Any) -> str:
        """The names of the live roles."""
        now = timezone.now()
        return ", ".join(sorted(held.role.name for held in row.held_roles.all() if held.until > now))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LongChangelist(Changelist):
    """The same with 200 rows a page."""

    list_per_page = 200


def site(name: str, changelist: type[Changelist]) -> OpenSite:
    """An admin of accounts alone."""
    made = OpenSite(name)
    made.register(Account, changelist)
    return made


fifty = site("admin", Changelist)
two_hundred = site("admin_long", LongChangelist)
