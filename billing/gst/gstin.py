"""GSTINs: their shape, state and check digit (mod 36, by python-stdnum; the states are ours, which are newer)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from stdnum import luhn

from billing.gst.states import CENTRE, RETIRED, STATES, name_of

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LENGTH = 15
BETWEEN = re.compile(r"[\s\-]+")


class Kind(StrEnum):
    """What a registration is for."""

    TAXPAYER = "taxpayer"  # regular, composition, SEZ, input service distributor
    UIN = "uin"  # embassies and bodies of the United Nations: s. 25(9)
    NON_RESIDENT = "non_resident"  # s. 24(v)
    ONLINE = "online"  # online services from outside India: IGST Act s. 14
    TDS = "tds"  # deducts tax at source: s. 51
    TCS = "tcs"  # collects tax at source: s. 52


SHAPES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.TAXPAYER, re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]")),
    (Kind.UIN, re.compile(r"[0-9]{4}[A-Z]{3}[0-9]{5}[UO]N[0-9A-Z]")),
    (Kind.NON_RESIDENT, re.compile(r"[0-9]{4}[A-Z]{3}[0-9]{5}NR[0-9A-Z]")),
    (Kind.ONLINE, re.compile(r"99[0-9]{2}[A-Z]{3}[0-9]{5}OS[0-9A-Z]")),
    (Kind.TDS, re.compile(r"[0-9]{2}[A-Z]{4}[A-Z0-9][0-9]{4}[A-Z][1-9A-Z]D[0-9A-Z]")),
    (Kind.TCS, re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]C[0-9A-Z]")),
)
BUYS = {Kind.TAXPAYER, Kind.UIN, Kind.NON_RESIDENT}


class WrongNumber(ValueError):
    """It is no GSTIN a buyer can have; the message says why."""


@dataclass(frozen=True)
class Registration:
    """A number that was checked."""

    number: str
    kind: Kind

    @property
    def state(self) -> str:
        """Return the code of its state: of the one that took its place, where it was merged."""
        return RETIRED.get(self.number[:2], self.number[:2])

    @property
    def pan(self) -> str:
        """Return the PAN inside, where there is one."""
        return self.number[2:12] if self.kind is Kind.TAXPAYER else ""

    @property
    def is_registered(self) -> bool:
        """Whether the law calls its holder a registered person: not with a UIN (CGST Act s. 2(94))."""
        return self.kind is not Kind.UIN


def compact(text: str) -> str:
    """Return what was typed without spaces and hyphens, in capitals."""
    return BETWEEN.sub("", text).upper()


def check_digit(body: str) -> str:
    """Return the last sign of a number whose first fourteen are given."""
    return luhn.calc_check_digit(body, ALPHABET)


def read(text: str) -> Registration:
    """Return what a number says. Raise WrongNumber."""
    number = compact(text)
    if len(number) != LENGTH:
        told = {"n": len(number)}
        raise WrongNumber(_("A GSTIN has 15 letters and digits; this one has %(n)s.") % told)
    kind = next((kind for kind, shape in SHAPES if shape.fullmatch(number)), None)
    if kind is None:
        raise WrongNumber(_("This does not have the shape of a GSTIN, such as 27AAPFU0939F1ZV."))
    if number[:2] not in STATES and number[:2] not in RETIRED and number[:2] != CENTRE:
        raise WrongNumber(
            _("A GSTIN begins with the code of its state; there is no state %(code)s.") % {"code": number[:2]}
        )
    if not luhn.is_valid(number, ALPHABET):
        raise WrongNumber(_("The last sign does not fit the others. Compare it with the registration certificate."))
    return Registration(number, kind)


def of_buyer(text: str, *, state: str = "") -> Registration:
    """Return a number under which services are bought; with a state, of that state. Raise WrongNumber."""
    found = read(text)
    if found.kind not in BUYS or found.number[:2] == CENTRE:
        raise WrongNumber(
            _("Nothing is bought under this kind of registration. Give the GSTIN of the business itself.")
        )
    if state and found.kind is Kind.TAXPAYER and found.state != RETIRED.get(state, state):
        told = {"one": name_of(found.state), "other": name_of(state)}
        raise WrongNumber(_("This GSTIN is of %(one)s, but the address is in %(other)s. Change one of them.") % told)
    return found
