"""Transcripts: what is said, and what can be said to change it."""

from typing import Any

from rest_framework import serializers

from content.models import Transcript
from content.transcripts.tongues import LANGUAGES
from trenddrop.core.rest.serializers import Described


class TranscriptSerializer(Described[Transcript]):
    """What is said."""

    words_said = serializers.JSONField(
        source="words", read_only=True, help_text="`[start, end, text, confidence or null]`, in seconds."
    )
    turns = serializers.JSONField(
        read_only=True, help_text="Who speaks from when on: `[second, name]`, in order; an empty name is nobody."
    )
    marks = serializers.JSONField(
        read_only=True, help_text="What could be left out: `[kind, start, end]`, the kind silence or filler."
    )
    words = {
        "asset": "The asset in which it is said.",
        "text": "All of it.",
        "language": "Its language.",
        "confidence": "0 to 1; null where the recogniser gives none.",
        "engine": "What heard it.",
        "note": "What is to be known about it.",
        "edited_at": "When a person last changed it.",
    }

    class Meta:
        model = Transcript
        fields = [
            "id", "asset", "text", "words_said", "turns", "marks", "language", "confidence", "engine", "note",
            "edited_at", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class ShortTranscriptSerializer(Described[Transcript]):
    """A transcript in a list: without its words."""

    words = {name: TranscriptSerializer.words[name] for name in ("asset", "language", "engine", "note", "edited_at")}

    class Meta:
        model = Transcript
        fields = ["id", "asset", "language", "engine", "note", "edited_at", "created_at", "updated_at"]
        read_only_fields = fields


class EditSerializer(serializers.Serializer[Any]):
    """Words to be said otherwise."""

    first = serializers.IntegerField(
        min_value=0, max_value=10_000_000, help_text="The number of the first word, from 0."
    )
    was = serializers.CharField(max_length=20_000, help_text="The words as they stand, with single spaces between.")
    text = serializers.CharField(
        max_length=20_000,
        allow_blank=True,
        trim_whitespace=False,
        help_text="What they become; a new line begins a new turn, nothing takes them out.",
    )
    follows = serializers.CharField(
        max_length=1000,
        allow_blank=True,
        required=False,
        help_text="The word that must come after them, empty for the end; it keeps a repeated call from adding twice.",
    )
    speaker = serializers.CharField(
        max_length=60, allow_blank=True, required=False, help_text="Who speaks from here until the next turn."
    )


class PlaceSerializer(serializers.Serializer[Any]):
    """Where edited words now stand."""

    first = serializers.IntegerField(source="start", help_text="The number of the first word.")
    stop = serializers.IntegerField(
        help_text="The number after the last word's; the same as `first` when none are left."
    )


class ReplaceSerializer(serializers.Serializer[Any]):
    """What to look for, and what to say instead."""

    find = serializers.CharField(max_length=200, help_text="The words to look for.")
    replacement = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text="The words to put in their place."
    )
    match_case = serializers.BooleanField(default=False, help_text="Only with the same capitals.")
    whole_words = serializers.BooleanField(default=True, help_text="Not within longer words.")


class WordsSerializer(serializers.Serializer[Any]):
    """Corrected words."""

    text = serializers.CharField(max_length=300_000, help_text="All words; those that stay keep their seconds.")


class SubtitlesSerializer(serializers.Serializer[Any]):
    """Subtitles, or a plain text."""

    format = serializers.ChoiceField(["vtt", "srt", "txt"], required=False, help_text="How they are written.")
    text = serializers.CharField(
        max_length=300_000, trim_whitespace=False, help_text="The subtitles themselves: WebVTT, SRT or plain text."
    )
    anyway = serializers.BooleanField(
        default=False, write_only=True, help_text="Take them even if they seem to be of another recording."
    )


class PlacesSerializer(serializers.Serializer[Any]):
    """How many."""

    count = serializers.IntegerField(help_text="How many places, or words, were changed.")


class NameSerializer(serializers.Serializer[Any]):
    """A speaker's new name."""

    old = serializers.CharField(max_length=60, help_text="The name as it stands.")
    new = serializers.CharField(max_length=60, allow_blank=True, help_text="The new one; empty takes it away.")


class MarkSerializer(serializers.Serializer[Any]):
    """A mark: made by hand, or said to be none."""

    kind = serializers.ChoiceField(["silence", "filler"], help_text="What it is, or was taken for.")
    start = serializers.FloatField(min_value=0, max_value=1e7, help_text="Second it begins at.")
    end = serializers.FloatField(min_value=0, max_value=1e7, help_text="Second it ends at.")


class LanguageSerializer(serializers.Serializer[Any]):
    """Which language is spoken."""

    language = serializers.ChoiceField(list(LANGUAGES), help_text="Its code.")


class ListenSerializer(serializers.Serializer[Any]):
    """How to listen again."""

    language = serializers.ChoiceField(
        list(LANGUAGES), required=False, help_text="The language to listen for; without it, as before."
    )
