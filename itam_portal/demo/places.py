"""Where people work: a few cities for each language, with streets, telephone codes and time zones."""

from functools import cache
from random import Random
from typing import NamedTuple

# Language: locale | country code, telephone code, region | streets (# is the house number)
# | city, state, zip pattern (9 is a digit, A a letter), time zone; …
_PLACES = """
en: en-US | US +1 AMER | # Main Street; # Oak Avenue; # Market Street; # Commerce Drive; # Lakeview Road
 | New York, NY, 10999, America/New_York; Chicago, IL, 60699, America/Chicago; Austin, TX, 78799, America/Chicago;
 Seattle, WA, 98199, America/Los_Angeles; Raleigh, NC, 27699, America/New_York
en: en-GB | GB +44 EMEA | # High Street; # Station Road; # Church Lane; # Victoria Road
 | London, England, EC9A 9AA, Europe/London; Leeds, England, LS9 9AA, Europe/London;
 Edinburgh, Scotland, EH9 9AA, Europe/London
en: en-AU | AU +61 APAC | # George Street; # Collins Street; # King Street
 | Sydney, NSW, 2099, Australia/Sydney; Melbourne, VIC, 3099, Australia/Melbourne; Perth, WA, 6099, Australia/Perth
de: de-DE | DE +49 EMEA | Hauptstraße #; Bahnhofstraße #; Goethestraße #; Am Mühlenbach #
 | Berlin, Berlin, 10999, Europe/Berlin; München, Bayern, 80999, Europe/Berlin; Köln, NRW, 50999, Europe/Berlin;
 Düsseldorf, NRW, 40999, Europe/Berlin
de: de-AT | AT +43 EMEA | Mariahilfer Straße #; Ringstraße # | Wien, Wien, 1999, Europe/Vienna; Graz, Steiermark, 8099,
 Europe/Vienna
fr: fr-FR | FR +33 EMEA | # rue de la République; # avenue Victor-Hugo; # place de l'Église
 | Paris, Île-de-France, 75019, Europe/Paris; Lyon, Auvergne-Rhône-Alpes, 69009, Europe/Paris;
 Nîmes, Occitanie, 30900, Europe/Paris
fr: fr-CA | CA +1 AMER | # rue Sainte-Catherine; # boulevard René-Lévesque
 | Montréal, QC, H9A 9A9, America/Toronto; Québec, QC, G9A 9A9, America/Toronto
es: es-ES | ES +34 EMEA | Calle Mayor #; Calle de Alcalá #; Avenida de la Constitución #
 | Madrid, Madrid, 28099, Europe/Madrid; Málaga, Andalucía, 29099, Europe/Madrid;
 A Coruña, Galicia, 15099, Europe/Madrid
es: es-MX | MX +52 AMER | Avenida Insurgentes #; Calle Hidalgo #
 | Ciudad de México, CDMX, 09999, America/Mexico_City; Querétaro, QRO, 76999, America/Mexico_City
pt: pt-PT | PT +351 EMEA | Rua Augusta #; Avenida da Liberdade # | Lisboa, Lisboa, 1999-099, Europe/Lisbon;
 Évora, Alentejo, 7999-099, Europe/Lisbon
pt: pt-BR | BR +55 AMER | Rua das Flores #; Avenida Paulista # | São Paulo, SP, 01999-999, America/Sao_Paulo;
 Brasília, DF, 70999-999, America/Sao_Paulo
nl: nl-NL | NL +31 EMEA | Hoofdstraat #; Kerkstraat #; Stationsplein #; Prinsengracht #
 | Amsterdam, Noord-Holland, 1099 AA, Europe/Amsterdam; Rotterdam, Zuid-Holland, 3099 AA, Europe/Amsterdam;
 Utrecht, Utrecht, 3599 AA, Europe/Amsterdam; 's-Hertogenbosch, Noord-Brabant, 5299 AA, Europe/Amsterdam
it: it-IT | IT +39 EMEA | Via Roma #; Corso Garibaldi #; Via Giuseppe Verdi # | Milano, MI, 20199, Europe/Rome;
 Torino, TO, 10199, Europe/Rome
pl: pl-PL | PL +48 EMEA | ul. Marszałkowska #; ul. Długa # | Warszawa, Mazowieckie, 00-999, Europe/Warsaw;
 Łódź, Łódzkie, 90-999, Europe/Warsaw; Kraków, Małopolskie, 30-999, Europe/Warsaw
cs: cs-CZ | CZ +420 EMEA | Nádražní #; Husova # | Praha, Praha, 119 99, Europe/Prague; Plzeň, Plzeňský kraj, 309 99,
 Europe/Prague
sv: sv-SE | SE +46 EMEA | Storgatan #; Kungsgatan #; Drottninggatan # | Stockholm, Stockholms län, 119 99,
 Europe/Stockholm; Göteborg, Västra Götaland, 419 99, Europe/Stockholm; Malmö, Skåne, 219 99, Europe/Stockholm
tr: tr-TR | TR +90 EMEA | Atatürk Caddesi No: #; İstiklal Caddesi No: # | İstanbul, İstanbul, 34999, Europe/Istanbul;
 İzmir, İzmir, 35999, Europe/Istanbul
ga: en-IE | IE +353 EMEA | # O'Connell Street; # Grafton Street | Dublin, Leinster, D99 A9A9, Europe/Dublin;
 Dún Laoghaire, Leinster, A99 A9A9, Europe/Dublin; Cork, Munster, T99 A9A9, Europe/Dublin
vi: vi-VN | VN +84 APAC | # Nguyễn Huệ; # Lê Lợi | Hà Nội, Hà Nội, 109999, Asia/Ho_Chi_Minh;
 Đà Nẵng, Đà Nẵng, 559999, Asia/Ho_Chi_Minh
ar: ar-AE | AE +971 EMEA | شارع الشيخ زايد #; شارع النخيل # | دبي, دبي, , Asia/Dubai; أبوظبي, أبوظبي, , Asia/Dubai
he: he-IL | IL +972 EMEA | רחוב הרצל #; שדרות רוטשילד # | תל אביב, תל אביב, 6999999, Asia/Jerusalem;
 חיפה, חיפה, 3999999, Asia/Jerusalem
hi: hi-IN | IN +91 APAC | # महात्मा गांधी मार्ग; # MG Road | मुंबई, महाराष्ट्र, 400099, Asia/Kolkata;
 Bengaluru, Karnataka, 560099, Asia/Kolkata
ru: ru-KZ | KZ +7 EMEA | ул. Абая, #; ул. Пушкина, # | Алматы, Алматы, 050999, Asia/Almaty
el: el-GR | GR +30 EMEA | Λεωφόρος Κηφισίας #; Οδός Ερμού # | Αθήνα, Αττική, 109 99, Europe/Athens;
 Θεσσαλονίκη, Μακεδονία, 549 99, Europe/Athens
zh: zh-CN | CN +86 APAC | 中山路#号; 人民路#号 | 上海, 上海市, 200099, Asia/Shanghai;
 深圳, 广东省, 518099, Asia/Shanghai
zh: zh-TW | TW +886 APAC | 忠孝東路#號 | 臺北, 臺北市, 109, Asia/Taipei
ja: ja-JP | JP +81 APAC | 丸の内#番; 中央町#番 | 東京, 東京都, 109-9999, Asia/Tokyo;
 大阪, 大阪府, 539-9999, Asia/Tokyo
ko: ko-KR | KR +82 APAC | 세종대로 #; 테헤란로 # | 서울, 서울특별시, 04999, Asia/Seoul;
 부산, 부산광역시, 48999, Asia/Seoul
"""


class Place(NamedTuple):
    """A city, as far as people's records name it."""

    locale: str
    country: str
    dialing: str
    region: str
    streets: tuple[str, ...]
    city: str
    state: str
    zip_pattern: str
    time_zone: str


@cache
def places() -> dict[str, tuple[Place, ...]]:
    """The cities of each language, read once."""
    found: dict[str, tuple[Place, ...]] = {}
    for entry in _PLACES.strip().replace("\n ", " ").splitlines():
        language, _, rest = entry.partition(": ")
        found[language] = found.get(language, ()) + tuple(_cities(rest))
    return found


def _cities(entry: str) -> list[Place]:
    locale, country, streets, cities = [part.strip() for part in entry.split(" | ")]
    names = tuple(street.strip() for street in streets.split(";"))
    found = []
    for city in cities.split(";"):
        name, state, pattern, time_zone = [part.strip() for part in city.split(",")]
        code, dialing, region = country.split()
        found.append(Place(locale, code, dialing, region, names, name, state, pattern, time_zone))
    return found


def fill(pattern: str, chance: Random) -> str:
    """A pattern with its nines made digits and its As made letters."""
    drawn = chance.random
    letters = "ABCDEFGHJKLMNPRSTUWXYZ"
    return "".join(
        str(int(drawn() * 10)) if mark == "9" else letters[int(drawn() * 22)] if mark == "A" else mark
        for mark in pattern
    )
