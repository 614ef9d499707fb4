"""Many rows in one statement: what is read back is what Django's own insert would have written."""

import datetime as dt
import decimal
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from trenddrop.core import recordsets
from trends.models import TrendTopic

pytestmark = pytest.mark.django_db
ODD = ["plain", "", "कच्चे आम", 'it\'s "quoted"', "back\\slash {}, [] %s", "two\nlines\t", "🧴👩‍👩‍👧", "مرحبا"]


def topic(title: str, **more: Any) -> TrendTopic:
    now = timezone.now()
    given = {"first_detected_at": now, "last_seen_at": now, "normalized": title, "kind": "keyword"}
    return TrendTopic(title=title, **(given | more))


def odd_topics() -> list[TrendTopic]:
    """Lists, documents, moments, numbers and nothing, with what a text can hold."""
    now = timezone.now()
    return [
        topic(
            f"{number} {text}", names=[text, "two"], forms={text: [text, None, 1.5, {"deep": True}]}, tags=[text],
            context=[text], score=0.1 + number, peaked_at=now - dt.timedelta(microseconds=number), alarmed_at=None,
        )
        for number, text in enumerate(ODD)
    ]  # fmt: skip


def test_rows_are_read_back_as_the_usual_insert_would_have_written_them() -> None:
    usual, ours = odd_topics(), odd_topics()
    TrendTopic.objects.bulk_create(usual)
    expected = [model_to_dict(TrendTopic.objects.get(pk=row.pk)) for row in usual]
    TrendTopic.objects.filter(pk__in=[row.pk for row in usual]).delete()
    recordsets.insert_all(ours)
    read = [TrendTopic.objects.get(pk=row.pk) for row in ours]
    moments = {"first_detected_at", "last_seen_at", "peaked_at"}
    assert [_but(model_to_dict(row), moments) for row in read] == [_but(row, moments) for row in expected]
    assert [(row.peaked_at, row.created_at) for row in read] == [(row.peaked_at, row.created_at) for row in ours]


def _but(row: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def test_however_many_rows_one_statement_with_one_parameter() -> None:
    with CaptureQueriesContext(connection) as asked:
        recordsets.insert_all([topic(f"topic {number}") for number in range(300)])
        recordsets.insert_all([])
    assert len(asked) == 1
    assert TrendTopic.objects.count() == 300


def test_a_saved_row_is_saved_again_as_an_update() -> None:
    row = topic("first")
    recordsets.insert_all([row])
    row.title = "second"
    row.save()
    assert TrendTopic.objects.get().title == "second"


def test_what_stands_already_is_an_error_unless_it_may_be_passed_over() -> None:
    row = topic("once")
    recordsets.insert_all([row])
    with pytest.raises(IntegrityError), transaction.atomic():
        recordsets.insert_all([row])
    recordsets.insert_all([row, topic("twice")], ignore_conflicts=True)
    assert sorted(TrendTopic.objects.values_list("title", flat=True)) == ["once", "twice"]


def test_values_that_json_lacks_have_a_plain_form_and_others_are_refused() -> None:
    key = uuid.uuid4()
    told = recordsets.written([{"key": key, "day": dt.date(2026, 11, 22), "price": decimal.Decimal("1.20")}])
    assert told == f'[{{"key":"{key}","day":"2026-11-22","price":"1.20"}}]'
    with pytest.raises(TypeError, match="plain form"):
        recordsets.written([{"bytes": b"raw"}])
    with pytest.raises(ValueError, match="JSON"):
        recordsets.written([{"number": float("nan")}])
