"""Notifications by mail."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts import tenancy
from accounts.models import Notification

BATCH = 100


def send_waiting() -> int:
    """Mail what waits, oldest first; each is marked before it is sent, so that nobody gets it twice."""
    with tenancy.operator():
        waiting = Notification.objects.filter(mail_wanted=True, mailed_at=None).order_by("created_at")
        keys = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        rows = list(Notification.objects.filter(pk__in=keys).select_related("user", "organization"))
        Notification.objects.filter(pk__in=keys).update(mailed_at=timezone.now())
    mails = [compose(row) for row in rows if row.user.is_active]
    with get_connection() as connection:
        connection.send_messages(mails)
    return len(mails)


def compose(notification: Notification) -> EmailMultiAlternatives:
    """Write the mail in the person's language."""
    with translation.override(notification.user.language):
        context = {"notification": notification, "site": settings.SITE_URL}
        mail = EmailMultiAlternatives(
            subject=f"{notification.title} · TrendDrop",
            body=render_to_string("email/notification.txt", context),
            to=[notification.user.email],
        )
        mail.attach_alternative(render_to_string("email/notification.html", context), "text/html")
    return mail
