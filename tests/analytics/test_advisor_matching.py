"""What the advisor reads out of plain words without a model, and what it says it did not understand."""

import datetime as dt
from typing import Any

import pytest

from accounts import tenancy
from accounts.models import ClientAccount
from analytics.advisor import matching, reader
from analytics.screens import advisor as screen
from tests.analytics.counted import tracked
from tests.analytics.posting import NOW
from tests.analytics.test_advisor import ask, no_model  # noqa: F401 (a fixture of every test)
from tests.cast import Cast


def test_what_was_not_understood_is_said(kesar: Cast) -> None:
    row = ask(kesar.asha, "How many views did Lisbon Rooftops get?")
    told = screen.talk(row)
    assert told.parts[0].text == "I can’t tell from your data."
    assert list(told.unknown) == ["lisbon", "rooftops"]


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("views in October", {"from_date": "2026-10-01", "to_date": "2026-10-31"}),
        ("views on 3 November 2026", {"from_date": "2026-11-03", "to_date": "2026-11-03"}),
        ("views in the last 3 weeks", {"from_date": "2026-10-30", "to_date": "2026-11-19"}),
        ("views this month", {"period": "this_month"}),
        ("पिछले महीने मेरे व्यूज़ कितने थे", {"period": "last_month"}),
    ],
)
def test_days_are_read_out_of_words(words: str, given: dict[str, str], kesar: Cast) -> None:
    now = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    with tenancy.of_member(kesar.asha):
        found = matching.plan(words, reader.of_member(kesar.asha, now=now))
    assert found.calls == [("totals", given)]


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("Best time to post on Friday?", ("best_times", {"weekday": 4})),
        ("When should I post on Sunday?", ("best_times", {"weekday": 6})),
        ("How do my clients compare by followers?", ("compared", {"by": "client", "metric": "followers"})),
        ("Compare reach of my platforms", ("compared", {"by": "platform", "metric": "reach"})),
        ("Should I post on weekends?", ("works", {"by": "weekday"})),
    ],
)
def test_a_weekday_and_a_figure_go_into_what_is_looked_up(words: str, call: tuple[str, Any], kesar: Cast) -> None:
    with tenancy.of_member(kesar.asha):
        assert matching.plan(words, reader.of_member(kesar.asha, now=NOW)).calls == [call]


@pytest.mark.parametrize(
    ("words", "dropped"),
    [
        ("What were our views on Friday?", "friday"),
        ("Which hashtags worked on Tuesday?", "tuesday"),
        ("Likes per client in October", "likes"),
    ],
)
def test_what_no_look_takes_is_said_instead_of_left_out(words: str, dropped: str, kesar: Cast) -> None:
    with tenancy.of_member(kesar.asha):
        found = matching.plan(words, reader.of_member(kesar.asha, now=NOW))
    assert (found.calls, found.unknown) == ((), [dropped])


def test_accounts_of_one_name_are_told_apart_by_their_platform_or_meant_together(kesar: Cast) -> None:
    with tenancy.of_member(kesar.asha):
        for platform in ("instagram", "tiktok"):
            tracked(kesar, platform=platform, name="Kesar Kitchen")
        read = reader.of_member(kesar.asha, now=NOW)
        with pytest.raises(reader.Nowhere, match=r"\(Instagram, TikTok\); say which account"):
            read.wish(reader.Asked(account="Kesar Kitchen"))
        found = read.wish(reader.Asked(account="Kesar Kitchen", platform="tiktok")).account
        assert found is not None
        assert found.platform == "tiktok"
        kitchen = ClientAccount.objects.create(organization=kesar.kesar, name="Kesar Kitchen")
        asked = matching.plan("How is Kesar Kitchen doing?", reader.of_member(kesar.asha, now=NOW))
    assert asked.calls[0][1]["client"] == kitchen.name
