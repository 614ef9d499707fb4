"""Clips: the ones worth showing, the one that answers a wish, where they are cut, and how well it is done."""

import csv
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from content.understanding.clipping import Clip, clips, cutting, evaluation, ranking
from content.understanding.clipping.laying import Part, root
from content.understanding.clipping.wishes import named, taken_apart
from tests.cast import Cast
from tests.content import meetings
from tests.content.test_transcripts import hear
from tests.content.transcripts import LISBON_ROOFTOPS, NINETY_DAYS, SAFFRON_LINES, SMALL_MODELS
from trenddrop.core.text.sentences import Sentence, split

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
SECOND_OF_A_WORD = 0.4


def spoken(text: str, *, pause: float = 0.8) -> list[Sentence]:
    """The sentences of a text as if they were read aloud, with a pause after each."""
    found, at = [], 0.5
    for sentence in split(text):
        end = at + SECOND_OF_A_WORD * len(sentence.split())
        found.append(Sentence(sentence, round(at, 2), round(end, 2)))
        at = end + pause
    return found


EVERYTHING = spoken(LISBON_ROOFTOPS + SMALL_MODELS + NINETY_DAYS)


# What is worth showing


def test_clips_do_not_overlap_and_are_as_long_as_asked_for() -> None:
    found = sorted(clips(EVERYTHING, count=5, seconds=(10, 30)), key=lambda clip: clip.start)
    assert len(found) == 5
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(9.9 <= clip.end - clip.start <= 31 for clip in found)


def test_a_clip_begins_and_ends_with_a_sentence_and_cuts_no_word() -> None:
    for clip in clips(EVERYTHING, count=4, seconds=(10, 30)):
        inside = [one for one in EVERYTHING if clip.start <= (one.start or 0) and (one.end or 0) <= clip.end]
        assert clip.text == " ".join(one.text for one in inside)
        assert clip.opening == inside[0].text
        assert not [
            one
            for one in EVERYTHING
            if one not in inside and (one.start or 0) < clip.end and (one.end or 0) > clip.start
        ]


def test_the_score_is_the_sum_of_reasons_that_can_be_read() -> None:
    for clip in clips(EVERYTHING, count=5, seconds=(10, 30)):
        assert clip.score == max(0, min(100, round(sum(reason.weight for reason in clip.why))))
        assert all(reason.factor for reason in clip.why)


def test_clips_are_spread_over_the_recording() -> None:
    found = clips(EVERYTHING, count=4, seconds=(10, 20))
    thirds = {int(3 * clip.start / (EVERYTHING[-1].end or 1)) for clip in found}
    assert thirds == {0, 1, 2}


def test_a_clip_that_names_a_topic_is_worth_more() -> None:
    plain = {clip.start: clip.score for clip in clips(EVERYTHING, count=9, seconds=(10, 20))}
    told = {clip.start: clip for clip in clips(EVERYTHING, count=9, seconds=(10, 20), topics=["calories"])}
    better = [start for start in plain if start in told and told[start].score > plain[start]]
    assert better
    assert all("calories" in told[start].text for start in better)


def test_a_greeting_is_no_opening() -> None:
    text = "Welcome back to my channel, do not forget to subscribe. " + NINETY_DAYS
    assert not clips(spoken(text), count=1, seconds=(8, 20))[0].opening.startswith("Welcome")


def test_the_same_recording_gives_the_same_clips() -> None:
    assert clips(EVERYTHING, count=5) == clips(EVERYTHING, count=5)


@pytest.mark.parametrize("seconds", [(1.0, 2.0), (15.0, 60.0), (600.0, 600.0)])
def test_a_recording_no_longer_than_a_clip_is_one_clip(seconds: tuple[float, float]) -> None:
    found = clips(spoken("Saffron turns water golden."), count=3, seconds=seconds)
    assert [clip.text for clip in found] == ["Saffron turns water golden."]


def test_nothing_said_and_text_without_seconds_give_no_clips() -> None:
    assert clips([], count=3) == []
    assert clips([Sentence("Written, not spoken.")], count=3) == []
    assert clips(EVERYTHING, count=0) == []


@pytest.mark.parametrize("text", ["🙂. 🙂. 🙂.", "एक दो तीन। चार पाँच छह।", "…", "a. b. c. d."])
def test_strange_words_are_no_reason_to_fail(text: str) -> None:
    sentences = [Sentence(part, 10.0 * at, 10.0 * at + 9) for at, part in enumerate(text.split())]
    for wish in ("", "एक", "what is a?"):
        assert isinstance(clips(sentences, count=2, seconds=(5, 30), wish=wish, language="hi"), list)


# A wish


@pytest.mark.parametrize(
    ("wish", "heard"),
    [
        ("Where is the best sunset?", "sunset in the city for free"),
        ("storing weights in fewer bits", "quantization"),
        ("What did I eat for breakfast?", "two eggs, dal and a banana"),
        ("testing models on questions", "forty questions"),
        ("privacy of customers' data", "customer data"),
    ],
)
def test_a_wish_finds_where_it_is_spoken_of(wish: str, heard: str) -> None:
    assert heard in clips(EVERYTHING, count=1, seconds=(5, 20), wish=wish)[0].text


def test_what_nobody_speaks_of_is_not_found() -> None:
    assert clips(EVERYTHING, count=3, wish="bitcoin futures in Reykjavik") == []
    assert clips(EVERYTHING, count=3, wish="the and of") == []


def test_whose_words_are_wished_for_counts() -> None:
    who = ["Mina" if number % 2 else "Rafael" for number in range(len(EVERYTHING))]
    found = clips(EVERYTHING, count=1, seconds=(2, 12), wish="What does Mina say about models?", speakers=who)
    assert "Mina" in {
        who[EVERYTHING.index(one)] for one in EVERYTHING if found[0].start <= (one.start or 0) < found[0].end
    }


@pytest.mark.parametrize(
    ("wish", "meant"),
    [
        ("What did the Project Manager think?", {"Project Manager"}),
        ("What did Marketing say about it?", {"Marketing"}),
        ("Summarize the marketing strategy", set()),
        ("What did PhD C think about the recording?", {"PhD C"}),
        ("What did the professor think about latencies?", {"Professor B"}),
        ("Why did Bob Saroya disagree?", {"Mr. Bob Saroya"}),
        ("Tell me about soap", set()),
    ],
)
def test_a_speaker_is_known_by_what_people_call_them(wish: str, meant: set[str]) -> None:
    speakers = ["Project Manager", "Marketing", "PhD C", "PhD D", "Professor B", "Mr. Bob Saroya", ""]
    assert named(wish, speakers) == meant


def test_a_wish_has_a_matter_and_a_connection() -> None:
    wish = taken_apart(
        "What did they think of buttons when discussing the price?", [], skipped=frozenset({"the", "of"})
    )
    assert [word for word, _ in wish.connection] == ["price"]
    assert "button" in dict(wish.asked)
    assert "price" not in dict(wish.asked)


def test_words_meet_whatever_their_endings() -> None:
    assert root("test") == root("tested") == root("testing")
    assert root("stop") == root("stopping")
    assert root("sun") != root("sand")


# Where it is cut


def test_the_cut_lies_in_the_quiet_between_words() -> None:
    parts = [Part("One two.", "", 1.0, 2.0), Part("Three four.", "", 2.3, 3.0), Part("Five.", "", 6.0, 7.0)]
    start, end = cutting.cut(parts, 1, 1, [(3.3, 5.8)])
    assert 2.0 < start < 2.3
    assert 3.3 < end <= 5.8
    assert cutting.cut(parts, 0, 2)[0] >= 0


def test_a_pause_after_the_last_word_is_known() -> None:
    parts = [Part("One.", "", 0.0, 1.0), Part("Two.", "", 1.1, 2.0), Part("Three.", "", 4.0, 5.0)]
    assert [cutting.rests(parts, last) for last in range(3)] == [False, True, True]
    assert cutting.rests(parts, 0, [(0.9, 1.7)])


def test_hours_of_speech_are_compared_in_bounded_many_stretches() -> None:
    parts = [Part("word", "", 3.0 * at, 3.0 * at + 2.5) for at in range(9000)]
    found = cutting.stretches(parts, (15, 60))
    assert 2000 < len(found) <= cutting.MOST
    assert all(15 <= (parts[last].end or 0) - (parts[first].start or 0) <= 60.1 for first, last in found)


# How well it is done: the files that are scored outside


def evaluate(task: str, train: Path, data: Path, out: Path) -> list[dict[str, str]]:
    call_command("evaluate_content", task, train=train, data=data, out=out)
    with (out / f"{task}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_predictions_never_read_the_answers_of_what_is_predicted(tmp_path: Path) -> None:
    train = meetings.folder(tmp_path / "train", [meetings.meeting(number) for number in range(8)])
    asked = [meetings.meeting(number) for number in range(20, 23)]
    data = meetings.folder(tmp_path / "true", asked)
    for one in asked:
        for question in one["specific_query_list"]:
            question["relevant_text_span"] = [["0", "1"]]
    other = meetings.folder(tmp_path / "other", asked)
    silent = meetings.folder(
        tmp_path / "silent", [meetings.meeting(number, questions=False) for number in range(20, 23)]
    )
    for task in ("moments", "clips"):
        assert evaluate(task, train, data, tmp_path / "a") == evaluate(task, train, other, tmp_path / "b")
    assert evaluate("clips", train, data, tmp_path / "a") == evaluate("clips", train, silent, tmp_path / "c")


def test_clips_are_candidates_ranked_without_overlap_and_answer(tmp_path: Path) -> None:
    train = meetings.folder(tmp_path / "train", [meetings.meeting(number) for number in range(8)])
    data = meetings.folder(tmp_path / "data", [meetings.meeting(number) for number in range(20, 24)])
    rows = evaluate("moments", train, data, tmp_path / "out")
    right = 0
    for meeting in evaluation.load(data):
        for question in meeting.questions:
            own = [row for row in rows if (row["meeting_id"], row["query_id"]) == (meeting.name, str(question.number))]
            chosen = [(int(row["start"]), int(row["end"])) for row in own]
            assert [int(row["rank"]) for row in own] == list(range(1, len(own) + 1))
            assert set(chosen) <= set(meeting.clips)
            assert all(one[1] < two[0] for one, two in pairwise(sorted(chosen)))
            right += bool(meeting.inside(question)[meeting.clips.index(chosen[0])])
    assert right >= 10  # of 12 that are easy


@pytest.mark.parametrize(
    "content", ["", "[{}]", '[{"id": 1, "meeting_transcripts": [1], "specific_query_list": []}]', "{}x"]
)
def test_a_folder_without_meetings_is_told_so(tmp_path: Path, content: str) -> None:
    good = meetings.folder(tmp_path / "good", [meetings.meeting(1)])
    bad = meetings.folder(tmp_path / "bad", [])
    (bad / "qmsum" / "meetings.json").write_text(content)
    with pytest.raises(CommandError, match=r"meetings\.json"):
        call_command("evaluate_content", "moments", train=good, data=bad, out=tmp_path / "out")


def test_meetings_without_questions_teach_nothing(tmp_path: Path) -> None:
    silent = meetings.folder(tmp_path / "silent", [meetings.meeting(1, questions=False)])
    for task in ("moments", "clips"):
        with pytest.raises(CommandError, match="learn from"):
            call_command("evaluate_content", task, train=silent, data=silent, out=tmp_path / "out")


def test_what_is_learned_is_kept_as_weights_alone(tmp_path: Path) -> None:
    train = meetings.folder(tmp_path / "train", [meetings.meeting(number) for number in range(8)])
    call_command("learn_clips", train=train, out=tmp_path / "learned.json")
    kept = json.loads((tmp_path / "learned.json").read_text())
    assert set(kept) == {"relevance", "worth"}
    for each in kept.values():
        again = ranking.Ranking(**each)
        assert len(again.weights) == len(again.mean) == len(again.spread) > 40
        assert np.isfinite(again.scores(np.zeros((2, len(again.weights))))).all()


@pytest.mark.shared
def test_moments_and_clips_of_real_meetings_are_found_as_well_as_the_docs_say() -> None:
    everything = evaluation.load(SHARED)
    train = [one for number, one in enumerate(everything) if number % 3]
    check = [one for number, one in enumerate(everything) if not number % 3]
    first, third, precision, coverage = evaluation.figures(train, check)
    assert first >= 0.51  # .538 when this was written
    assert third >= 0.72  # .749
    assert precision >= 0.58  # .615
    assert coverage >= 0.58  # .613


# The Studio's box and the API


def client_of(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def recording(cast: Cast) -> Any:
    """A recording of Kesar Naturals in which the saffron talk is heard."""
    return hear(cast, SAFFRON_LINES, turns=[[0.0, "Asha"]])


def test_the_studio_finds_a_moment_and_leads_to_it(cast: Cast, recording: Any) -> None:
    page = client_of(cast.ben).get(f"/studio/{recording.pk}/moments/", {"wish": "how to know if saffron is real"})
    told = page.content.decode()
    assert page.status_code == 200
    assert "<h1" in told
    assert told.count("data-seek=") > 5
    found = page.context["found_moments"]
    assert "real saffron" in " ".join(one.text.lower() for one in found)
    assert found[0].speaker == "Asha"


def test_a_script_that_asks_gets_only_the_answer(cast: Cast, recording: Any) -> None:
    answer = client_of(cast.ben).get(
        f"/studio/{recording.pk}/moments/", {"wish": "marketing advice"}, headers={"HX-Request": "true"}
    )
    assert "found-moments" in answer.content.decode()
    assert "<h1" not in answer.content.decode()


def test_a_wish_nobody_speaks_of_is_told_so(cast: Cast, recording: Any) -> None:
    page = client_of(cast.ben).get(f"/studio/{recording.pk}/moments/", {"wish": "<b>bitcoin</b>"})
    assert "Nothing here speaks of “&lt;b&gt;bitcoin&lt;/b&gt;”" in page.content.decode()


@pytest.mark.parametrize("wish", ["", "   ", "x" * 201, "a\x00b"])
def test_a_wish_that_is_none_is_refused_in_words(cast: Cast, recording: Any, wish: str) -> None:
    page = client_of(cast.ben).get(f"/studio/{recording.pk}/moments/", {"wish": wish})
    assert page.status_code == 422
    assert 'id="wish-error"' in page.content.decode()


def test_the_address_without_a_wish_is_the_studio(cast: Cast, recording: Any) -> None:
    page = client_of(cast.ben).get(f"/studio/{recording.pk}/moments/")
    assert page.status_code == 200
    assert "wish-error" not in page.content.decode()
    assert "Nothing here speaks of" not in page.content.decode()


def test_strangers_find_nothing(cast: Cast, recording: Any) -> None:
    assert client_of(cast.dev).get(f"/studio/{recording.pk}/moments/", {"wish": "soap"}).status_code == 404
    assert client_of(cast.dev).get(f"/api/v1/assets/{recording.pk}/clips").status_code == 404


def test_finding_asks_the_database_for_few_rows_however_much_is_said(cast: Cast) -> None:
    client, counts = client_of(cast.ben), []
    for times in (1, 20):
        asset = hear(cast, "\n".join([SAFFRON_LINES] * times))
        for _ in range(2):
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/studio/{asset.pk}/moments/", {"wish": "soap"})
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] < 12


def test_the_api_gives_clips_with_their_reasons(cast: Cast, recording: Any) -> None:
    found = client_of(cast.chitra).get(
        f"/api/v1/assets/{recording.pk}/clips", {"count": 2, "shortest": 5, "longest": 20}
    )
    assert found.status_code == 200
    assert [set(each) for each in found.json()] == [{*Clip.__dataclass_fields__}] * 2
    wished = client_of(cast.chitra).get(f"/api/v1/assets/{recording.pk}/clips", {"wish": "instagram", "shortest": "3"})
    assert "instagram" in wished.json()[0]["text"].lower()


@pytest.mark.parametrize("given", [{"count": 0}, {"count": 21}, {"shortest": 30, "longest": 10}, {"wish": "x" * 201}])
def test_the_api_refuses_what_cannot_be_cut(cast: Cast, recording: Any, given: dict[str, Any]) -> None:
    refused = client_of(cast.chitra).get(f"/api/v1/assets/{recording.pk}/clips", given)
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
