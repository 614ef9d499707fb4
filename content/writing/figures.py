"""The numbers in a text, in figures or, in English, in words: to tell what a model made up."""

import regex

FIGURE = regex.compile(r"(?<![\p{L}\d])\d+(?:[.,]\d+)*")
CLOCK = regex.compile(r"(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)|(?m:^\d+/\d+(?=\s))")
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
LARGE = {"hundred": 100, "thousand": 1_000, "lakh": 100_000, "million": 1_000_000, "crore": 10_000_000,
         "billion": 1_000_000_000}  # fmt: skip
WORDS = regex.compile(
    rf"\b(?:{'|'.join([*SMALL, *LARGE])})\b(?:[\s-]+(?:and\s+)?(?:{'|'.join([*SMALL, *LARGE])})\b)*", regex.I
)
HUNDRED = 100


def numbers_in(text: str, *, words: bool = True) -> frozenset[float]:
    """Every number in `text`; with `words` also those spelled out. Times of day and part numbers are left out."""
    bare = CLOCK.sub(" ", text)
    found = {value for match in FIGURE.findall(bare) for value in _readings(match)}
    if words:
        found |= {value for match in WORDS.finditer(text) for value in _spelled(match[0])}
    return frozenset(found)


def _readings(figure: str) -> set[float]:
    """1,500 and 1.500 are fifteen hundred to some and one and a half to others."""
    plain = float(regex.sub(r"[.,]", "", figure))
    if regex.fullmatch(r"\d+(?:[.,]\d{3})+", figure):
        return {plain}
    return {float(figure.replace(",", "."))} if figure.count(".") + figure.count(",") == 1 else {plain}


def _spelled(run: str) -> set[float]:
    """The value of the whole run, and of its parts: "ten lakh" is 1,000,000, 10 and 100,000."""
    values, total, current = set[float](), 0.0, 0.0
    for word in regex.findall(r"[a-z]+", run.lower()):
        if word in SMALL:
            current += SMALL[word]
            values.add(SMALL[word])
        elif word in LARGE:
            current = max(current, 1) * LARGE[word]
            values |= {current, float(LARGE[word])}
            if LARGE[word] > HUNDRED:
                total, current = total + current, 0.0
        values |= {current, total + current}
    return values - {0.0}
