"""Links as the house, its programs and operators see them: made, mailed, taken back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from publishing import linking
from publishing.models import ReviewLink
from tests.cast import Cast
from tests.publishing.test_links import Review, asked_of_client, link_for


@pytest.fixture
def review(kesar: Cast) -> Review:
    """Chai Point's piece that waits, and Isha's link."""
    request = asked_of_client(kesar, kesar.client, "AQI and your skin barrier", text="Your filter caught some of it.")
    return Review(kesar, request, link_for(kesar, client=kesar.client))


def signed_in(who: Membership) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def test_a_link_is_made_shown_and_taken_back_on_the_pages(review: Review) -> None:
    asha, cast = signed_in(review.cast.asha), review.cast
    new = f"{reverse('link_new')}?client={cast.client.pk}"
    assert asha.get(new).status_code == 200
    sent = {
        "client": cast.client.pk,
        "name": "Ravi",
        "email": "ravi@chaipoint.example",
        "days": "7",
        "may_decide": "on",
    }
    made = asha.post(new, sent)
    link = ReviewLink.objects.get(name="Ravi")
    assert made["Location"] == reverse("link", args=[link.pk])
    page = asha.get(made["Location"]).content.decode()
    assert linking.url_of(link) in page
    part = asha.get(f"{reverse('links')}?client={cast.client.pk}", headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in part, "Ravi" in part) == (False, True)
    asha.post(reverse("link_revoke", args=[link.pk]))
    assert linking.url_of(link) not in asha.get(made["Location"]).content.decode()


def test_a_link_to_one_piece_is_made_from_its_page(review: Review) -> None:
    asha = signed_in(review.cast.asha)
    new = f"{reverse('link_new')}?request={review.request.pk}"
    assert "AQI and your skin barrier" in asha.get(new).content.decode()
    asha.post(new, {"name": "Ravi", "email": "ravi@chaipoint.example", "days": "7"})
    link = ReviewLink.objects.get(name="Ravi")
    assert (link.request, link.client, link.may_decide) == (review.request, review.cast.client, False)


def test_links_are_managed_by_managers_alone(review: Review) -> None:
    for who in (review.cast.ben, review.cast.esha):
        assert signed_in(who).get(reverse("links")).status_code == 403
    assert signed_in(review.cast.dev).get(reverse("link", args=[review.link.pk])).status_code == 404


# Programs and operators


def test_programs_make_mail_and_take_back_links(review: Review) -> None:
    asha, base = signed_in(review.cast.asha), "/api/v1/review-links"

    def post(path: str, **body: Any) -> Any:
        return asha.post(f"{base}{path}", body, content_type="application/json")

    whom = {"name": "Ravi", "email": "ravi@chaipoint.example"}
    made = post("", client=str(review.cast.client.pk), days=7, **whom)
    assert made.status_code == 201
    link = ReviewLink.objects.get(name="Ravi")
    assert made.json()["url"] == linking.url_of(link)
    assert post("", **whom).status_code == 404
    assert post("", client=str(review.cast.client.pk), days=91, **whom).status_code in {400, 422}
    assert post(f"/{link.pk}/mail").status_code == 429
    assert post(f"/{link.pk}/revoke").json()["url"] == ""
    assert post(f"/{link.pk}/mail").status_code == 409
    assert len(asha.get(f"{base}?revoked=true").json()["results"]) == 1
    assert signed_in(review.cast.ben).get(base).status_code == 403


def test_operators_take_links_back_and_see_no_token(review: Review) -> None:
    User.objects.filter(pk=review.cast.dev.user_id).update(is_staff=True, is_superuser=True)
    operator = Client()
    operator.force_login(User.objects.get(pk=review.cast.dev.user_id))
    page = operator.get(reverse("admin:publishing_reviewlink_change", args=[review.link.pk])).content.decode()
    assert review.link.token_hash not in page
    address = reverse("admin:publishing_reviewlink_changelist")
    operator.post(address, {"action": "revoke", "_selected_action": [review.link.pk]})
    review.link.refresh_from_db()
    assert review.link.revoked_at
