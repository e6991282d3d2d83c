"""What a value of a custom attribute may be, and how it is written down: pages, imports and the API agree by this."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organizations.models import AttributeKind, CustomAttribute

LONGEST_VALUE = 200
_YES, _NO = "yes", "no"


def clean_value(attribute: CustomAttribute, value: Any) -> str:
    """A value as it is stored, '' for none. Raises ValidationError in words for what is no value of the attribute."""
    if value is None or isinstance(value, dict | list):
        text = "" if value is None else "[]"
    else:
        text = {True: _YES, False: _NO}[value] if isinstance(value, bool) else " ".join(str(value).split())
    if "\0" in text or len(text) > LONGEST_VALUE:
        raise ValidationError(_("At most %(number)d characters, and none of them NUL."), params={"number": 200})
    return _READ[attribute.kind](attribute, text) if text else ""


def _text(attribute: CustomAttribute, text: str) -> str:
    return text


def _number(attribute: CustomAttribute, text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 20 or number != round(number, 10):
        raise ValidationError(_("“%(value)s” is no number."), params={"value": text[:60]})
    plain = f"{number:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"


def _day(attribute: CustomAttribute, text: str) -> str:
    try:
        return date.fromisoformat(text[:10] if text[10:11] == "T" else text).isoformat()
    except ValueError as error:
        raise ValidationError(
            _("“%(value)s” is no date. Write it as 2026-01-31."), params={"value": text[:60]}
        ) from error


def _yes_no(attribute: CustomAttribute, text: str) -> str:
    """In English and in the reader's language."""
    known = {_("Yes").lower(): _YES, _("No").lower(): _NO, "yes": _YES, "no": _NO, "true": _YES, "false": _NO}
    if text.lower() not in known:
        raise ValidationError(_("“%(value)s” is neither Yes nor No."), params={"value": text[:60]})
    return known[text.lower()]


def _choice(attribute: CustomAttribute, text: str) -> str:
    found = [choice for choice in attribute.choices if choice.lower() == text.lower()]
    if not found:
        known = ", ".join(attribute.choices)
        raise ValidationError(_("“%(value)s” is none of: %(known)s."), params={"value": text[:60], "known": known})
    return found[0]


_READ = {
    AttributeKind.TEXT.value: _text,
    AttributeKind.NUMBER.value: _number,
    AttributeKind.DATE.value: _day,
    AttributeKind.YES_NO.value: _yes_no,
    AttributeKind.CHOICE.value: _choice,
}


def shown_value(attribute: CustomAttribute, text: str) -> str:
    """A stored value as a page shows it; stored text that is none is shown as it is."""
    if attribute.kind == AttributeKind.YES_NO:
        return {_YES: _("Yes"), _NO: _("No")}.get(text, text)
    if attribute.kind == AttributeKind.DATE and text:
        try:
            return date_format(date.fromisoformat(text), "DATE_FORMAT")
        except ValueError:
            return text
    return text


def problems_of(known: Iterable[CustomAttribute], values: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The clean values that are not empty, and what is wrong, in words under each attribute's name."""
    by_name = {attribute.name: attribute for attribute in known}
    clean: dict[str, str] = {}
    wrong = {name: _("There is no custom attribute of this name.") for name in values if name not in by_name}
    for name, attribute in by_name.items():
        try:
            text = clean_value(attribute, values.get(name))
        except ValidationError as error:
            wrong[name] = " ".join(error.messages)
            continue
        if text:
            clean[name] = text
        elif attribute.mandatory:
            wrong[name] = _("“%(name)s” is mandatory.") % {"name": name}
    return clean, wrong
