"""What the law wants a document to say. Documents are in English, whoever reads them: they are for accountants."""

from decimal import Decimal

from num2words import num2words

from billing.gst.states import FOREIGN
from billing.gst.supply import Kind, Supply

INVOICE, TAX_INVOICE, CREDIT_NOTE = "Invoice", "Tax invoice", "Credit note"
WITH_TAX = "on payment of integrated tax"
WITHOUT_TAX = "under bond or Letter of Undertaking without payment of integrated tax"
ZONE = "Supply to special economic zone unit or special economic zone developer for authorised operations"
EXPORT = "Supply meant for export"
ELECTRONIC = (
    "Issued electronically under the Information Technology Act, 2000; no signature is required"
    " (CGST Rules, rule 46, proviso)."
)
LATE_NOTE = "The tax of the invoice is not changed by this note: its time has passed (CGST Act, s. 34(2))."
UNREGISTERED = "The seller is not registered under GST; no tax is charged."
NO_DETAILS = "The buyer gave no address: the place of supply is the seller’s (IGST Act, s. 12(2)(b)(ii))."
# Units and their hundredths, where the library’s words are not a document’s.
UNITS = {
    "INR": ("Rupees", "paise"), "USD": ("US dollars", "cents"), "EUR": ("Euros", "cents"), "GBP": ("Pounds", "pence"),
    "AUD": ("Australian dollars", "cents"), "CAD": ("Canadian dollars", "cents"), "SGD": ("Singapore dollars", "cents"),
    "AED": ("UAE dirhams", "fils"),
}  # fmt: skip


def in_words(total: Decimal, currency: str) -> str:
    """Rupees nine thousand four hundred and thirty-eight and paise eighty-two only; lakhs and crores for rupees."""
    whole, rest = int(total), int(total * 100) % 100
    unit, hundredth = UNITS.get(currency, (currency, "hundredths"))
    words = f"{unit} {_spelled(whole, currency)}"
    return f"{words} and {hundredth} {_spelled(rest, currency)} only" if rest else f"{words} only"


def _spelled(value: int, currency: str) -> str:
    return str(num2words(value, lang="en_IN" if currency == "INR" else "en")).replace(",", "")


def endorsement(supply: Supply) -> str:
    """Return what rule 46 wants on supplies to zones and outside India."""
    if supply.kind is Kind.SEZ:
        return f"{ZONE} {WITH_TAX if supply.rate else WITHOUT_TAX}".upper()
    if supply.kind is Kind.EXPORT:
        return f"{EXPORT} {WITH_TAX if supply.rate else WITHOUT_TAX}".upper()
    return ""


def title_of(supply: Supply) -> str:
    """Name the document: who is not registered issues no tax invoice."""
    return INVOICE if supply.kind is Kind.OUTSIDE else TAX_INVOICE


def place_of(code: str, name: str) -> str:
    """Return a place of supply as invoices write it: 27 – Maharashtra."""
    return f"{code} – {name}" if code and code != FOREIGN else f"{FOREIGN} – Outside India"
