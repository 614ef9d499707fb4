"""What stands in Kesar Naturals of slots, series, holds; and which address shows which of it."""

import datetime as dt
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from publishing.models import CalendarEntry, ContentCalendar, PlanImport, PostingHold, PostingSlot, RecurringPost
from tests.cast import Cast

THINGS: dict[str, str] = {
    **dict.fromkeys(("connection_slots", "slot_add", "slots_preset", "slots_zone", "queue_order"), "connection"),
    **dict.fromkeys(("slot", "slot_remove"), "slot"),
    **dict.fromkeys(("queue_add", "good_times", "recurring_new"), "piece"),
    "post_to_slot": "post",
    **dict.fromkeys(("recurring_one", "recurring_pause", "recurring_resume", "recurring_remove"), "series"),
    "hold_release": "hold",
    **dict.fromkeys(("composing",), "asset"),
    "composing_check": "piece",
    **dict.fromkeys(("plan_import", "plan_import_let_in", "plan_import_drop", "plan_import_refused"), "plan_import"),
    **dict.fromkeys(("plan", "plan_edit", "plan_delete", "calendar_entry_new", "calendar_make"), "plan_calendar"),
    "plan_restore": "deleted_calendar",
    **dict.fromkeys(("calendar_entry", "calendar_entry_make", "calendar_entry_remove"), "calendar_entry"),
    **dict.fromkeys(("calendar_entry_drop", "calendar_entry_there"), "calendar_entry"),
}
RESOURCES: dict[str, str] = {
    "api-posting-slots-": "slot",
    "api-recurring-posts-": "series",
    "api-holds-": "hold",
    "api-queues-": "connection",
    "api-plan-imports-": "plan_import",
    "api-content-calendars-": "plan_calendar",
    "api-content-calendars-restore": "deleted_calendar",
    "api-calendar-entries-": "calendar_entry",
}


def planning(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Give the client's account a slot, a series and a hold that has not ended."""
    on = {"organization": cast.kesar, "client": cast.client, "connection_id": ids["connection"]}
    slot = PostingSlot.objects.create(**on, weekday=0, at=dt.time(9), timezone="Asia/Kolkata")
    series = RecurringPost.objects.create(
        **on,
        piece_id=ids["piece"],
        frequency=RecurringPost.Frequency.WEEKLY,
        at=dt.time(9),
        timezone="Asia/Kolkata",
        starts_on=dt.date(2026, 11, 23),
        error="KESAR waits",
        created_by=cast.ben.user,
    )
    hold = PostingHold.objects.create(**on, reason="KESAR", held_by=cast.asha.user)
    return {"slot": slot.pk, "series": series.pk, "hold": hold.pk} | _plans(cast, ids)


def _plans(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Give the client a plan that was brought, and calendars with an entry, one of them put aside."""
    for_client = {"organization": cast.kesar, "client": cast.client}
    plan = PlanImport(**for_client, name="KESAR.csv", timezone="Asia/Kolkata", asked_by=cast.ben.user)
    plan.file.save("plan.csv", ContentFile(b"date,time,account,text\n2030-01-01,09:00,KESAR,Rain\n"), save=False)
    plan.refused_file.save("refused.csv", ContentFile(b"row,reasons\n2,KESAR\n"), save=False)
    plan.save()
    days = {"starts_on": dt.date(2030, 1, 1), "ends_on": dt.date(2030, 1, 31)}
    calendar, gone = (
        ContentCalendar.objects.create(**for_client, **days, name="KESAR", created_by=cast.ben.user) for _n in range(2)
    )
    ContentCalendar.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    entry = CalendarEntry.objects.create(
        organization=cast.kesar, calendar=calendar, date=days["starts_on"], timezone="Asia/Kolkata", title="KESAR",
        platform="practice", connection_id=ids["connection"],
    )  # fmt: skip
    found = {"plan_import": plan.pk, "plan_calendar": calendar.pk, "deleted_calendar": gone.pk}
    return found | {"calendar_entry": entry.pk}
