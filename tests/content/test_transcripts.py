"""Transcripts: corrected line by line, speakers named, silences and fillers marked, and the way back."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from content import search
from content.models import ContentAsset, PipelineStep, Transcript
from content.services import transcript_words as words_of_it
from content.services import transcripts
from content.transcripts import listening, spoken
from tests.cast import Cast
from tests.content.making import QUESTION, bring, fresh, process, step, topic
from tests.content.transcripts import LISBON_ROOFTOPS, SAFFRON_LINES
from tests.core.recordings import draw
from trends.models import TrendOpportunity

ENGINE = "PocketSphinx 5 (embedded)"
HEARD = "so um we stopped selling soap and started teaching people about saffron"


@pytest.fixture
def ben(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ben.user)
    return client


def timed(text: str) -> list[list[Any]]:
    """Words of 0.3 s each 0.4 s, a second of silence between lines."""
    rows, at = list[list[Any]](), 0.4
    for line in text.splitlines():
        for word in line.split():
            rows.append([round(at, 2), round(at + 0.3, 2), word, None])
            at += 0.4
        at += 1.0
    return rows


def hear(cast: Cast, text: str = HEARD, *, ready: bool = True, **given: Any) -> ContentAsset:
    """A recording in which this was heard."""
    asset = bring(cast, QUESTION, duration=60.0, media_info={"has_audio": True})
    rows = timed(text)
    with tenancy.of_organization(cast.kesar.pk):
        Transcript.objects.create(
            organization=cast.kesar, asset=asset, words=rows, text=" ".join(text.split()), language="en",
            engine=ENGINE, note="as heard", **given,
        )  # fmt: skip
        if ready:
            PipelineStep.objects.filter(asset=asset).update(status="done")
            ContentAsset.objects.filter(pk=asset.pk).update(status="ready", language="en")
    return fresh(asset)


def said(asset: ContentAsset) -> Transcript:
    with tenancy.of_organization(asset.organization_id):
        return Transcript.objects.get(asset=asset)


def edit(
    asset: ContentAsset, was: str, text: str, by: Membership, *, first: int = 0, speaker: str | None = None
) -> range:
    with tenancy.of_organization(asset.organization_id):
        return words_of_it.edit(asset, first=first, was=was, text=text, speaker=speaker, by=by)


def texts(asset: ContentAsset) -> list[str]:
    return [word[2] for word in said(asset).words]


# Words


def test_a_corrected_line_keeps_the_seconds_of_all_other_words(cast: Cast) -> None:
    asset = hear(cast)
    before = said(asset).words
    place = edit(asset, "stopped selling soap", "stopped selling our soaps", cast.ben, first=3)
    assert place == range(3, 7)
    after = said(asset)
    assert after.text == HEARD.replace("selling soap", "selling our soaps")
    assert after.words[:5] == before[:5]
    assert after.words[7:] == before[6:]
    assert before[5][0] <= after.words[5][0] <= after.words[6][1] <= before[5][1]
    assert after.note == "Corrected by Ben Thomas."


def test_a_line_is_found_although_the_words_before_it_grew(cast: Cast) -> None:
    asset = hear(cast)
    edit(asset, "so um", "so today and every day", cast.ben)
    assert edit(asset, "about saffron", "about real saffron", cast.ben, first=10) == range(13, 16)


def test_words_that_somebody_else_changed_are_not_written_over(cast: Cast) -> None:
    asset = hear(cast)
    edit(asset, "selling soap", "selling balm", cast.asha, first=4)
    with pytest.raises(words_of_it.Changed):
        edit(asset, "selling soap", "selling candles", cast.ben, first=4)
    assert "balm" in texts(asset)


def test_a_line_can_be_taken_out_but_not_the_last_one(cast: Cast) -> None:
    asset = hear(cast)
    edit(asset, "so um", "", cast.ben)
    assert texts(asset)[0] == "we"
    with pytest.raises(transcripts.NoWords):
        edit(asset, said(asset).text, "", cast.ben)


def test_nothing_changed_leaves_no_entry(cast: Cast) -> None:
    asset = hear(cast)
    edit(asset, "so um", "so um", cast.ben)
    with tenancy.of_organization(cast.kesar.pk):
        assert not AuditEntry.objects.filter(action="transcript.edited").exists()
    assert said(asset).edited_at is None


def replace_all(cast: Cast, asset: ContentAsset, find: str, replacement: str, **how: bool) -> int:
    with tenancy.of_organization(cast.kesar.pk):
        return words_of_it.replace_all(asset, find=find, replacement=replacement, by=cast.ben, **how)


@pytest.mark.parametrize(
    ("text", "find", "replacement", "how", "becomes", "count"),
    [
        ("skin care is skin care", "skin care", "skincare", {}, "skincare is skincare", 2),
        ("Soap, soap and soapstone", "soap", "balm", {}, "balm, balm and soapstone", 2),
        ("Soap, soap and soapstone", "soap", "balm", {"whole_words": False}, "balm, balm and balmstone", 3),
        ("Soap, soap and soapstone", "Soap", "Balm", {"match_case": True}, "Balm, soap and soapstone", 1),
        ("a.b is not acb", "a.b", "a|b", {}, "a|b is not acb", 1),
        ("so um yes um", "um", "", {}, "so yes", 2),
        ("no no no", "no no", "yes", {}, "yes no", 1),
        (r"one two", "two", r"\1", {}, r"one \1", 1),
        ("कम दाम में कमी नहीं, कम।", "कम", "अच्छे", {}, "अच्छे दाम में कमी नहीं, अच्छे।", 2),
    ],
)
def test_words_are_replaced_wherever_they_are_said(
    cast: Cast, text: str, find: str, replacement: str, how: dict[str, bool], becomes: str, count: int
) -> None:
    asset = hear(cast, text)
    assert replace_all(cast, asset, find, replacement, **how) == count
    assert said(asset).text == becomes
    starts = [word[0] for word in said(asset).words]
    assert starts == sorted(starts)


def test_what_is_said_nowhere_is_told(cast: Cast) -> None:
    with pytest.raises(words_of_it.NotFound, match="turmeric"):
        replace_all(cast, hear(cast), "turmeric", "haldi")


# Speakers


def names(asset: ContentAsset) -> list[tuple[str, str]]:
    return [(line.speaker, line.text) for line in spoken.lines(said(asset))]


def test_a_name_holds_until_the_next_one(cast: Cast) -> None:
    asset = hear(cast, "good morning\nhow are you\nfine thanks\nlet us begin")
    edit(asset, "good morning", "good morning", cast.ben, speaker="Asha")
    edit(asset, "fine thanks", "fine thanks", cast.ben, first=5, speaker="Ben")
    assert names(asset) == [
        ("Asha", "good morning"), ("Asha", "how are you"), ("Ben", "fine thanks"), ("Ben", "let us begin")
    ]  # fmt: skip
    edit(asset, "let us begin", "let us begin", cast.ben, first=7, speaker="Asha")
    assert [name for name, _text in names(asset)] == ["Asha", "Asha", "Ben", "Asha"]


def test_a_new_line_begins_a_turn_and_a_known_name_says_whose(cast: Cast) -> None:
    asset = hear(cast, "is it real yes it is good to know")
    edit(asset, said(asset).text, "Is it real?\nYes, it is.", cast.ben, speaker="Asha")
    edit(asset, "Is it real? Yes, it is.", "Is it real?\nBen: yes.", cast.ben)
    assert [text for _name, text in names(asset)] == ["Is it real?", "Ben: yes."]  # nobody is called Ben yet
    edit(asset, "Ben: yes.", "yes.", cast.ben, first=3, speaker="Ben")
    edit(asset, "Is it real?", "Is it\nBen: real?", cast.ben)
    assert names(asset)[:2] == [("Asha", "Is it"), ("Ben", "real?")]


def test_a_speaker_is_renamed_everywhere(cast: Cast) -> None:
    asset = hear(cast, turns=[[0.0, "Asa"], [2.0, "Ben"], [3.0, "Asa"]])
    with tenancy.of_organization(cast.kesar.pk):
        words_of_it.name_speaker(asset, old="Asa", new="Asha: Menon", by=cast.ben)
        assert said(asset).turns == [[0.0, "Asha Menon"], [2.0, "Ben"], [3.0, "Asha Menon"]]
        with pytest.raises(words_of_it.NotFound):
            words_of_it.name_speaker(asset, old="Asa", new="Asha", by=cast.ben)


def test_speakers_stay_through_a_corrected_text(cast: Cast, ben: Client) -> None:
    asset = hear(cast, "good morning\nfine thanks", turns=[[0.4, "Asha"]])
    page = ben.get(f"/studio/{asset.pk}/")
    assert page.context["words"] == "Asha: good morning\nfine thanks"
    ben.post(f"/studio/{asset.pk}/text/", {"text": "Asha: Good morning!\nBen: Fine.\nBen: Thanks."})
    assert said(asset).text == "Good morning! Fine. Thanks."
    assert [name for _at, name in said(asset).turns] == ["Asha", "Ben"]


# Silences and fillers


def test_fillers_are_marked_and_can_be_said_to_be_none(cast: Cast) -> None:
    asset = hear(cast)
    with tenancy.of_organization(cast.kesar.pk):
        assert words_of_it.mark_again(asset, by=cast.ben) == 1
        ((kind, start, end),) = said(asset).marks
        assert (kind, said(asset).words[1][:2]) == ("filler", [start, end])
        words_of_it.unmark(asset, (kind, start, end), by=cast.ben)
        assert said(asset).marks == []
        words_of_it.edit(asset, first=10, was="about saffron", text="about uh saffron", speaker=None, by=cast.ben)
    assert [mark[0] for mark in said(asset).marks] == ["filler"]  # the new one; the other stays away
    assert said(asset).marks[0][1] > 2


def test_fillers_of_hindi_are_known_by_their_signs_too(cast: Cast) -> None:
    asset = hear(cast, "अं हम ए सूप उहा")
    with tenancy.of_organization(cast.kesar.pk):
        Transcript.objects.filter(asset=asset).update(language="hi")
        assert words_of_it.mark_again(asset, by=cast.ben) == 1  # and not what only begins like one
        assert words_of_it.drop_fillers(asset, by=cast.ben) == 1
    assert said(asset).text == "हम ए सूप उहा"


def test_fillers_are_taken_out_of_the_words(cast: Cast) -> None:
    asset = hear(cast)
    with tenancy.of_organization(cast.kesar.pk):
        words_of_it.mark_again(asset, by=cast.ben)
        assert words_of_it.drop_fillers(asset, by=cast.ben) == 1
        assert said(asset).text == HEARD.replace("um ", "")
        assert said(asset).marks == []
        with pytest.raises(words_of_it.NotFound):
            words_of_it.drop_fillers(asset, by=cast.ben)


def test_silences_of_the_recording_are_marked_where_nobody_speaks(cast: Cast, tmp_path: Path) -> None:
    tone = "aevalsrc=0.3*sin(2*PI*300*t)*(lt(t\\,2)+gt(t\\,5)):d=8:s=16000"
    asset = process(bring(cast, draw(tmp_path / "gap.wav", "-ac", "1", "-c:a", "pcm_s16le", source=tone)))
    ((kind, start, end),) = said(asset).marks
    assert kind == "silence"
    assert (start, end) == (pytest.approx(2, abs=0.1), pytest.approx(5, abs=0.1))


# Back, again, and what follows


def test_what_was_first_heard_is_kept_and_can_be_gone_back_to(cast: Cast) -> None:
    asset = hear(cast)
    before = said(asset)
    edit(asset, "so um", "Ben says", cast.ben, speaker="Ben")
    with tenancy.of_organization(cast.kesar.pk):
        words_of_it.set_language(asset, "hi", by=cast.ben)
        words_of_it.first_heard(asset, by=cast.ben)
        after = said(asset)
        for name in ("words", "text", "language", "engine", "note", "turns", "edited_at", "recognised"):
            assert getattr(after, name) == getattr(before, name), name
        with pytest.raises(words_of_it.NothingHeard):
            words_of_it.first_heard(asset, by=cast.ben)


def test_brought_subtitles_are_gone_back_from_too(cast: Cast, ben: Client) -> None:
    asset = hear(cast)
    srt = f"1\n00:00:01,000 --> 00:00:05,000\n{HEARD} today\n".encode()
    answer = ben.post(f"/studio/{asset.pk}/subtitles/", {"file": SimpleUploadedFile("a.srt", srt)})
    assert (answer.status_code, said(asset).engine) == (302, "subtitles (a.srt)")
    ben.post(f"/studio/{asset.pk}/transcript/first/")
    assert (said(asset).engine, said(asset).text) == (ENGINE, HEARD)


def test_listening_again_takes_the_language_and_lets_the_recogniser_write(cast: Cast) -> None:
    asset = hear(cast)
    edit(asset, "so um", "Well", cast.ben)
    with tenancy.of_organization(cast.kesar.pk):
        words_of_it.listen_again(asset, language="en", by=cast.ben)
    asset = process(asset)
    assert step(asset, "transcribe").status == "done"
    assert "skin" in said(asset).text
    assert said(asset).recognised == {}


def test_listening_again_that_is_refused_leaves_the_language(cast: Cast, ben: Client) -> None:
    asset = hear(cast)
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=asset.pk).update(status="processing")
    asked = {"language": "hi", "listen": "on"}
    answer = ben.post(f"/studio/{asset.pk}/transcript/language/", asked, follow=True)
    assert "being worked on" in answer.content.decode()
    assert fresh(asset).language == "en"


def test_a_corrected_text_without_a_word_begins_no_reading(cast: Cast, ben: Client) -> None:
    asset = hear(cast)
    answer = ben.post(f"/studio/{asset.pk}/text/", {"text": "[00:00:05]"})
    assert (answer.status_code, fresh(asset).status, said(asset).text) == (422, "ready", HEARD)


@pytest.mark.django_db(transaction=True)
def test_a_line_and_the_whole_text_are_corrected_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asset, refused, indexed = hear(cast), list[Exception](), search.index

    def slowly(asset: ContentAsset) -> None:
        time.sleep(1.2)
        indexed(asset)

    def whole(asset: ContentAsset, text: str) -> None:
        time.sleep(0.4)
        try:
            with tenancy.of_organization(cast.kesar.pk):
                transcripts.correct(asset, text, by=cast.ben)
        except OperationalError as error:
            refused.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(search, "index", slowly)
    other = threading.Thread(target=whole, args=(asset, f"{HEARD} today"))
    other.start()
    edit(asset, "so um", "Well", cast.ben)
    other.join()
    assert (refused, said(asset).text) == ([], f"{HEARD} today")


def test_the_page_says_when_words_changed_since_they_were_read(cast: Cast, ben: Client) -> None:
    asset = process(hear(cast, SAFFRON_LINES, ready=False, edited_at="2026-01-01T00:00Z"))
    assert "The words have changed since" not in ben.get(f"/studio/{asset.pk}/").content.decode()
    edit(asset, "teach first", "teach kindly", cast.ben)
    assert "The words have changed since" in ben.get(f"/studio/{asset.pk}/").content.decode()
    assert ben.post(f"/studio/{asset.pk}/transcript/read/").status_code == 302
    asset = process(asset)
    assert step(asset, "transcribe").status in {"done", "skipped"}
    assert "The words have changed since" not in ben.get(f"/studio/{asset.pk}/transcript/").content.decode()


# The page


def opened(client: Client, asset: ContentAsset, **asked: str) -> str:
    answer = client.get(f"/studio/{asset.pk}/transcript/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_editor_shows_speakers_marks_and_files(cast: Cast, ben: Client) -> None:
    page = opened(ben, hear(cast, turns=[[0.4, "Asha"]], marks=[["silence", 0.0, 0.4], ["filler", 0.7, 1.0]]))
    assert "<b>Asha</b>" in page
    assert "0.4 s of silence, 0.3 s of fillers." in page
    for kind in ("srt", "vtt", "txt"):
        assert f".{kind}" in page


def test_a_line_is_edited_without_script_and_with_it(cast: Cast, ben: Client) -> None:
    asset = hear(cast)
    (line, *_more) = spoken.lines(said(asset))
    asked = {"edit": str(line.at), "to": str(line.last_at)}
    whole = opened(ben, asset, **asked)
    assert 'name="was"' in whole
    part = ben.get(f"/studio/{asset.pk}/transcript/line/", asked, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<li id="editing-0"')
    sent = {"first": "0", "was": HEARD, "text": f"{HEARD} today", "speaker": "Asha", "follows": ""}
    answer = ben.post(f"/studio/{asset.pk}/transcript/line/", sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<b>Asha</b>" in answer.content.decode()
    assert said(asset).text.endswith("saffron today")
    again = ben.post(f"/studio/{asset.pk}/transcript/line/", sent)
    assert again.status_code == 422
    assert "Somebody changed these words meanwhile" in again.content.decode()
    assert f"{HEARD} today" in again.content.decode()


def test_found_places_are_shown_and_counted(cast: Cast, ben: Client) -> None:
    asset = hear(cast, SAFFRON_LINES)
    page = opened(ben, asset, find="saffron")
    assert "5 places" in page
    assert page.count('class="found"') == 5
    assert "It is said nowhere." in opened(ben, asset, find="turmeric")
    answer = ben.post(
        f"/studio/{asset.pk}/transcript/replace/", {"find": "saffron", "replacement": "kesar"}, follow=True
    )
    assert "Replaced in 5 places." in answer.content.decode()


def test_the_page_asks_for_few_rows_however_long_the_transcript(cast: Cast, ben: Client) -> None:
    counts = []
    for lines in (1, 40):
        asset = hear(cast, "\n".join([SAFFRON_LINES] * lines), turns=[[0.4, "Asha"], [5.0, "Ben"]])
        opened(ben, asset)
        with CaptureQueriesContext(connection) as asked:
            opened(ben, asset)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] < 12


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("line/", {"first": "x", "was": "so um", "text": "y"}),
        ("replace/", {"find": "", "replacement": "y"}),
        ("language/", {"language": "xx"}),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(
    cast: Cast, ben: Client, path: str, sent: dict[str, str]
) -> None:
    asset = hear(cast)
    assert ben.post(f"/studio/{asset.pk}/transcript/{path}", sent).status_code == 422
    assert said(asset).text == HEARD


def test_an_asset_without_a_transcript_says_so(cast: Cast, ben: Client) -> None:
    asset = bring(cast)
    assert "Nothing is written yet." in opened(ben, asset)
    page = ben.post(f"/studio/{asset.pk}/transcript/replace/", {"find": "a", "replacement": "b"}, follow=True)
    assert "There is no transcript yet." in page.content.decode()


def test_an_analyst_reads_but_does_not_correct(cast: Cast) -> None:
    asset = hear(cast)
    client = Client()
    client.force_login(cast.chitra.user)
    assert "data-edit" not in opened(client, asset)
    assert client.post(f"/studio/{asset.pk}/transcript/line/", {}).status_code == 403


# Files, and those of another recording

OTHER = f"WEBVTT\n\n00:01.000 --> 00:40.000\n{' '.join(LISBON_ROOFTOPS.split())}\n".encode()


def send(client: Client, asset: ContentAsset, content: bytes, name: str, **more: str) -> Any:
    return client.post(f"/studio/{asset.pk}/subtitles/", {"file": SimpleUploadedFile(name, content), **more})


def test_a_transcript_of_another_recording_is_asked_about(cast: Cast, ben: Client) -> None:
    asset = hear(cast, SAFFRON_LINES)
    answer = send(ben, asset, OTHER, "lisbon.vtt")
    assert answer.status_code == 422
    assert "of another recording?" in answer.content.decode()
    assert "use it anyway" in answer.content.decode()
    assert said(asset).engine == ENGINE
    assert send(ben, asset, OTHER, "lisbon.vtt", anyway="on").status_code == 302
    assert "Alfama" in said(asset).text


def test_a_transcript_that_outlasts_the_recording_is_asked_about(cast: Cast, ben: Client) -> None:
    late = f"1\n00:12:00,000 --> 00:12:04,000\n{HEARD}\n".encode()
    answer = send(ben, hear(cast), late, "late.srt", **{"from": "editor"})
    assert (answer.status_code, "until 12:04, but the recording ends at 1:00" in answer.content.decode()) == (422, True)


def test_a_plain_text_takes_the_seconds_of_what_was_heard(cast: Cast, ben: Client) -> None:
    asset = hear(cast)
    before = said(asset).words
    text = "Asha: So we stopped selling soap,\nBen: and started teaching people about saffron!"
    assert send(ben, asset, text.encode(), "words.txt").status_code == 302
    after = said(asset)
    assert after.text == "So we stopped selling soap, and started teaching people about saffron!"
    assert after.words[1][:2] == before[2][:2]
    assert [name for _at, name in after.turns] == ["Asha", "Ben"]
    assert ben.get(f"/studio/{asset.pk}/captions/?as=txt").content.decode() == (
        "Asha: So we stopped selling soap,\n\nBen: and started teaching people about saffron!\n"
    )


def test_a_plain_text_brings_its_own_seconds(cast: Cast, ben: Client) -> None:
    asset = hear(cast)
    send(ben, asset, b"[0:05] so we stopped selling soap\n[0:20] and started teaching people", "words.txt")
    assert [said(asset).words[n][0] for n in (0, 5)] == [5.0, 20.0]


def test_two_languages_are_told(cast: Cast, ben: Client) -> None:
    hindi = "हमारे ब्रांड की शुरुआत केसर से हुई थी और आज भी हम वही सिखाते हैं जो हमने पहले दिन सीखा था " * 6
    text = f"{SAFFRON_LINES} {hindi}"
    asset = bring(cast, QUESTION)
    send(ben, asset, f"1\n00:00:01,000 --> 00:00:30,000\n{' '.join(text.split())}\n".encode(), "two.srt")
    assert "Two languages are spoken (en, hi)" in said(asset).note


# What the recogniser listens for


def test_the_recogniser_is_told_the_words_of_brand_title_and_trends(cast: Cast) -> None:
    asset = bring(cast, QUESTION, title="Kesar soap in Alfama", tags=["niacinamide"])
    with tenancy.of_organization(cast.kesar.pk):
        for name in ("Barrier repair", "Ten things that nobody told you about skin"):
            TrendOpportunity.objects.create(
                organization=cast.kesar, brand=cast.brand, topic=topic(name), platform="x", title="t",
                content_format="social_post", made_by="test",
            )  # fmt: skip
        hints = listening.hints_of(asset)
    assert {"ceramides", "niacinamide", "Kesar", "Alfama", "Barrier repair"} <= set(hints)
    assert not [hint for hint in hints if "Ten things" in hint]
    assert len(hints) == len({hint.casefold() for hint in hints})
