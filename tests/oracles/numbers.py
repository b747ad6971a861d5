"""Telephone numbers, by the ``phonenumbers`` package; cards and BINs, digit by digit."""

import hashlib
import re

import phonenumbers

from graphlink.reading.normalise.placeholders import PLACEHOLDERS
from oracles import BAD, UNLINKABLE, Told


def phone(text: str, region: str | None) -> Told:
    """Read a telephone number: as the library does, again and again until nothing changes."""
    if region is None and text.startswith("00"):
        text = "+" + text[2:]
    while True:
        try:
            number = phonenumbers.parse(text, region)
            written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        except phonenumbers.NumberParseException as error:
            written = phonenumbers.normalize_diallable_chars_only(text)
            if error.error_type != phonenumbers.NumberParseException.INVALID_COUNTRY_CODE or written[:1] != "+":
                return BAD
        if written == text:
            return Told({"phone": written}) if re.fullmatch(r"\+[1-9][0-9]{6,14}", written) else BAD
        text = written


def digits_of_card(text: str) -> str | None:
    """The digits of a full card number: 13 to 19, at most one blank or dash between two, the last one right."""
    if not re.fullmatch(r"[0-9](?:[ -]?[0-9]){12,18}", text):
        return None
    digits = [int(each) for each in text if each not in " -"]
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return "".join(map(str, digits)) if total % 10 == 0 else None


_BIN_IN_CLEAR = re.compile(r"([0-9]{4})[ -]?([0-9]{2})[0-9]{0,2}[ -]?[xX*•.# -]{2,}[0-9]{0,4}")
_END_IN_CLEAR = re.compile(r"[xX*•.# -]{2,}[0-9]{1,6}")


def card(text: str) -> Told:
    """Read a card: a number is hidden, a masked one gives its BIN or nothing, all else is a fingerprint."""
    if masked := _BIN_IN_CLEAR.fullmatch(text):
        return Told({"card_bin": masked[1] + masked[2]})
    if _END_IN_CLEAR.fullmatch(text):
        return UNLINKABLE
    digits = digits_of_card(text)
    if digits is None:
        return Told({"card": text})
    if digits in PLACEHOLDERS["card"]:
        return UNLINKABLE
    told = {"card": "pan_" + hashlib.sha256(b"graphlink card\0" + digits.encode()).hexdigest()[:32]}
    return Told(told | ({"card_bin": digits[:6]} if digits[0] in "23456" else {}))


def card_bin(text: str) -> Told:
    """Read a BIN, or what a card number begins with."""
    if masked := _BIN_IN_CLEAR.fullmatch(text):
        return Told({"card_bin": masked[1] + masked[2]})
    if digits := digits_of_card(text):
        return Told({"card_bin": digits[:6]})
    if re.fullmatch("[0-9]{4}[ -][0-9]{2,4}", text):
        return Told({"card_bin": text[:4] + text[5:]})
    return Told({"card_bin": text})
