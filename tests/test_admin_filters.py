"""Lists of the admin stay quick with ten thousand organisations: none offers all of them to choose from."""

import datetime as dt
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import RelatedFieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from accounts import tenancy
from accounts.audited import is_of_tenants
from accounts.models import User
from analytics.models import DailyMetrics
from billing.models import GatewayEvent
from publishing.models import PlatformEvent
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post
from tests.world import furnish
from trends.models import TrendTopic

LARGE = {TrendTopic, PlatformEvent, GatewayEvent}  # of nobody, and without end
WRITTEN = (models.CharField, models.TextField, models.IntegerField)


@pytest.fixture
def operator(cast: Cast) -> Client:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    return client


def filters_of(desk: Any) -> list[tuple[str, Any]]:
    """The fields a list is narrowed by, with what they are shown as."""
    named = [each for each in desk.list_filter if not isinstance(each, type)]
    return [(each, None) if isinstance(each, str) else each for each in named]


def test_no_list_is_narrowed_by_choosing_from_rows_that_grow_with_tenants() -> None:
    for model, desk in admin.site._registry.items():
        for name, kind in filters_of(desk):
            field = get_fields_from_path(model, name)[-1]
            offers_rows = kind is None or issubclass(kind, RelatedFieldListFilter)
            if offers_rows and field.related_model and is_of_tenants(field.related_model):
                assert kind is AutocompleteSelectFilter, (model, name)
                assert getattr(desk, "list_filter_submit", False), model


def test_no_large_list_is_read_whole_for_the_words_that_stand_in_a_field() -> None:
    found = []
    for model, desk in admin.site._registry.items():
        for name, kind in filters_of(desk):
            field = get_fields_from_path(model, name)[-1]
            grows = is_of_tenants(field.model) or model in LARGE
            if grows and kind is None and not (field.choices or field.related_model) and isinstance(field, WRITTEN):
                found.append((model._meta.label, name))
    assert found == []


def test_no_list_that_grows_with_tenants_is_read_whole_for_the_days_it_has() -> None:
    found = {model for model, desk in admin.site._registry.items() if desk.date_hierarchy}
    assert found <= {PeriodicTask}, "a handful of rows, the same in every installation"


@pytest.mark.parametrize(
    ("zone", "span", "count"),
    [
        ("Asia/Kolkata", {"from": "2026-03-02"}, 1),
        ("Asia/Kolkata", {"to": "2026-03-02"}, 1),
        ("Asia/Kolkata", {"to": "2026-03-01"}, 0),
        ("Asia/Kolkata", {"from": "2026-03-02", "to": "2026-03-02"}, 1),
        ("UTC", {"to": "2026-03-01"}, 1),
        ("UTC", {"from": "2026-03-02"}, 0),
        ("UTC", {"from": "the other day", "to": "9999-12-31"}, 1),
    ],
)
def test_a_list_is_narrowed_to_days_where_the_operator_is(
    operator: Client, cast: Cast, zone: str, span: dict[str, str], count: int
) -> None:
    User.objects.filter(pk=cast.dev.user_id).update(timezone=zone)
    with tenancy.of_organization(cast.kesar.pk):
        evening = dt.datetime(2026, 3, 1, 20, 0, tzinfo=dt.UTC)  # the next day in India
        make_post(make_piece(cast.kesar), make_connection(cast.kesar), at=evening)
    asked = {f"scheduled_for_{end}": day for end, day in span.items()}
    answer = operator.get(reverse("admin:publishing_scheduledpost_changelist"), asked)
    assert answer.context["cl"].result_count == count


def test_a_list_is_narrowed_to_days_that_have_no_hours(operator: Client, cast: Cast) -> None:
    furnish(cast)
    with tenancy.operator():
        days = DailyMetrics.objects.filter(date=DailyMetrics.objects.latest("date").date)
        date, expected = days[0].date, days.count()
    asked = {"date_from": date.isoformat(), "date_to": date.isoformat()}
    answer = operator.get(reverse("admin:analytics_dailymetrics_changelist"), asked)
    assert answer.context["cl"].result_count == expected


def test_a_list_is_narrowed_to_a_platform_among_those_we_know(operator: Client, cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        for platform in ("mastodon", "bluesky"):
            make_post(make_piece(cast.kesar), make_connection(cast.kesar, platform=platform), at=timezone.now())
    address = reverse("admin:publishing_scheduledpost_changelist")
    with CaptureQueriesContext(connection) as seen:
        page = operator.get(address)
    assert not [each["sql"] for each in seen if "DISTINCT" in each["sql"] and '"platform"' in each["sql"]]
    assert "connection__platform=bluesky" in page.content.decode()
    narrowed = operator.get(address, {"connection__platform": "bluesky"})
    assert [row.connection.platform for row in narrowed.context["cl"].result_list] == ["bluesky"]
    assert operator.get(address, {"connection__platform": "nothing"}).context["cl"].result_count == 0


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("content_itemrating", {"stars__icontains": "4"}),
        ("billing_usagemark", {"percent__icontains": "80"}),
        ("analytics_anomaly", {"metric__icontains": "views", "platform": "youtube"}),
        ("publishing_postingslot", {"connection__platform": "youtube"}),
        ("trends_trendtopic", {"language__icontains": "hi", "platform": "youtube"}),
    ],
)
def test_what_is_typed_narrows_a_list(operator: Client, name: str, asked: dict[str, str]) -> None:
    narrowed = operator.get(reverse(f"admin:{name}_changelist"), asked)
    assert narrowed.status_code == 200
    assert narrowed.context["cl"].result_count == 0


def test_posts_are_narrowed_to_an_organisation_that_is_searched_for(operator: Client, cast: Cast) -> None:
    address = reverse("admin:publishing_scheduledpost_changelist")
    page = operator.get(address).content.decode()
    assert "Kesar Naturals" not in page
    assert 'data-app-label="publishing"' in page
    chosen = operator.get(address, {"organization__id__exact": str(cast.kesar.pk)})
    assert chosen.status_code == 200
    assert "Kesar Naturals" in chosen.content.decode()
    asked = {"app_label": "publishing", "model_name": "scheduledpost", "field_name": "organization", "term": "kes"}
    found = operator.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [each["text"] for each in found] == ["Kesar Naturals"]


def test_the_audit_log_is_not_read_whole_for_its_filters(operator: Client) -> None:
    address = reverse("admin:accounts_auditentry_changelist")
    with CaptureQueriesContext(connection) as seen:
        operator.get(address)
    assert not [each["sql"] for each in seen if "DISTINCT" in each["sql"]]
    narrowed = operator.get(address, {"action__icontains": "connection."})
    assert narrowed.status_code == 200
    assert narrowed.context["cl"].result_count == 0
