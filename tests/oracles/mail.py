"""E-mail addresses and their domains, by the ``idna`` package and the rules of RFC 5321 as far as they are kept."""

import re

import idna

from graphlink.reading.normalise.mail_providers import PROVIDERS, Provider
from graphlink.reading.normalise.placeholders import PLACEHOLDERS
from oracles import BAD, UNLINKABLE, Told, lowered

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_TOP = re.compile(r"[a-z][a-z0-9-]{0,61}[a-z0-9]")
_NEVER = {"test", "example", "invalid", "localhost", "local"}
_NOBODYS = {"example.com", "example.net", "example.org", "localhost"}


def _is_local(text: str) -> bool:
    if text.startswith('"'):
        return re.fullmatch(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])+"', text) is not None
    return text != "" and not any(
        each.isspace() or each in '"(),:;<>@[\\]' or each < " " or each == "\x7f" for each in text
    )


def _domain(name: str) -> tuple[str | None, Provider | None, str | None, bool]:
    """Name, provider, owner (where mail goes to whoever has the domain), and whether it is reserved."""
    name = name.rstrip(".")
    if not name.isascii() and len(name) <= 253:
        try:
            name = idna.encode(name, uts46=True).decode()
        except idna.IDNAError:
            return None, None, None, False
    if name in _NOBODYS:
        return name, None, None, True
    labels = name.split(".")
    if (
        not 4 <= len(name) <= 253
        or len(labels) < 2
        or not all(_LABEL.fullmatch(each) for each in labels[:-1])
        or not _TOP.fullmatch(labels[-1])
    ):
        return None, None, None, False
    if name in PROVIDERS:
        return PROVIDERS[name].domain or name, PROVIDERS[name], None, False
    parent = ".".join(labels[1:])
    if parent in PROVIDERS and PROVIDERS[parent].takes_subdomains:
        return parent, PROVIDERS[parent], labels[0], False
    reserved = labels[-1] in _NEVER or ".".join(labels[-2:]) in _NOBODYS or name in PLACEHOLDERS["email_domain"]
    return name, None, None, reserved


def mail(text: str) -> Told:
    """Read an address."""
    local, at, domain = lowered(text).rpartition("@")
    if not at or not domain or not _is_local(local):
        return BAD
    name, provider, owner, reserved = _domain(domain)
    if name is None:
        return BAD
    local = owner or local
    if provider:
        if "+" in local[1:] and '"' not in local.split("+")[0] and not local.startswith("+"):
            local = local.split("+")[0]
        for each in provider.ignored:
            local = local.replace(each, "")
        if provider.dot_is_dash:
            local = local.replace(".", "-")
    if not local or len(local.encode()) > 64:
        return BAD
    if reserved:
        return UNLINKABLE
    return Told({"email": f"{local}@{name}", "email_domain": name})


def domain(text: str) -> Told:
    """Read a mail domain, with or without what stands before it."""
    name, _, _, reserved = _domain(lowered(text).rpartition("@")[2])
    if reserved:
        return UNLINKABLE
    return Told({"email_domain": name}) if name else BAD
