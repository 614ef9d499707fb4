"""Numbers that say what they are when they are clicked."""

import uuid

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.catalogue import METRICS, Unit, Value, name_of
from analytics.models import MeasuredPost
from analytics.screens import written
from publishing.models import ScheduledPost

register = template.Library()


@register.simple_tag
def figure(value: Value, metric: str, post: MeasuredPost | ScheduledPost | uuid.UUID | str | None = None) -> SafeString:
    """A number of the catalogue: a click tells its name, its formula (of a post: with its values) and its source.

    `{% figure row.views "views" row.post_id %}`; without a post it leads to the metric. None says "not given".
    """
    if metric not in METRICS:
        return format_html('<span class="figure">{}</span>', written.of_unit(value, Unit.COUNT))
    key = getattr(post, "post_id", None) or getattr(post, "pk", None) or post
    of_post = f"{reverse('numbers_explain', args=[key])}?metric={metric}" if key else ""
    text = written.figure(value, metric) if value is not None else _("not given")
    return format_html(
        '<a class="figure{}" href="{}" data-explains title="{}">{}</a>',
        "" if value is not None else " dim",
        of_post or reverse("numbers_metric", args=[metric]),
        name_of(metric),
        text,
    )


@register.filter
def written_as(value: Value, metric: str) -> str:
    """The value as the metric's unit writes it, without a link."""
    return written.figure(value, metric)
