"""What billing costs: python -m benchmarks.billing [--invoices N] [--documents N] [--calls N]

Invoices are issued beside the bare counter and inserts, in transactions of their own; PDFs are drawn beside the bare
renderer with the same words; `limits.require` is asked beside a bare Redis INCR; what a gateway tells is heard and
applied beside the bare insert (`benchmarks.billing_events`). On rows of an organisation of its own: documents that
were issued stay, as the law and the database have it.
"""

import argparse
import datetime as dt
import os
import time
import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from io import BytesIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

import psycopg  # noqa: E402 (after setup, as everything below)
from django.conf import settings  # noqa: E402
from django.db.models.fields.files import FieldFile  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402
from fpdf import FPDF  # noqa: E402
from psycopg.conninfo import make_conninfo  # noqa: E402
from psycopg.types.json import Jsonb  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import Organization, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from benchmarks import billing_events  # noqa: E402
from benchmarks.measuring import ratio, report, share, turns  # noqa: E402
from billing.documents import drawing  # noqa: E402
from billing.models import (  # noqa: E402
    BillingDetails,
    Checkout,
    CreditPack,
    Invoice,
    InvoiceLine,
    Payment,
    Plan,
    PlanPrice,
    PlanVersion,
    Subscription,
)
from billing.services import invoicing  # noqa: E402
from trenddrop.core import limits, rates  # noqa: E402
from trenddrop.core.pdf import product_mark  # noqa: E402
from trenddrop.core.pdf_type import FONTS  # noqa: E402

SELLER = {
    "name": "Bench Software Private Limited",
    "city": "Bengaluru",
    "postal_code": "560025",
    "gstin": "29AAGCB7383J1Z4",
}
Connection = psycopg.Connection[tuple[object, ...]]
COUNTER = """
    INSERT INTO billing_invoicecounter (id, created_at, updated_at, seller, series, financial_year, last)
    VALUES (%s, %s, %s, 'bare', 'BB', '2627', 1)
    ON CONFLICT (seller, series, financial_year) DO UPDATE SET last = billing_invoicecounter.last + 1 RETURNING last
"""
ISSUE_AIM, PDF_AIM = 6.0, 1.5


def fill() -> Organization:
    """An organisation that buys in Maharashtra, with a plan that is far from its limits."""
    key = uuid.uuid4().hex[:8]
    owner = User.objects.create_user(f"bench-{key}@trenddrop.example", None)
    organization = organizations.create(name=f"Bench {key}", owner=owner).organization
    now = timezone.now()
    plan = Plan.objects.create(key=f"bench-{key}", name="Bench")
    meters = ("uploads", "connections", "members", "clients", "ai_credits", "storage_bytes", "api_calls")
    most = {meter: {"limit": 10**9, "hard": True} for meter in meters}
    version = PlanVersion.objects.create(plan=plan, number=1, sold_from=now, limits=most)
    price = PlanPrice.objects.create(version=version, currency="INR", amount=Decimal("7999.00"))
    with tenancy.of_organization(organization.pk):
        BillingDetails.objects.create(
            organization=organization, name="Bench", line1="2 Linking Road", city="Mumbai", postal_code="400050",
            state="27", gstin="27AAPFU0939F1ZV",
        )  # fmt: skip
        Subscription.objects.filter(organization=organization).delete()
        Subscription.objects.create(
            organization=organization, version=version, price=price, status="active", amount=price.amount,
            started_at=now, current_period_start=now, current_period_end=now + dt.timedelta(days=30),
        )  # fmt: skip
    return organization


def paid(organization: Organization, count: int) -> list[Payment]:
    """Payments that wait for their invoices."""
    now = timezone.now()
    price = PlanPrice.objects.filter(version__plan__name="Bench").latest("created_at")
    with tenancy.of_organization(organization.pk):
        return Payment.objects.bulk_create(
            Payment(
                organization=organization, price=price, purpose="renewal", status="success", currency="INR",
                amount=Decimal("9438.82"), gateway="test", gateway_payment_id=uuid.uuid4().hex, paid_at=now,
                period_start=now, period_end=now + dt.timedelta(days=30),
            )
            for _ in range(count)
        )  # fmt: skip


def address() -> str:
    """Return where the database is, for a connection without the framework."""
    told = settings.DATABASES["default"]
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return make_conninfo(**{name: str(told[key]) for name, key in names.items() if told.get(key)})


def issue(organization: Organization, payments: Sequence[Payment]) -> None:
    """Issue each in a transaction of its own, as the worker that applies events does."""
    for payment in payments:
        with tenancy.of_organization(organization.pk):
            invoicing.issue(payment, now=timezone.now())


def bare_issue(connection: Connection, organization: Organization, rows: Sequence[Sequence[object]]) -> None:
    """Do no more than count, insert the same two rows, and give the draft its number."""
    for invoice, line in rows:
        with connection.transaction():
            connection.execute("SELECT set_config('app.organization', %s, true)", [str(organization.pk)])
            connection.execute(*invoice)  # type: ignore[misc]
            connection.execute(*line)  # type: ignore[misc]
            now = timezone.now()
            last = connection.execute(COUNTER, [uuid.uuid4(), now, now]).fetchone()
            assert last
            number = f"BB/2627/{last[0]:07}"
            connection.execute(
                "UPDATE billing_invoice SET number = %s, status = 'paid', issued_at = %s, issued_on = %s,"
                " books = 'bare' WHERE id = %s",
                [number, now, now.date(), invoice[1][0]],  # type: ignore[index]
            )


def copies(organization: Organization, count: int) -> list[list[tuple[str, list[object]]]]:
    """Return inserts of rows that are as wide as an issued invoice and its line, still to be numbered."""
    found: list[list[tuple[str, list[object]]]] = []
    with tenancy.of_organization(organization.pk):
        invoice = Invoice.objects.latest("created_at")
        line = invoice.lines.get()
    for _ in range(count):
        key = uuid.uuid4()
        drafted = {"id": key, "status": "draft", "number": None, "books": "", "issued_at": None, "issued_on": None}
        whole = _insert(invoice, drafted | {"payment_id": None, "sequence": None})
        found.append([whole, _insert(line, {"id": uuid.uuid4(), "invoice_id": key})])
    return found


def _insert(row: Invoice | InvoiceLine, other: dict[str, object]) -> tuple[str, list[object]]:
    """Return the statement, and its values with the key first."""
    columns = {str(field.column): getattr(row, field.attname) for field in row._meta.concrete_fields}
    values: dict[str, object] = {"id": None, **columns, **other}
    kept = [Jsonb(value) if isinstance(value, dict) else value for value in values.values()]
    kept = [str(value) if isinstance(value, FieldFile) else value for value in kept]
    places = ", ".join(["%s"] * len(values))
    return f"INSERT INTO {row._meta.db_table} ({', '.join(values)}) VALUES ({places})", kept


def measure_invoices(organization: Organization, count: int) -> None:
    """Invoices issued a second, ours and bare, taking turns."""
    rounds, batch = 7, max(5, count // 7)
    issue(organization, paid(organization, 1))
    queue = paid(organization, batch * (rounds + 1))
    rows = copies(organization, batch * (rounds + 1))
    with psycopg.connect(address(), autocommit=True) as connection:
        sides = [
            lambda: issue(organization, [queue.pop() for _ in range(batch)]),
            lambda: bare_issue(connection, organization, [rows.pop() for _ in range(batch)]),
        ]
        ours, bare = turns(sides, rounds)
    rate, most = batch / share(ours, 0.5), batch / share(bare, 0.5)
    report(
        "billing: invoices issued, against the bare counter and inserts", rate, most, unit="invoices/s",
        n=rounds * batch, ratio=ratio(ours, bare), aim=ISSUE_AIM,
    )  # fmt: skip


def bare_pdf(lines: Sequence[str]) -> bytes:
    """Draw the same words with the library alone: the same fonts, shaping, mark, wrapping and one table."""
    page = FPDF()
    page.add_font("text", "", FONTS / "Text-Regular.ttf")
    page.add_font("text", "B", FONTS / "Text-Bold.ttf")
    page.set_text_shaping(True)
    page.add_page()
    page.set_font("text", "B", 9.5)
    page.image(BytesIO(product_mark()), h=11)
    for place, line in enumerate(lines):
        page.set_font("text", "" if place else "B", 9.5)
        page.multi_cell(0, 4.6, line, new_x="LMARGIN", new_y="NEXT")
    with page.table() as table:
        for _row in range(2):
            table.row(lines[-7:])
    return bytes(page.output())


def measure_documents(organization: Organization, count: int) -> None:
    """Invoices drawn, ours and bare."""
    with tenancy.of_organization(organization.pk):
        invoice = Invoice.objects.filter(books=SELLER["gstin"]).latest("created_at")
        money = [drawing.money(value, invoice) for value in (invoice.taxable, invoice.igst, invoice.total)]
        words = [
            *(str(value) for told in (invoice.seller, invoice.buyer) for value in told.values() if value),
            str(invoice.number), str(invoice.issued_on), invoice.lines.get().description, *money, *money,
            str(invoice.document["total_words"]), str(invoice.document["place_words"]), "In words", "Paid", "E-mail",
            "Place of supply", "Tax on reverse charge", "Period", "GSTIN", "PAN", "Number", "Date", "Taxable value",
            "Issued electronically; no signature is required",
        ]  # fmt: skip
        ours, bare = turns([lambda: drawing.invoice_pdf(invoice), lambda: bare_pdf(words)], count)
    report(
        "billing: an invoice drawn as PDF, against the bare renderer", share(ours, 0.5) * 1000, share(bare, 0.5) * 1000,
        unit="ms", n=count, ratio=ratio(ours, bare), aim=PDF_AIM,
    )  # fmt: skip


def spent(call: Callable[[], object], count: int) -> list[float]:
    """Return the seconds of each call, after a tenth more to warm up."""
    found = []
    for _ in range(count + count // 10):
        started = time.perf_counter()
        call()
        found.append(time.perf_counter() - started)
    return found[count // 10 :]


def measure_limits(organization: Organization, count: int) -> None:
    """What asking the limits adds to a request: of the API (Redis), and of an upload (a row in the database)."""
    server = rates.connection(settings.REDIS_URL)
    place = f"{settings.REDIS_PREFIX}:bench"

    def upload() -> None:
        with tenancy.of_organization(organization.pk):
            limits.require(organization.pk, "uploads")

    def nothing() -> None:
        with tenancy.of_organization(organization.pk):
            pass

    calls = spent(lambda: limits.require(organization.pk, "api_calls"), count)
    bare = spent(lambda: server.incr(place), count)
    server.delete(place)
    name = "billing: limits.require of an API call, against a bare INCR"
    one, other = share(calls, 0.5), share(bare, 0.5)
    report(name, one * 1000, other * 1000, unit="ms", n=count, ratio=one / other)
    uploads, empty = spent(upload, count // 4), spent(nothing, count // 4)
    one, other = share(uploads, 0.5), share(empty, 0.5)
    name = "billing: limits.require of an upload, against an empty transaction"
    report(name, one * 1000, other * 1000, unit="ms", n=count // 4, ratio=one / other)


def measure_events(organization: Organization, count: int) -> None:
    """What the test gateway tells of a payment for credits: taken in, and applied, against the bare insert."""
    with tenancy.of_organization(organization.pk):
        pack = CreditPack.objects.create(key=uuid.uuid4().hex[:8], credits=100, amount=Decimal("84.75"))
        opened = Checkout.objects.create(
            organization=organization, purpose="credits", pack=pack, amount=pack.amount, total=Decimal("100.00"),
            gateway="test",
        )  # fmt: skip
    found = billing_events.measure(count, reference=str(opened.pk))
    for what, rate in (("heard (verified, kept once)", found.heard), ("applied", found.applied)):
        name = f"billing: events of a gateway {what}, against the bare insert"
        report(name, rate, found.inserted, unit="events/s", n=count, ratio=found.inserted / rate)


def main() -> None:
    """Measure; then what gateways tell."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--invoices", type=int, default=210)
    asked.add_argument("--documents", type=int, default=15)
    asked.add_argument("--calls", type=int, default=1000)
    asked.add_argument("--events", type=int, default=300)
    given = asked.parse_args()
    with override_settings(BILLING_ENABLED=True, BILLING_SELLER=SELLER, LIMITS_BACKEND="billing.limits.PlanLimits"):
        organization = fill()
        measure_invoices(organization, given.invoices)
        measure_documents(organization, given.documents)
        measure_limits(organization, given.calls)
        measure_events(organization, given.events)


if __name__ == "__main__":
    main()
