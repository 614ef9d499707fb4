"""A document as the Invoice Registration Portal takes it: schema INV-01, version 1.1."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from billing.gst.states import FOREIGN
from billing.gst.supply import INDIA, Kind
from billing.models import CreditNote, Invoice
from billing.models.invoices import TaxDocument

VERSION, SCHEME, SERVICE, UNIT = "1.1", "GST", "Y", "OTH"
UNREGISTERED, NO_PIN = "URP", 999999
DAY = "%d/%m/%Y"
NOT_TAKEN = str.maketrans({'"': "'", "\\": "/", "\n": " "})


def is_wanted(row: TaxDocument) -> bool:
    """Say whether the portal wants a document: of registered buyers and of exports, by a registered seller."""
    return bool(row.seller.get("gstin")) and row.number is not None and (bool(row.gstin) or row.supply == Kind.EXPORT)


def payload_of(row: Invoice | CreditNote) -> dict[str, Any]:
    """Return a document as JSON, from the row alone."""
    told: dict[str, Any] = {
        "Version": VERSION,
        "TranDtls": {"TaxSch": SCHEME, "SupTyp": _kind(row), "RegRev": "Y" if row.reverse_charge else "N"},
        "DocDtls": {
            "Typ": "CRN" if isinstance(row, CreditNote) else "INV",
            "No": str(row.number),
            "Dt": f"{row.issued_on:{DAY}}",
        },
        "SellerDtls": _seller(row.seller),
        "BuyerDtls": _buyer(row),
        "ItemList": _items(row),
        "ValDtls": _values(row),
    }
    if isinstance(row, CreditNote):
        of = row.document.get("of", {})
        day = f"{dt.date.fromisoformat(str(of['issued_on'])):{DAY}}"
        told["RefDtls"] = {"PrecDocDtls": [{"InvNo": str(of["number"]), "InvDt": day}]}
    if row.supply == Kind.EXPORT:
        told["ExpDtls"] = {"ForCur": row.currency, "CntCode": str(row.buyer.get("country", ""))}
    return told


def _kind(row: TaxDocument) -> str:
    with_tax = row.igst > 0
    if row.supply == Kind.EXPORT:
        return "EXPWP" if with_tax else "EXPWOP"
    if row.supply == Kind.SEZ:
        return "SEZWP" if with_tax else "SEZWOP"
    return "B2B"


def _seller(told: Mapping[str, Any]) -> dict[str, Any]:
    return {"Gstin": told["gstin"], "LglNm": _text(told.get("name"), 100), **_place(told), "Stcd": told["state"]}


def _buyer(row: TaxDocument) -> dict[str, Any]:
    told, abroad = row.buyer, row.buyer.get("country", INDIA) != INDIA
    place = {"Pos": row.place_of_supply, **_place(told, abroad=abroad)}
    state = FOREIGN if abroad else str(told.get("state", ""))
    return {"Gstin": row.gstin or UNREGISTERED, "LglNm": _text(told.get("name"), 100), **place, "Stcd": state}


def _place(told: Mapping[str, Any], *, abroad: bool = False) -> dict[str, Any]:
    """Return an address; the portal wants at least three letters of each part."""
    found: dict[str, Any] = {"Addr1": _text(told.get("line1"), 100), "Loc": _text(told.get("city"), 50)}
    if told.get("line2"):
        found["Addr2"] = _text(told["line2"], 100)
    pin = str(told.get("postal_code", ""))
    return {**found, "Pin": NO_PIN if abroad or not pin.isdecimal() else int(pin)}


def _text(value: object, most: int) -> str:
    plain = str(value or "").translate(NOT_TAKEN).strip()
    return (plain or "not given")[:most].ljust(3, ".")


def _items(row: Invoice | CreditNote) -> list[dict[str, Any]]:
    if isinstance(row, CreditNote):
        lines = [{**line, "quantity": 1, "discount": 0, "unit_price": line["taxable"]} for line in row.lines]
    else:
        names = ("position", "description", "sac", "quantity", "unit_price", "discount", "taxable", "rate", "cgst")
        lines = list(row.lines.order_by("position").values(*names, "sgst", "igst", "total"))
    return [_item(line, row) for line in lines]


def _item(line: Mapping[str, Any], row: TaxDocument) -> dict[str, Any]:
    """Return a line in rupees: the portal reckons in nothing else."""
    quantity = Decimal(str(line["quantity"]))
    amounts = {
        "UnitPrice": line["unit_price"],
        "TotAmt": Decimal(str(line["unit_price"])) * quantity,
        "Discount": line["discount"],
        "AssAmt": line["taxable"],
        "IgstAmt": line["igst"],
        "CgstAmt": line["cgst"],
        "SgstAmt": line["sgst"],
        "TotItemVal": line["total"],
    }
    return {
        "SlNo": str(line["position"]),
        "PrdDesc": _text(line["description"], 300),
        "IsServc": SERVICE,
        "HsnCd": str(line["sac"]),
        "Qty": float(quantity),
        "Unit": UNIT,
        "GstRt": float(Decimal(str(line["rate"]))),
        **{name: _rupees(value, row) for name, value in amounts.items()},
    }


def _values(row: TaxDocument) -> dict[str, Any]:
    heads = {"AssVal": row.taxable, "CgstVal": row.cgst, "SgstVal": row.sgst, "IgstVal": row.igst}
    found = {name: _rupees(value, row) for name, value in heads.items()}
    found |= {"RndOffAmt": _rupees(row.rounding, row), "TotInvVal": _rupees(row.total, row)}
    if row.currency != "INR":
        found["TotInvValFc"] = float(row.total)
    return found


def _rupees(value: object, row: TaxDocument) -> float:
    rate = Decimal(1) if row.currency == "INR" else row.fx_rate or Decimal(1)
    return float((Decimal(str(value)) * rate).quantize(Decimal("0.01")))
