"""Money at a gateway: whole minor units of a currency, exactly; never a float."""

from decimal import Decimal

# ISO 4217: currencies without, or with three, decimals; all others have two.
WHOLE = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"})
THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
MOST = 10**12


def exponent(currency: str) -> int:
    """Return how many decimals a currency has."""
    return 0 if currency.upper() in WHOLE else 3 if currency.upper() in THOUSANDTHS else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """Return an amount in minor units; ValueError where it is finer than the currency, or no sum of money."""
    scaled = amount.scaleb(exponent(currency))
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > MOST:
        raise ValueError(f"{amount} is no amount of {currency}")
    return int(scaled)


def to_decimal(minor: int, currency: str) -> Decimal:
    """Return minor units as the amount people write."""
    return Decimal(minor).scaleb(-exponent(currency))


def written(minor: int, currency: str) -> str:
    """Return minor units as gateways write decimal amounts: “499.00”."""
    return f"{to_decimal(minor, currency):.{exponent(currency)}f}"


def read_minor(value: object, currency: str) -> int:
    """Return the minor units of a decimal a gateway wrote (text, or a number parsed as Decimal); ValueError if none."""
    if isinstance(value, bool | float) or value is None:
        raise ValueError(f"{value!r} is no amount")
    try:
        return to_minor(Decimal(str(value)), currency)
    except ArithmeticError:
        raise ValueError(f"{value!r} is no amount") from None
