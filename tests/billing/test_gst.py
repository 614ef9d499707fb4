"""GST by a table of cases with their sources, and what must hold of every sum."""

import datetime as dt
import random
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.gst import gstin, numbers, states, tax
from billing.gst.supply import Buyer, Kind, Seller, Supply, supply_of

D = Decimal
HERE = Seller("29", has_lut=True)
BARE = Seller("29")
LADAKH = Seller("38", has_lut=True)
UNREGISTERED = Seller("29", is_registered=False)
MH, KA, LA, OT, DL = "27AAPFU0939F1ZV", "29AAPFU0939F1ZR", "38AAPFU0939F1ZS", "97AAPFU0939F1ZO", "07AAPFU0939F1ZX"
UIN = "2917USA00012UN" + gstin.check_digit("2917USA00012UN")
DAMAN = "25AAPFU0939F1Z" + gstin.check_digit("25AAPFU0939F1Z")
OLD_ANDHRA = "28AAPFU0939F1Z" + gstin.check_digit("28AAPFU0939F1Z")

# Seller, buyer, currency, price before tax; kind, place, CGST, SGST or UTGST, IGST; and the rule that says so.
CASES = [
    # Buyers who are registered: the place of the registration, whatever the address (IGST Act s. 12(2)(a))
    (HERE, Buyer(state="29", gstin=KA), "INR", "1000", "intra 29 90 90 0", "IGST s. 8(2); CGST s. 9(1)"),
    (HERE, Buyer(state="27", gstin=MH), "INR", "1000", "inter 27 0 0 180", "IGST s. 7(3)"),
    (HERE, Buyer(state="29", gstin=MH), "INR", "1000", "inter 27 0 0 180", "IGST s. 12(2)(a)"),
    (HERE, Buyer(state="07", gstin=DL), "INR", "1000", "inter 07 0 0 180", "Delhi has a legislature"),
    (HERE, Buyer(state="38", gstin=LA), "INR", "1000", "inter 38 0 0 180", "Ladakh: code 38 since 2020"),
    (HERE, Buyer(gstin=OT), "INR", "1000", "inter 97 0 0 180", "other territory: IGST s. 2(22)"),
    (HERE, Buyer(gstin=DAMAN), "INR", "1000", "inter 26 0 0 180", "merged with 26 on 26 Jan 2020"),
    (HERE, Buyer(gstin=OLD_ANDHRA), "INR", "1000", "inter 37 0 0 180", "28 became 37 in 2014"),
    # Buyers who are not: the address on record, else the seller's place (IGST Act s. 12(2)(b))
    (HERE, Buyer(state="29"), "INR", "1000", "intra 29 90 90 0", "IGST s. 12(2)(b)(i)"),
    (HERE, Buyer(state="33"), "INR", "1000", "inter 33 0 0 180", "IGST s. 12(2)(b)(i)"),
    (HERE, Buyer(state=""), "INR", "1000", "intra 29 90 90 0", "IGST s. 12(2)(b)(ii)"),
    (HERE, Buyer(state="25"), "INR", "1000", "inter 26 0 0 180", "retired code"),
    (HERE, Buyer(state="29", gstin=UIN), "INR", "1000", "intra 29 90 90 0", "UIN: CGST s. 2(94), s. 25(9)"),
    (HERE, Buyer(state="07", gstin=UIN), "INR", "1000", "inter 07 0 0 180", "UIN: the address decides"),
    (HERE, Buyer(state="27", gstin="27AAPFU0939F1ZO"), "INR", "1000", "inter 27 0 0 180", "wrong number"),
    # Union territories without a legislature take UTGST (UTGST Act s. 7)
    (LADAKH, Buyer(state="38", gstin=LA), "INR", "1000", "intra 38 90 90 0", "UTGST s. 7"),
    (Seller("04"), Buyer(state="04"), "INR", "1000", "intra 04 90 90 0", "UTGST s. 2(8), s. 7: Chandigarh"),
    (Seller("34"), Buyer(state="34"), "INR", "1000", "intra 34 90 90 0", "Puducherry: CGST s. 2(103), SGST"),
    (Seller("07"), Buyer(state="07"), "INR", "1000", "intra 07 90 90 0", "Delhi: CGST s. 2(103), SGST"),
    (LADAKH, Buyer(state="01"), "INR", "1000", "inter 01 0 0 180", "no longer one state"),
    # Special economic zones: inter-State even next door (IGST Act s. 7(5)(b)), zero-rated (s. 16)
    (HERE, Buyer(state="29", gstin=KA, is_sez=True), "INR", "1000", "sez 29 0 0 0", "IGST s. 16(3)(a)"),
    (BARE, Buyer(state="29", gstin=KA, is_sez=True), "INR", "1000", "sez 29 0 0 180", "IGST s. 16(3)(b)"),
    (HERE, Buyer(state="27", gstin=MH, is_sez=True), "INR", "1000", "sez 27 0 0 0", "IGST s. 16(1)(b)"),
    (HERE, Buyer(state="29", is_sez=True), "INR", "1000", "intra 29 90 90 0", "a unit has a GSTIN"),
    # Outside India (IGST Act s. 2(6), s. 13(2), s. 16)
    (HERE, Buyer(country="US"), "USD", "100", "export 96 0 0 0", "IGST s. 2(6), s. 16(3)(a); Rule 96A"),
    (BARE, Buyer(country="US"), "USD", "100", "export 96 0 0 18", "IGST s. 16(3)(b)"),
    (HERE, Buyer(country="PT"), "EUR", "100", "export 96 0 0 0", "IGST s. 2(6)"),
    (HERE, Buyer(country="US"), "INR", "1000", "inter 96 0 0 180", "IGST s. 2(6)(iv) not met; s. 7(5)(a)"),
    (HERE, Buyer(country="NP"), "INR", "1000", "export 96 0 0 0", "IGST s. 2(6)(iv): Nepal in rupees"),
    (HERE, Buyer(country="BT"), "INR", "1000", "export 96 0 0 0", "IGST s. 2(6)(iv): Bhutan in rupees"),
    (HERE, Buyer(country="US", is_sez=True), "USD", "100", "export 96 0 0 0", "zones are in India"),
    # Money of other countries does not move the place
    (HERE, Buyer(state="29", gstin=KA), "USD", "100", "intra 29 9 9 0", "IGST s. 8(2)"),
    (HERE, Buyer(state="27"), "USD", "100", "inter 27 0 0 18", "IGST s. 7(3)"),
    # A seller who is not registered takes no GST (CGST Act s. 22)
    (UNREGISTERED, Buyer(state="29", gstin=KA), "INR", "1000", "outside 29 0 0 0", "CGST s. 22"),
    (UNREGISTERED, Buyer(country="US"), "USD", "100", "outside 96 0 0 0", "CGST s. 22"),
    # To the paisa, each head by its own rate (CGST Rules 46(m); half up)
    (HERE, Buyer(state="27"), "INR", "99.95", "inter 27 0 0 17.99", "99.95 × 18 % = 17.991"),
    (HERE, Buyer(state="29"), "INR", "99.95", "intra 29 9.00 9.00 0", "99.95 × 9 % = 8.9955, twice"),
    (HERE, Buyer(state="27"), "INR", "846.61", "inter 27 0 0 152.39", "846.61 × 18 % = 152.3898"),
    (HERE, Buyer(state="29"), "INR", "846.61", "intra 29 76.19 76.19 0", "846.61 × 9 % = 76.1949"),
    (HERE, Buyer(state="29"), "INR", "0.05", "intra 29 0.00 0.00 0", "0.0045 rounds down"),
    (HERE, Buyer(state="29"), "INR", "0.50", "intra 29 0.05 0.05 0", "0.045 rounds up"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("seller", "buyer", "currency", "price", "told", "rule"),
    CASES,
    ids=[f"{number:02} {case[-1]}" for number, case in enumerate(CASES, start=1)],
)
def test_each_supply_bears_the_tax_that_its_rule_says(
    seller: Seller, buyer: Buyer, currency: str, price: str, told: str, rule: str
) -> None:
    kind, place, *amounts = told.split()
    supply = supply_of(seller, buyer, currency=currency)
    heads = tax.on_top(D(price), supply)
    assert (supply.kind, supply.place) == (kind, place)
    assert [heads.cgst, heads.sgst, heads.igst] == list(map(D, amounts)), rule
    assert supply.rule


def test_the_table_has_at_least_thirty_cases_and_every_kind() -> None:
    assert len(CASES) >= 30
    assert {case[4].split()[0] for case in CASES} == {str(kind) for kind in Kind}


INTRA, INTER = Supply(Kind.INTRA, "29", D(9), D(9)), Supply(Kind.INTER, "27", igst=D(18))
FREE = Supply(Kind.EXPORT, "96")
SUPPLIES = st.sampled_from([INTRA, INTER, FREE])
PAISE = st.integers(1, 10**9).map(lambda paise: D(paise).scaleb(-2))


@pytest.mark.parametrize(
    ("total", "supply", "taxable", "heads", "rounding"),
    [
        ("999", INTER, "846.61", ("0", "0", "152.39"), "0.00"),
        ("999", INTRA, "846.61", ("76.19", "76.19", "0"), "0.01"),
        ("118", INTRA, "100.00", ("9.00", "9.00", "0"), "0.00"),
        ("29", FREE, "29.00", ("0", "0", "0"), "0.00"),
        ("0.01", INTRA, "0.01", ("0", "0", "0"), "0.00"),
        ("0.03", INTRA, "0.03", ("0", "0", "0"), "0.00"),
    ],
)
def test_a_price_with_tax_inside_is_divided_to_the_paisa(
    total: str, supply: Supply, taxable: str, heads: tuple[str, str, str], rounding: str
) -> None:
    found = tax.within(D(total), supply)
    assert found.taxable == D(taxable)
    assert (found.cgst, found.sgst, found.igst) == tuple(map(D, heads))
    assert found.rounding == D(rounding)
    assert found.total == D(total)


@given(PAISE, SUPPLIES)
def test_what_was_taken_is_the_total_whatever_it_was(total: Decimal, supply: Supply) -> None:
    found = tax.within(total, supply)
    assert found.total == total
    assert abs(found.rounding) <= tax.MOST_ROUNDING
    assert min(found.taxable, found.cgst, found.sgst, found.igst) >= 0


@given(PAISE, SUPPLIES)
def test_a_price_before_tax_comes_back_from_what_was_taken(price: Decimal, supply: Supply) -> None:
    taken = tax.on_top(price, supply).total
    assert tax.charged(taken, supply, taxable=price) == tax.on_top(price, supply)


@given(st.lists(PAISE, min_size=1, max_size=8), SUPPLIES)
def test_lines_and_rounding_are_the_total(prices: list[Decimal], supply: Supply) -> None:
    lines = [tax.on_top(price, supply) for price in prices]
    taken = sum((line.total for line in lines), D(0))
    found = tax.summed(lines, taken=taken)
    assert found.total == taken
    assert found.taxable == sum(line.taxable for line in lines)


def test_a_sum_that_the_lines_do_not_make_is_refused() -> None:
    with pytest.raises(tax.NotTheSum):
        tax.summed([tax.on_top(D(100), INTER)], taken=D("118.03"))
    assert tax.summed([tax.on_top(D(100), INTER)], taken=D("118.02")).rounding == D("0.02")


@given(PAISE, SUPPLIES, st.lists(st.integers(1, 100), min_size=1, max_size=12))
def test_parts_that_are_taken_back_add_up_to_the_whole(total: Decimal, supply: Supply, weights: list[int]) -> None:
    whole, before, back = tax.within(total, supply), D(0), tax.Heads()
    for amount in tax.shares(total, map(D, weights)):
        if amount <= 0:
            continue
        cut = tax.part(whole, before=before, amount=amount)
        assert cut.total == amount
        assert min(cut.taxable, cut.cgst, cut.sgst, cut.igst) >= 0
        before, back = before + amount, back + cut
    assert back == whole


@pytest.mark.parametrize(("before", "amount"), [("0", "0"), ("0", "-1"), ("0", "999.01"), ("999", "0.01"), ("-1", "5")])
def test_no_more_is_taken_back_than_was_billed(before: str, amount: str) -> None:
    with pytest.raises(tax.NotTheSum):
        tax.part(tax.within(D(999), INTRA), before=D(before), amount=D(amount))


@given(PAISE, st.lists(st.integers(0, 10**6).map(D), min_size=1, max_size=9))
def test_shares_of_a_sum_leave_no_rest(total: Decimal, weights: list[Decimal]) -> None:
    assert sum(tax.shares(total, weights)) == total


# GSTINs


@pytest.mark.parametrize("number", [MH, KA, LA, OT, DL, "29AAGCB7383J1Z4", " 27aapfu 0939-f1zv ", DAMAN])
def test_good_numbers_are_read(number: str) -> None:
    assert gstin.read(number).kind is gstin.Kind.TAXPAYER


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("27AAPFU0939F1ZO", "last sign"),
        ("27AAPFU0939F1Z0", "last sign"),
        ("27AAPFU0939F1Z", "has 14"),
        ("369296450896540", "shape"),
        ("27AAPFU0939F0ZV", "shape"),
        ("00AAPFU0939F1Z" + gstin.check_digit("00AAPFU0939F1Z"), "no state 00"),
        ("39AAPFU0939F1Z" + gstin.check_digit("39AAPFU0939F1Z"), "no state 39"),
        ("", "has 0"),
        ("२७AAPFU0939F1ZV", "shape"),
        ("27AAPFU0939F1ZV" * 40, "has 600"),
        ("ſ7AAPFU0939F1ZV", "shape"),
    ],
)
def test_bad_numbers_are_refused_with_the_reason(number: str, says: str) -> None:
    with pytest.raises(gstin.WrongNumber, match=says):
        gstin.read(number)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("2917USA00012UN", "uin"),
        ("2917USA00012ON", "uin"),
        ("0719FRA00001NR", "non_resident"),
        ("9919USA29001OS", "online"),
        ("27MUMP01234B1D", "tds"),
        ("27AAPFU0939F1C", "tcs"),
    ],
)
def test_other_registrations_are_told_apart(body: str, kind: str) -> None:
    assert gstin.read(body + gstin.check_digit(body)).kind == kind


@pytest.mark.parametrize("body", ["9919USA29001OS", "27MUMP01234B1D", "27AAPFU0939F1C", "99AAPFU0939F1Z"])
def test_nothing_is_bought_under_registrations_that_are_no_businesses(body: str) -> None:
    with pytest.raises(gstin.WrongNumber, match="kind of registration"):
        gstin.of_buyer(body + gstin.check_digit(body))


def test_a_number_of_another_state_than_the_address_is_refused_by_name() -> None:
    with pytest.raises(gstin.WrongNumber, match=r"of Maharashtra, but the address is in Karnataka"):
        gstin.of_buyer(MH, state="29")
    assert gstin.of_buyer(MH, state="27").pan == "AAPFU0939F"
    assert gstin.of_buyer(DAMAN, state="26").state == "26"
    assert gstin.of_buyer(UIN, state="07").kind is gstin.Kind.UIN


def made_up(chance: random.Random) -> str:
    pick = chance.choice
    pan = "".join(pick(string.ascii_uppercase) for _ in range(5)) + f"{chance.randrange(10000):04}"
    body = pick(sorted(states.STATES)) + pan + pick(string.ascii_uppercase) + pick(gstin.ALPHABET[1:]) + "Z"
    return body + gstin.check_digit(body)


def by_hand(body: str) -> str:
    """The check digit as the portal's own description says it, without the library."""
    total = 0
    for place, sign in enumerate(body):
        product = gstin.ALPHABET.index(sign) * (2 if place % 2 else 1)
        total += product // 36 + product % 36
    return gstin.ALPHABET[(36 - total % 36) % 36]


def test_ten_thousand_made_up_numbers_are_good_and_agree_with_the_rule_done_by_hand() -> None:
    chance = random.Random(11)
    for _ in range(10_000):
        number = made_up(chance)
        assert gstin.read(number).number == number
        assert number[-1] == by_hand(number[:-1])


def test_every_single_wrong_sign_is_found_and_every_swap_of_neighbours_but_those_that_no_such_check_finds() -> None:
    passed = set()
    for number in (MH, KA, LA, OT, "29AAGCB7383J1Z4"):
        for place in range(15):
            for sign in set(gstin.ALPHABET) - {number[place]}:
                with pytest.raises(gstin.WrongNumber):
                    gstin.read(number[:place] + sign + number[place + 1 :])
            one, other = number[place : place + 1], number[place + 1 : place + 2]
            if other and one != other:
                swapped = number[:place] + other + one + number[place + 2 :]
                if luhn_passes(swapped):
                    passed.add(frozenset({one, other}))
    assert passed <= {frozenset({"0", "Z"})}  # as 0 and 9 in Luhn's decimal rule


def luhn_passes(number: str) -> bool:
    return by_hand(number[:-1]) == number[-1]


def test_states_are_those_of_the_portal() -> None:
    assert len(states.STATES) == 37
    assert {"25", "28", "96", "99"}.isdisjoint(states.STATES)
    utgst = {code for code, state in states.STATES.items() if state.head == "UTGST"}
    assert utgst == {"04", "26", "31", "35", "38", "97"}
    assert states.name_of("96") == "Outside India"
    assert states.name_of("25") == states.name_of("26")
    assert states.name_of("zz") == ""
    assert len(states.choices()) == 36


# Numbers of documents


@pytest.mark.parametrize(
    ("at", "year"),
    [
        ("2027-03-31T18:29:59.999999+00:00", "2627"),  # 23:59:59 in India
        ("2027-03-31T18:30:00+00:00", "2728"),  # midnight in India
        ("2027-04-01T00:00:00+05:30", "2728"),
        ("2027-03-31T23:59:59-04:00", "2728"),
        ("2028-02-29T12:00:00+05:30", "2728"),
        ("1999-12-31T23:00:00+05:30", "9900"),
        ("2099-04-01T00:00:00+05:30", "9900"),
    ],
)
def test_financial_years_change_at_midnight_in_india(at: str, year: str) -> None:
    assert numbers.financial_year(numbers.day_in_india(dt.datetime.fromisoformat(at))) == year


def test_numbers_are_as_the_rule_wants_them() -> None:
    assert numbers.number_of("TD", "2627", 123) == "TD/2627/0000123"
    assert numbers.number_of("TDC", "2627", 9_999_999) == "TDC/2627/9999999"
    assert all(len(numbers.number_of(series, "2627", 1)) <= 16 for series in ("TD", "TDC"))
    assert numbers.last_day(dt.date(2026, 11, 22)) == dt.date(2027, 3, 31)
    assert numbers.last_day(dt.date(2027, 3, 31)) == dt.date(2027, 3, 31)


@pytest.mark.parametrize(("series", "sequence"), [("TD", 0), ("TD", -1), ("TDC", 10_000_000), ("0D", 1), ("td", 1)])
def test_no_number_is_made_that_the_law_does_not_take(series: str, sequence: int) -> None:
    with pytest.raises(ValueError, match="no number"):
        numbers.number_of(series, "2627", sequence)
