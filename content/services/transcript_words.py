"""Commands on the words of a transcript: correct a line, replace, name who speaks, mark, go back, listen again."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
from content import search
from content.models import ContentAsset, Transcript
from content.pipeline import transcribe
from content.pipeline.wording import NoTranscript, change, first_of, hold
from content.services import pipeline
from content.services.transcripts import NoWords
from content.transcripts import correcting, marking, turns
from content.transcripts.marking import Mark
from content.transcripts.turns import Turn
from trenddrop.core.speech import Word, plaintext


class Changed(Exception):
    """The words are no longer those that were corrected."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed these words meanwhile. Look at them again; your text is below."))


class NotFound(Exception):
    """What was looked for is not there."""

    def __init__(self, words: str) -> None:
        super().__init__(_("“%(words)s” is not in the transcript. Nothing was changed.") % {"words": words})


class NothingHeard(Exception):
    """There is nothing to go back to."""

    def __init__(self) -> None:
        super().__init__(_("Nothing was changed since it was heard, or nothing was ever heard."))


def edit(
    asset: ContentAsset,
    *,
    first: int,
    was: str,
    text: str,
    by: Membership,
    speaker: str | None = None,
    follows: str | None = None,
) -> range:
    """Say a line otherwise: the words `was`, at or near word number `first`, become `text`; return their new place.

    A new line in `text` begins a new turn, a known name and a colon in front say whose. `speaker` speaks from this
    line until the next turn. `follows` is the word that must come after them: it tells a form that was sent twice.
    Raises NoTranscript, NoWords, Changed.
    """
    said = hold(asset)
    words, speaking = transcribe.words_of(said), turns.turns_of(said.turns)
    where = correcting.place(words, was, first, follows=follows)
    if where is None:
        raise Changed
    passages = plaintext.parse(text, known=turns.names(speaking)) or [plaintext.Passage("")]
    changed = correcting.edited(words, where, " ".join(passage.text for passage in passages))
    if not changed:
        raise NoWords
    place = range(where.start, where.stop + len(changed) - len(words))
    speaking = _speaking(
        speaking, words[where.start : where.stop], changed[place.start : place.stop], passages, speaker
    )
    if (changed, speaking) != (words, turns.turns_of(said.turns)):
        change(said, changed, speaking=speaking, by=by)
        audit.record(
            "transcript.edited", asset, organization_id=asset.organization_id, by=by, at=words[where.start].start
        )
    return place


def _speaking(
    speaking: Sequence[Turn],
    old: Sequence[Word],
    new: Sequence[Word],
    passages: Sequence[plaintext.Passage],
    speaker: str | None,
) -> list[Turn]:
    """Return who speaks once a line was edited."""
    start, end = old[0].start, old[-1].end
    if not new:
        return list(speaking)
    name = turns.speaker_at(speaking, start) if speaker is None else turns.clean(speaker)
    name = passages[0].speaker or name
    changed = turns.named(speaking, start, name)
    following = turns.of_passages([replace(passages[0], speaker=name), *passages[1:]], new)[1:]
    return turns.put(changed, start, end, following) if following else changed


def replace_all(
    asset: ContentAsset,
    *,
    find: str,
    replacement: str,
    by: Membership,
    match_case: bool = False,
    whole_words: bool = True,
) -> int:
    """Say something otherwise wherever it is said; return in how many places.

    Raises NoTranscript, NotFound, NoWords.
    """
    said = hold(asset)
    pattern = correcting.wanted(find, match_case=match_case, whole_words=whole_words)
    words, count = correcting.replaced(transcribe.words_of(said), pattern, replacement.replace("\x00", ""))
    if not count:
        raise NotFound(find)
    if not words:
        raise NoWords
    change(said, words, by=by)
    audit.record("transcript.replaced", asset, organization_id=asset.organization_id, by=by, find=find, count=count)
    return count


def name_speaker(asset: ContentAsset, *, old: str, new: str, by: Membership) -> None:
    """Call a speaker differently wherever they speak; an empty name takes it away. Raises NoTranscript, NotFound."""
    said = hold(asset)
    speaking = turns.turns_of(said.turns)
    if old not in turns.names(speaking):
        raise NotFound(old)
    change(said, transcribe.words_of(said), speaking=turns.renamed(speaking, old, turns.clean(new)), by=by)
    audit.record("transcript.named", asset, organization_id=asset.organization_id, by=by)


class BadMark(Exception):
    """What is to be marked is no such thing."""


def mark(asset: ContentAsset, asked: Mark, *, by: Membership) -> Mark:
    """Say that a stretch is a silence or a filler; return it as it is kept: a filler is whole words, no word is silent.

    Raises NoTranscript, BadMark.
    """
    kind, start, end = asked
    said = hold(asset)
    if end <= start:
        raise BadMark(_("The end has to come after the beginning."))
    if asset.duration and start >= asset.duration:
        raise BadMark(_("The recording ends before that."))
    found = marking.by_hand(kind, start, min(end, asset.duration or end), transcribe.words_of(said))
    if found is None and kind == marking.FILLER:
        raise BadMark(_("No word is said there."))
    if found is None:
        raise BadMark(_("Words are said there. Mark them as a filler, or choose what lies between them."))
    _mark(said, marking.joined([*marking.marks_of(said.marks), found]), by=by)
    return found


def unmark(asset: ContentAsset, mark: Mark, *, by: Membership) -> None:
    """Say that a silence or a filler is none. Raises NoTranscript, NotFound."""
    said = hold(asset)
    marks = marking.marks_of(said.marks)
    left = marking.without(marks, mark)
    if len(left) == len(marks):
        raise NotFound(mark[0])
    _mark(said, left, by=by)


def mark_again(asset: ContentAsset, *, by: Membership) -> int:
    """Look for fillers anew, also those that somebody said are none; what was marked by hand stays.

    Returns how many there are. Raises NoTranscript.
    """
    said = hold(asset)
    found = marking.fillers(transcribe.words_of(said), said.language)
    marks = marking.joined([*marking.marks_of(said.marks), *found])
    _mark(said, marks, by=by)
    return sum(mark[0] == marking.FILLER for mark in marks)


def _mark(said: Transcript, marks: Sequence[Mark], *, by: Membership) -> None:
    Transcript.objects.filter(pk=said.pk).update(marks=marks)
    audit.record("transcript.marked", said.asset, organization_id=said.organization_id, by=by)


def drop_fillers(asset: ContentAsset, *, by: Membership) -> int:
    """Take the words marked as fillers out of the text; return how many. Raises NoTranscript, NotFound, NoWords."""
    said = hold(asset)
    words = transcribe.words_of(said)
    left = marking.kept(words, marking.marks_of(said.marks))
    if not left:
        raise NoWords
    if len(left) == len(words):
        raise NotFound(_("a filler"))
    gone = len(words) - len(left)
    change(said, left, by=by)
    audit.record("transcript.edited", asset, organization_id=asset.organization_id, by=by, fillers=gone)
    return gone


def set_language(asset: ContentAsset, language: str, *, by: Membership) -> None:
    """Say which language is spoken; the next reading and the next listening go by it. Raises NoTranscript."""
    said = hold(asset)
    Transcript.objects.filter(pk=said.pk).update(
        language=language,
        edited_at=said.edited_at or timezone.now(),
        recognised=first_of(said),
        updated_at=timezone.now(),
    )
    ContentAsset.objects.filter(pk=asset.pk).update(language=language)
    audit.record("transcript.language", asset, organization_id=asset.organization_id, by=by, language=language)


def first_heard(asset: ContentAsset, *, by: Membership | User) -> None:
    """Go back to the words as the recogniser heard them. Raises NoTranscript, NothingHeard."""
    said = hold(asset)
    first = said.recognised
    if not first:
        raise NothingHeard
    words = [Word(*word) for word in first["words"]]
    marks = marking.moved(
        marking.marks_of(said.marks),
        marking.fillers(transcribe.words_of(said), said.language),
        marking.fillers(words, first["language"]),
        words=words,
    )
    values = {name: first[name] for name in ("words", "language", "confidence", "engine", "note")}
    for name, value in values.items():
        setattr(said, name, value)
    said.text, said.marks, said.turns = " ".join(word.text for word in words), list(marks), []
    said.recognised, said.edited_at = {}, None
    said.save()
    ContentAsset.objects.filter(pk=asset.pk).update(language=first["language"])
    search.index(ContentAsset.objects.get(pk=asset.pk))
    audit.record("transcript.first_heard", asset, organization_id=asset.organization_id, by=by)


def listen_again(asset: ContentAsset, *, by: Membership | User, language: str | None = None) -> None:
    """Have the recording heard anew in place of all words, in a language if one is named.

    What people corrected stays until the recogniser is through. Raises pipeline.StillRunning.
    """
    Transcript.objects.select_for_update().filter(asset=asset).first()  # before its asset, as all do
    pipeline.again(asset, "transcribe", by=by)
    if language is not None:
        ContentAsset.objects.filter(pk=asset.pk).update(language=language)
    Transcript.objects.filter(asset=asset).update(edited_at=None)
    audit.record("transcript.listened", asset, organization_id=asset.organization_id, by=by)


def read_anew(asset: ContentAsset, *, by: Membership) -> None:
    """Make what follows from the words anew: summary, trends, pieces that nobody edited.

    Raises NoTranscript, pipeline.StillRunning.
    """
    if not Transcript.objects.filter(asset=asset).exclude(words=[]).exists():
        raise NoTranscript
    pipeline.again(asset, "understand", by=by)
