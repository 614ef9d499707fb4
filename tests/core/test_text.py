"""Languages, sentences, tidying, keywords, names and feeling, on prose and on recognised speech."""

import pytest

from tests.content import transcripts
from trenddrop.core.text import entities, keywords, language, sentences, sentiment, tidy
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import normal_words, stem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So today I want to show you how we make soap at home.", "en"),
        ("aaj main aapko dikhaungi ki ghar par saffron soap kaise banate hain", "hi-Latn"),
        ("नमस्ते दोस्तों, आज हम साबुन बनाते हैं।", "hi"),
        ("Hola a todos, hoy vamos a hacer jabón en casa", "es"),
        ("こんにちは、今日は石鹸を作ります", "ja"),
        ("ok", "unknown"),
        ("🧡🧡🧡🧡🧡🧡🧡🧡🧡🧡🧡🧡🧡", "unknown"),
        ("", "unknown"),
    ],
)
def test_the_language_is_told_or_said_to_be_unknown(text: str, expected: str) -> None:
    code, confidence = language.detect(text)
    assert code == expected
    assert 0 <= confidence <= 1


def test_english_is_not_taken_for_hinglish() -> None:
    assert language.hinglish_share(transcripts.LISBON_ROOFTOPS) < 0.05
    assert language.hinglish_share(transcripts.KESAR_HINGLISH) > 0.25


def test_prose_is_cut_at_its_full_stops_but_not_after_abbreviations() -> None:
    assert sentences.split("Dr. Rao paid $3.50 at 9 a.m. sharp. You don't. This is new!\n\nA heading\n- a point") == [
        "Dr. Rao paid $3.50 at 9 a.m. sharp.",
        "You don't.",
        "This is new!",
        "A heading",
        "- a point",
    ]


def test_hindi_is_cut_at_its_own_full_stop() -> None:
    assert sentences.split("यह केसर है। वह नकली है।") == ["यह केसर है।", "वह नकली है।"]


def test_a_line_break_in_prose_ends_no_sentence() -> None:
    assert sentences.split("Saffron is\nexpensive. It is\nworth it.") == ["Saffron is expensive.", "It is worth it."]


def test_speech_is_cut_at_pauses_with_times_kept() -> None:
    words = transcripts.spoken(transcripts.SAFFRON_LINES)
    found = sentences.from_words(words)
    lines = transcripts.SAFFRON_LINES.splitlines()
    exact = sum(one.text in lines for one in found)
    assert exact >= 0.7 * len(lines)
    assert " ".join(one.text for one in found).split() == [word.text for word in words]
    assert all(one.start is not None and one.end is not None and one.start < one.end for one in found)


def test_a_speaker_without_pauses_is_cut_all_the_same() -> None:
    words = [transcripts.Heard(n * 0.3, n * 0.3 + 0.29, "word") for n in range(200)]
    assert max(len(one.text.split()) for one in sentences.from_words(words)) <= sentences.LONGEST
    assert max(len(one.split()) for one in sentences.split("word " * 200)) <= sentences.LONGEST


def test_a_hesitation_after_the_is_no_end_of_a_sentence() -> None:
    words = [transcripts.Heard(0, 1, "we"), transcripts.Heard(1, 2, "buy"), transcripts.Heard(2, 3, "all")]
    words += [transcripts.Heard(3, 4, "the"), transcripts.Heard(4.9, 5.5, "saffron")]
    assert [one.text for one in sentences.from_words(words)] == ["we buy all the saffron"]


def test_no_words_make_no_sentences() -> None:
    assert sentences.from_words([]) == []
    assert sentences.split("  \n ") == []


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("um so i think i'm going to to mumbai in february", "So I think I'm going to Mumbai in February."),
        ("how do you know if it is real", "How do you know if it is real?"),
        (
            "your customers do not want perfect they want honest",
            "Your customers do not want perfect, they want honest.",
        ),
        ("mister john dashwood had then leisure", "Mr John Dashwood had then leisure."),
        ("dont do that", "Don't do that."),
        ("we love new york and kesar naturals", "We love New York and Kesar Naturals."),
        ("[music]", ""),
        ("it is very very good", "It is very very good."),
        ("see https://kesar.in/soap", "See https://kesar.in/soap"),
        ("kesar asli hai kya", "Kesar asli hai kya?"),
    ],
)
def test_recognised_speech_is_tidied(raw: str, clean: str) -> None:
    assert tidy.tidy(raw, proper_names=["Kesar Naturals"], cased=False) == clean


def test_written_text_keeps_its_own_capitals() -> None:
    assert tidy.tidy("iPhone users in Goa love eBay", cased=True) == "IPhone users in Goa love eBay."
    assert tidy.tidy("यह केसर है", cased=False) == "यह केसर है।"


def test_announcements_and_openers_can_be_left_out() -> None:
    said = "So today I want to talk about something nobody tells you here."
    assert tidy.without_announcement(said) == "Something nobody tells you here."
    assert tidy.without_announcement("Today I want to talk.") == "Today I want to talk."
    assert tidy.without_opener("But here is what changed everything.") == "Here is what changed everything."
    assert tidy.without_opener("So what?") == "So what?"


def test_keywords_are_telling_words_and_phrases() -> None:
    found = [phrase for phrase, _ in keywords.extract(transcripts.SAFFRON_LINES, "en")]
    assert found[0] == "real saffron"
    assert "skin care" in found
    assert not {"we", "you", "so", "um", "the", "today"} & {word for phrase in found for word in phrase.split()}


def test_keywords_keep_the_capitals_of_names_in_prose() -> None:
    found = [phrase for phrase, _ in keywords.extract(transcripts.LISBON_ROOFTOPS, "en")]
    assert "Lisbon" in found
    assert "tourism" in found


def test_hinglish_has_its_own_stop_words() -> None:
    found = [phrase for phrase, _ in keywords.extract(transcripts.KESAR_HINGLISH, "hi-Latn")]
    assert "asli kesar" in found
    assert not {"hai", "aur", "mein", "ki"} & {word for phrase in found for word in phrase.split()}


@pytest.mark.parametrize("text", ["", "🧡", "the and of", "!!!"])
def test_a_text_that_says_nothing_has_no_keywords(text: str) -> None:
    assert keywords.extract(text) == []


def test_weights_fall_from_one() -> None:
    weights = [weight for _, weight in keywords.extract(transcripts.SMALL_MODELS)]
    assert weights[0] == 1
    assert weights == sorted(weights, reverse=True)


def test_names_are_found_by_capitals_and_lists() -> None:
    text = sentences.split(
        "Asha Rao opened Kesar Naturals in Mumbai. We met Dr Mehta at the Bank of Baroda on Monday, said @ben. "
        "Everyone loved it. The Miradouro da Graça is free."
    )
    found = {one.text: one.kind for one in entities.find(text)}
    assert found["Asha Rao"] == "person"
    assert found["Kesar Naturals"] == "organisation"
    assert found["Mumbai"] == "place"
    assert found["Dr Mehta"] == "person"
    assert found["Monday"] == "date"
    assert found["@ben"] == "handle"
    assert "Miradouro da Graça" in found
    assert not {"Everyone", "We", "The"} & set(found)


def test_speech_without_capitals_gives_only_certain_names_and_less_confidence() -> None:
    (found,) = entities.find(["we posted it on instagram and may reliance on an amazon parcel turkey sandwich"])
    assert (found.text, found.kind) == ("Instagram", "organisation")
    assert found.confidence <= 0.5


def test_feeling_is_read_per_sentence_and_only_in_english() -> None:
    loved = sentiment.score(["I love this wonderful soap.", "It is great!"], "en")
    hated = sentiment.score(["This is a horrible scam.", "I hate it."], "en")
    neutral = sentiment.score(["The box has four sides."] * 40 + ["I love it."], "en")
    assert loved
    assert hated
    assert neutral
    assert loved.score > 50
    assert hated.score < -50
    assert abs(neutral.score) < abs(loved.score)
    assert sentiment.score(["मुझे यह पसंद है"], "hi") is None
    assert sentiment.score([], "en") is None


def test_emotions_need_more_than_one_word() -> None:
    assert sentiment.emotions("I was scared and worried, then happy.", "en") == {"fear": 0.67, "joy": 0.33}
    assert sentiment.emotions("I was happy.", "en") == {}
    assert sentiment.emotions("main khush hoon, bahut khush", "hi-Latn") == {}


def test_plurals_meet_their_singular() -> None:
    assert [stem(word) for word in ("videos", "stories", "boxes", "glass", "bus", "is")] == [
        "video", "story", "box", "glass", "bus", "is",
    ]  # fmt: skip
    assert normal_words("Asha’s U.S. e-mail, don’t! नमस्ते") == ["asha", "u.s", "e-mail", "don't", "नमस्ते"]


def test_an_unknown_language_falls_back_to_english_stop_words() -> None:
    assert stop_words("xx") == stop_words("en")
    assert "the" in stop_words("en-GB")
