"""Clips and streams, and the page made for a client."""

import datetime as dt
import uuid

from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import ClientAccount
from analytics.models import AudienceSnapshot, MeasuredPost
from analytics.queries import music
from analytics.span import DAY
from tests.analytics.counted import counted, counted_days, signed_in, today, tracked, wish, won
from tests.analytics.posting import connection, published, snapshot
from tests.cast import Cast


def steady(date: dt.date) -> dict[str, float]:
    return {"streams": 1000 + 10 * date.weekday(), "playlist_placements": 14}


def clip(cast: Cast, days: float, *, client: ClientAccount | None = None, platform: str = "tiktok") -> MeasuredPost:
    account = connection(cast, platform, account_id=f"c{days}", handle="@mira", client=client)
    row = published(cast, account, timezone.now() - days * DAY)
    snapshot(row, 1, 5000)
    row.post.client = row.client = client
    row.post.save()
    row.save()
    return row


def words(cast: Cast, **params: str) -> str:
    answer = signed_in(cast.asha).get(reverse("numbers_music"), params)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_clip_that_lifted_the_streams_is_told_with_what_else_changed(kesar: Cast) -> None:
    artist, last = tracked(kesar, "spotify", "Mira Vale"), today(kesar) - DAY
    row = clip(kesar, 8)
    day = row.published_at.astimezone(dt.UTC).date()
    counted_days(
        artist, last, 90, lambda date: steady(date) if date < last - 8 * DAY else {**steady(date), "streams": 3000}
    )
    artist.days.filter(date__gte=day + 2 * DAY).update(document={"streams": 3000, "playlist_placements": 17})
    shown = words(kesar)
    assert "where" in shown
    assert "were expected" in shown
    assert "more than expected" in shown
    assert "Places on playlists went from 14 to 17" in shown
    told = signed_in(kesar.asha).get("/api/v1/numbers/lift", {"artist": str(artist.pk)}).json()
    assert told["clips"][0]["verdict"] == "more"
    assert told["clips"][0]["low"] > 0


def test_thin_days_are_met_with_silence_and_what_is_wanting(kesar: Cast) -> None:
    artist = tracked(kesar, "spotify", "Mira Vale")
    clip(kesar, 8)
    counted_days(artist, today(kesar) - DAY, 20, steady)
    shown = words(kesar)
    assert "Not enough to speak about" in shown
    assert "28 are needed" in shown
    assert "more than expected" not in shown


def test_without_streams_the_growth_of_followers_stands_for_them_and_says_so(kesar: Cast) -> None:
    artist = tracked(kesar, "tidal", "Mira Vale")
    clip(kesar, 8)
    counted_days(artist, today(kesar) - DAY, 90, lambda date: {"followers": 5000 + 7 * (date.toordinal() % 1000)})
    asked, accounts = wish(kesar.asha)
    found = music.of_member(kesar.asha, asked, music.followed(accounts)[0], accounts)
    assert found is not None
    assert (found.field.key, found.is_growth) == ("followers", True)
    assert "Streams are not told for this account" in words(kesar)


def test_two_clips_in_the_same_days_cannot_be_told_apart(kesar: Cast) -> None:
    artist = tracked(kesar, "spotify", "Mira Vale")
    clip(kesar, 9)
    clip(kesar, 7)
    counted_days(artist, today(kesar) - DAY, 90, steady)
    assert "cannot be told apart" in words(kesar)


def test_no_artist_and_no_numbers_say_what_to_do(kesar: Cast) -> None:
    assert "No artist is counted yet" in words(kesar)
    tracked(kesar, "spotify", "Mira Vale")
    assert "Nothing was counted of this artist" in words(kesar)


def test_a_program_that_names_no_artist_gets_the_one_most_is_counted_of(kesar: Cast) -> None:
    client, last = signed_in(kesar.asha), today(kesar) - DAY
    assert client.get("/api/v1/numbers/lift").status_code == 404
    quiet, artist = tracked(kesar, "spotify", "Quiet"), tracked(kesar, "spotify", "Mira Vale")
    clip(kesar, 8)
    counted_days(quiet, last, 20, steady)
    counted_days(artist, last, 90, steady)
    assert client.get("/api/v1/numbers/lift").json()["account"] == str(artist.pk)
    assert client.get("/api/v1/numbers/lift", {"artist": "x"}).status_code == 422


def test_somebody_elses_artist_is_not_found(cast: Cast) -> None:
    with tenancy.operator():
        artist = tracked(cast, "spotify", "Mira Vale")
    dev = signed_in(cast.dev)
    assert dev.get(reverse("numbers_music"), {"artist": str(artist.pk)}).status_code == 404
    assert dev.get(reverse("numbers_music"), {"clips": str(uuid.uuid4())}).status_code == 404
    assert dev.get("/api/v1/numbers/lift", {"artist": str(artist.pk)}).status_code == 422


def test_more_clips_ask_no_more(kesar: Cast) -> None:
    artist = tracked(kesar, "spotify", "Mira Vale")
    counted_days(artist, today(kesar) - DAY, 90, steady)
    clip(kesar, 8)
    client = signed_in(kesar.asha)
    few = _asked(client)
    for days in range(9, 23):
        clip(kesar, days)
    assert _asked(client) == few


def _asked(client: object) -> int:
    with CaptureQueriesContext(database) as queries:
        client.get(reverse("numbers_music"))  # type: ignore[attr-defined]
    return len([each for each in queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))])


# The page made for a client


def report(cast: Cast, who: str, client: ClientAccount, **params: str) -> tuple[int, str]:
    answer = signed_in(getattr(cast, who)).get(reverse("numbers_client", args=[client.pk]), params)
    return answer.status_code, " ".join(answer.content.decode().split())


def furnish(cast: Cast) -> None:
    with tenancy.operator():
        ClientAccount.objects.filter(pk=cast.client.pk).update(brand_colors=["#8a5410", "red;} body{display:none"])
        row = clip(cast, 5, client=cast.client, platform="instagram")
        won(row.post.connection, today(cast) - 2 * DAY, views=4100, engagement=90, reach=2000)
        clip(cast, 6, client=cast.metro, platform="youtube")
        account = tracked(cast, "instagram", client=cast.client)
        counted(account, today(cast) - DAY, {"followers": 900})
        shares = {"IN": 0.7, "AE": 0.1}
        AudienceSnapshot.objects.create(
            organization=cast.kesar, account=account, kind="country", date=today(cast), shares=shares, origin="api"
        )


def test_a_client_reads_its_own_page_in_its_colours(cast: Cast) -> None:
    furnish(cast)
    for who in ("asha", "esha"):
        status, shown = report(cast, who, cast.client)
        assert status == 200
        assert "<h1>Chai Point</h1>" in shown
        assert "--client:#8a5410;" in shown
        assert "display:none" not in shown
        assert "1 post went live." in shown
        assert "4,100" in shown
        assert "United Arab Emirates" in shown
        assert "@mira" in shown


def test_another_clients_page_is_not_found(cast: Cast) -> None:
    furnish(cast)
    assert report(cast, "farah", cast.client)[0] == 404
    assert report(cast, "dev", cast.client)[0] == 404
    client = signed_in(cast.dev)
    assert client.get(f"/api/v1/numbers/clients/{cast.client.pk}").status_code == 404
    assert client.get(f"/api/v1/numbers/clients/{uuid.uuid4()}").status_code == 404


def test_a_client_for_whom_nothing_was_done_has_a_page_that_says_so(cast: Cast) -> None:
    status, shown = report(cast, "asha", cast.metro)
    assert status == 200
    assert "Nothing was posted or counted for this client" in shown


def test_the_clients_tables_are_files_and_the_api_tells_the_same(cast: Cast) -> None:
    furnish(cast)
    client = signed_in(cast.esha)
    address = reverse("numbers_client", args=[cast.client.pk])
    for name in ("headlines", "days", "platforms", "posts", "published", "audience"):
        assert client.get(address, {"csv": name})["Content-Type"].startswith("text/csv"), name
    told = client.get(f"/api/v1/numbers/clients/{cast.client.pk}").json()
    assert told["name"] == "Chai Point"
    assert told["published_in_all"] == 1
    assert told["audiences"][0]["shares"] == {"IN": 0.7, "AE": 0.1}
