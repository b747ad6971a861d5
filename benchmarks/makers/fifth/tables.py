"""What the society knows by heart: countries, mail providers, names, clients and the numbers of the signals."""

from __future__ import annotations

from dataclasses import dataclass

# The signals an institution can offer. DOMAIN and PHONE end as columns of the account, the others as sightings.
IP, PAYMENT, TEMPLATE, DEVICE, AGENT, DOMAIN, PHONE, GIT, SCHEMA, ZONE, PREFIX, IDENTITY, BILLING = range(13)
BIN, ASN, JA4 = 13, 14, 15  # follow from a payment, an address and a client

SIGNAL_NAMES = [
    "ip",
    "payment",
    "template",
    "device",
    "user_agent",
    "email_domain",
    "phone",
    "git_remote",
    "tool_schema",
    "time_zone",
    "conversation_prefix",
    "identity_check",
    "billing_address",
    "card_bin",
    "asn",
    "ja4",
]
MAIN_SIGNALS = (IP, PAYMENT, TEMPLATE, DEVICE, AGENT)
OPTIONAL_SIGNALS = (GIT, SCHEMA, ZONE, PREFIX, IDENTITY, BILLING, BIN, ASN, JA4)
EXCLUSIVE = (PAYMENT, DEVICE, AGENT, ZONE, DOMAIN, PHONE)  # an employer's value mostly replaces one's own


@dataclass(frozen=True)
class Country:
    """A country with what it needs to make its institutions differ."""

    code: str
    weight: float
    offset: float
    language: str
    weekend: tuple[int, int]
    zones: tuple[str, ...]
    prefix: str
    suffix: str
    mail: tuple[str, ...]


_SAT_SUN, _FRI_SAT = (5, 6), (4, 5)
COUNTRIES = [
    Country(
        "US",
        24,
        -6,
        "en",
        _SAT_SUN,
        ("America/New_York", "America/Chicago", "America/Los_Angeles", "America/Denver"),
        "+1",
        "com",
        ("gmail.com", "yahoo.com", "outlook.com", "icloud.com", "aol.com", "hotmail.com"),
    ),
    Country(
        "IN", 14, 5.5, "hi", _SAT_SUN, ("Asia/Kolkata",), "+91", "in", ("gmail.com", "rediffmail.com", "yahoo.co.in")
    ),
    Country(
        "BR", 6, -3, "pt", _SAT_SUN, ("America/Sao_Paulo",), "+55", "com.br", ("gmail.com", "hotmail.com", "uol.com.br")
    ),
    Country(
        "GB", 6, 0, "en", _SAT_SUN, ("Europe/London",), "+44", "co.uk", ("gmail.com", "hotmail.co.uk", "btinternet.com")
    ),
    Country(
        "DE", 6, 1, "de", _SAT_SUN, ("Europe/Berlin",), "+49", "de", ("gmail.com", "gmx.de", "web.de", "t-online.de")
    ),
    Country(
        "FR", 5, 1, "fr", _SAT_SUN, ("Europe/Paris",), "+33", "fr", ("gmail.com", "orange.fr", "free.fr", "laposte.net")
    ),
    Country("JP", 5, 9, "ja", _SAT_SUN, ("Asia/Tokyo",), "+81", "co.jp", ("gmail.com", "yahoo.co.jp", "docomo.ne.jp")),
    Country("KR", 4, 9, "ko", _SAT_SUN, ("Asia/Seoul",), "+82", "co.kr", ("naver.com", "gmail.com", "hanmail.net")),
    Country(
        "CA", 4, -5, "en", _SAT_SUN, ("America/Toronto", "America/Vancouver"), "+1", "ca", ("gmail.com", "outlook.com")
    ),
    Country("ID", 4, 7, "id", _SAT_SUN, ("Asia/Jakarta", "Asia/Makassar"), "+62", "id", ("gmail.com", "yahoo.co.id")),
    Country("VN", 3, 7, "vi", _SAT_SUN, ("Asia/Ho_Chi_Minh",), "+84", "vn", ("gmail.com", "yahoo.com")),
    Country("PH", 3, 8, "en", _SAT_SUN, ("Asia/Manila",), "+63", "ph", ("gmail.com", "yahoo.com")),
    Country("PL", 3, 1, "pl", _SAT_SUN, ("Europe/Warsaw",), "+48", "pl", ("gmail.com", "wp.pl", "o2.pl", "onet.pl")),
    Country(
        "ES", 3, 1, "es", _SAT_SUN, ("Europe/Madrid",), "+34", "es", ("gmail.com", "hotmail.com", "telefonica.net")
    ),
    Country("IT", 3, 1, "it", _SAT_SUN, ("Europe/Rome",), "+39", "it", ("gmail.com", "libero.it", "virgilio.it")),
    Country("MX", 3, -6, "es", _SAT_SUN, ("America/Mexico_City",), "+52", "mx", ("gmail.com", "hotmail.com")),
    Country("NG", 2, 1, "en", _SAT_SUN, ("Africa/Lagos",), "+234", "ng", ("gmail.com", "yahoo.com")),
    Country("TR", 2, 3, "tr", _SAT_SUN, ("Europe/Istanbul",), "+90", "com.tr", ("gmail.com", "hotmail.com")),
    Country("EG", 2, 2, "ar", _FRI_SAT, ("Africa/Cairo",), "+20", "eg", ("gmail.com", "yahoo.com")),
    Country("SA", 2, 3, "ar", _FRI_SAT, ("Asia/Riyadh",), "+966", "sa", ("gmail.com", "hotmail.com")),
    Country("SG", 2, 8, "zh", _SAT_SUN, ("Asia/Singapore",), "+65", "sg", ("gmail.com", "outlook.com")),
    Country(
        "HK", 2, 8, "zh", _SAT_SUN, ("Asia/Hong_Kong",), "+852", "hk", ("gmail.com", "qq.com", "163.com", "126.com")
    ),
    Country("TW", 2, 8, "zh", _SAT_SUN, ("Asia/Taipei",), "+886", "tw", ("gmail.com", "yahoo.com.tw")),
    Country("UA", 2, 2, "uk", _SAT_SUN, ("Europe/Kyiv",), "+380", "ua", ("gmail.com", "ukr.net", "i.ua")),
    Country("IL", 1.5, 2, "he", _FRI_SAT, ("Asia/Jerusalem",), "+972", "co.il", ("gmail.com", "walla.co.il")),
    Country("CZ", 1.5, 1, "cs", _SAT_SUN, ("Europe/Prague",), "+420", "cz", ("seznam.cz", "gmail.com", "centrum.cz")),
    Country("NL", 2, 1, "nl", _SAT_SUN, ("Europe/Amsterdam",), "+31", "nl", ("gmail.com", "ziggo.nl", "hotmail.nl")),
    Country(
        "AU",
        2.5,
        10,
        "en",
        _SAT_SUN,
        ("Australia/Sydney", "Australia/Perth"),
        "+61",
        "com.au",
        ("gmail.com", "bigpond.com"),
    ),
]

WEBMAIL = sorted({name for country in COUNTRIES for name in country.mail} | {"proton.me", "zoho.com", "mail.com"})
ALIAS_MAIL = ["duck.com", "mozmail.com", "simplelogin.com", "privaterelay.appleid.com", "passmail.net"]
DISPOSABLE_MAIL = [
    "mailinator.com",
    "guerrillamail.com",
    "yopmail.com",
    "10minutemail.com",
    "temp-mail.org",
    "moakt.com",
]

_WEST = "anna maria james john laura peter paul emma lucas julia sofia daniel martin sarah david tom eva oscar nina max"
_WEST_LAST = "smith jones silva garcia mueller martin rossi novak kowalski bauer lopez brown taylor wilson moore santos"
_EAST = "wei li min jun hana yuki minh linh jia hao mei kenji sora jin seo anh thi dung ken rin"
_EAST_LAST = "wang zhang chen liu kim lee park tran nguyen sato suzuki tanaka lin huang pham le ito choi"
_SOUTH = (
    "amit priya rahul neha arjun ravi fatima omar ali hassan layla yusuf amina sana dewi budi siti agus emeka chidi"
)
_SOUTH_LAST = (
    "kumar sharma singh patel khan ahmed hassan ibrahim wijaya santoso okafor bello mohamed rao gupta das saleh"
)
FIRST_NAMES = {"west": _WEST.split(), "east": _EAST.split(), "south": _SOUTH.split()}
LAST_NAMES = {"west": _WEST_LAST.split(), "east": _EAST_LAST.split(), "south": _SOUTH_LAST.split()}
NAME_GROUP = dict.fromkeys(("ja", "ko", "vi", "zh"), "east") | dict.fromkeys(("hi", "ar", "id"), "south")

SYLLABLES = [
    "al",
    "an",
    "ar",
    "ba",
    "be",
    "bo",
    "ca",
    "co",
    "da",
    "de",
    "do",
    "el",
    "en",
    "er",
    "fa",
    "fi",
    "ga",
    "go",
    "ha",
    "he",
    "in",
    "is",
    "ja",
    "ka",
    "ko",
    "la",
    "le",
    "lo",
    "lu",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "no",
    "ol",
    "or",
    "pa",
    "pe",
    "po",
    "qua",
    "ra",
    "re",
    "ri",
    "ro",
    "sa",
    "se",
    "si",
    "so",
    "ta",
    "te",
    "ti",
    "to",
    "tra",
    "tu",
    "va",
    "ve",
    "vi",
    "vo",
    "wa",
    "we",
    "xa",
    "ya",
    "ze",
    "zo",
]
FIRM_WORDS = [
    "tech",
    "soft",
    "labs",
    "group",
    "works",
    "media",
    "data",
    "care",
    "build",
    "trade",
    "cloud",
    "shop",
    "food",
    "health",
    "legal",
    "energy",
    "auto",
    "design",
]
CHEAP_SUFFIXES = ["xyz", "top", "site", "online", "icu", "shop", "click", "fun", "store"]

CLIENT_TOOLS = [
    "sdk-python",
    "sdk-node",
    "sdk-go",
    "sdk-java",
    "cli-code",
    "web-chrome",
    "web-safari",
    "web-firefox",
    "app-ios",
    "app-android",
    "curl",
    "okhttp",
    "langtool",
    "agentkit",
    "editor-plugin",
    "workflow-http",
]
SYSTEMS = ("linux", "macos", "windows", "ios", "android")
