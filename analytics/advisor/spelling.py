"""The numbers in a text, however they are spelled: grouped by thousands or by lakh, shortened, in percent, in words.

English and Hindi, in the digits of any script. Dates, times of day and names are read apart from numbers.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import regex

SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5, "l": 1e5,
    "million": 1e6, "millions": 1e6, "mn": 1e6, "mio": 1e6, "m": 1e6, "crore": 1e7, "crores": 1e7, "cr": 1e7,
    "billion": 1e9, "bn": 1e9, "b": 1e9, "सौ": 1e2, "हजार": 1e3, "हज़ार": 1e3, "लाख": 1e5, "करोड़": 1e7, "करोड": 1e7,
    "अरब": 1e9,
}  # fmt: skip
SMALL = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: 10 * number
    for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
HINDI = {"दो": 2, "तीन": 3, "चार": 4, "पांच": 5, "पाँच": 5, "छह": 6, "छः": 6, "सात": 7, "आठ": 8, "नौ": 9, "दस": 10,
         "बीस": 20, "पचास": 50}  # fmt: skip
LARGE = {"hundred": 100, "thousand": 1_000, "lakh": 100_000, "million": 1_000_000, "crore": 10_000_000,
         "billion": 1_000_000_000, "dozen": 12}  # fmt: skip
FRACTIONS = {"half": 0.5, "halves": 0.5, "halved": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25,
             "quarters": 0.25, "fifth": 0.2, "fifths": 0.2, "tenth": 0.1, "tenths": 0.1, "आधा": 0.5, "आधे": 0.5,
             "आधी": 0.5, "चौथाई": 0.25, "तिहाई": 1 / 3}  # fmt: skip
TIMES = {"twice": 2, "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "twofold": 2, "thrice": 3, "triple": 3,
         "tripled": 3, "triples": 3, "threefold": 3, "quadrupled": 4, "quadruple": 4, "tenfold": 10, "दोगुना": 2,
         "दुगना": 2, "दुगुना": 2, "तिगुना": 3}  # fmt: skip
VAGUE = regex.compile(r"\b(?:dozens|hundreds|thousands|lakhs|millions|crores|billions)\s+of\b", regex.I)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan जनवरी", "february feb फरवरी फ़रवरी", "march mar मार्च", "april apr अप्रैल", "may मई",
            "june jun जून", "july jul जुलाई", "august aug अगस्त", "september sept sep सितंबर सितम्बर",
            "october oct अक्टूबर अक्तूबर", "november nov नवंबर नवम्बर", "december dec दिसंबर दिसम्बर",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
LENGTHS = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "d": 86400, "day": 86400, "days": 86400,
    "week": 604800, "weeks": 604800, "सेकंड": 1, "मिनट": 60, "घंटे": 3600, "घंटा": 3600, "घंटों": 3600, "दिन": 86400,
    "दिनों": 86400, "हफ़्ते": 604800, "हफ्ते": 604800, "सप्ताह": 604800,
}  # fmt: skip
MONEY = {"₹": "INR", "rs": "INR", "rs.": "INR", "inr": "INR", "rupees": "INR", "rupee": "INR", "रुपये": "INR",
         "रुपए": "INR", "$": "USD", "usd": "USD", "dollars": "USD", "dollar": "USD", "€": "EUR", "eur": "EUR",
         "euros": "EUR", "£": "GBP", "gbp": "GBP"}  # fmt: skip


class As(StrEnum):
    """How a number is meant."""

    PLAIN = "plain"
    PERCENT = "percent"
    POINTS = "points"
    TIMES = "times"  # 1.9×
    OFTEN = "often"  # 4,812 times: a count or a ratio
    MONEY = "money"
    LENGTH = "length"  # of time, in seconds
    RANK = "rank"
    FRACTION = "fraction"  # half, two thirds
    DATE = "date"
    MONTH = "month"
    CLOCK = "clock"
    VAGUE = "vague"


@dataclass(frozen=True)
class Spelled:
    """A number as a text spells it. `half`: by how much what it stands for may lie off, from the digits it shows."""

    text: str
    start: int
    meant: As
    value: float = 0.0
    half: float = 0.0
    sign: int = 0  # 1 and -1 where it is written
    currency: str = ""
    date: tuple[int, int, int] = (0, 0, 0)  # year, month, day; 0 is not said
    clock: tuple[int, int] = (0, 0)


@dataclass
class _Text:
    """A text that loses what was read."""

    words: str
    found: list[Spelled] = field(default_factory=list)

    def take(self, match: regex.Match[str]) -> None:
        """What was read becomes blanks, so that places stay."""
        start, end = match.span()
        self.words = self.words[:start] + " " * (end - start) + self.words[end:]


def _names(words: Iterable[str]) -> str:
    return "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))


EDGE, END = r"(?<![\p{L}\p{M}\p{N}])", r"(?![\p{L}\p{M}\p{N}])"
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3}|\d{1,3}(?: \d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+"
ISO = regex.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d)?)?(?!\d)")
SLASHED = regex.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
_MONTH = rf"(?P<month>{_names(MONTHS)})\.?{END}"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d)(?!\d))?"
DAYS = regex.compile(
    rf"(?<![\d.,])(?:(?P<from>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:-|–|—|to|and|until|से)\s*)?"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}{_YEAR}",
    regex.I,
)
AMERICAN = regex.compile(
    rf"{EDGE}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%])"
    rf"(?:\s*(?:-|–|to)\s*(?P<to>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%]))?{_YEAR}",
    regex.I,
)
OF_MONTH = regex.compile(rf"{EDGE}{_MONTH}\s+(?P<year>(?:19|20)\d\d)(?!\d)", regex.I)
LONE_YEAR = regex.compile(r"(?<=\b(?:in|of|since|until|by|year)\s)(?P<year>(?:19|20)\d\d)(?![\d,.]\d|\d)", regex.I)
CLOCK = regex.compile(r"(?<![\d:])(\d{1,2}):(\d\d)(?::(\d\d))?(?!\d)(?:\s*([ap])\.?m\.?)?", regex.I)
HALF_DAY = regex.compile(r"(?<![\d.,:])(\d{1,2})\s*([ap])\.?m\b\.?", regex.I)
RANK = regex.compile(r"(?<![\d.,])(?:(\d+)(?:st|nd|rd|th)\b|#(\d+)(?!\w)|(?i:no\.|number)\s+(\d+)\b)")
LISTED = regex.compile(r"(?m)^\s*\d{1,2}[.)]\s+")
FIGURE = regex.compile(
    r"(?P<sign>(?:(?<![\p{L}\p{N}])[-−+]\s?)?)(?P<before>(?:₹|(?<!\p{L})\$|€|£|\bRs\.?|\bINR|\bUSD|\bEUR)\s?)?"
    r"(?P<sign2>[-−+]?)"
    rf"(?<![\p{{N}}.,])(?P<number>{NUMBER})(?P<exponent>[eE][+-]?\d+)?"
    rf"(?:[ -]?(?P<scale>{_names(SCALES)}){END})?(?:[ -]?(?P<scale2>lakh|crore|million|लाख|करोड़){END})?"
    r"(?:\s?(?P<unit>%|percentage points?|percent points?|per ?cent|percent|pct|pc|प्रतिशत|फ़ीसदी|फीसदी|points?|pp|अंक|×|x"
    rf"|times|-?fold|गुना|{_names(LENGTHS)}|{_names(MONEY)})(?![\p{{L}}\p{{M}}\p{{N}}]))?",
    regex.I,
)
WORDS = regex.compile(
    rf"{EDGE}(?:{'|'.join([*SMALL, *LARGE])})(?:[\s-]+(?:and\s+)?(?:{'|'.join([*SMALL, *LARGE])}))*{END}", regex.I
)
PARTS = regex.compile(
    rf"{EDGE}(?:(?P<count>an?|one|two|three|four|nine)[\s-]+)?(?P<part>{_names(FRACTIONS)}){END}", regex.I
)
SOME_TIMES = regex.compile(rf"{EDGE}(?:{_names(TIMES)}){END}", regex.I)
HINDI_WORDS = regex.compile(
    rf"{EDGE}(?:{_names(HINDI)})(?:\s+(?P<scale>सौ|हजार|हज़ार|लाख|करोड़))?{END}(?!\s*[।.!]?$)", regex.M
)
VULGAR = regex.compile(r"(\d*)([¼½¾⅓⅔⅕⅖⅗⅘⅙⅛⅜⅝⅞])")
# "The first half of the month", "quarter" of a year, "a third" of three: no amounts.
NO_PARTS = regex.compile(rf"(?:first|second|other|third|last|this|next|next|each|per|a|the)\s+(?:quarter)s?{END}"
                         rf"|(?:first|second|other)\s+half{END}|the\s+third{END}", regex.I)  # fmt: skip
UNITS = {"×": As.TIMES, "x": As.TIMES, "fold": As.TIMES, "-fold": As.TIMES, "गुना": As.TIMES, "times": As.OFTEN,
         "points": As.POINTS, "point": As.POINTS, "pp": As.POINTS, "अंक": As.POINTS}  # fmt: skip


def plainly(text: str) -> str:
    """Return a text with one kind of digits, blanks and minus signs, its length unchanged where it matters."""
    text = VULGAR.sub(lambda match: _vulgar(match[1], match[2]), text)
    found = []
    for letter in unicodedata.normalize("NFKC", text):
        if letter.isdecimal():
            found.append(str(unicodedata.decimal(letter)))
        else:
            found.append(" " if letter.isspace() and letter != "\n" else letter)
    return regex.sub(r"(?<=\d)[’'](?=\d{3})", ",", "".join(found))


def _vulgar(whole: str, part: str) -> str:
    return f"{float(whole or 0) + unicodedata.numeric(part):.2f}".rstrip("0") + " "


def without(text: str, names: Iterable[str]) -> str:
    """Return a text without names that were looked up: what stands in a title is no number of ours."""
    for name in sorted({plainly(name).strip() for name in names}, key=len, reverse=True):
        if len(name) > 1 and (regex.search(r"\d", name) or WORDS.search(name) or PARTS.search(name)):
            text = regex.sub(rf"(?i){EDGE}{regex.escape(name)}{END}", lambda match: " " * len(match[0]), text)
    return text


def spelled(text: str, *, names: Iterable[str] = ()) -> list[Spelled]:
    """Return every number, date and time of day in a text, in order."""
    read = _Text(without(plainly(text), names))
    for match in list(LISTED.finditer(read.words)):
        read.take(match)
    _dates(read)
    _clocks(read)
    for match in list(RANK.finditer(read.words)):
        value = float(next(group for group in match.groups() if group))
        _add(read, match, As.RANK, value)
    _figures(read)
    _words(read)
    return sorted(read.found, key=lambda each: each.start)


def _add(read: _Text, match: regex.Match[str], meant: As, value: float = 0.0, half: float = 0.0) -> None:
    read.found.append(Spelled(match[0].strip(), match.start(), meant, value, half))
    read.take(match)


def _date(read: _Text, match: regex.Match[str], *dates: tuple[int, int, int], meant: As = As.DATE) -> None:
    read.found += [Spelled(match[0].strip(), match.start(), meant, date=date) for date in dates]
    read.take(match)


def _dates(read: _Text) -> None:
    for match in list(ISO.finditer(read.words)):
        _date(read, match, (int(match[1]), int(match[2]), int(match[3])))
    for match in list(SLASHED.finditer(read.words)):
        _date(read, match, (int(match[3]), int(match[2]), int(match[1])))
    for match in list(DAYS.finditer(read.words)):
        year, month = int(match["year"] or 0), MONTHS[match["month"].lower()]
        days = [int(day) for day in (match["from"], match["day"]) if day]
        _date(read, match, *((year, month, day) for day in days))
    for match in list(AMERICAN.finditer(read.words)):
        year, month = int(match["year"] or 0), MONTHS[match["month"].lower()]
        days = [int(day) for day in (match["day"], match["to"]) if day]
        _date(read, match, *((year, month, day) for day in days))
    for match in list(OF_MONTH.finditer(read.words)):
        _date(read, match, (int(match["year"]), MONTHS[match["month"].lower()], 0), meant=As.MONTH)
    for match in list(LONE_YEAR.finditer(read.words)):
        _date(read, match, (int(match["year"]), 0, 0), meant=As.MONTH)


def _clocks(read: _Text) -> None:
    for match in list(CLOCK.finditer(read.words)):
        hour, minute = _hour(int(match[1]), match[4]), int(match[2])
        seconds = 3600 * hour + 60 * minute + int(match[3]) if match[3] else 60 * int(match[1]) + minute
        clock = (hour, minute) if not match[3] and hour < 24 else (-1, 0)
        read.found.append(Spelled(match[0].strip(), match.start(), As.CLOCK, float(seconds), 0.5, clock=clock))
        read.take(match)
    for match in list(HALF_DAY.finditer(read.words)):
        clock = (_hour(int(match[1]), match[2]), 0)
        read.found.append(Spelled(match[0].strip(), match.start(), As.CLOCK, -1.0, clock=clock))
        read.take(match)


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _figures(read: _Text) -> None:
    last: tuple[int, Spelled] | None = None
    for match in list(FIGURE.finditer(read.words)):
        one = _figure(match)
        if (
            last
            and one.meant is As.LENGTH
            and last[1].meant is As.LENGTH
            and not read.words[last[0] : one.start].strip()
        ):
            joined = f"{last[1].text} {one.text}"  # 5 d 2 h: one length
            read.found.remove(last[1])
            one = Spelled(joined, last[1].start, As.LENGTH, last[1].value + one.value, one.half)
        read.found.append(one)
        last = (match.end(), one)
    read.words = FIGURE.sub(lambda match: " " * len(match[0]), read.words)


def _figure(match: regex.Match[str]) -> Spelled:
    digits = regex.sub(r"[, ]", "", match["number"])
    places = len(digits.partition(".")[2])
    scale = SCALES.get((match["scale"] or "").lower(), 1.0) * SCALES.get((match["scale2"] or "").lower(), 1.0)
    scale *= 10.0 ** int(match["exponent"][1:]) if match["exponent"] else 1.0
    unit = regex.sub(r"\s+", " ", (match["unit"] or "").lower())
    before = (match["before"] or "").strip().lower()
    value, half = float(digits) * scale, 0.5 * 10.0**-places * scale
    sign = {"-": -1, "−": -1, "+": 1}.get((match["sign"] + match["sign2"]).strip()[:1], 0)
    meant, currency = _meant(unit), MONEY.get(before, MONEY.get(unit, ""))
    if meant is As.LENGTH:
        value, half = value * LENGTHS[unit], half * LENGTHS[unit]
    return Spelled(
        match[0].strip(), match.start(), As.MONEY if currency else meant, value, half, sign, currency
    )  # fmt: skip


def _meant(unit: str) -> As:
    if unit in LENGTHS:
        return As.LENGTH
    if unit in UNITS:
        return UNITS[unit]
    if unit.endswith(("percentage points", "percentage point", "percent point", "percent points")):
        return As.POINTS
    return As.PERCENT if unit and unit not in MONEY else As.PLAIN


def _words(read: _Text) -> None:
    for match in list(VAGUE.finditer(read.words)):
        _add(read, match, As.VAGUE)
    for match in list(SOME_TIMES.finditer(read.words)):
        _add(read, match, As.TIMES, float(TIMES[match[0].lower()]), 0.25)
    for match in list(NO_PARTS.finditer(read.words)):
        read.take(match)
    for match in list(PARTS.finditer(read.words)):
        count = SMALL.get((match["count"] or "one").lower(), 1)
        _add(read, match, As.FRACTION, count * FRACTIONS[match["part"].lower()], 0.025)
    for match in list(WORDS.finditer(read.words)):
        _word(read, match)
    for match in list(HINDI_WORDS.finditer(read.words)):
        value = HINDI[match[0].split()[0]] * SCALES.get(match["scale"] or "", 1.0)
        _add(read, match, As.PLAIN, float(value), 0.5)


def _word(read: _Text, match: regex.Match[str]) -> None:
    """Take a number in words in; "one" alone is a pronoun more often than a number."""
    words = [word for word in regex.findall(r"[a-z]+", match[0].lower()) if word != "and"]
    if words == ["one"]:
        return
    after = regex.match(
        rf"[\s-]+(percent|per cent|times|fold|{_names(LENGTHS)}){END}", read.words[match.end() :], regex.I
    )
    unit = after[1].lower() if after else ""
    value, meant = _value(words), As.TIMES if unit == "times" else _meant(unit)
    factor = LENGTHS[unit] if meant is As.LENGTH else 1
    _add(read, match, meant, value * factor, 0.5 * factor)


def _value(words: Sequence[str]) -> float:
    total, current = 0.0, 0.0
    for word in words:
        if word in SMALL:
            current += SMALL[word]
            continue
        current = max(current, 1.0) * LARGE[word]
        if LARGE[word] > 100:
            total, current = total + current, 0.0
    return total + current


def is_that_day(one: Spelled, date: dt.date) -> bool:
    """Whether a date as it is written is this day."""
    year, month, day = one.date
    return (not year or year == date.year) and (not month or month == date.month) and (not day or day == date.day)
