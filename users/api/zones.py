"""Time zones as document 3 writes them, GMT#.#DST#: a base offset in hours, and the hours that summer adds."""

import re
from decimal import Decimal
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

_FORM = re.compile(r"GMT(?P<base>[+-]?[0-9]{1,2}(\.[0-9]{1,2})?)(DST(?P<summer>[0-9](\.[0-9])?))?", re.IGNORECASE)
# Zones with a part of an hour, by their offset.
_PARTS = {
    "3.5": "Asia/Tehran",
    "4.5": "Asia/Kabul",
    "5.5": "Asia/Kolkata",
    "5.75": "Asia/Kathmandu",
    "6.5": "Asia/Yangon",
    "8.75": "Australia/Eucla",
    "9.5": "Australia/Darwin",
    "-9.5": "Pacific/Marquesas",
}
# Zones with a summer time, by the offset of their winter.
_SUMMER = {
    "-10": "America/Adak",
    "-9": "America/Anchorage",
    "-8": "America/Los_Angeles",
    "-7": "America/Denver",
    "-6": "America/Chicago",
    "-5": "America/New_York",
    "-4": "America/Halifax",
    "-3.5": "America/St_Johns",
    "-3": "America/Miquelon",
    "-1": "Atlantic/Azores",
    "0": "Europe/London",
    "1": "Europe/Paris",
    "2": "Europe/Athens",
    "9.5": "Australia/Adelaide",
    "10": "Australia/Sydney",
    "12": "Pacific/Auckland",
    "12.75": "Pacific/Chatham",
}


def zone_of(text: str) -> str:
    """The name of a time zone, from its name or from GMT#.#DST#; '' stays ''. Raises ValueError in words."""
    if not text or text in available_timezones():
        return text
    found = _FORM.fullmatch(text)
    if found is None:
        words = _("“%(value)s” is no time zone: write it as Europe/Berlin or as GMT-6.0DST0.")
        raise ValueError(words % {"value": text[:60]})
    base, summer = Decimal(found["base"]), Decimal(found["summer"] or 0)
    zone = _named(base, summer)
    if not zone:
        raise ValueError(_("No time zone is known for “%(value)s”: write its name.") % {"value": text[:60]})
    return zone


def _named(base: Decimal, summer: Decimal) -> str:
    plain = f"{base.normalize():f}"
    plain = "0" if not base else plain
    if summer:
        return _SUMMER.get(plain, "") if summer == 1 else ""
    if base != int(base):
        return _PARTS.get(plain, "")
    # POSIX counts westwards: Etc/GMT+6 is six hours behind Greenwich.
    zone = "Etc/GMT" if not base else f"Etc/GMT{-int(base):+d}"
    return zone if zone in available_timezones() else ""
