"""Long transcripts: shown in parts, with fillers and silences marked by hand."""

import pytest
from django.test import Client

from accounts import tenancy
from content.models import ContentAsset
from content.services import transcript_words as words_of_it
from content.transcripts import spoken
from tests.cast import Cast
from tests.content.test_transcripts import edit, hear, opened, said


@pytest.fixture
def ben(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ben.user)
    return client


def mark(cast: Cast, asset: ContentAsset, kind: str, start: float, end: float) -> tuple[str, float, float]:
    with tenancy.of_organization(cast.kesar.pk):
        return words_of_it.mark(asset, (kind, start, end), by=cast.ben)


def test_a_filler_is_marked_by_hand_by_whole_words_and_stays_while_they_stand(cast: Cast) -> None:
    asset = hear(cast)  # "we" from 1.2 to 1.5 s, "stopped" from 1.6 to 1.9 s
    assert mark(cast, asset, "filler", 1.3, 1.8) == ("filler", 1.2, 1.9)
    assert mark(cast, asset, "filler", 1.7, 2.2) == ("filler", 1.6, 2.3)
    assert said(asset).marks == [["filler", 1.2, 2.3]]
    edit(asset, "about saffron", "about real saffron", cast.ben, first=10)
    with tenancy.of_organization(cast.kesar.pk):
        assert words_of_it.mark_again(asset, by=cast.ben) == 2  # the “um” that nobody marked, too
    assert said(asset).marks == [["filler", 0.8, 1.1], ["filler", 1.2, 2.3]]
    edit(asset, "we stopped selling", "", cast.ben, first=2)
    assert said(asset).marks == [["filler", 0.8, 1.1]]


def test_a_silence_is_marked_by_hand_only_where_nobody_speaks(cast: Cast) -> None:
    asset = hear(cast, "good morning\nfine thanks")  # the second line begins at 2.2 s
    assert mark(cast, asset, "silence", 1.2, 2.3) == ("silence", 1.2, 2.2)
    for kind, start, end in (
        ("silence", 0.5, 2.0), ("silence", 1.11, 1.13), ("filler", 1.3, 2.1), ("filler", 2.0, 1.0), ("silence", 70, 80),
    ):  # fmt: skip
        with pytest.raises(words_of_it.BadMark):
            mark(cast, asset, kind, start, end)
    assert said(asset).marks == [["silence", 1.2, 2.2]]


def test_a_mark_is_made_on_the_page_with_minutes_and_seconds(cast: Cast, ben: Client) -> None:
    asset = hear(cast)
    sent = {"do": "mark", "kind": "filler", "start": "0:01.2", "end": "1,9"}
    assert "Marked." in ben.post(f"/studio/{asset.pk}/transcript/marks/", sent, follow=True).content.decode()
    assert said(asset).marks == [["filler", 1.2, 1.9]]
    for wrong, told in (({"start": "soon"}, "Write it as minutes"), ({"start": "50"}, "The end has to come after")):
        answer = ben.post(f"/studio/{asset.pk}/transcript/marks/", sent | wrong)
        assert (answer.status_code, told in answer.content.decode()) == (422, True)
        assert f'value="{wrong["start"]}"' in answer.content.decode()


def test_a_long_transcript_comes_in_parts_and_every_place_is_reached(cast: Cast, ben: Client) -> None:
    asset = hear(cast, "\n".join(f"line {number} says saffron" for number in range(120)), turns=[[0.4, "Asha"]])
    first, second = opened(ben, asset), opened(ben, asset, page="2")
    assert "part 1 of 3, from 0:00" in first
    assert [first.count("data-line>"), second.count("data-line>")] == [50, 50]
    assert "<b>Asha</b>" not in second  # she began to speak on the page before
    lines = spoken.lines(said(asset))
    last = opened(ben, asset, edit=str(lines[110].at), to=str(lines[110].last_at))
    assert (last.count("data-line"), 'name="was"' in last, "part 3 of 3" in last) == (21, True, True)
    for asked in ({"at": "2:30"}, {"at": "150"}):
        assert "part 2 of 3" in opened(ben, asset, **asked)
    for asked in ({"page": "9"}, {"at": "99:00:00"}):
        assert "part 3 of 3" in opened(ben, asset, **asked)
    for asked in ({"page": "x"}, {"at": "soon"}, {"page": "-1"}):
        assert "part 1 of 3" in opened(ben, asset, **asked)
    assert "?find=saffron&amp;page=2#said" in opened(ben, asset, find="saffron")


def test_the_studio_shows_an_hour_of_speech_in_parts(cast: Cast, ben: Client) -> None:
    asset = hear(
        cast, "\n".join(f"Line {number} of nine hundred says saffron milk in the rain" for number in range(900))
    )
    address = f"/studio/{asset.pk}/"
    first = ben.get(address).content.decode()
    assert len(said(asset).words) == 9900
    assert first.count("data-t=") == 550
    assert "part 1 of 18" in first
    assert "Line 899 of nine hundred" in first  # all words can still be corrected as one text
    for asked in ({"page": "2"}, {"at": str(spoken.lines(said(asset))[60].at)}):
        second = ben.get(address, asked).content.decode()
        assert ("part 2 of 18" in second, second.count("data-t=")) == (True, 550)


def test_a_line_saved_without_script_is_come_back_to(cast: Cast, ben: Client) -> None:
    asset = hear(cast, "\n".join(f"line {number} says saffron" for number in range(120)))
    line = spoken.lines(said(asset))[70]
    sent = {"first": str(line.first), "was": line.text, "text": f"{line.text} indeed", "follows": "line"}
    answer = ben.post(f"/studio/{asset.pk}/transcript/line/", sent, follow=True)
    assert answer.redirect_chain == [(f"/studio/{asset.pk}/transcript/?at={line.at}#l{line.first}", 302)]
    assert f'id="l{line.first}"' in answer.content.decode()
    again = ben.post(f"/studio/{asset.pk}/transcript/line/", sent)
    assert (again.status_code, "part 2 of 3" in again.content.decode()) == (422, True)
