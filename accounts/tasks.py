"""Background work of accounts."""

from celery import shared_task

from accounts import mailing


@shared_task
def mail_notifications() -> None:
    """Send the notifications that want a mail."""
    mailing.send_waiting()
