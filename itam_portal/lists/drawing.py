"""The part of a list page that changes, drawn by Jinja2: a page asks for it again with every click.

Django's own templates draw everything around it. See docs/decisions/0005.
"""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from itam_portal.lists import days
from itam_portal.templatetags.ui import icon, number, swaps

environment = Environment(
    loader=FileSystemLoader(settings.BASE_DIR / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=settings.DEBUG,
)
environment.globals |= {
    "pgettext": translation.pgettext,
    "icon": icon,
    "swaps": swaps,
    "number": number,
    "day_pattern": days.PATTERN,
}


def draw(template: str, context: dict[str, Any]) -> SafeString:
    """The template with this context, as HTML."""
    words = _words(translation.get_language())
    return mark_safe(environment.get_template(template).render(context, _=words))  # noqa: S308 (it escapes)


@functools.cache
def _words(language: str | None) -> Callable[[str], str]:
    """Translates into one language; every page says the same."""
    return functools.cache(translation.gettext)


def form_marks(csrf_token: str, tenant_id: int) -> SafeString:
    """What every POST form of a signed-in page carries, as components/form_marks.html does."""
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="for_tenant" value="{}">',
        csrf_token,
        tenant_id,
    )
