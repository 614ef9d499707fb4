"""Pages of columns: read down one, then the next, whatever order the file draws them in."""

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from content.intake import columns

LEFT = [f"Left line {number} on rain" for number in range(1, 9)]
RIGHT = [f"Right line {number} on skin" for number in range(1, 9)]
Line = tuple[float, float, str]


def page(*lines: Line) -> str:
    """What is read of a page of lines, drawn in this order at these places."""
    writer = PdfWriter()
    made = writer.add_blank_page(600, 800)
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
                             NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
    made[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    drawn = DecodedStreamObject()
    drawn.set_data("".join(f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in lines).encode())
    made[NameObject("/Contents")] = writer._add_object(drawn)
    out = io.BytesIO()
    writer.write(out)
    return columns.text_of(PdfReader(io.BytesIO(out.getvalue())).pages[0])


def rows(top: float = 700) -> list[Line]:
    """Both columns, line by line across the page, as some programs write them."""
    pairs = zip(LEFT, RIGHT, strict=True)
    return [
        each
        for number, (left, right) in enumerate(pairs)
        for each in ((50.0, top - 14 * number, left), (320.0, top - 14 * number, right))
    ]


def test_two_columns_drawn_to_and_fro_are_read_one_after_the_other() -> None:
    assert page(*rows()).split("\n") == [*LEFT, *RIGHT]


def test_what_runs_across_both_stays_where_it_stands() -> None:
    title, foot = "A title that runs across both of the columns", "A note at the foot that runs across both as well"
    read = page((150, 740, title), *rows(), (150, 560, foot)).split("\n")
    assert read == [title, *LEFT, *RIGHT, foot]


def test_a_page_of_one_column_keeps_the_order_of_its_file() -> None:
    lines = [f"One long line of number {number} that goes on to the other edge of the page" for number in range(12)]
    assert page(*((50, 700 - 14 * n, text) for n, text in enumerate(lines))).split("\n") == lines


def test_columns_that_the_file_keeps_apart_are_left_alone() -> None:
    left = [(50.0, 700.0 - 14 * n, text) for n, text in enumerate(LEFT)]
    right = [(320.0, 700.0 - 14 * n, text) for n, text in enumerate(RIGHT)]
    assert page(*right, *left).replace("\n", " ").split() == " ".join([*RIGHT, *LEFT]).split()


def test_a_table_of_few_rows_is_no_page_of_columns() -> None:
    cells = [
        (x, 700.0 - 14 * row, f"{name} {row}") for row in range(3) for x, name in ((50.0, "Batch"), (320.0, "Oil"))
    ]
    assert "Batch 0 Oil 0" in " ".join(page(*cells).split())


def side_by_side(
    columns_: list[list[str]], *, left: float = 40.0, apart: float = 180.0, top: float = 700
) -> list[Line]:
    """Columns, line by line across the page."""
    return [
        (left + apart * place, top - 14 * number, text)
        for number, row in enumerate(zip(*columns_, strict=True))
        for place, text in enumerate(row)
    ]


def told(name: str, count: int = 8) -> list[str]:
    return [f"{name} goes on, its line {number}" for number in range(1, count + 1)]


@pytest.mark.parametrize(("count", "apart"), [(3, 180.0), (4, 136.0)])
def test_three_and_four_columns_are_read_one_after_the_other(count: int, apart: float) -> None:
    names = [told(name) for name in ("One", "Two", "Three", "Four")[:count]]
    title = "A title that runs across all of the columns of this page, however many there are of them"
    read = page((40, 740, title), *side_by_side(names, apart=apart)).split("\n")
    assert read == [title, *(line for column in names for line in column)]


def test_a_narrow_column_beside_a_wide_one_is_read_by_itself() -> None:
    wide = [f"The main story goes on for as long as this, which is its line {number}" for number in range(9)]
    narrow = [f"A note aside, line {number}" for number in range(9)]
    lines = [each for n in range(9) for each in ((40.0, 700 - 14 * n, wide[n]), (440.0, 700 - 14 * n, narrow[n]))]
    assert page(*lines).split("\n") == [*wide, *narrow]


def test_columns_above_each_other_are_read_band_by_band() -> None:
    rule = "A heading in the middle of the page that runs across both of the columns here"
    above, below = rows(700), rows(500)
    read = page(*above, (50, 560, rule), *below).split("\n")
    assert read == [*LEFT, *RIGHT, rule, *LEFT, *RIGHT]


def test_a_long_table_is_read_row_by_row() -> None:
    cells = [
        (x, 700.0 - 14 * number, text)
        for number in range(20)
        for x, text in ((50.0, f"Oil {number}"), (250.0, f"{number} rupees"), (450.0, "yes" if number % 2 else "no"))
    ]
    read = page(*cells).replace("\n", " ")
    assert read.index("Oil 3") < read.index("3 rupees") < read.index("Oil 4")


def test_lines_of_both_columns_need_not_stand_at_one_height() -> None:
    left = [(50.0, 700.0 - 14 * n, text) for n, text in enumerate(LEFT)]
    right = [(320.0, 695.0 - 13 * n, text) for n, text in enumerate(RIGHT)]
    mixed = [line for pair in zip(left, right, strict=True) for line in pair]
    assert page(*mixed).split("\n") == [*LEFT, *RIGHT]


def test_columns_of_letters_from_the_right_are_read_from_the_right() -> None:
    right_to_left = [
        columns.Printed(x, 700 - 14 * n, 10, text) for n in range(8) for x, text in ((40, "b"), (320, "a"))
    ]
    (gap, from_right) = columns.Gap(300), columns._is_from_right("\u05e9\u05dc\u05d5\u05dd")
    read = columns._in_order(right_to_left, gap, from_right=from_right)
    assert "".join(one.text for one in read) == "a" * 8 + "b" * 8
