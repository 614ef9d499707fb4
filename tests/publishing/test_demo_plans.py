"""What the demo plans: a queue, a draft, intentions, and approvals; nothing of it reaches a platform at once."""

import datetime as dt

from django.test import Client
from django.utils import timezone

from accounts import tenancy
from publishing.delivery import claiming
from publishing.models import ApprovalRequest, CalendarEntry, QARequest, ScheduledPost
from publishing.services import connections
from tests.cast import Cast
from trenddrop import demo_plans


def test_the_demo_shows_a_planned_week_and_what_is_to_be_approved(cast: Cast) -> None:
    now = timezone.now()
    practice = connections.connect_practice(name="Kesar Naturals", by=cast.asha, now=now)
    demo_plans.gather(cast.asha, cast.brand, practice, now=now)
    with tenancy.of_organization(cast.kesar.pk):
        planned = list(ScheduledPost.objects.order_by("scheduled_for"))
        assert sorted(post.status for post in planned) == ["draft", "scheduled", "scheduled", "scheduled"]
        assert planned[0].scheduled_for > now + dt.timedelta(hours=20)
        assert not claiming.due_sends(now).exists()
        assert sorted(ApprovalRequest.objects.values_list("stage", flat=True)) == [0, 1]
        assert (CalendarEntry.objects.count(), QARequest.objects.count()) == (3, 1)
    asha = Client()
    asha.force_login(cast.asha.user)
    assert "a wet umbrella and one cutting chai" in asha.get("/approvals/").content.decode()
    esha = Client()
    esha.force_login(cast.esha.user)
    assert "Forty thousand cups a day" in esha.get("/approvals/").content.decode()
