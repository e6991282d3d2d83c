"""The access keys of the tenant: the list, one key, making, rotating and revoking them. For owners only."""

from typing import Any

from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext

from accounts.filters import KeyFilters
from accounts.forms import NewKeyForm, RotateForm
from accounts.jobs import REVOKE
from accounts.models import AccessKey, ApiCall
from accounts.operations import create_key, rotate_key
from accounts.tables import KeyTable
from accounts.views.creating import show_key
from itam_portal.history.models import Entry
from itam_portal.history.queries import READ_HISTORY
from itam_portal.history.views import HISTORY
from itam_portal.lists.bulk import BulkPage
from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.listing import ListKind
from itam_portal.pages import Action, ListPage, ObjectPage, Page
from itam_portal.refusals import NotAllowed, Refused, require
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Crumb, Shell
from roles.rights import Right

KEYS = ListKind(
    name="access_keys",
    table=KeyTable,
    filters=KeyFilters,
    count_in_words=lambda number: ngettext("access key", "access keys", number),
    icons={
        "name": "key-round",
        "account": "cpu",
        "prefix": "hash",
        "state": "circle-dot",
        "expires": "hourglass",
        "last_used": "clock",
        "made": "calendar",
    },
)
# So many of a key's calls stand on its page.
CALLS_SHOWN = 50
PARENTS: tuple[tuple[Any, str], ...] = ((gettext_lazy("Access keys"), "access_keys"),)


class KeysList(ListPage):
    """Every key of the tenant, those included that are over."""

    kind = KEYS
    right = Right.READ_ACCESS_KEYS
    everywhere = True
    only_owners = True
    rows = AccessKey.objects.visible_to
    title = gettext_lazy("Access keys")
    purpose = gettext_lazy("Programs call the API with them, as a service account. Only owners see this list.")
    place = "access_keys"
    columns_url = "access_keys_columns"
    views_url = "access_keys_views"
    export_name = "access_keys_export"
    actions = (
        Action(
            gettext_lazy("New access key"),
            "access_key_new",
            "plus",
            Right.CHANGE_ACCESS_KEYS,
            primary=True,
            everywhere=True,
        ),
    )
    bulk = (Action(gettext_lazy("Revoke"), "access_keys_revoke", "ban", Right.CHANGE_ACCESS_KEYS, everywhere=True),)
    nothing_yet = gettext_lazy("Keys of service accounts appear here. Their text is shown once, when they are made.")


class KeysColumns(ColumnsPage):
    """Choose which columns the list of access keys shows, and in what order."""

    list_page = KeysList
    right = Right.READ_ACCESS_KEYS
    everywhere = True
    only_owners = True
    place = "access_keys"
    default_right = Right.SET_LIST_DEFAULTS
    parents = PARENTS


class KeysRevoke(BulkPage):
    """Revoke access keys."""

    action = REVOKE
    list_page = KeysList
    right = Right.CHANGE_ACCESS_KEYS
    everywhere = True
    only_owners = True
    title = gettext_lazy("Revoke access keys")
    place = "access_keys"
    parents = PARENTS


class KeyPage(ObjectPage):
    """A page about one access key, under its name."""

    right = Right.READ_ACCESS_KEYS
    everywhere = True
    only_owners = True
    rows = AccessKey.objects.visible_to
    place = "access_keys"
    parents = PARENTS
    step: Any = ""
    found: AccessKey

    def object(self) -> AccessKey:
        """The key of the address, and what it is called for the shell."""
        self.found = super().object()
        self.title = f"{self.step} · {self.found.name}" if self.step else self.found.name  # type: ignore[misc]
        return self.found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(self.context(self.object()))

    def crumbs(self) -> list[Crumb]:
        first = [Crumb(label, Shell.carrying(self.request, name)) for label, name in self.parents]
        own = Crumb(self.found.name, Shell.carrying(self.request, "access_key", self.found.pk))
        return [*first, own, Crumb(self.step)] if self.step else [*first, own]


class KeyDetail(KeyPage):
    """One access key: whose it is, how long it lasts, when and from where it was used."""

    template_name = "access_keys/detail.html"

    def context(self, found: AccessKey) -> dict[str, Any]:
        """What the template needs."""
        may_change = self.account.may(Right.CHANGE_ACCESS_KEYS, self.account.tenant)
        return {
            "key": found,
            "calls": next(calls for _key, calls in ApiCall.objects.newest_of([found], CALLS_SHOWN)),
            "may_change": may_change and found.is_live,
            "sees_history": self.account.may(READ_HISTORY, self.account.tenant),
        }


class KeyHistory(ListPage):
    """What was changed of one access key."""

    kind = HISTORY
    right = READ_HISTORY
    everywhere = True
    only_owners = True
    title = gettext_lazy("History")
    purpose = gettext_lazy("What was changed of this access key. Nobody can change an entry.")
    place = "access_keys"
    columns_url = "history_columns"
    views_name = "access_key_history"
    export_name = "access_key_history_export"

    @cached_property
    def found(self) -> AccessKey:
        """The key of the address. Raises Http404 where it cannot be seen, NotAllowed where keys cannot."""
        require(self.account, Right.READ_ACCESS_KEYS, self.account.tenant)
        page = KeyPage()
        page.setup(self.request, **self.kwargs)
        return page.object()

    def visible_rows(self) -> Any:
        """The entries of this key."""
        return Entry.objects.all().of("access_key", self.found.pk, tenant_id=self.account.tenant_id)

    def crumbs(self) -> list[Crumb]:
        own = Crumb(self.found.name, Shell.carrying(self.request, "access_key", self.found.pk))
        return [Crumb(PARENTS[0][0], Shell.carrying(self.request, "access_keys")), own, Crumb(self.title)]


class KeyNew(Page):
    """Make an access key of a service account."""

    right = Right.CHANGE_ACCESS_KEYS
    everywhere = True
    only_owners = True
    template_name = "access_keys/new.html"
    title = gettext_lazy("New access key")
    place = "access_keys"
    parents = PARENTS

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(NewKeyForm(reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = NewKeyForm(request.POST, reader=self.account)
        if not form.is_valid():
            return self._show(form, status=422)
        account = form.cleaned_data["account"]
        try:
            key, text = create_key(account, by=self.account, **form.wanted, reason=reason_of(request))
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, status=refusal.status)
        return show_key(self, account, key, text, back=key.get_absolute_url())

    def _show(self, form: NewKeyForm, *, status: int = 200) -> HttpResponse:
        return self.draw({"form": form, "back": Shell.carrying(self.request, "access_keys")}, status=status)


class KeyRotate(KeyPage):
    """Make a key in the place of another, which ends at once or a while later."""

    right = Right.CHANGE_ACCESS_KEYS
    template_name = "access_keys/rotate.html"
    step = gettext_lazy("Rotate")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object()
        return self._show(RotateForm(reader=self.account))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found, form = self.object(), RotateForm(request.POST, reader=self.account)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            key, text = rotate_key(found, by=self.account, **form.wanted, reason=reason_of(request))
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, status=refusal.status)
        return show_key(self, found.account, key, text, back=key.get_absolute_url())

    def _show(self, form: RotateForm, *, status: int = 200) -> HttpResponse:
        context = {"key": self.found, "form": form, "back": self.found.get_absolute_url()}
        return self.draw(context, status=status)
