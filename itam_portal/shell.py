"""What surrounds every page of somebody signed in: navigation, tenant, organization, who reads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from itam_portal.requests import PortalRequest


@dataclass(frozen=True)
class Place:
    """One entry of the navigation, shown only to those who may open it."""

    label: Any
    url_name: str
    icon: str
    right: str
    heading: Any = ""
    description: Any = ""
    everywhere: bool = False
    # Whether it stands above all others, whatever floor adds it.
    is_first: bool = False


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page."""

    label: Any
    url: str = ""


_navigation: list[Place] = []
_administration: list[Place] = []
_sources: dict[str, Callable[..., Any]] = {}


def add_place(place: Place) -> None:
    """Put a page into the rail."""
    _navigation.insert(0 if place.is_first else len(_navigation), place)


def add_administration(place: Place) -> None:
    """Put a page into the Administration panel."""
    _administration.append(place)


def add_source(name: str, read: Callable[..., Any]) -> None:
    """Let an upper floor tell the shell what it must not import: organizations and tenants of the reader."""
    _sources[name] = read


@dataclass
class Shell:
    """The shell of one request."""

    request: PortalRequest
    title: Any
    crumbs: list[Crumb] = field(default_factory=list)
    current: str = ""

    @property
    def account(self) -> Any:
        return self.request.account

    @property
    def theme(self) -> str:
        return self.request.user.theme

    @property
    def language(self) -> str:
        return get_language() or "en"

    @property
    def direction(self) -> str:
        return "rtl" if get_language_bidi() else "ltr"

    @property
    def identity_name(self) -> str:
        return self.request.user.name or self.account.name

    @property
    def account_name(self) -> str:
        return self.account.name

    @property
    def role_text(self) -> str:
        return self.account.email or self.account.login

    @property
    def tenant_id(self) -> int:
        return self.account.tenant_id

    @property
    def tenant_name(self) -> str:
        return self.account.tenant.name

    @cached_property
    def organization(self) -> str:
        """The code of the chosen organization, if one is."""
        return _chosen_organization(self.request)

    @property
    def switch_query(self) -> str:
        """What the page for switching needs to lead back here."""
        return urlencode({"next": self.request.get_full_path()})

    @property
    def administration_url(self) -> str:
        return self.carry("administration") if list(self.administration) else ""

    @cached_property
    def navigation(self) -> list[dict[str, Any]]:
        """The rail's sections, each with the pages this reader may open."""
        sections: dict[str, dict[str, Any]] = {}
        for place in _navigation:
            if self._may(place):
                section = sections.setdefault(str(place.heading), {"heading": place.heading, "items": []})
                section["items"].append(self._item(place))
        return list(sections.values())

    @property
    def navigation_key(self) -> tuple[object, ...]:
        """All that decides how the rail looks."""
        shown = [place.url_name for place in (*_navigation, *_administration) if self._may(place)]
        return self.organization, self.current, *shown

    @cached_property
    def administration(self) -> list[dict[str, Any]]:
        """The pages of the Administration panel this reader may open."""
        return [self._item(place) for place in _administration if self._may(place)]

    def carry(self, url_name: str, *args: Any, **parameters: str) -> str:
        """A page's address that keeps the chosen organization, with these parameters."""
        return self.carrying(self.request, url_name, *args, **parameters)

    @staticmethod
    def carrying(request: PortalRequest, url_name: str, *args: Any, **parameters: str) -> str:
        """The same without the rest of the shell."""
        chosen = _chosen_organization(request)
        query = urlencode({**parameters, **({"organization": chosen} if chosen else {})})
        return reverse(url_name, args=args) + (f"?{query}" if query else "")

    def _may(self, place: Place) -> bool:
        return not place.right or self.account.may(place.right, self.account.tenant if place.everywhere else None)

    def _item(self, place: Place) -> dict[str, Any]:
        return {
            "label": place.label,
            "icon": place.icon,
            "description": place.description,
            "url": self.carry(place.url_name),
            "current": place.url_name == self.current,
        }

    @cached_property
    def organization_label(self) -> str:
        """What the switcher says: the chosen organization, or that there is none."""
        if not self.organization:
            return _("All organizations")
        return self._organization_name or self.organization

    @property
    def knows_organization(self) -> bool:
        """Whether the chosen organization, if one is, lies within the reader's reach."""
        return not self.organization or bool(self._organization_name)

    @cached_property
    def _organization_name(self) -> str:
        return _sources["organization_name"](self.account, self.organization)


def _chosen_organization(request: PortalRequest) -> str:
    chosen = request.GET.getlist("organization")
    return chosen[0] if len(chosen) == 1 else ""
