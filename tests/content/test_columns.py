"""Pages of two columns: read down one column, then the other, whatever order the file draws them in."""

import io

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
