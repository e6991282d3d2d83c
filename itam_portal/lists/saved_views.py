"""What can be done with saved views. Everybody may keep and share own ones; what is everybody's needs a right."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from itam_portal.lists.models import DefaultView, PinnedView, SavedView
from itam_portal.refusals import NotAllowed, Refused, require
from itam_portal.tenancy.actor import Actor

# The right to say what everybody begins with, and to change what somebody else shares.
SET_DEFAULTS = "tenant.list_defaults"
LONGEST_NAME = 60


class ViewNameTaken(Refused):
    """Two views of one list would carry the same name."""

    code = "view_name_taken"
    message = _("There is a view of this name already. Choose another name.")


class ViewWithoutName(Refused):
    """A view that people see has a name."""

    code = "view_without_name"
    message = _("Give the view a name of at most 60 characters.")


class ViewGone(Refused):
    """Somebody deleted the view meanwhile, or shares it no longer."""

    code = "view_gone"
    message = _("This view is not there any more. Nothing was changed.")


class ViewIsPrivate(Refused):
    """What everybody gets must be shared."""

    code = "view_is_private"
    message = _("Share this view first: nobody else can see it. Nothing was changed.")


class TenantsDefaultView(Refused):
    """Changing what everybody begins with needs the right to set it."""

    status = NotAllowed.status
    code = "tenants_default_view"
    message = _("This view is the tenant's default. Only somebody who may set the tenant's defaults may change it.")


# --- who may ----------------------------------------------------------------------------------------------------


def may_set_defaults(by: Actor) -> bool:
    """Whether somebody may decide for everybody in the tenant."""
    return by.may(SET_DEFAULTS, by.tenant)


def may_change(view: Any, *, by: Actor) -> bool:
    """Whether somebody may change or delete a view that they see: their own, or with a right everybody's."""
    if may_set_defaults(by):
        return view.is_own or view.is_shared
    return view.is_own and not view.is_tenants_default


def views_of(list_name: str, *, by: Actor) -> QuerySet[SavedView]:
    """The named views of a list that somebody can see."""
    named = SavedView.objects.filter(tenant=by.tenant, list_name=list_name).exclude(name="")
    return named.filter(Q(account_id=by.pk) | Q(is_shared=True))


def _lock(by: Any) -> Any:
    """One change of views at a time, so that a name is free or taken and nothing between; the actor as it is now."""
    type(by.tenant).objects.locked(by.tenant.pk)
    if by.is_system:
        return by
    actor = type(by).objects.select_related("tenant").get(pk=by.pk)
    if not (actor.is_enabled and actor.is_assigned):
        raise NotAllowed
    return actor


def _seen(view: SavedView, by: Actor) -> SavedView:
    """The view as it is now. Raises ViewGone."""
    found = views_of(view.list_name, by=by).filter(pk=view.pk).first()
    if found is None:
        raise ViewGone
    return found


def changeable(view: SavedView, *, by: Actor) -> SavedView:
    """The view as it is now, to be changed. Raises ViewGone, NotAllowed or TenantsDefaultView."""
    found = _seen(view, by)
    if may_set_defaults(by):
        return found
    if found.account_id != by.pk:
        raise NotAllowed
    if DefaultView.objects.filter(tenant=by.tenant, view=found, account__isnull=True).exists():
        raise TenantsDefaultView
    return found


# --- what a view is -----------------------------------------------------------------------------------------------


@transaction.atomic
def save_view(list_name: str, *, name: str, query: str, is_shared: bool = False, by: Actor) -> SavedView:
    """Keep a list state under a name, for oneself or for everybody."""
    by = _lock(by)
    view = SavedView(tenant=by.tenant, account_id=by.pk, list_name=list_name, query=query, is_shared=is_shared)
    view.name = _free_name(view, name)
    view.save()
    return view


@transaction.atomic
def update_view(view: SavedView, *, query: str, by: Actor) -> SavedView:
    """Let the view hold another state."""
    by = _lock(by)
    view = changeable(view, by=by)
    view.query = query
    view.save(update_fields=["query"])
    return view


@transaction.atomic
def rename_view(view: SavedView, *, name: str, by: Actor) -> SavedView:
    """Give the view another name."""
    by = _lock(by)
    view = changeable(view, by=by)
    view.name = _free_name(view, name)
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def share_view(view: SavedView, *, by: Actor) -> SavedView:
    """Let everybody who reads the list see the view."""
    by = _lock(by)
    view = changeable(view, by=by)
    view.is_shared = True
    view.name = _free_name(view, view.name)
    view.save(update_fields=["is_shared"])
    return view


@transaction.atomic
def unshare_view(view: SavedView, *, by: Actor) -> SavedView:
    """Make the view its maker's own again; whoever else had it as a tab or default has it no longer."""
    by = _lock(by)
    view = changeable(view, by=by)
    view.is_shared = view.is_pinned = False
    view.save(update_fields=["is_shared", "is_pinned"])
    DefaultView.objects.filter(tenant=by.tenant, view=view).exclude(account_id=view.account_id).delete()
    PinnedView.objects.filter(tenant=by.tenant, view=view).exclude(account_id=view.account_id).delete()
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: Actor) -> None:
    """Forget the view, also where it is a tab or a default; no row of the list changes."""
    by = _lock(by)
    changeable(view, by=by).delete()


def _free_name(view: SavedView, text: str) -> str:
    """The name, once in any case among the maker's own views, and among all that are shared."""
    name = " ".join(text.replace("\0", " ").split())
    if not name or len(name) > LONGEST_NAME:
        raise ViewWithoutName
    rivals = Q(account_id=view.account_id) | Q(is_shared=True) if view.is_shared else Q(account_id=view.account_id)
    others = SavedView.objects.filter(rivals, tenant_id=view.tenant_id, list_name=view.list_name).exclude(pk=view.pk)
    if others.alias(folded=Lower("name")).filter(folded=Lower(Value(name))).exists():
        raise ViewNameTaken
    return name


# --- tabs and defaults --------------------------------------------------------------------------------------------


@transaction.atomic
def pin_view(view: SavedView, *, by: Actor) -> None:
    """Show the view as a tab to whoever asks for it."""
    by = _lock(by)
    PinnedView.objects.get_or_create(tenant=by.tenant, account_id=by.pk, view=_seen(view, by))


@transaction.atomic
def unpin_view(view: SavedView, *, by: Actor) -> None:
    """Show the view as a tab no longer."""
    by = _lock(by)
    PinnedView.objects.filter(tenant=by.tenant, account_id=by.pk, view=view).delete()


@transaction.atomic
def pin_for_all(view: SavedView, *, by: Actor) -> None:
    """Show a shared view as a tab to everybody who reads the list."""
    by = _lock(by)
    view = _shared(changeable(view, by=by))
    view.is_pinned = True
    view.save(update_fields=["is_pinned"])


@transaction.atomic
def unpin_for_all(view: SavedView, *, by: Actor) -> None:
    """Leave it to everybody whether the view is a tab."""
    by = _lock(by)
    view = changeable(view, by=by)
    view.is_pinned = False
    view.save(update_fields=["is_pinned"])


@transaction.atomic
def begin_with(view: SavedView, *, by: Actor) -> None:
    """Let the list begin with this view for whoever asks for it."""
    by = _lock(by)
    view = _seen(view, by)
    chosen = {"tenant": by.tenant, "account_id": by.pk, "list_name": view.list_name}
    DefaultView.objects.update_or_create(**chosen, defaults={"view": view})


@transaction.atomic
def begin_plainly(list_name: str, *, by: Actor) -> None:
    """Have no default view of one's own any more."""
    by = _lock(by)
    DefaultView.objects.filter(tenant=by.tenant, account_id=by.pk, list_name=list_name).delete()


@transaction.atomic
def begin_with_for_all(view: SavedView, *, by: Actor) -> None:
    """Let the list begin with this shared view for everybody who chose none."""
    by = _lock(by)
    require(by, SET_DEFAULTS, by.tenant)
    view = _shared(_seen(view, by))
    chosen = {"tenant": by.tenant, "account": None, "list_name": view.list_name}
    DefaultView.objects.update_or_create(**chosen, defaults={"view": view})


@transaction.atomic
def begin_plainly_for_all(list_name: str, *, by: Actor) -> None:
    """Have no default view of the tenant any more."""
    by = _lock(by)
    require(by, SET_DEFAULTS, by.tenant)
    DefaultView.objects.filter(tenant=by.tenant, account__isnull=True, list_name=list_name).delete()


def _shared(view: SavedView) -> SavedView:
    if not view.is_shared:
        raise ViewIsPrivate
    return view
