"""Forms of posts: when and where, moved, seen live."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from publishing.models import PlatformConnection
from trenddrop.core.catalogue import badge

# The zones most people plan in; the member's own and the organisation's come first, any other is taken too.
ZONES = [
    "Asia/Kolkata", "Asia/Dubai", "Asia/Karachi", "Asia/Dhaka", "Asia/Kathmandu", "Asia/Singapore", "Asia/Bangkok",
    "Asia/Jakarta", "Asia/Hong_Kong", "Asia/Shanghai", "Asia/Tokyo", "Asia/Seoul", "Australia/Sydney",
    "Australia/Perth", "Pacific/Auckland", "Europe/London", "Europe/Lisbon", "Europe/Paris", "Europe/Berlin",
    "Europe/Madrid", "Europe/Rome", "Europe/Athens", "Europe/Istanbul", "Europe/Moscow", "Africa/Lagos",
    "Africa/Nairobi", "Africa/Cairo", "Africa/Johannesburg", "America/Sao_Paulo", "America/Argentina/Buenos_Aires",
    "America/Bogota", "America/Mexico_City", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "America/Toronto", "America/Vancouver", "Pacific/Honolulu", "UTC",
]  # fmt: skip
CLOCK = "%Y-%m-%dT%H:%M"


class WallClockField(forms.Field):
    """A time as a clock shows it, without a zone: a naive datetime to the minute."""

    widget = forms.DateTimeInput({"type": "datetime-local", "step": "60"}, format=CLOCK)
    default_error_messages = {"invalid": _("Give a day and a time, like 2026-11-27 09:30.")}

    def to_python(self, value: Any) -> dt.datetime | None:
        """Read what the browser's own field sends, or what somebody typed."""
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value.replace(tzinfo=None, second=0, microsecond=0)
        try:
            read = dt.datetime.fromisoformat(str(value).strip())
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if read.tzinfo is not None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return read.replace(second=0, microsecond=0)


class ZoneSelect(forms.Select):
    """The zones at hand, and the one that was given, whichever it is."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """Offer a zone that is not in the list when it is the chosen one."""
        known = {str(key) for key, _label in self.choices}
        self.choices = [*((each, zone_label(each)) for each in value if each and each not in known), *self.choices]
        return super().optgroups(name, value, attrs)


def zone_label(zone: str) -> str:
    """Return a zone as people read it."""
    return zone.replace("_", " ").replace("/", " / ")


class WhenForm(forms.Form):
    """A wall-clock time and its zone."""

    local_time = WallClockField(label=_("When"))
    timezone = forms.CharField(label=_("On the clock of"), max_length=64, widget=ZoneSelect)

    def __init__(self, *args: Any, zones: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(dict.fromkeys([*filter(None, zones), *ZONES]))
        widget = self.fields["timezone"].widget
        widget.choices = [(zone, zone_label(zone)) for zone in offered]
        self.fields["timezone"].initial = offered[0]


class ConnectionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An account, shown with its platform."""

    def label_from_instance(self, obj: Any) -> str:
        """Name the account, where it is, and whether nothing can be sent to it now."""
        named = f"{obj.handle} ({badge(obj.platform).name})"
        if obj.status == PlatformConnection.Status.NEEDS_RECONNECT:
            return _("%(account)s: to be connected again") % {"account": named}
        return named


class ScheduleForm(WhenForm):
    """Where and when a piece goes out."""

    connection = ConnectionChoice(
        label=_("To"),
        queryset=PlatformConnection.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("That account is not here. Choose one of these.")},
    )
    field_order = ["connection", "local_time", "timezone"]

    def __init__(self, *args: Any, connections: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["connection"].queryset = connections  # type: ignore[attr-defined]


class NowForm(ScheduleForm):
    """Where a piece goes out at once: the time does not matter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["local_time"].required = False


class SeenForm(forms.Form):
    """Where a person sees the post."""

    url = forms.URLField(
        label=_("Address of the post"),
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        error_messages={"invalid": _("That is not an address. Copy it from the post's own page.")},
    )


class PostedForm(SeenForm):
    """Where a person posted it; without the link nothing can be looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].required = False
