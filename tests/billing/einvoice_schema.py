"""What the Invoice Registration Portal takes (INV-01, version 1.1), of the parts that services need."""

from typing import Any

MOST = 99_999_999_999_999.99
SUM = {"type": "number", "minimum": 0, "maximum": MOST}
STATE = {"type": "string", "pattern": "^(?!0+$)[0-9]{1,2}$"}
PIN = {"type": "integer", "minimum": 100000, "maximum": 999999}


def text(least: int, most: int) -> dict[str, Any]:
    """Words without quotes and backslashes."""
    return {"type": "string", "minLength": least, "maxLength": most, "pattern": r'^[^\\"]*$'}


def one_of(*values: str) -> dict[str, Any]:
    """One of some words."""
    return {"type": "string", "enum": list(values)}


def whole(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    """An object with these and no other properties."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


PLACE = {
    "LglNm": text(3, 100),
    "Addr1": text(1, 100),
    "Addr2": text(3, 100),
    "Loc": text(3, 50),
    "Pin": PIN,
    "Stcd": STATE,
}
ITEM = {
    "SlNo": {"type": "string", "pattern": "^[0-9]{1,6}$"}, "PrdDesc": text(3, 300), "IsServc": one_of("Y"),
    "HsnCd": {"type": "string", "pattern": "^(?!0+$)([0-9]{4}|[0-9]{6}|[0-9]{8})$"},
    "Qty": {"type": "number", "minimum": 0}, "Unit": {"type": "string", "pattern": "^[A-Za-z]{3,8}$"},
    "GstRt": {"type": "number", "minimum": 0, "maximum": 999.999},
    **dict.fromkeys(
        ("UnitPrice", "TotAmt", "Discount", "AssAmt", "IgstAmt", "CgstAmt", "SgstAmt", "TotItemVal"), SUM
    ),
}  # fmt: skip
VALUES = {
    **dict.fromkeys(("AssVal", "CgstVal", "SgstVal", "IgstVal", "TotInvVal", "TotInvValFc"), SUM),
    "RndOffAmt": {"type": "number", "minimum": -99.99, "maximum": 99.99},
}
BEFORE = whole({"InvNo": text(1, 16), "InvDt": {"type": "string", "pattern": r"^[0-3]\d/[01]\d/20[12]\d$"}})
SCHEMA = whole(
    {
        "Version": one_of("1.1"),
        "TranDtls": whole({
            "TaxSch": one_of("GST"), "RegRev": one_of("Y", "N"),
            "SupTyp": one_of("B2B", "SEZWP", "SEZWOP", "EXPWP", "EXPWOP", "DEXP"),
        }),
        "DocDtls": whole({
            "Typ": one_of("INV", "CRN", "DBN"),
            "No": {"type": "string", "pattern": "^[a-zA-Z1-9][a-zA-Z0-9/-]{0,15}$"},
            "Dt": {"type": "string", "pattern": r"^[0-3]\d/[01]\d/20[12]\d$"},
        }),
        "SellerDtls": whole({"Gstin": {"type": "string", "pattern": "^[0-9]{2}[0-9A-Z]{13}$"}, **PLACE}, "Addr2"),
        "BuyerDtls": whole(
            {"Gstin": {"type": "string", "pattern": "^([0-9]{2}[0-9A-Z]{13}|URP)$"}, "Pos": STATE, **PLACE}, "Addr2"
        ),
        "ItemList": {"type": "array", "minItems": 1, "maxItems": 1000, "items": whole(ITEM)},
        "ValDtls": whole(VALUES, "TotInvValFc"),
        "RefDtls": whole({"PrecDocDtls": {"type": "array", "items": BEFORE}}),
        "ExpDtls": whole({
            "ForCur": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "CntCode": {"type": "string", "pattern": "^[A-Z]{2}$"},
        }),
    },
    "RefDtls", "ExpDtls",
)  # fmt: skip
