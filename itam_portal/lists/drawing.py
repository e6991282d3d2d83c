"""The part of a list page that changes, drawn by Jinja2: a page asks for it again with every click.

Django's own templates draw everything around it. See docs/decisions/0005.
"""

from typing import Any

from django.conf import settings
from django.middleware.csrf import get_token
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from itam_portal.requests import PortalRequest
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
    "_": translation.gettext,
    "pgettext": translation.pgettext,
    "icon": icon,
    "swaps": swaps,
    "number": number,
}


def draw(template: str, context: dict[str, Any]) -> SafeString:
    """The template with this context, as HTML."""
    return mark_safe(environment.get_template(template).render(context))  # noqa: S308 (it escapes)


def form_marks(request: PortalRequest) -> SafeString:
    """What every POST form of a signed-in page carries, as components/form_marks.html does."""
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="for_tenant" value="{}">',
        get_token(request),
        request.account.tenant_id,
    )
