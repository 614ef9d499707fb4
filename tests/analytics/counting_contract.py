"""What every platform that counts days must do, told once: a new one's test is its wire and a subclass of this."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest

from analytics.documents import DOCUMENTS
from analytics.documents.checking import check
from publishing.platforms.base import PlatformError, SignInAgain, Token, TryLater
from publishing.platforms.counting import AccountGone, CountsDays, DayFigures, KnowsAudience, Missing
from tests.peers.wire import Response, Server

BROKEN = Response(503, {"error": "Unavailable", "message": "Service Unavailable"})
PAGE = Response(200, "<!DOCTYPE html><title>Attention required</title>", {"Content-Type": "text/html"})
BUSY = Response(429, {"error": "RateLimitExceeded", "message": "Too Many Requests"}, {"Retry-After": "90"})
KINDS = {"country", "city", "age", "gender"}
ANY = r"."


def nothing(*_given: Any) -> None:
    """The stand-in cannot do that; the test that asks for it is skipped."""


@dataclass
class Counted:
    """A platform that counts, at a stand-in whose numbers a test can set.

    `document`: whose. `stand`: let the account have so many followers. `tell`: let a past day hold something in every
    metric the platform has. `vanish`: the account is deleted there. `hush`: the platform tells no numbers of days
    (empty answers). `narrow`: signs with everything but the right to read insights. `rename`: one of the platform's
    metrics is called otherwise from now on; gives our key of it. `shrink`: the account has fewer people than the
    platform speaks about. `stranger`: a token of nobody; None where none is needed.
    """

    adapter: Any
    token: Token | None
    account: str
    server: Server
    today: date
    document: str
    stand: Callable[[int], None]
    tell: Callable[[date], None] = nothing
    vanish: Callable[[], None] = nothing
    hush: Callable[[], None] = nothing
    narrow: Token | None = None
    rename: Callable[[], str] | None = None
    shrink: Callable[[], None] | None = None
    stranger: Token | None = None
    busy: Response = BUSY
    busy_for: timedelta | None = timedelta(seconds=90)
    method: str = "GET"
    asked: list[str] = field(default_factory=list)

    @property
    def followers(self) -> str:
        return DOCUMENTS[self.document].followers

    def day(self, token: Token | None = None) -> DayFigures:
        told: DayFigures = self.adapter.day(self.account, token=token or self.token, today=self.today)
        return told

    def past(self, days: int = 5, token: Token | None = None) -> Sequence[DayFigures]:
        first, last = self.today - timedelta(days=days), self.today - timedelta(days=1)
        told: Sequence[DayFigures] = self.adapter.past_days(
            self.account, token=token or self.token, first=first, last=last
        )
        return told


class CountingContract(ABC):
    """Subclass with a `counted` fixture.

    `looks_back`: past_days reaches back. `audiences`: it is a KnowsAudience. `every_day`: keys each past day must hold
    when the platform told everything. `stands_now`: keys `day` must hold.
    """

    looks_back: ClassVar[bool] = True
    audiences: ClassVar[bool] = False
    every_day: ClassVar[frozenset[str]] = frozenset()
    stands_now: ClassVar[frozenset[str]] = frozenset()

    @pytest.fixture
    @abstractmethod
    def counted(self) -> Any: ...

    # What it says it can

    def test_it_keeps_to_the_protocols(self, counted: Counted) -> None:
        assert isinstance(counted.adapter, CountsDays)
        assert isinstance(counted.adapter, KnowsAudience) == self.audiences
        assert (counted.adapter.history > timedelta(0)) == self.looks_back
        assert isinstance(counted.adapter.day_zone, str)

    # How the account stands

    def test_the_account_is_told_as_it_stands(self, counted: Counted) -> None:
        counted.stand(4321)
        told = counted.day()
        assert told.day == counted.today
        assert told.figures[counted.followers] == 4321
        assert self.stands_now <= set(told.figures)

    def test_a_count_that_falls_is_told_as_it_fell(self, counted: Counted) -> None:
        counted.stand(4321)
        counted.day()
        counted.stand(17)
        assert counted.day().figures[counted.followers] == 17

    def test_nobody_following_is_nought_and_not_unknown(self, counted: Counted) -> None:
        counted.stand(0)
        told = counted.day()
        assert told.figures[counted.followers] == 0
        assert counted.followers not in told.missing

    def test_what_is_told_of_today_fits_its_document(self, counted: Counted) -> None:
        for number in range(1, 6):
            counted.tell(counted.today - timedelta(days=number))
        self._fits(counted, counted.day())

    # Days that are over

    def test_past_days_come_once_each_in_order_and_within_what_was_asked(self, counted: Counted) -> None:
        self._looks_back(counted)
        for number in range(1, 9):
            counted.tell(counted.today - timedelta(days=number))
        days = [told.day for told in counted.past(5)]
        assert days == sorted(set(days))
        assert days
        assert days[0] >= counted.today - timedelta(days=5)
        assert days[-1] < counted.today

    def test_a_day_that_was_told_whole_holds_all_its_figures(self, counted: Counted) -> None:
        self._looks_back(counted)
        for number in range(1, 6):
            counted.tell(counted.today - timedelta(days=number))
        told = counted.past(5)[0]
        assert self.every_day <= set(told.figures), self.every_day - set(told.figures)
        for each in counted.past(5):
            self._fits(counted, each)

    def test_a_day_the_platform_says_nothing_of_is_not_nought(self, counted: Counted) -> None:
        if counted.hush is nothing:
            pytest.skip("tells totals only")
        counted.hush()
        for told in counted.past(5):
            assert not set(told.figures) & self.every_day

    def test_without_a_past_nothing_is_made_up(self, counted: Counted) -> None:
        if self.looks_back:
            pytest.skip("it has a past")
        assert list(counted.past(5)) == []

    # What goes wrong

    def test_a_deleted_account_is_gone(self, counted: Counted) -> None:
        if counted.vanish is nothing:
            pytest.skip("the platform says nothing of its own when an account goes")
        counted.vanish()
        with pytest.raises((AccountGone, SignInAgain)):
            counted.day()

    def test_a_token_of_nobody_is_an_error_of_ours(self, counted: Counted) -> None:
        if counted.stranger is None:
            pytest.skip("no sign-in is needed")
        with pytest.raises((SignInAgain, TryLater)):
            counted.day(counted.stranger)

    def test_a_limit_is_waited_for(self, counted: Counted) -> None:
        counted.server.fault(counted.method, ANY, answer=counted.busy, times=None)
        with pytest.raises(TryLater) as busy:
            counted.day()
        assert counted.busy_for is None or busy.value.after == counted.busy_for
        if self.looks_back:
            with pytest.raises(TryLater):
                counted.past(3)

    @pytest.mark.parametrize("trouble", [{"answer": BROKEN}, {"answer": PAGE}, {"cut_before": True}])
    def test_trouble_of_the_platform_means_later(self, counted: Counted, trouble: dict[str, Any]) -> None:
        counted.server.fault(counted.method, ANY, times=None, **trouble)
        with pytest.raises(TryLater):
            counted.day()

    def test_a_right_that_was_not_given_costs_only_its_own_figures(self, counted: Counted) -> None:
        if counted.narrow is None:
            pytest.skip("all is told to everybody, or nothing")
        counted.stand(99)
        counted.tell(counted.today - timedelta(days=4))
        told = counted.day(counted.narrow)
        assert told.figures.get(counted.followers) == 99 or told.missing[counted.followers] is Missing.NO_ACCESS
        assert Missing.NO_ACCESS in told.missing.values()
        for each in counted.past(5, counted.narrow):
            assert not set(each.figures) & self.every_day
        if self.audiences:
            assert list(counted.adapter.audience(counted.account, token=counted.narrow)) == []

    def test_a_metric_that_was_renamed_costs_only_itself(self, counted: Counted) -> None:
        if counted.rename is None:
            pytest.skip("its answers have no names one asks for")
        for number in range(1, 6):
            counted.tell(counted.today - timedelta(days=number))
        lost = counted.rename()
        told = counted.past(5)[0] if self.looks_back else counted.day()
        assert lost not in told.figures
        assert told.missing[lost] in {Missing.NOT_OFFERED, Missing.NO_ANSWER}
        assert self.every_day - {lost} <= set(told.figures)

    def test_no_error_tells_a_secret(self, counted: Counted) -> None:
        if counted.token is None:
            pytest.skip("there is no secret")
        counted.server.fault(
            counted.method, ANY, answer=Response(400, {"error": f"bad {counted.token.access}"}), times=None
        )
        try:
            told = repr(counted.day())
        except (PlatformError, AccountGone) as error:
            told = str(error)
        assert counted.token.access not in told

    # Who the people are

    def test_shares_of_people_are_parts_of_a_whole(self, counted: Counted) -> None:
        if not self.audiences:
            pytest.skip("it does not say who they are")
        told = counted.adapter.audience(counted.account, token=counted.token)
        assert told
        assert {each.kind for each in told} <= KINDS
        assert len({each.kind for each in told}) == len(told)
        for each in told:
            assert each.shares
            assert all(0 <= share <= 1 for share in each.shares.values())
            assert sum(each.shares.values()) <= 1.000001
            if each.kind == "country":
                assert all(len(code) == 2 and code.isupper() for code in each.shares)
            if each.kind == "gender":
                assert set(each.shares) <= {"female", "male", "other"}

    def test_too_few_people_are_not_told_of(self, counted: Counted) -> None:
        if not self.audiences or counted.shrink is None:
            pytest.skip("it tells of few people too, or of nobody")
        counted.shrink()
        assert list(counted.adapter.audience(counted.account, token=counted.token)) == []

    # Helps

    def _looks_back(self, counted: Counted) -> None:
        if not self.looks_back:
            pytest.skip("it tells only how things stand")
        assert counted.tell is not nothing, "Counted.tell is needed"

    def _fits(self, counted: Counted, told: DayFigures) -> None:
        """Every key stands in the platform's document with its kind, and nothing is both told and missing."""
        document = DOCUMENTS[counted.document]
        known = {each.key for each in document.fields}
        assert set(told.figures) <= known, set(told.figures) - known
        assert set(told.missing) <= known, set(told.missing) - known
        assert not set(told.figures) & set(told.missing)
        assert None not in told.figures.values()
        checked = check(document, told.figures, told.missing)
        assert not checked.problems
        assert not checked.other
        json.dumps(dict(told.figures))


def signed_otherwise(token: Token, access: str) -> Token:
    """The same token with another secret."""
    return replace(token, access=access, refresh="")
