"""What a browser without JavaScript sees of views on a list page."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from django.test import Client

from accounts.models import Account, Status
from itam_portal.lists.models import SavedView
from itam_portal.lists.saved_views import save_view
from tests.accounts.test_views import columns, ids

Browse = Callable[[Account], Client]
STATE = "status=enabled&columns=name,type,login&sort=-login&per_page=25"


def save(by: Account, name: str = "Mine", list_name: str = "accounts", query: str = STATE, **facts: Any) -> SavedView:
    return save_view(list_name, name=name, query=query, by=by, **facts)


def bar(html: str) -> str:
    """What the page says of the view it shows."""
    found = re.search(r'<div class="view-bar".*?</div>', html, re.DOTALL)
    return found[0] if found else ""


def current_tab(html: str) -> str:
    nav = re.search(r'<nav class="tabs".*?</nav>', html, re.DOTALL)
    assert nav
    found = re.findall(r'<a[^>]*aria-current="page">(.*?)</a>', nav[0], re.DOTALL)
    return ", ".join(unescape(re.sub("<[^>]+>", "", one)).strip() for one in found)


def link(html: str, pattern: str) -> str:
    """The address of the one link whose tag or text this describes."""
    found = re.findall(pattern, html, re.DOTALL)
    assert found, pattern
    return unescape(found[0])


def shown(html: str) -> dict[str, Any]:
    """What somebody sees of a list."""
    return {
        "rows": ids(html),
        "columns": columns(html),
        "size": re.findall(r'aria-label="(\d+) rows" aria-current="true"', html),
        "sorted": re.findall(r'data-column="([a-z_]+)" aria-sort="([a-z]+)"', html),
    }


def enabled_logins() -> list[int]:
    accounts = Account.objects.filter(status=Status.ENABLED).order_by("-login_key", "-pk")
    return list(accounts.values_list("pk", flat=True)[:25])
