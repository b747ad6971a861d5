"""Mail domains as codes: small codes are the public names listed here, others are private and named when written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.lab.simulate.draws import Floats, Ints

WEBMAIL = (
    "gmail.com",
    "outlook.com",
    "yahoo.com",
    "hotmail.com",
    "icloud.com",
    "qq.com",
    "163.com",
    "proton.me",
    "gmx.de",
    "mail.ru",
    "web.de",
    "naver.com",
    "aol.com",
    "live.com",
    "yandex.ru",
    "zoho.com",
)
ALIAS = ("privaterelay.appleid.com", "simplelogin.com", "duck.com", "mozmail.com")
DISPOSABLE = (
    "mailinator.com",
    "guerrillamail.com",
    "yopmail.com",
    "10minutemail.com",
    "temp-mail.org",
    "trashmail.com",
    "sharklasers.com",
    "getnada.com",
    "dispostable.com",
    "maildrop.cc",
    "throwawaymail.com",
    "mohmal.com",
)
PUBLIC = WEBMAIL + ALIAS + DISPOSABLE

_WEBMAIL_WEIGHT = np.array([52, 12, 6, 7, 5, 4, 3, 3, 2, 2, 1.5, 1.5, 0.5, 1, 1, 0.5])


def webmail(u: Floats) -> Ints:
    """Turn uniform numbers into large webmail providers."""
    return _pick(u, _WEBMAIL_WEIGHT, 0)


def alias(u: Floats) -> Ints:
    """Turn uniform numbers into alias services, which honest people use too."""
    return _pick(u, np.ones(len(ALIAS)), len(WEBMAIL))


def disposable(u: Floats) -> Ints:
    """Turn uniform numbers into listed disposable domains."""
    return _pick(u, np.ones(len(DISPOSABLE)), len(WEBMAIL) + len(ALIAS))


def _pick(u: Floats, weight: Floats, base: int) -> Ints:
    cumulative = np.cumsum(weight)
    return base + np.searchsorted(cumulative / cumulative[-1], u, side="right").clip(0, len(weight) - 1).astype(
        np.int64
    )
