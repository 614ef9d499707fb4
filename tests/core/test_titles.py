"""Titles of texts that have none."""

import pytest

from content.models import GeneratedContent
from publishing.models import ScheduledPost
from trenddrop.core.titles import LONGEST, beginning

LONG = "Cutting chai and a wet umbrella stand for the whole of a Bombay monsoon, and we love it"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", ""),
        ("  \n ", ""),
        ("Wash twice.", "Wash twice."),
        ("Wash\n\n twice.", "Wash twice."),
        (LONG, "Cutting chai and a wet umbrella stand for the whole of a…"),
        ("Rainy days need less soap. Part one.\n---\nPart two.", "Rainy days need less soap. Part one."),
        ("---\nPart two.", "Part two."),
        ("#" + "a" * 80, "#" + "a" * 58 + "…"),
        ("सुबह " * 30, "सुबह " * 11 + "सुबह…"),
    ],
)
def test_a_text_is_called_by_whole_words_of_its_first_part(text: str, title: str) -> None:
    assert beginning(text) == title
    assert len(beginning(text)) <= LONGEST


@pytest.mark.parametrize("kind", [GeneratedContent, ScheduledPost])
def test_pieces_and_posts_without_a_title_are_called_by_their_beginning(
    kind: type[GeneratedContent | ScheduledPost],
) -> None:
    assert str(kind(text=LONG)) == beginning(LONG)
    assert str(kind(title="A title", text=LONG)) == "A title"
