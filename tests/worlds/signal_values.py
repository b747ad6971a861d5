"""Raw values as exports write them, for the tests of the signals stage, and a short way through a column."""

import pyarrow as pa
from hypothesis import strategies as st

from graphlink.config.settings import Config
from graphlink.model.signals import Normalised
from graphlink.reading.normalise.table import signal_table

TABLE = signal_table(Config(reading={"phone_region": "GB"}))

_MAIL = st.builds(
    "{}@{}".format,
    st.text("aAbB.+-_\"'é \t", min_size=1, max_size=8),
    st.sampled_from(
        [
            *("Gmail.com", "googlemail.com", "outlook.de", "pm.me", "PROTON.ME", "a.fastmail.com", "fastmail.fm"),
            *("ya.ru", "yandex.com", "me.com", "Bücher.de", "initech.com.", "example.com", "mailinator.com", "nodot"),
        ]
    ),
)
_ADDRESSES = st.one_of(
    st.ip_addresses().map(str),
    st.ip_addresses(v=6).map(lambda address: address.exploded.upper()),
    st.ip_addresses(v=4).map("::ffff:{}".format),
    st.text("0123456789abcdef:.%/", max_size=12),
)
_CARDS = st.one_of(st.from_regex(r"[0-9]{13,19}", fullmatch=True), st.text("0123456789*xX -", max_size=20))
_PHONES = st.one_of(
    st.from_regex(r"\+[1-9][0-9]{6,13}", fullmatch=True), st.text("+0123456789 ()-", min_size=3, max_size=16)
)
_PROMPTS = st.text("abc XYZ\n\t'\"`0123.,/:@#“”\u200b\u00a0é", max_size=60)
_AS_NUMBERS = st.from_regex(r"(AS|as ?)?[0-9]{1,11}( [A-Z]+)?", fullmatch=True)

RAW_VALUES = st.one_of(st.text(max_size=20), _MAIL, _ADDRESSES, _CARDS, _PHONES, _PROMPTS, _AS_NUMBERS)


def read(column: str, *values: str | None) -> Normalised:
    """Normalise raw values as those of a column."""
    return TABLE.columns[column].normalise(pa.array(values, pa.string()))


def signals(column: str, name: str, *values: str | None) -> list[str | None]:
    """The signals of one type that raw values of a column yield."""
    result: list[str | None] = read(column, *values).signals[name].to_pylist()
    return result
