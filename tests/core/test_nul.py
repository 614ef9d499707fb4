"""NUL in an address: pages answer as if it had not been sent, the API refuses it in words."""

import pytest
from django.test import Client, RequestFactory

from tests.api.asking import PROBLEM, as_member
from tests.cast import Cast
from trenddrop.core import nul

ODD = "q=%00rain&%00tag=a%00&tag=b&account=%00&view=%00&client=%00&platform=%00&kind=%00&sort=%00"


@pytest.mark.parametrize(
    "page",
    ["/ideas/", "/calendar/", "/approvals/", "/compose/files/", "/posts/", "/posts/export/", "/numbers/posts/",
     "/library/", "/trends/", "/organisation/audit/", "/brand/library/shared/", "/brand/templates/shared/"],
)  # fmt: skip
def test_pages_answer_as_if_it_had_not_been_sent(cast: Cast, page: str) -> None:
    browser = Client()
    browser.force_login(cast.asha.user)
    plain = browser.get(f"{page}?{ODD.replace('%00', '')}")
    assert (browser.get(f"{page}?{ODD}").status_code, plain.status_code) == (200, 200)


@pytest.mark.parametrize(
    ("path", "more"),
    [("assets", {"tag": "\0"}), ("posts", {}), ("prompts", {}), ("library-items", {}), ("shared-templates", {}),
     ("trends", {})],
)  # fmt: skip
def test_the_program_is_refused_in_words_or_answered(cast: Cast, path: str, more: dict[str, str]) -> None:
    answer = as_member(cast.asha).get(path, q="\0rain", **more)
    assert answer.status_code in {200, 422}, answer.content
    assert answer.status_code == 200 or answer["Content-Type"] == PROBLEM


def test_all_else_of_the_query_stays_as_it_was() -> None:
    request = RequestFactory().get("/posts/?q=%00%E0%A4%AC&q=b%00&n=%2500&%00=")
    nul.strip(request)
    assert list(request.GET.lists()) == [("q", ["ब", "b"]), ("n", ["%00"]), ("", [""])]
    assert request.get_full_path() == "/posts/?q=%E0%A4%AC&q=b&n=%2500&="
    program = RequestFactory().get("/api/v1/posts?q=%00")
    nul.strip(program)
    assert program.GET["q"] == "\0"
