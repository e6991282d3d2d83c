"""The first page, and the Administration panel."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from itam_portal.pages import PlainPage
from itam_portal.requests import PortalRequest
from roles.rights import Right


class Administration(PlainPage):
    """The panel at the foot of the rail; without JavaScript a page."""

    right = Right.READ_ACCOUNTS
    title = gettext_lazy("Administration")
    template_name = "administration.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = {"administration": self.shell.administration}
        return self.draw(context, template="_administration.html" if self.is_part else "")


class Home(PlainPage):
    """The first page: the list of accounts."""

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("accounts")
