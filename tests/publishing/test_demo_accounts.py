"""The demo's accounts: one asks to be looked at, one waits for a phone; nothing of them reaches a platform."""

from django.test import Client
from django.utils import timezone

from accounts import tenancy
from publishing.delivery import claiming
from publishing.models import ScheduledPost
from tests.cast import Cast
from trenddrop import demo_accounts


def test_the_demo_shows_an_account_that_needs_a_look_and_a_post_that_waits_for_a_phone(cast: Cast) -> None:
    now = timezone.now()
    demo_accounts.gather(cast.asha, cast.brand, now=now)
    asha = Client()
    asha.force_login(cast.asha.user)
    assert "The sign-in was ended on the platform." in asha.get("/connections/").content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        post = ScheduledPost.objects.get()
        assert not claiming.due_sends(now).exists()
    page = asha.get(f"/posts/{post.pk}/", follow=True)
    assert page.status_code == 200
    assert "no, rain does not wash sunscreen off" in page.content.decode()
