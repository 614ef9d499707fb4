"""A line break is one sign, however a browser sends it."""

from django.test import Client

from tests.cast import Cast
from tests.content.making import bring, pieces, process


def test_a_line_break_of_a_form_is_one_sign(cast: Cast) -> None:
    asset = process(bring(cast))
    piece = pieces(asset)["bluesky"]
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.ben.user)
    page = browser.get(f"/studio/{asset.pk}/?piece=bluesky")
    token = page.context["csrf_token"]
    sent = {"text": "One.\r\n\r\nTwo.", "base": str(piece.version), "csrfmiddlewaretoken": str(token)}
    assert browser.post(f"/pieces/{piece.pk}/", sent).status_code == 302
    assert pieces(asset)["bluesky"].text == "One.\n\nTwo."
