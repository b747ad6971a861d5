"""One mailbox is one signal, as far as its provider says so and no further."""

import pyarrow as pa
import pytest
from signal_values import read, signals

from graphlink.reading.normalise.mail_providers import domain_kind


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        *(("Jane.Doe+news@Gmail.com", "janedoe@gmail.com"), ("janedoe@googlemail.com", "janedoe@gmail.com")),
        *(("Jane.Doe+x@Outlook.com", "jane.doe@outlook.com"), ("jane+x@me.com", "jane@icloud.com")),
        ("Jane_D.oe-1+x@pm.me", "janedoe1@proton.me"),
        ("anything@jane.fastmail.com", "jane@fastmail.com"),
        ("jane.doe+x@ya.ru", "jane-doe@yandex.ru"),
        ("Jane.Doe+x@initech.com", "jane.doe+x@initech.com"),
        *(("jane-x@yahoo.com", "jane-x@yahoo.com"), ("jane@BÜCHER.de", "jane@xn--bcher-kva.de")),
        ("jane@initech.com.", "jane@initech.com"),
        ('"Jane Doe"@initech.com', '"jane doe"@initech.com'),
    ],
)
def test_an_address_is_the_one_that_its_provider_delivers_to(raw, canonical):
    found = read("email", raw)
    assert found.signals["email"].to_pylist() == [canonical]
    assert found.signals["email_domain"].to_pylist() == [canonical.rpartition("@")[2]]


def test_mailboxes_of_one_name_at_two_microsoft_domains_are_two():
    one, other = signals("email", "email", "jane@outlook.com", "jane@hotmail.com")
    assert one != other


def test_look_alikes_stay_different():
    one, other = signals("email", "email", "admin@initech.com", "\u0430dmin@initech.com")
    assert one != other


@pytest.mark.parametrize(
    "raw",
    [
        *("jane", "jane@", "@initech.com", "jane@initech", "jane doe@initech.com", "jane@initech..com"),
        *("j@@initech.com", "jane@-initech.com", "jane@initech.com, joe@initech.com", "<jane@initech.com>"),
        *("jane@9.9.9.9", ".@gmail.com", "j" * 65 + "@initech.com", "jane@" + "a" * 64 + ".com"),
        *("jane@" + "a." * 130 + "com", "0123456789abcdef", '"><script>alert(1)</script>'),
        *("jane@" + "ü" * 60_000 + ".de", "jane@ü..de"),
    ],
)
def test_what_is_no_address_is_bad(raw):
    found = read("email", raw)
    assert [(bad.index, bad.code) for bad in found.bad] == [(0, "GL230")]
    assert raw not in found.bad[0].reason
    assert [values.to_pylist() for values in found.signals.values()] == [[None], [None]]


@pytest.mark.parametrize(
    "raw",
    [
        *("test@test.com", "TEST@TEST.COM", "jane@example.com", "jane@mail.example.org", "a@b.test", "jane@localhost"),
        *("user@domain.com", "x@y.invalid"),
    ],
)
def test_reserved_and_stock_addresses_link_nobody(raw):
    found = read("email", raw)
    assert found.unlinkable.tolist() == [True]
    assert not found.bad


def test_a_domain_by_itself_is_the_one_that_its_addresses_yield():
    raw = ["GoogleMail.com", "@gmail.com", "jane@gmail.com", "gmail.com."]
    assert set(signals("email_domain", "email_domain", *raw)) == {"gmail.com"}
    assert signals("email_domain", "email_domain", "x.fastmail.com") == ["fastmail.com"]


def test_public_providers_remain_signals():
    assert signals("email", "email_domain", "jane@gmail.com") == ["gmail.com"]


@pytest.mark.parametrize("raw", ["nodot", "a b.com", "-a.com", "9.9.9.9"])
def test_what_is_no_domain_is_bad(raw):
    assert [bad.code for bad in read("email_domain", raw).bad] == ["GL230"]


@pytest.mark.parametrize(
    ("kind", "domains"),
    [
        ("public", "gmail.com qq.com hey.com mozmail.com privaterelay.appleid.com"),
        ("disposable", "mailinator.com a.b.mailinator.com yopmail.com"),
        ("private", "initech.com facebook.com my-mailinator.com.example com"),
    ],
)
def test_domains_are_known_by_kind(domains, kind):
    assert set(domain_kind(pa.array(domains.split())).to_pylist()) == {kind}


def test_a_domain_of_many_labels_costs_no_more_than_its_length():
    deep = "a." * 120 + "mailinator.com"
    assert domain_kind(pa.array([deep, None])).to_pylist() == ["disposable", None]
