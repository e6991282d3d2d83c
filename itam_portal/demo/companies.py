"""Names of tenants and of the organizations inside them."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from django.utils.text import slugify

from itam_portal.demo.chance import chooser
from itam_portal.demo.places import Place, places


class Company(NamedTuple):
    """What a tenant is called and where it is at home."""

    slug: str
    name: str
    company_name: str
    country: str
    time_zone: str
    language: str


# Short name | name | company | language
_TENANTS = """
northwind | Northwind Traders | Northwind Traders B.V. | nl
contoso | Contoso | Contoso Ltd | en
fabrikam | Fabrikam | Fabrikam Inc. | en
adventure-works | Adventure Works | Adventure Works Cycles AB | sv
tailspin | Tailspin Toys | Tailspin Toys GmbH | de
minato | ミナト商事 | 株式会社ミナト商事 | ja
woodgrove | Woodgrove Bank | Woodgrove Bank plc | ga
alpine | Alpine Ski House | Maison du Ski Alpin SA | fr
wingtip | Wingtip Toys | Wingtip Toys Sp. z o.o. | pl
nakhil | شركة النخيل | شركة النخيل للتجارة | ar
litware | Litware | Litware S.L. | es
proseware | Proseware | Proseware s.r.o. | cs
lucerne | Lucerne Publishing | Verlag Luzern GmbH | de
relecloud | Relecloud | Relecloud Lda. | pt
coho | Coho Vineyard | Cantine Coho S.r.l. | it
bosporus | Boğaz Lojistik | Boğaz Lojistik A.Ş. | tr
lamna | Lamna Healthcare | Lamna Healthcare Pvt. Ltd | hi
hangang | 한강전자 | 한강전자 주식회사 | ko
qingyun | 青云科技 | 青云科技有限公司 | zh
aegean | Ναυτιλιακή Αιγαίου | Ναυτιλιακή Αιγαίου Α.Ε. | el
"""
_PLACES = (
    "Amber Arctic Aurora Baltic Birch Cedar Copper Coral Delta Eagle Elbe Ember Falcon Fjord Garnet Granite Harbour "
    "Heron Indigo Iron Ivory Jasper Juniper Kestrel Lagoon Larch Maple Meridian Nordic Oak Onyx Opal Orchid Osprey "
    "Pacific Pearl Pine Quartz Raven Red_Rock Ridge River Saffron Sierra Silver Solent Summit Tern Thistle Tidal Topaz "
    "Umber Valley Vega Velvet Violet Walnut Willow Zenith Zephyr"
).split()
_TRADES = (
    "Logistics Foods Energy Insurance Software Pharma Motors Textiles Media Shipping Bank Steel Paper Optics Airways "
    "Robotics Chemicals Retail Telecom Water Timber Ceramics Consulting Hospitals"
).split()
_FORMS = {
    "US": "Inc.", "GB": "Ltd", "AU": "Pty Ltd", "DE": "GmbH", "AT": "GmbH", "FR": "SA", "CA": "Inc.", "ES": "S.L.",
    "MX": "S.A. de C.V.", "PT": "Lda.", "BR": "Ltda.", "NL": "B.V.", "IT": "S.r.l.", "PL": "Sp. z o.o.", "CZ": "s.r.o.",
    "SE": "AB", "TR": "A.Ş.", "IE": "Ltd", "IN": "Pvt. Ltd", "GR": "A.E.", "JP": "K.K.", "KR": "Co., Ltd",
}  # fmt: skip
# Names that try a list's order and its search, each with the language of its place; every so often one of them.
_SPECIAL = (
    ("Žluťoučký kůň s.r.o.", "cs"),
    ("株式会社さくら製作所", "ja"),
    ("Ångström Instrument AB", "sv"),
    ("شركة الأفق للتقنية", "ar"),
    ("Société d'Équipement de l'Est", "fr"),
    ("ТОО «Ромашка»", "ru"),
    ("Öz İstanbul Gıda A.Ş.", "tr"),
    ("D", "en"),
    ("上海明珠贸易有限公司", "zh"),
    ("Łódzka Fabryka Mebli S.A.", "pl"),
    ("한빛소프트", "ko"),
    ("7-Ways Transport", "en"),
    ("מפעלי הצפון בע״מ", "he"),
    ("Ελληνική Ναυπηγική Α.Ε.", "el"),
    ("भारत वस्त्र उद्योग", "hi"),
    ("Gesellschaft für die Förderung der Zusammenarbeit im grenzüberschreitenden Güterverkehr mbH & Co. KG", "de"),
)
_SPECIAL_EVERY = 24
# Coprime to the number of combinations, so that none comes twice.
_STEP = 397


def companies(number: int) -> Iterator[Company]:
    """So many tenants, always the same ones."""
    for line in _TENANTS.strip().splitlines()[:number]:
        slug, name, company, language = [part.strip() for part in line.split("|")]
        home = places()[language][0]
        yield Company(slug, name, company, home.country, home.time_zone, language)
    languages = sorted(places())
    for position in range(number - len(_TENANTS.strip().splitlines())):
        language = languages[position * 7 % len(languages)]
        home = places()[language][position % len(places()[language])]
        name, turn = combined(position), position // (len(_PLACES) * len(_TRADES))
        name = f"{name} {turn + 1}" if turn else name
        yield Company(slugify(name), name, f"{name} {form(home)}".strip(), home.country, home.time_zone, language)


def combined(number: int) -> str:
    """A company's name; different for each number below 1,440."""
    combination = number * _STEP % (len(_PLACES) * len(_TRADES))
    return f"{_PLACES[combination // len(_TRADES)].replace('_', ' ')} {_TRADES[combination % len(_TRADES)]}"


def form(place: Place) -> str:
    """The legal form usual there."""
    return _FORMS.get(place.country, "")


def organizations(number: int, language: str, chance: Random) -> Iterator[tuple[str, Place]]:
    """So many names of organizations, all different, each with its place; half of them near home."""
    near = chooser(chance, places()[language])
    anywhere = chooser(chance, [place for found in places().values() for place in found])
    start = int(chance.random() * 1000)
    for position in range(number):
        place = near() if chance.random() < 0.5 else anywhere()
        if position % _SPECIAL_EVERY == 5 and position // _SPECIAL_EVERY < len(_SPECIAL):
            name, language = _SPECIAL[position // _SPECIAL_EVERY]
            yield name, places()[language][0]
        else:
            yield f"{combined(start + position)} {form(place)}".strip(), place
