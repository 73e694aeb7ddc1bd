"""Substitutes of personal values: the same for the same value, others for others, and of its format."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.recording.substitutes import EMAIL, Kind, Substitutes
from tests.support.drawing import few

texts = st.text(st.characters(categories=("L", "N", "P", "S", "M")) | st.just(" "), max_size=20)
locals_ = st.from_regex(r"[A-Za-z0-9]{1,8}([.+-][a-zé0-9]{1,4}){0,2}", fullmatch=True)
emails = st.builds(
    lambda local, domain: f"{local}@{domain}", locals_, st.sampled_from(["corp.io", "Corp.io", "a.b.test"])
)
phones = st.from_regex(r"\+?\d{2} ?\(\d{2,3}\) \d{3}-\d{2,4}", fullmatch=True)
days = st.dates(dt.date(1900, 1, 1), dt.date(2020, 12, 31))
dates = st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%m.%d.%Y", "%Y-%m-%dT00:00:00Z"]).flatmap(
    lambda form: days.map(lambda day: day.strftime(form))
)
VALUES = {
    Kind.TEXT: texts,
    Kind.EMAIL: emails,
    Kind.DIGITS: phones,
    Kind.DATE: dates,
    Kind.IP: st.ip_addresses().map(str),
}


def shape(text: str) -> list[tuple[str, int] | str]:
    """Of each character what it is, and how long it is in UTF-8; of punctuation itself."""
    return [
        (unicodedata.category(each), len(each.encode())) if each.isalnum() and each.isprintable() else each
        for each in text
    ]


@few(60)
@given(
    st.sampled_from(list(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), st.lists(VALUES[kind], max_size=30)))
)
def test_a_value_has_one_substitute_and_nobody_else_has_it(kind_and_values) -> None:
    """In whatever order and however often they come."""
    kind, values = kind_and_values
    substitutes = Substitutes()
    made = {value: substitutes.of(value, kind) for value in values}
    assert made == {value: substitutes.of(value, kind) for value in reversed(values)}
    assert len(set(made.values())) == len(made)


@few(200)
@given(texts)
def test_text_keeps_its_form(text: str) -> None:
    """Letters of the same case, script and length, digits, punctuation; and what has more than a few signs is another one."""
    made = Substitutes().of(text)
    assert shape(made) == shape(text)
    if len(re.findall("[A-Za-z]", text)) > 1:
        assert made != text


@few(60)
@given(phones)
def test_a_phone_number_keeps_its_punctuation(phone: str) -> None:
    """And is the same number however it is punctuated."""
    substitutes = Substitutes()
    made = substitutes.of(phone, Kind.DIGITS)
    assert made != phone
    assert re.sub(r"\d", "0", made) == re.sub(r"\d", "0", phone)
    assert substitutes.of(re.sub(r"\D", "", phone), Kind.DIGITS) == re.sub(r"\D", "", made)


@few(60)
@given(emails)
def test_an_address_is_an_example(email: str) -> None:
    """Of the same shape before the @, at a domain that nobody has."""
    made = Substitutes().of(email, Kind.EMAIL)
    local, domain = made.split("@")
    assert EMAIL.fullmatch(made)
    assert domain in ("example.com", "example.org", "example.net")
    assert shape(local) == shape(email.split("@", maxsplit=1)[0])


def test_capitals_do_not_make_another_person() -> None:
    """A name and an e-mail address in capitals become what they become in small letters."""
    substitutes = Substitutes()
    assert substitutes.of("LOVELACE") == substitutes.of("lovelace").upper()
    assert substitutes.of("Ada Lovelace") == f"{substitutes.of('Ada')} {substitutes.of('Lovelace')}"
    made = substitutes.of("ada@corp.io", Kind.EMAIL)
    assert substitutes.of("ADA@corp.io", Kind.EMAIL) == made[:3].upper() + made[3:]


@few(100)
@given(days, st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y", "%d %B %Y"]))
def test_a_day_is_a_day(day: dt.date, form: str) -> None:
    """In the format that it had; a time behind it stays."""
    substitutes = Substitutes()
    made = substitutes.of(day.strftime(form), Kind.DATE)
    if form != "%Y":
        assert made != day.strftime(form)
    assert 1930 <= dt.datetime.strptime(made, form).year <= 2009
    timed = substitutes.of(f"{day}T12:34:56.789Z", Kind.DATE)
    assert timed.endswith("T12:34:56.789Z")
    assert dt.date.fromisoformat(timed[:10]) != day


@pytest.mark.parametrize(
    "iban", ["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "FR1420041010050500013M02606"]
)
def test_the_check_digits_of_an_iban_are_right(iban: str) -> None:
    """Its country and its groups stay."""
    made = Substitutes().of(iban, Kind.IBAN)
    assert made != iban
    assert shape(made) == shape(iban)
    plain = made.replace(" ", "")
    assert plain[:2] == iban[:2]
    assert int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 == 1


@few(60)
@given(st.ip_addresses())
def test_an_ip_address_is_one_for_documentation(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Of the same version."""
    made = ipaddress.ip_address(Substitutes().of(str(address), Kind.IP))
    assert made.version == address.version
    reserved = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24") if made.version == 4 else ("2001:db8::/32",)
    assert any(made in ipaddress.ip_network(network) for network in reserved)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Kind.TEXT, [f"{number}" for number in range(100)]),
        (Kind.TEXT, [chr(97 + number) for number in range(26)]),
        (Kind.EMAIL, [f"{chr(97 + number % 26)}@{number}.test" for number in range(200)]),
        (Kind.IP, [f"1.1.{number // 250}.{number % 250}" for number in range(1500)]),
        (Kind.DATE, [str(dt.date(1950, 1, 1) + dt.timedelta(number)) for number in range(15_000)]),
    ],
)
def test_there_are_enough_of_them(kind: Kind, values: list[str]) -> None:
    """Also where a format has few values, and all of them come."""
    substitutes = Substitutes()
    assert len({substitutes.of(value, kind) for value in values}) == len(values)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("value", ["", "?!", "n/a", "+", "unknown", "0", "--05-17", "İßŉ Ⅷ ½ ²", "1.2.3.4, 5.6.7.8"])
def test_whatever_stands_there_keeps_its_form(kind: Kind, value: str) -> None:
    """Also what is not what its name says."""
    assert shape(Substitutes().of(value, kind)) == shape(value)
