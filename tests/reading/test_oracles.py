"""Each normaliser says of a whole column what a plain reader says of each value: on mixtures of every kind of value.

``HYPOTHESIS_PROFILE=nightly`` has a million values of each type; else there are a few thousand. ``ORACLE_VALUES`` sets
the number, ``ORACLE_SEED`` where they begin.
"""

import os
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pyarrow as pa
import pytest
from oracles import UNLINKABLE, addresses, mail, numbers, stands_for_nothing, texts, times
from signal_values import TABLE

from graphlink.config.settings import Config
from graphlink.engine.arrays import bytes_of
from graphlink.model.times import NO_TIME
from graphlink.reading.columns.times import TimeRule, read_times
from graphlink.reading.normalise.placeholders import PLACEHOLDERS, placeholder_set
from graphlink.reading.normalise.table import signal_table

N_VALUES = int(
    os.environ.get("ORACLE_VALUES") or (1_000_000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 2_000)
)
SEED = int(os.environ.get("ORACLE_SEED", "1"))
A_BLOCK = 20_000  # values of one column
LONG = 70_000  # letters: more than whatever is looked at together

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(300 if N_VALUES <= 10_000 else 3_600)]

# --- what exports hold ------------------------------------------------------------------------------------------------

_SCRIPTS = "aäßÄİıſKéñœÆøŁжЖяЯαΩσςאبتกあ漢字한글𝔘🙂\u0301\u200b\u00a0\u2028\u3000\ufeff\x00\x1a\x1f\x85"  # noqa: RUF001  meant
_ASCII = "".join(map(chr, range(32, 127)))
_WORDS = tuple(placeholder_set("*").to_pylist()) + tuple(each for name in PLACEHOLDERS for each in PLACEHOLDERS[name])


def _letters(chance: random.Random, letters: str, low: int, high: int) -> str:
    return "".join(chance.choices(letters, k=chance.randint(low, high)))


def _nothing(chance: random.Random) -> str | None:
    word = chance.choice(_WORDS)
    return chance.choice(
        [
            *(None, "", " ", "\t \n", word, word.upper(), word.title(), f" {word}\t", f"({word})", "0.0.0.0", "::"),  # noqa: S104
            *("----", "xxxx", "ffffffff", "0x0", "????", "\u00a0", "\u3000", "1.2.3.4", "8.8.8.8", "1.1.1.1"),
        ]
    )


def _noise(chance: random.Random) -> str:
    kind = chance.randrange(12)
    if kind == 0 and chance.random() < 0.02:
        return _letters(chance, "ab1.:@- ", LONG, LONG + 9)
    if kind < 5:
        return _letters(chance, _ASCII, 0, 24)
    return _letters(chance, _SCRIPTS + "abc123 .:-@+/", 0, 16)


def _spoilt(chance: random.Random, text: str) -> str:
    """A value as careless hands leave it."""
    kind = chance.randrange(10)
    at = chance.randint(0, len(text))
    if kind < 4:
        return text
    if kind == 4:
        return text[:at] + chance.choice(_ASCII + _SCRIPTS) + text[at:]
    if kind == 5:
        return text[:at] + text[at + 1 :]
    if kind == 6:
        return chance.choice(["", " ", "\t", "\u00a0", "\n"]) + text + chance.choice([" ", "\r\n", "\u3000", "  "])
    if kind == 7:
        return text + chance.choice([",", ";", " ", "|", ", "]) + text
    return text.upper() if kind == 8 else text.swapcase()


def _four(chance: random.Random) -> str:
    octets = [chance.choice([chance.randrange(256), 9, 10, 127, 192, 168, 0, 255]) for _ in range(4)]
    return ".".join(str(each).zfill(chance.choice([0, 0, 0, 0, 0, 3])) for each in octets)


def _six(chance: random.Random) -> str:
    groups = [chance.choice(["2a00", "2001", "fe80", "3fff", "0", "2600"])]
    groups += [chance.choice(["0", "0", f"{chance.randrange(65536):x}", "db8", "ffff", "0001"]) for _ in range(7)]
    kind = chance.randrange(6)
    if kind < 2:
        low, high = sorted((chance.randint(0, 8), chance.randint(0, 8)))
        return ":".join(groups[:low]) + "::" + ":".join(groups[high:])
    if kind == 2:
        return "::ffff:" + _four(chance)
    if kind == 3:
        return ":".join(groups[:6]) + ":" + _four(chance)
    return ":".join(groups)


def _address(chance: random.Random) -> str:
    kind = chance.randrange(12)
    port = chance.choice(["0", "80", "443", "65535", "65536", "00080", "99999", ""])
    if kind < 3:
        return _four(chance)
    if kind < 6:
        return _six(chance)
    made = {
        6: lambda: f"{_four(chance)}:{port}",
        7: lambda: f"[{_six(chance)}]:{port}",
        8: lambda: f"[{_six(chance)}]",
        9: lambda: f"{_six(chance)}%{chance.choice(['eth0', '1', '', 'ä', 'a%b'])}",
        10: lambda: (
            f"{chance.choice([_four, _six])(chance)}/{chance.choice([0, 8, 24, 32, 33, 64, 96, 120, 128, 129])}"
        ),
        11: lambda: _letters(chance, "0123456789abcdefABCDEF:.%/[]", 1, 30),
    }
    return made[kind]()


def _prefix(chance: random.Random) -> str:
    """An address of any spelling, most with the length of a network behind it, however little that fits."""
    length = chance.choice(["", "/24", "/32", "/64", "/96", "/120", "/128", "/8", "/129", "/0", "/024"])
    return _address(chance) + length


def _as_number(chance: random.Random) -> str:
    number = chance.choice(
        [chance.randrange(1 << 33), chance.randrange(70_000), 23456, 0, 4_199_999_999, 4_200_000_000]
    )
    return (
        chance.choice(["AS", "as", "", "AS ", "aS\n"]) + str(number) + chance.choice(["", "", " Example", "\nX", "x"])
    )


_DOMAINS = (
    *(
        *("gmail.com", "googlemail.com", "outlook.de", "pm.me", "proton.me", "a.fastmail.com", "fastmail.fm"),
        "b.c.fastmail.fm",
    ),
    *("ya.ru", "yandex.com", "me.com", "bücher.de", "initech.com.", "example.com", "a.example.org", "nodot", "x.test"),
    *("müller.example.de", "straße.de", "faß.de", "日本語.jp", "пример.рф", "xn--bcher-kva.de", "xn--.de", "a..b.de"),
    *("-a.de", "a-.de", "a_b.de", "1.2.3.4", "[1.2.3.4]", "de", "x" * 64 + ".de", "a." * 130 + "de", "ä" * 70 + ".de"),
    *("test.com", "localhost", "a。de", "ＧＭＡＩＬ.com", "mail.ru", "x.hey.com", "İstanbul.com", "a.b\u200d.de"),  # noqa: RUF001  as above
)


def _mail(chance: random.Random) -> str:
    local = chance.choice(
        [
            _letters(chance, "abcABC.+-_019", 1, 10),
            _letters(chance, "abc.+-_\"'é \\@()ß", 1, 8),
            "".join(('"', _letters(chance, "ab +.@\\", 1, 6), '"')),
            "x" * chance.choice([63, 64, 65]),
            "+tag",
            "..",
            "é" * chance.choice([32, 33]),
        ]
    )
    return f"{local}@{chance.choice(_DOMAINS)}"


def _mail_domain(chance: random.Random) -> str:
    return chance.choice(["", "", "@", "a@", "a@b@"]) + chance.choice(_DOMAINS)


def _phone(chance: random.Random) -> str:
    code = chance.choice(
        ["1", "44", "49", "33", "39", "7", "86", "91", "55", "372", "800", "979", "999", "0", "44 (0)"]
    )
    digits = _letters(chance, "0123456789", 3, 13)
    spaced = "".join(each + chance.choice(["", "", "", " ", "-", ".", "/", ")"]) for each in digits)
    start = chance.choice(["+", "+", "+", "00", "", "0", "tel:+", "\uff0b", "(+", "011 "])
    end = chance.choice(["", "", "", "", " ext. 12", "x3", ";ext=7", ";phone-context=+44", " #1"])
    return start + code + chance.choice([digits, digits, spaced]) + end


def _with_check_digit(digits: str) -> str:
    return next(digits + each for each in "0123456789" if numbers.digits_of_card(digits + each))


def _card(chance: random.Random) -> str:
    kind = chance.randrange(9)
    digits = _letters(chance, "0123456789", 12, 18)
    if kind < 3:
        whole = _with_check_digit(digits)
        return chance.choice([whole, " ".join(whole[at : at + 4] for at in range(0, len(whole), 4)), "-".join(whole)])
    if kind == 3:
        return digits
    if kind < 6:
        mask = chance.choice(["x", "*", "•", ".", "X", "#", "- "]) * chance.randint(1, 12)
        return digits[: chance.randint(0, 9)] + mask + digits[: chance.randint(0, 7)]
    return chance.choice(["fp_", "card_", "tok-", ""]) + _letters(chance, "abcdef0123456789", 4, 32)


def _bin(chance: random.Random) -> str:
    digits = _letters(chance, "0123456789", 4, 9)
    return chance.choice([digits, f"{digits[:4]} {digits[4:]}", f"{digits[:4]}-{digits[4:]}", _card(chance)])


def _uuid(chance: random.Random) -> str:
    number = f"{chance.randrange(1 << 12) * 0xABCDEF0123456789ABCDEF0123:032x}"
    dashed = "-".join((number[:8], number[8:12], number[12:16], number[16:20], number[20:]))
    return chance.choice(
        [number, dashed, f"{{{dashed}}}", f"urn:uuid:{dashed}", f"({dashed}", dashed.upper(), number.upper()]
    )


_PARTS = (
    *("Translate", "summarise the text", "you are a helpful assistant.", "Act as an expert software developer."),
    *("don't", "https://x.org/a?b=1", "www.a.de", "a.b@c.de", "'quoted it'", '"said"', "“so”", "„so“", "«so»", "「x」"),
    *("/usr/bin/x", "3,4 and 17", "12 May", "may 3rd", "1st of june", "Monday,", "v1.2.3-rc4", "0x1f", "٣٤"),
    *("x" * 41, "c:\\a\\b", "~/a/b", "```code 1```", "```open", '"""doc"""', "`x`", "'''y'''", "- * |", "& / +"),
    *("€ $ £", "\n\n", "\t", "  ", "\u2028", "\x1a", "das ist eine Frage", "お願いします翻訳", "переведи текст"),
    *("x-anthropic-billing-header: a", "and/or", "don’t ‘x’", "\u00ad", "K"),
)


def _prompt(chance: random.Random) -> str:
    if chance.randrange(20) == 0:
        return chance.choice(["t_", "T_"]) + _letters(chance, "0123456789abcdef", 19, 21)
    glue = chance.choice([" ", " ", "\n", ", ", "", " = ", "("])
    return glue.join(chance.choices(_PARTS, k=chance.randint(1, 9)))


def _agent(chance: random.Random) -> str:
    return "".join(
        each + chance.choice([" ", "  ", "\t", "\v", "\f ", "\r\n", "\u00a0", "/"])
        for each in chance.choices(["Mozilla/5.0", "(X11;", "Linux)", "curl/8.5", "é"], k=chance.randint(1, 6))
    )


# --- columns ----------------------------------------------------------------------------------------------------------


def _values(kind, seed, n):
    chance = random.Random(seed)
    made = []
    for _ in range(n):
        draw = chance.random()
        text = _nothing(chance) if draw < 0.15 else _noise(chance) if draw < 0.3 else _spoilt(chance, kind(chance))
        made.append(text)
    return made


def _blocks(n):
    """Sizes of columns: most are long, some have a few values, so that each kind of value is also met alone."""
    sizes = [1, 2, 3, 7, 40] * min(40, max(1, n // 2_000))
    while sum(sizes) < n:
        sizes.append(min(A_BLOCK, n - sum(sizes)))
    return sizes


_TYPES = {
    f"a_{name}": {"family": "x", "provenance": "claimed", "normalise": name}
    for name in ("text", "nfc", "lower", "uuid")
}
DECLARED = signal_table(Config(signals=_TYPES))
ABROAD = signal_table(Config())


def _words(name):
    return frozenset(placeholder_set(name).to_pylist())


def _expected(oracle, voids, listed, text):
    """What a column makes of a value: trimmed, set aside where it stands for nothing, and read."""
    text = "" if text is None else text.strip()
    if text == "" and voids is not None:
        return UNLINKABLE
    if stands_for_nothing(text, voids):
        return UNLINKABLE
    told = oracle(text)
    first = next(iter(listed))
    if first in told.signals and stands_for_nothing(told.signals[first], voids):
        return UNLINKABLE
    return replace(
        told,
        signals={
            name: value for name, value in told.signals.items() if value.lower() not in listed.get(name, frozenset())
        },
    )


COLUMNS = {
    "ip": (TABLE, _address, addresses.address, "ip", ("ip", "ip24", "ip64")),
    "ip_prefix": (TABLE, _prefix, addresses.prefix, "ip24", ("ip24", "ip64")),
    "asn": (TABLE, _as_number, addresses.as_number, "asn", ("asn",)),
    "email": (TABLE, _mail, mail.mail, "email", ("email", "email_domain")),
    "email_domain": (TABLE, _mail_domain, mail.domain, "email_domain", ("email_domain",)),
    "phone": (TABLE, _phone, partial(numbers.phone, region="GB"), "phone", ("phone",)),
    "phone abroad": (ABROAD, _phone, partial(numbers.phone, region=None), "phone", ("phone",)),
    "card": (TABLE, _card, numbers.card, "card", ("card", "card_bin")),
    "card_bin": (TABLE, _bin, numbers.card_bin, "card_bin", ("card_bin",)),
    "prompt": (TABLE, _prompt, texts.template, "template", ("template",)),
    "user_agent": (TABLE, _agent, texts.spaced, "user_agent", ("user_agent",)),
    "a_text": (DECLARED, _uuid, texts.plain, "text", ("a_text",)),
    "a_nfc": (DECLARED, _noise, texts.composed, "nfc", ("a_nfc",)),
    "a_lower": (DECLARED, _mail, texts.small, "lower", ("a_lower",)),
    "a_uuid": (DECLARED, _uuid, texts.uuid, "uuid", ("a_uuid",)),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_read_as_each_of_its_values_is(name, counted):
    table, kind, oracle, first, types = COLUMNS[name]
    column = table.columns[name.split(" ", maxsplit=1)[0]]
    voids = _words(first)
    listed = {each: _words(each) for each in types}
    different, n = [], 0
    for number, size in enumerate(_blocks(N_VALUES)):
        values = _values(kind, SEED * 1_000_003 + number, size)
        found = column.normalise(pa.array(values, pa.string()))
        signals = {each: found.signals[each].to_pylist() for each in types}
        bad = {each.index: each.code for each in found.bad}
        reader = oracle
        if name == "a_uuid":
            kept = [value.strip() for value in values if value and not stands_for_nothing(value.strip(), voids)]
            reader = partial(oracle, known=frozenset(filter(None, map(texts.dashed_uuid, kept))))
        named = partial(_named, reader, types)
        for row, value in enumerate(values):
            told = _expected(named, voids, listed, value)
            if value is None:
                told = replace(told, unlinkable=bool(found.unlinkable[row]))  # nobody counts what is not there
            got = {each: signals[each][row] for each in types if signals[each][row] is not None}
            if (got, bad.get(row), bool(found.unlinkable[row])) != (told.signals, told.bad, told.unlinkable):
                different.append((value, got, bad.get(row), bool(found.unlinkable[row]), told))
        n += size
    counted(f"{name}: {n:,} values against the oracle, {len(different)} different")
    assert different[:10] == []


def _named(reader, types, text):
    """What a reader says, where texts bear the name of whoever has them."""
    told = reader(text)
    return replace(told, signals={types[0] if name == "text" else name: each for name, each in told.signals.items()})


# --- times ------------------------------------------------------------------------------------------------------------


def _time(chance: random.Random) -> str:
    at = datetime(1998, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(104 * 366 * 86_400 * 10**6))
    if chance.random() < 0.2:  # near a change of the clocks
        changes = [("2026-03-29", 1), ("2026-10-25", 1), ("2025-03-30", 2), ("2025-10-26", 2)]
        day, hour = chance.choice([*changes, ("2071-03-29", 1), ("2071-10-25", 1)])
        at = datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00") + timedelta(seconds=chance.randrange(-4000, 4000))
    seconds = int(at.timestamp())
    day, clock = at.strftime("%Y-%m-%d"), at.strftime("%H:%M:%S")
    fraction = chance.choice(["", "", ".", ",", ".1"]) + _letters(chance, "0123456789", 0, 10)
    zone = chance.choice(
        ["Z", "Z", "", "", "z", "UTC", " UTC", "+01:00", "-0530", "+14", "+23:59", "+24:00", "+01:60", " +01", "-18:30"]
    )
    kind = chance.randrange(12)
    if kind < 6:
        return f"{day}{chance.choice('TT t')}{clock}{fraction if chance.random() < 0.5 else ''}{zone}"
    odd = [day, f"{day}T{clock[:5]}{zone}", f"{day}T{clock[:2]}{zone}", f"{day}T{clock[:2]}.5{zone}", f"{day}T{clock}Z"]
    odd += [
        f"{day}T24:00:00Z",
        f"{day}T23:59:60Z",
        f"{day}T{clock}{fraction}Z",
        f"{day}  {clock}",
        f"{day}T{clock[:4]}",
    ]
    odd += [str(seconds), f"{seconds}.25", *(str(seconds * 10**n) for n in (3, 6, 9)), f"-{seconds}"]
    odd += [f"{seconds}{_letters(chance, '0123456789', 1, 10)}", "45000", "01/02/2026", at.strftime("%d.%m.%Y")]
    odd += ["2026-02-29", "2024-02-29T00:00:00Z", "2026-13-01", "2026-01-00", "0000-01-01", "9999-12-31T23:59:59Z"]
    return chance.choice(odd)


def _alike(seed, n):
    chance = random.Random(seed)
    between, zone, digits = (
        chance.choice("TT "),
        chance.choice(["Z", "Z", "+01:00", "+0530", "-07", "+18:30", "+24:00", ""]),
        chance.choice([0, 0, 3, 6, 9]),
    )
    made = []
    for _ in range(n):
        at = datetime(1999, 12, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(102 * 366 * 86_400))
        fraction = "." + _letters(chance, "0123456789", digits, digits) if digits else ""
        made.append(f"{at:%Y-%m-%d}{between}{at:%H:%M:%S}{fraction}{zone}" if chance.random() < 0.98 else "")
    if chance.random() < 0.2:
        made[chance.randrange(n)] = f"0000-02-29{between}00:00:00{zone}"
    return made


@pytest.mark.parametrize(
    ("time_format", "zone"),
    [("iso", None), ("iso", "Europe/Berlin"), ("iso", "America/Sao_Paulo"), ("epoch_s", None), ("epoch_ns", None)],
)
def test_times_are_read_as_each_of_them_is(time_format, zone, counted):
    different, n = [], 0
    for number, size in enumerate(_blocks(N_VALUES)):
        values = _values(_time, SEED * 1_000_003 + number, size)
        if number % 3 == 2:  # as most exports are: all of one make, which is read by another way
            values = _alike(SEED * 1_000_003 + number, size)
        found = read_times(pa.array(values, pa.string()), TimeRule(time_format, zone))
        for row, value in enumerate(values):
            told = times.instant(value or "", time_format, zone)
            at = int(found.instants[row])
            got = found.bad[row][0] if row in found.bad else None if at == NO_TIME else at
            if got != told:
                different.append((value, got, told))
        n += len(values)
    counted(f"times, {time_format} {zone or 'UTC'}: {n:,} values against the oracle, {len(different)} different")
    assert different[:10] == []


def test_summers_go_on_after_2037():
    """The tables of zones end there, and it was winter from then on."""
    texts = pa.array(["2037-07-01T12:00:00", "2038-07-01T12:00:00", "2099-01-01T12:00:00"])
    found = [
        datetime.fromtimestamp(at / 1e6, UTC).hour
        for at in read_times(texts, TimeRule("iso", "Europe/Berlin")).instants
    ]
    assert found == [10, 10, 11]


def test_a_blanked_text_has_no_bytes():
    blanked = pa.compute.if_else(pa.array([True, False]), pa.array(["ab", "cd"]), pa.scalar(None, pa.string()))
    offsets, data = bytes_of(blanked)
    assert (offsets.tolist(), data.tobytes()) == ([0, 2, 2], b"ab")
