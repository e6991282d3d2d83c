"""What a list page shows of its views: pinned ones as tabs, all of them in a menu, and which one is shown."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from itam_portal.lists.listing import Listing
from itam_portal.lists.saved_views import may_change
from itam_portal.lists.state import NO_VIEW
from itam_portal.lists.viewing import View

# A menu longer than this gets a search field.
SHORT_MENU = 10


class ViewBar:
    """The views of one list page, for its templates."""

    def __init__(self, page: Any, listing: Listing) -> None:
        self.page, self.listing = page, listing
        self.view, self.is_changed = listing.viewed.view, listing.is_changed

    @property
    def carried(self) -> dict[str, str]:
        """What navigation carries along."""
        organization = self.page.shell.organization
        return {"organization": organization} if organization else {}

    def _item(self, view: View) -> dict[str, Any]:
        return {
            "label": view.name,
            "note": view.maker if view.is_shared and not view.is_own else "",
            "is_shared": view.is_shared,
            "is_default": view == self.listing.views.default,
            "is_current": view == self.view,
            "url": f"?{urlencode({'view': view.pk, **self.carried})}",
        }

    @cached_property
    def tabs(self) -> list[dict[str, Any]]:
        """The pinned views, those pinned for everybody first, and the one that is shown."""
        views = self.listing.views.named
        pinned = sorted((view for view in views if view.is_tab), key=lambda view: not view.is_pinned_for_all)
        others = [self.view] if self.view is not None and not self.view.is_tab else []
        return [self._item(view) for view in [*pinned, *others]]

    @property
    def groups(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """The menu: the reader's own views, then what others share."""
        views = self.listing.views.named
        for heading, is_own in ((_("Your views"), True), (_("Shared by others"), False)):
            items = [self._item(view) for view in views if view.is_own == is_own]
            if items:
                yield heading, items

    @property
    def is_long(self) -> bool:
        """Whether the menu needs a search field."""
        return len(self.listing.views.named) > SHORT_MENU

    @property
    def why(self) -> str:
        """Why this view is shown, where nobody asked for it."""
        if self.view is None or not self.listing.viewed.is_default:
            return ""
        return _("your default") if self.view.is_default else _("the tenant's default")

    @property
    def whose(self) -> str:
        """Whom the view belongs to."""
        if self.view is None or self.view.is_own:
            return _("shared by you") if self.view and self.view.is_shared else _("private")
        return _("shared by %(name)s") % {"name": self.view.maker} if self.view.maker else _("shared")

    @property
    def may_update(self) -> bool:
        """Whether the reader may write the changes into the view."""
        return bool(self.view) and may_change(self.view, by=self.page.account) and not self.listing.problems

    @property
    def discard_url(self) -> str:
        """The view as it was saved."""
        return f"?{urlencode({'view': self.view.pk if self.view else NO_VIEW, **self.carried})}"

    @property
    def leave_url(self) -> str:
        """The list without any view."""
        query = {**({"view": NO_VIEW} if self.listing.views.default else {}), **self.carried}
        return f"{self.page.request.path}?{urlencode(query)}" if query else self.page.request.path

    @property
    def query(self) -> str:
        """All of the state, for what is saved."""
        return self.listing.state.without_place()

    @property
    def manage_url(self) -> str:
        """The page on which views are renamed, shared, pinned and deleted."""
        return reverse(self.page.views_url)

    @property
    def save_url(self) -> str:
        """The form that saves this state as a new view."""
        return f"{reverse(f'{self.page.views_url}_save')}?{self.query}"
