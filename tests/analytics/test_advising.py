"""Advice: offered from results, done with one click, folded back in, and tested against the account's own habit."""

import datetime as dt
import math
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.translation import gettext

from accounts import tenancy
from accounts.models import AuditEntry
from analytics import retelling
from analytics.advising import telling
from analytics.collection import advising as passes
from analytics.collection import believing
from analytics.finding import forms
from analytics.models import ArmPrior, BackTest, Insight, MeasuredPost, Suggestion, SuggestionArm
from analytics.queries.advice import settled
from analytics.services import advising
from analytics.services.advising import CannotDo, IsOver, NoAccount, TooFew, do_this
from content.models import FeedbackSignal, GeneratedContent
from publishing.models import PlatformConnection, ScheduledPost
from tests.analytics import advised
from tests.analytics.posting import NOW
from tests.cast import Cast

DAY = dt.timedelta(days=1)


def offered(cast: Cast) -> list[Suggestion]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(Suggestion.objects.select_related("connection").order_by("key"))


def advice_of(cast: Cast) -> Suggestion:
    """The first offer that is no control."""
    return next(one for one in offered(cast) if not one.is_control)


# Offers


def test_what_did_better_is_offered_with_why_how_sure_and_from_how_many_posts(cast: Cast) -> None:
    account = advised.history(cast, 60, effect=advised.questions)
    assert passes.advise_due(now=NOW) == 1
    found = advice_of(cast)
    assert (found.connection, found.choices["hook"], found.basis) == (account, "question", 60)
    reason = next(one for one in found.reasons if one["choice"] == "hook")
    assert reason["times"] > 1.3
    assert reason["low"] > 1
    assert reason["posts"] + reason["others"] == 60
    assert reason["is_claim"]
    assert "Open with a question" in found.sentence
    assert found.suggested_for is not None
    assert NOW < found.suggested_for <= NOW + 9 * DAY
    assert found.suggested_for.astimezone(ZoneInfo("Asia/Kolkata")).weekday() == int(found.choices["weekday"])


def test_the_same_results_give_the_same_advice(cast: Cast) -> None:
    advised.history(cast, 30)
    passes.advise_due(now=NOW)
    first = [(one.key, one.choices, one.is_control) for one in offered(cast)]
    with tenancy.of_organization(cast.kesar.pk):
        Suggestion.objects.all().delete()
    passes.advise(cast.kesar.pk, now=NOW)
    assert [(one.key, one.choices, one.is_control) for one in offered(cast)] == first
    assert len(first) == passes.OFFERS


def test_a_pass_again_offers_nothing_more(cast: Cast) -> None:
    advised.history(cast, 30)
    passes.advise_due(now=NOW)
    assert passes.advise_due(now=NOW + dt.timedelta(minutes=5)) == 0
    passes.advise(cast.kesar.pk, now=NOW + dt.timedelta(minutes=5))
    assert len(offered(cast)) == passes.OFFERS


@pytest.mark.parametrize("count", [0, 3, 7])
def test_few_posts_advise_nothing(cast: Cast, count: int) -> None:
    account = advised.history(cast, count)
    passes.advise_due(now=NOW)
    assert offered(cast) == []
    with tenancy.of_member(cast.ben), pytest.raises(TooFew, match=f"{count} of 8 posts"):
        advising.ask(account, by=cast.ben, now=NOW)


def test_all_zeros_and_one_that_went_round_the_world_claim_nothing(cast: Cast) -> None:
    for effect in (lambda _choices: -9.0, advised.nothing):
        account = advised.history(cast, 20, effect=effect, noise=0.0)
        with tenancy.of_organization(cast.kesar.pk):
            viral = FeedbackSignal.objects.filter(piece__posts__connection=account).first()
            assert viral is not None
            viral.engagement = 5000.0
            viral.save()
    passes.advise_due(now=NOW)
    with tenancy.of_organization(cast.kesar.pk):
        arms = SuggestionArm.objects.all()
        assert arms.count() > 40
        assert not arms.filter(is_claim=True).exists()
        assert all(math.isfinite(arm.mean) and abs(arm.mean) < 1 for arm in arms)


def test_a_month_without_posts_is_less_sure(cast: Cast) -> None:
    account = advised.history(cast, 40, effect=advised.questions)
    passes.advise(cast.kesar.pk, now=NOW)
    with tenancy.of_organization(cast.kesar.pk):
        fresh = believing.believe([account], settled(cast.kesar.pk, now=NOW))[0]
        contrast = fresh.model.against_habit("hook", "question", fresh.model.habit([p.post for p in fresh.posts]))
        before = fresh.model.belief(contrast)
        fresh.model.wait(NOW + 30 * DAY)
        after = fresh.model.belief(contrast)
    assert after.deviation > before.deviation
    assert after.mean < before.mean


def test_an_account_that_is_signed_out_is_offered_nothing(cast: Cast) -> None:
    account = advised.history(cast, 30)
    with tenancy.of_organization(cast.kesar.pk):
        PlatformConnection.objects.filter(pk=account.pk).update(status="needs_reconnect")
    passes.advise_due(now=NOW)
    assert offered(cast) == []


def test_offers_nobody_took_end_after_a_week(cast: Cast) -> None:
    advised.history(cast, 30)
    passes.advise_due(now=NOW)
    passes.advise(cast.kesar.pk, now=NOW + 8 * DAY)
    states = sorted(one.status for one in offered(cast))
    assert states == ["expired"] * 2 + ["offered"] * 2


# Do this


def test_doing_it_drafts_a_piece_and_holds_a_place_in_the_calendar(cast: Cast) -> None:
    account = advised.history(cast, 40, effect=advised.questions)
    passes.advise_due(now=NOW)
    chosen = advice_of(cast)
    found = do_this(chosen, by=cast.ben, now=NOW)
    assert found.status == "taken"
    assert found.piece is not None
    assert found.post is not None
    assert found.piece.text
    assert found.piece.platform == account.platform
    assert (found.post.status, found.post.scheduled_for) == ("draft", chosen.suggested_for)
    assert found.post.is_optimised
    assert found.kept["hook"] in {"question", "reader", "statement", "number"}
    assert found.kept["weekday"] == chosen.choices["weekday"]
    with tenancy.of_organization(cast.kesar.pk):
        told = list(AuditEntry.objects.filter(action__in=["advice.taken", "piece.advised"]).values_list("action"))
        assert len(told) == 2


def test_doing_it_twice_makes_one_piece(cast: Cast) -> None:
    advised.history(cast, 30)
    passes.advise_due(now=NOW)
    one = offered(cast)[0]
    first, second = (do_this(one, by=cast.ben, now=NOW) for _time in range(2))
    assert first.piece == second.piece
    with tenancy.of_organization(cast.kesar.pk):
        assert GeneratedContent.objects.exclude(made_by="test").count() == 1


def test_an_account_without_originals_is_told_what_is_missing(cast: Cast) -> None:
    advised.history(cast, 30)
    passes.advise_due(now=NOW)
    with tenancy.of_organization(cast.kesar.pk):
        GeneratedContent.objects.first().asset.__class__.objects.update(deleted_at=NOW)  # type: ignore[union-attr]
    with pytest.raises(CannotDo, match="nothing in the library"):
        do_this(offered(cast)[0], by=cast.ben, now=NOW)
    assert offered(cast)[0].status == "offered"


def test_what_was_put_aside_cannot_be_done(cast: Cast) -> None:
    advised.history(cast, 30)
    passes.advise_due(now=NOW)
    one = offered(cast)[0]
    with tenancy.of_member(cast.ben):
        assert advising.dismiss(one, by=cast.ben, now=NOW).status == "dismissed"
    with pytest.raises(IsOver):
        do_this(one, by=cast.ben, now=NOW)


def test_one_more_can_be_asked_for(cast: Cast) -> None:
    account = advised.history(cast, 30)
    passes.advise_due(now=NOW)
    with tenancy.of_member(cast.ben):
        found = advising.ask(account, by=cast.ben, now=NOW)
    assert found.key.endswith(":2")
    assert len(offered(cast)) == 3


# From a finding


def finding(cast: Cast, account: PlatformConnection | None, **advice: str) -> Insight:
    with tenancy.of_organization(cast.kesar.pk):
        return Insight.objects.create(
            organization=cast.kesar, connection=account, kind="content", question="content.hook", key="k",
            sentence="Posts that open with a question do 1.8 times as well.", effect=1.8, p=0.001, q=0.01, sample=40,
            platform="x", advice=advice, first_found_at=NOW, found_at=NOW,
        )  # fmt: skip


def test_a_finding_becomes_a_drafted_piece_with_what_it_says(cast: Cast) -> None:
    account = advised.history(cast, 30)
    insight = finding(cast, account, hook="question", hashtag="sunscreen")
    found = do_this(insight, by=cast.ben, now=NOW)
    assert (found.insight, found.choices["hook"], found.sentence) == (insight, "question", insight.sentence)
    assert found.piece is not None
    assert "sunscreen" in found.piece.hashtags
    assert found.post is not None
    with tenancy.of_organization(cast.kesar.pk):
        assert Insight.objects.get().used_at == NOW
    assert do_this(insight, by=cast.ben, now=NOW + DAY / 24).piece == found.piece


def test_a_finding_of_a_young_account_is_done_too(cast: Cast) -> None:
    account = advised.history(cast, 3)
    found = do_this(finding(cast, None, hook="question"), by=cast.ben, now=NOW)
    assert (found.connection, found.choices, found.basis) == (account, {"hook": "question"}, 0)
    assert found.piece is not None


def test_without_an_account_nothing_is_drafted(cast: Cast) -> None:
    with pytest.raises(NoAccount):
        do_this(finding(cast, None, hook="question"), by=cast.ben, now=NOW)


# What came of it


def publish(cast: Cast, found: Suggestion, *, times: float) -> dt.datetime:
    """Let the drafted post go live and settle."""
    with tenancy.of_organization(cast.kesar.pk):
        assert found.post_id is not None
        post = ScheduledPost.objects.get(pk=found.post_id)
        at = post.scheduled_for
        ScheduledPost.objects.filter(pk=post.pk).update(status="published", published_at=at)
        FeedbackSignal.objects.create(
            organization=cast.kesar, piece=post.piece, platform="x", choices={"hook": "question", "length": "usual"},
            engagement=times, measured_at=at + 2 * DAY,
        )  # fmt: skip
        MeasuredPost.objects.create(
            organization=cast.kesar, post=post, connection=post.connection, platform="x", published_at=at,
            last_at=at + 2 * DAY, learned_at=at + 2 * DAY,
        )  # fmt: skip
    return at + 3 * DAY


def test_its_result_is_folded_back_in_and_stands_beside_the_advice(cast: Cast) -> None:
    advised.history(cast, 30)
    passes.advise_due(now=NOW)
    found = do_this(offered(cast)[0], by=cast.ben, now=NOW)
    later = publish(cast, found, times=2.4)
    assert passes.advise_due(now=later) == 1
    row = next(one for one in offered(cast) if one.pk == found.pk)
    assert (row.status, row.settled_at) == ("settled", later)
    assert row.outcome == pytest.approx(2.4, rel=1e-3)
    assert row.kept == {"hook": "question", "length": "usual"}
    with tenancy.of_organization(cast.kesar.pk):
        assert SuggestionArm.objects.filter(dimension="hook").first().last_at == later  # type: ignore[union-attr]


def advised_posts(cast: Cast, account: PlatformConnection, count: int, *, gain: float, now: dt.datetime) -> None:
    """So many posts that came of advice and of habit by lot, a day apart before `now`, advice `gain` times as good."""
    with tenancy.of_organization(cast.kesar.pk):
        rows = advised.settled(cast, account, count, last=now - 3 * DAY, seed=5)
        for number, row in enumerate(rows):
            control = number % 3 == 0
            Suggestion.objects.create(
                organization=cast.kesar, connection=account, post=row.post, piece=row.post.piece, status="taken",
                is_control=control, offered_at=row.published_at - DAY, taken_at=row.published_at - DAY,
            )  # fmt: skip
            if not control:
                signal = row.post.piece.feedback
                signal.engagement *= gain
                signal.save()


@pytest.mark.parametrize(("gain", "verdict"), [(2.5, "helped"), (0.4, "hurt"), (1.0, "same")])
def test_the_back_test_says_whether_it_helped_also_when_it_did_not(cast: Cast, gain: float, verdict: str) -> None:
    account = advised.history(cast, 20, last=NOW - 70 * DAY)
    advised_posts(cast, account, 45, gain=gain, now=NOW)
    passes.advise(cast.kesar.pk, now=NOW)
    with tenancy.of_organization(cast.kesar.pk):
        rows = BackTest.objects.filter(connection=account).order_by("week")
        last = rows.last()
        assert last is not None
        assert rows.count() >= 5
        assert rows[0].verdict == "thin"
        assert (last.verdict, last.numbers["design"]) == (verdict, "lot")
        assert last.ratio is not None
        assert last.ratio == pytest.approx(gain, rel=0.25)
        assert last.low is not None
        assert last.high is not None
        assert last.low < last.ratio < last.high
        everybody = BackTest.objects.get(connection=None, week=last.week)
        assert (everybody.ratio, everybody.verdict) == (last.ratio, verdict)


def test_another_clients_posts_speak_for_nobody_else(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        theirs = advised.account(cast, client=cast.client)
        advised.settled(cast, theirs, 60, effect=advised.questions)
        ours = advised.account(cast)
        advised.settled(cast, ours, 8, choices={"hook": "statement"})
    passes.advise(cast.kesar.pk, now=NOW)
    with tenancy.of_organization(cast.kesar.pk):
        arm = SuggestionArm.objects.get(connection=ours, dimension="hook", value="question")
        assert arm.mean == pytest.approx(0.0, abs=0.02)
    with tenancy.of_member(cast.esha):
        assert {one.connection_id for one in Suggestion.objects.all()} == {theirs.pk}


def test_what_is_usual_is_pooled_only_where_nobody_can_be_told_from_it(cast: Cast) -> None:
    advised.history(cast, 60, effect=advised.questions)
    passes.advise_due(now=NOW)
    assert believing.pool(now=NOW) == 0
    with tenancy.operator():
        assert not ArmPrior.objects.exists()


def test_advice_is_made_for_made_up_numbers_apart(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        practice = advised.account(cast, platform="practice")
        advised.settled(cast, practice, 30)
    passes.advise_due(now=NOW)
    assert {(one.connection, one.is_simulated) for one in offered(cast)} == {(practice, True)}


def test_what_is_advised_is_said_in_the_readers_language_whether_a_finding_or_a_trial_says_it() -> None:
    finding = forms.OF_POSTS % {"n": "12", "m": "34", "low": "1.2", "high": "1.9"}
    of_finding = Suggestion(sentence=finding, insight_id=uuid.uuid4())
    of_habit = Suggestion(sentence="Long words, no emoji.", is_control=True, reasons=[])
    with translation.override("hi"):
        assert telling.advised(of_finding) == retelling.retold(finding) != finding
        assert telling.advised(of_habit) == gettext("Post as you usually do.") != "Post as you usually do."
