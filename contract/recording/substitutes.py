"""What stands in a recording in place of a personal value: made by chance, of the same format, the same for the same value.

Nothing of a value goes into its substitute but its format, and the table of both is kept in memory alone: who has the
recording cannot go back. Two values never get one substitute.
"""

from __future__ import annotations

import ipaddress
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """What a personal value is, which tells what of its format has to stay.

    ``TEXT``: letters and digits, word by word, so that a first name in a full name is the same again. ``DIGITS``: a number however it is
    punctuated. ``DATE``: a day that the calendar has. ``IBAN``: its check digits are right. ``IP``, ``EMAIL``: an address
    that is reserved for documentation.
    """

    TEXT = "text"
    DIGITS = "digits"
    DATE = "date"
    IBAN = "iban"
    IP = "ip"
    EMAIL = "email"


EMAIL = re.compile(
    r"(?<![\w.+-])(?P<local>\w[\w.+'-]{0,63})@(?P<domain>\w[\w-]{0,62}(?:\.[\w-]{1,63}){0,8}\.[^\W\d_]{2,63}\b)"
    r"(?<!\.png|\.jpg|\.gif|\.svg)"
)
"""An e-mail address as people have them, not all that RFC 5322 allows; `logo@2x.png` is none."""

EXAMPLES = ("example.com", "example.org", "example.net")
"""Domains that nobody has (RFC 2606, section 3)."""

DOCUMENTATION = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "10.0.0.0/8")
"""IPv4 addresses that nobody is reached at (RFC 5737; where they do not suffice RFC 2544 and RFC 1918)."""

DOCUMENTATION_6 = ipaddress.IPv6Network("2001:db8::/32")
"""The same of IPv6 (RFC 3849)."""

YEARS = ((1930, 2009), (1900, 2029), (1000, 2999))
"""Of a date of birth; the wider ones where the narrow ones are used up."""

PATIENT = 200
"""Draws after which there are nearly no substitutes left, and one may look less like the value, or be a value itself."""

WORD = re.compile(r"[^\W_]+")
_VOWELS, _CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"


class Substitutes:
    """The substitutes of one recording, or of several that belong together."""

    def __init__(self) -> None:
        self._chance = random.SystemRandom()
        self._known: dict[tuple[Hashable, str], str] = {}
        self._domains: dict[str, str] = {}
        self._used: defaultdict[Hashable, set[str]] = defaultdict(set)

    def of(self, value: str, kind: Kind = Kind.TEXT) -> str:
        """What stands for ``value``; the value itself where it has neither letters nor digits."""
        match kind:
            case Kind.EMAIL if found := EMAIL.fullmatch(value):
                return self._email(found["local"], found["domain"])
            case Kind.DIGITS if not any(map(str.isalpha, value)):
                return self._digits(value)
            case Kind.DATE if any(map(str.isdecimal, value)):
                return self._date(value)
            case Kind.IBAN if re.fullmatch(r"[A-Z]{2}\d\d(?: ?[A-Z0-9]){8,30}", value):
                return self._iban(value)
            case Kind.IP if _is_ip(value):
                return self._ip(value)
        return WORD.sub(lambda word: self._word(word[0]), value)

    def _drawn(self, kind: Hashable, value: str, draw: Callable[[int], str]) -> str:
        """The substitute of ``value``, drawn until it is none of another one's; ``draw`` is told how often it was asked."""
        key = (kind, value)
        while key not in self._known:
            used, tries = self._used[kind], 0
            made = draw(tries)
            while made in used or (made == value and tries < PATIENT):
                tries += 1
                made = draw(tries)
            used.add(made)
            self._known[key] = made
        return self._known[key]

    def _word(self, word: str) -> str:
        """Letters for letters, of the same script and case; digits for digits. A word in capitals is the same word."""
        plain = _lower(word)
        made = self._drawn("word", plain, lambda tries: self._letters(plain, spoken=tries < PATIENT))
        return "".join(new if old == low else new.upper() for old, low, new in zip(word, plain, made, strict=True))

    def _letters(self, plain: str, *, spoken: bool) -> str:
        made = []
        for at, sign in enumerate(plain):
            if sign.isdecimal():
                begins = at == 0 or not plain[at - 1].isdecimal()
                made.append(self._digit(sign, begins=begins))
            else:
                made.append(self._chance.choice(_alike(sign, spoken=spoken)))
        return "".join(made)

    def _digit(self, digit: str, *, begins: bool) -> str:
        """Another one of the same script; a number begins with 0 where it did so before."""
        value = unicodedata.decimal(digit)
        other = (0 if value == 0 else self._chance.randint(1, 9)) if begins else self._chance.randint(0, 9)
        return chr(ord(digit) - value + other)

    def _digits(self, value: str) -> str:
        plain = "".join(sign for sign in value if sign.isdecimal())
        made = iter(self._drawn("digits", plain, lambda tries: self._letters(plain, spoken=False)))
        return "".join(next(made) if sign.isdecimal() else sign for sign in value)

    def _email(self, local: str, domain: str) -> str:
        plain = _lower(f"{local}@{domain}")
        where = self._domains.setdefault(_lower(domain), self._chance.choice(EXAMPLES))

        def address(tries: int) -> str:
            more = "" if tries < PATIENT else str(self._chance.randint(0, tries))
            made = WORD.sub(lambda word: self._letters(word[0], spoken=tries < PATIENT // 2), plain[: len(local)])
            return f"{made}{more}@{where}"

        made = self._drawn("email", plain, address)
        cased = [new.upper() if old != _lower(old) else new for old, new in zip(local, made, strict=False)]
        return "".join(cased) + made[len(local) :]

    def _date(self, value: str) -> str:
        """Another day; the time behind it stays. Months and days are at most 12, so that either may be written first."""
        found = re.match(r"\D*(?P<day>.*?)(?=[T ]\d\d:\d\d|$)", value, re.DOTALL)
        plain = found["day"] if found else value

        def day(tries: int) -> str:
            years = YEARS[(tries > PATIENT) + (tries > 10 * PATIENT)]
            return re.sub(r"\d+", lambda number: self._part(number[0], years), plain)

        start = found.start("day") if found else 0
        return value[:start] + self._drawn("date", plain, day) + value[start + len(plain) :]

    def _part(self, number: str, years: tuple[int, int]) -> str:
        match len(number):
            case 1:
                return str(self._chance.randint(1, 9))
            case 2:
                return f"{self._chance.randint(1, 12):02}"
            case 4:
                return str(self._chance.randint(*years))
            case 8:
                return f"{self._chance.randint(*years)}{self._chance.randint(1, 12):02}{self._chance.randint(1, 12):02}"
        return self._letters(number, spoken=False)

    def _iban(self, value: str) -> str:
        """Check digits make the remainder 1 (ISO 13616, ISO 7064 MOD 97-10); the country stays."""
        plain = value.replace(" ", "")

        def account(tries: int) -> str:
            own = WORD.sub(lambda word: self._letters(word[0].lower(), spoken=False).upper(), plain[4:])
            check = 98 - int("".join(str(int(sign, 36)) for sign in f"{own}{plain[:2]}00")) % 97
            return f"{plain[:2]}{check:02}{own}"

        made = iter(self._drawn("iban", plain, account))
        return "".join(sign if sign == " " else next(made) for sign in value)

    def _ip(self, value: str) -> str:
        if isinstance(ipaddress.ip_address(value), ipaddress.IPv6Address):
            first = int(DOCUMENTATION_6.network_address)
            return self._drawn(
                "ip", value.lower(), lambda _: str(ipaddress.IPv6Address(first + self._chance.getrandbits(96)))
            )

        def address(tries: int) -> str:
            wide = min(tries // PATIENT, 2)
            network = ipaddress.IPv4Network(self._chance.choice(DOCUMENTATION[: 3 + wide]))
            return str(network[self._chance.randrange(network.num_addresses)])

        return self._drawn("ip", value, address)


def _is_ip(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _lower(text: str) -> str:
    """In small letters, as long as before."""
    return "".join(sign.lower() if _has_case(sign) else sign for sign in text)


def _has_case(sign: str) -> bool:
    """Whether a letter is a capital that can be written small, and back."""
    small = sign.lower()
    return small != sign and len(small) == 1 and small.upper() == sign


@lru_cache(maxsize=4096)
def _alike(sign: str, *, spoken: bool) -> str:
    """The letters that may stand for one: of its script, and as long in UTF-8. ``spoken``: vowels for vowels, so that one can read it."""
    if sign.isascii():
        if not spoken:
            return _VOWELS + _CONSONANTS if sign.islower() else sign
        return next((group for group in (_VOWELS, _CONSONANTS) if sign in group), sign)
    # What differs in its last six bits alone is as long, and near in the alphabet (RFC 3629, section 3).
    first = ord(sign) & ~0x3F
    return "".join(filter(lambda other: _shape(other) == _shape(sign), map(chr, range(first, first + 0x40)))) or sign


def _shape(sign: str) -> tuple[object, ...]:
    return (
        unicodedata.category(sign),
        unicodedata.name(sign, "").partition(" ")[0],
        unicodedata.is_normalized("NFC", sign),
        unicodedata.is_normalized("NFKC", sign),
        sign.upper() != sign and len(sign.upper()) == 1 and sign.upper().lower() == sign,
        sign.isdecimal(),
    )
