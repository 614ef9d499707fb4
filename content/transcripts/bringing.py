"""Reading a transcript that somebody brings, SRT, VTT or plain text, and asking whether it is of this recording."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from content.transcripts import correcting, turns
from trenddrop.core.speech import Transcript as Recognised
from trenddrop.core.speech import Word, plaintext, subtitles
from trenddrop.core.text.language import detect
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import normal_words, stem

OVERTIME = 5.0  # seconds that subtitles may go on after the recording's end
FEWEST_ALIKE = 0.2  # of the telling words; transcripts of one recording share half and more, of two hardly a tenth
ENGINE = "text ({name})"


class OtherRecording(Exception):
    """The transcript seems to belong to another recording; whoever knows better may bring it anyway."""


def read(content: bytes, *, name: str, heard: Sequence[Word], duration: float | None) -> Recognised:
    """Return what is in a file; `heard` and `duration` (seconds) help to time a plain text.

    Raises subtitles.BadSubtitles.
    """
    text = subtitles.decode(content).replace("\x00", "")
    if subtitles.ARROW in text or not name.lower().endswith(".txt"):
        return subtitles.parse(text, name=name or "subtitles")
    return _plain(text, heard, duration, name)


def _plain(text: str, heard: Sequence[Word], duration: float | None, name: str) -> Recognised:
    """Read plain text: seconds come from its own lines, else from the words that were heard, else by reckoning."""
    passages = plaintext.parse(text)
    whole, note = " ".join(passage.text for passage in passages), ""
    if plaintext.has_times(passages):
        words = plaintext.timed(passages, until=duration)
    elif heard:
        words = correcting.retimed(heard, whole)
    else:
        most = plaintext.SECONDS_PER_WORD * len(whole.split())
        words = plaintext.spread(whole.split(), 0.0, min(most, duration or most))
        note = _("The seconds of these words are reckoned: nothing was heard to place them by.")
    speaking = turns.merged(turns.of_passages(passages, words))
    return Recognised(words, None, None, ENGINE.format(name=name)[:80], note, speaking)


def compare(found: Recognised, *, first: dict[str, Any], duration: float | None) -> None:
    """Refuse what lasts longer than the recording, or shares no words with what was `first` heard in it.

    Raises OtherRecording.
    """
    last = found.words[-1].end
    if duration and last > duration + OVERTIME:
        told = {"last": _clock(last), "length": _clock(duration)}
        raise OtherRecording(_("This transcript goes on until %(last)s, but the recording ends at %(length)s.") % told)
    heard = " ".join(str(word[2]) for word in first.get("words", ()))
    brought = " ".join(word.text for word in found.words)
    language = detect(brought)[0].partition("-")[0]
    alike = correcting.agreement(_telling(heard, language), _telling(brought, language))
    if alike is not None and alike < FEWEST_ALIKE and language == str(first.get("language", "")).partition("-")[0]:
        raise OtherRecording(
            _("Of the telling words in this transcript, %(share)s %% were heard in the recording.")
            % {"share": round(100 * alike)}
        )


def _telling(text: str, language: str) -> list[str]:
    return [stem(word) for word in normal_words(text) if word not in stop_words(language) and len(word) > 2]


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
