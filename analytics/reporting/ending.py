"""Telling people that a report is mailed no more, where they did not end it themselves."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts import notifications
from accounts.models import Notification
from analytics.models import ReportSchedule

NOBODY = gettext_lazy("Nobody who set it up or owns the organisation may see these numbers any more.")
NO_ADDRESS = gettext_lazy("The last of its addresses was of a member who left.")
NO_BRAND = gettext_lazy("The brand it was about was removed.")
NOT_TAKEN = gettext_lazy("The mail server took nothing %(n)s times: %(error)s")


def tell(row: ReportSchedule, why: str | Promise) -> None:
    """Tell whoever set it up; where they may change it no more, those who may. Call in the organisation's scope."""
    may_edit = notifications.people_who_may(
        "analytics.edit", organization_id=row.organization_id, client_id=row.client_id
    )
    its_own = [person for person in may_edit if person.pk == row.made_by_id]
    notifications.notify(
        its_own or may_edit,
        Notification.Kind.REPORT,
        organization_id=row.organization_id,
        title=notifications.words(gettext_lazy("A report is mailed no more: %(name)s"), name=row.name),
        message=why,
        link=reverse("numbers_report_schedule", args=[row.pk]),
    )
