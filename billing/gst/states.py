"""States and union territories by their codes for GST, as on the GST portal: with Ladakh, without what was merged."""

from collections.abc import Mapping
from dataclasses import dataclass

FOREIGN = "96"
CENTRE = "99"
OTHER_TERRITORY = "97"
RETIRED = {"25": "26", "28": "37"}  # Daman and Diu merged in 2020; Andhra Pradesh before it was divided


@dataclass(frozen=True)
class State:
    """A state or union territory; those without a legislature take UTGST (UTGST Act 2017, s. 2(8), s. 7)."""

    code: str
    short: str
    name: str
    takes_utgst: bool = False

    @property
    def head(self) -> str:
        """Name the tax beside CGST."""
        return "UTGST" if self.takes_utgst else "SGST"


_ALL = (
    State("01", "JK", "Jammu and Kashmir"),
    State("02", "HP", "Himachal Pradesh"),
    State("03", "PB", "Punjab"),
    State("04", "CH", "Chandigarh", takes_utgst=True),
    State("05", "UK", "Uttarakhand"),
    State("06", "HR", "Haryana"),
    State("07", "DL", "Delhi"),
    State("08", "RJ", "Rajasthan"),
    State("09", "UP", "Uttar Pradesh"),
    State("10", "BR", "Bihar"),
    State("11", "SK", "Sikkim"),
    State("12", "AR", "Arunachal Pradesh"),
    State("13", "NL", "Nagaland"),
    State("14", "MN", "Manipur"),
    State("15", "MZ", "Mizoram"),
    State("16", "TR", "Tripura"),
    State("17", "ML", "Meghalaya"),
    State("18", "AS", "Assam"),
    State("19", "WB", "West Bengal"),
    State("20", "JH", "Jharkhand"),
    State("21", "OD", "Odisha"),
    State("22", "CG", "Chhattisgarh"),
    State("23", "MP", "Madhya Pradesh"),
    State("24", "GJ", "Gujarat"),
    State("26", "DH", "Dadra and Nagar Haveli and Daman and Diu", takes_utgst=True),
    State("27", "MH", "Maharashtra"),
    State("29", "KA", "Karnataka"),
    State("30", "GA", "Goa"),
    State("31", "LD", "Lakshadweep", takes_utgst=True),
    State("32", "KL", "Kerala"),
    State("33", "TN", "Tamil Nadu"),
    State("34", "PY", "Puducherry"),
    State("35", "AN", "Andaman and Nicobar Islands", takes_utgst=True),
    State("36", "TS", "Telangana"),
    State("37", "AP", "Andhra Pradesh"),
    State("38", "LA", "Ladakh", takes_utgst=True),
    State(OTHER_TERRITORY, "OT", "Other Territory", takes_utgst=True),
)
STATES: Mapping[str, State] = {state.code: state for state in _ALL}


def name_of(code: str) -> str:
    """Return a state's name, "Outside India" for 96, or nothing."""
    if code == FOREIGN:
        return "Outside India"
    state = STATES.get(RETIRED.get(code, code))
    return state.name if state else ""


def head_of(code: str) -> str:
    """Name the tax that a state takes beside CGST: SGST or UTGST."""
    state = STATES.get(RETIRED.get(code, code))
    return state.head if state else "SGST"


def choices() -> list[tuple[str, str]]:
    """Return codes and names for a form, by name; nobody has an address in the other territory."""
    addresses = (state for state in _ALL if state.code != OTHER_TERRITORY)
    return [(state.code, state.name) for state in sorted(addresses, key=lambda state: state.name)]
