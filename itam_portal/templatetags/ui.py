"""Small helpers for the templates: icons, the colours of initials, and the htmx attributes of a list."""

import functools
import threading
import zlib

from django import template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

HUES = 6


@functools.cache
def sprite() -> str:
    """The address of the icons; it changes only when the process does."""
    return static("icons/sprite.svg")


# A page of 200 rows draws some hundred icons, of a few dozen kinds: each kind is built once per process.
@register.simple_tag
@functools.cache
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sprite. It says nothing to a screen reader: the words beside it do."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" {classes}" if classes else "",
        sprite(),
        name,
    )


@register.simple_tag
@functools.cache
def swaps(target: str) -> SafeString:
    """Links and forms inside this element update `target` in place; without JavaScript they navigate.

    htmx 4 inherits only what says `:inherited`. A newer request for the same target replaces one under way.
    """
    return format_html(
        'hx-boost:inherited="true" hx-target:inherited="{0}" hx-swap:inherited="outerMorph show:none"'
        ' hx-sync:inherited="{0}:replace"',
        target,
    )


@register.filter
def number(value: int) -> str:
    """A number as the reader writes it: 10,400."""
    return number_format(value, force_grouping=True)


@register.filter
@functools.lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """Two letters for an avatar: of the first and the last word, or the first two of a single word."""
    words = [word for word in str(name).replace("_", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]
    return letters.upper()


@register.filter
@functools.lru_cache(maxsize=20_000)
def hue(text: str) -> int:
    """One of six colours, always the same for the same text, in every process."""
    return zlib.crc32(str(text).encode()) % HUES


@functools.lru_cache(maxsize=1_000)
def _drawn_once(node: "OnceNode", language: str | None, key: tuple[object, ...]) -> str:
    """What stands inside, for this language and key; the context comes through the node, which is asked right now."""
    return node.draw()


class OnceNode(template.Node):
    """What it holds is drawn once in a process for the same language and values."""

    def __init__(self, nodelist: template.NodeList, values: list[template.base.FilterExpression]) -> None:
        self.nodelist, self.values = nodelist, values
        self._asking = threading.local()

    def render(self, context: template.Context) -> str:
        self._asking.context = context
        key = tuple(value.resolve(context) for value in self.values)
        return _drawn_once(self, get_language(), key)

    def draw(self) -> str:
        return self.nodelist.render(self._asking.context)


@register.tag
def once(parser: template.base.Parser, token: template.base.Token) -> OnceNode:
    """{% once VALUE… %}…{% endonce %}: for what depends on nothing but the language and these values."""
    values = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(nodelist, values)
