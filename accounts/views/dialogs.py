"""Forms that are a page, and without its surroundings a dialog."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from itam_portal.pages import Page


def shown_in(page: Page, context: dict[str, Any], name: str, *, status: int = 200) -> HttpResponse:
    """A form as a page, or as its part for a dialog; there, an answer that refuses is drawn again."""
    folder, _slash, file = name.rpartition("/")
    template = f"{folder}/_{file}" if page.is_part else name
    response = page.draw(context, template=template, status=status)
    if page.is_part:
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def leading_to(page: Page, address: str, said: str) -> HttpResponse:
    """To another page, which says what was done."""
    messages.success(page.request, said)
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if page.is_part else redirect(address)
