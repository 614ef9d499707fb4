"""Subtitles in and out: SRT and WebVTT."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from django.utils.translation import gettext as _

from trenddrop.core.speech import labels
from trenddrop.core.speech.base import Transcript, Word

TIMES = re.compile(
    r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})"
)
ARROW = "-->"
STAMP = re.compile(r"<((?:\d{1,3}:)?\d{1,2}:\d{2}\.\d{1,3})>")
TAGS = re.compile(r"</?[a-zA-Z0-9][^<>]*>|\{\\[^{}]*\}")
VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]+)>")
SPEAKS, SPACE = "\ue000", "\ue001"  # a word that begins with the one is a name, in which the other is a space
LINE_LETTERS = 42
CUE_LETTERS = 2 * LINE_LETTERS
LONGEST_FRONT = LINE_LETTERS - len(":")  # letters of a name
CUE_SECONDS = 6.0
PAUSE = 0.8
PARAGRAPH = 1.5
ENDS = tuple(".?!…।۔؟。！？")
NEAR = 0.011  # seconds; times are kept to a hundredth


class BadSubtitles(Exception):
    """The file is no SRT or VTT; the message names the line."""


@dataclass(frozen=True)
class Cue:
    """A line of subtitles and its seconds."""

    start: float
    end: float
    text: str
    speaker: str = ""


def parse(text: str, *, name: str = "subtitles") -> Transcript:
    """Read SRT or VTT; words get times spread over their cue by their length, or those their tags name.

    Raises BadSubtitles, which names the line.
    """
    cues = sorted(_cues(text), key=lambda cue: cue.start)
    if not cues:
        told = _("“%(name)s” holds no subtitles: there is no line like 00:00:01,000 --> 00:00:03,000.")
        raise BadSubtitles(told % {"name": name})
    if any(STAMP.search(line) for cue in cues for line in cue.text.splitlines()):
        cues = _without_rolling(cues)
    words, turns = _apart([word for cue in _without_overlap(_voiced(cues)) for word in _timed(cue)])
    note = "" if words else "The subtitles hold no words."
    return Transcript(words, None, None, f"subtitles ({name})"[:80], note, turns)


def decode(raw: bytes) -> str:
    """Return a subtitle file's text, whatever it was saved as."""
    for encoding in ("utf-8-sig", "utf-16") if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp1252", errors="replace")


def _cues(text: str) -> Iterator[Cue]:
    """Yield cues as they stand, their lines with their tags; notes, styles and indices are left out."""
    times: tuple[float, float] | None = None
    lines: list[str] = []
    for number, raw in enumerate([*text.lstrip("\ufeff").splitlines(), ""], start=1):
        line = raw.strip()
        if line and ARROW not in line:
            lines.append(line)
            continue
        follows_at_once = bool(line) and bool(lines) and lines[-1].isdecimal()
        if times:
            yield Cue(*times, "\n".join(lines[:-1] if follows_at_once else lines))
        times, lines = (_times(line, number) if line else None), []


def _times(line: str, number: int) -> tuple[float, float]:
    found = TIMES.match(line)
    if found is None:
        raise BadSubtitles(
            _(
                "Line %(number)s should say when its words are shown, like 00:00:01,000 --> 00:00:03,000, but says"
                " “%(line)s”. Correct that line and upload the file again."
            )
            % {"number": number, "line": line[:60]}
        )
    groups = [found.group(index) or "0" for index in range(1, 9)]
    start, end = _seconds(groups[:4]), _seconds(groups[4:])
    if end < start:
        told = _("Line %(number)s ends before it starts. Correct that line and upload the file again.")
        raise BadSubtitles(told % {"number": number})
    return start, end


def _seconds(parts: Sequence[str]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _without_rolling(cues: Sequence[Cue]) -> list[Cue]:
    """Captions that roll show each line twice, first as it is spoken and then above the next: keep the first."""
    kept: list[Cue] = []
    shown: list[str] = []
    for cue in cues:
        lines = cue.text.splitlines()
        plain = [_plain(line) for line in lines]
        new = [line for line, words in zip(lines, plain, strict=True) if words and words not in shown]
        shown = [words for words in plain if words]
        if new:
            kept.append(Cue(cue.start, cue.end, "\n".join(new)))
    return kept


def _without_overlap(cues: Sequence[Cue]) -> Iterator[Cue]:
    """Give each cue the time until the next begins, and those that begin together one cue: words stay in order."""
    together = [list(group) for _start, group in groupby(cues, key=lambda cue: cue.start)]
    starts = [*(group[0].start for group in together[1:]), float("inf")]
    for group, following in zip(together, starts, strict=True):
        end = min(max(cue.end for cue in group), following)
        yield Cue(group[0].start, end, "\n".join(cue.text for cue in group))


def _timed(cue: Cue) -> Iterator[Word]:
    """Yield a cue's words; karaoke tags in it say when each stretch of them begins."""
    pieces = STAMP.split(cue.text)
    stamps = [cue.start, *(_seconds(_clock(stamp)) for stamp in pieces[1::2]), cue.end]
    for text, start, end in zip(pieces[::2], stamps, stamps[1:], strict=False):
        begin = min(max(start, cue.start), cue.end)
        yield from _spread(Cue(begin, min(max(end, begin), cue.end), _plain(text)))


def _voiced(cues: Sequence[Cue]) -> list[Cue]:
    """Put a word of its own where somebody is said to speak: by a voice tag, or by a name in front of the line."""
    lines = [_plain(VOICE.sub("", line)) for cue in cues for line in cue.text.splitlines()]
    names = labels.speakers(lines)
    return [
        Cue(cue.start, cue.end, "\n".join(_line_voiced(line, names) for line in cue.text.splitlines())) for cue in cues
    ]


def _line_voiced(line: str, names: frozenset[str]) -> str:
    told = VOICE.search(line)
    if told:
        return VOICE.sub(lambda each: f" {_spoken_by(each[1])} ", line)
    speaker, words = labels.split(_plain(line), names) if names else (None, line)
    return f"{_spoken_by(speaker)} {words}" if speaker else line


def _spoken_by(name: str) -> str:
    return SPEAKS + SPACE.join(html.unescape(name).split())


def _apart(words: Sequence[Word]) -> tuple[list[Word], list[tuple[float, str]]]:
    """Part the words from the names of who speaks them; a speaker who goes on begins no turn."""
    spoken, turns, name = list[Word](), list[tuple[float, str]](), ""
    for word in words:
        if word.text.startswith(SPEAKS):
            name = word.text[1:].replace(SPACE, " ")
            continue
        if name and (not turns or turns[-1][1] != name):
            turns.append((word.start, name))
        spoken.append(word)
    return spoken, turns


def _clock(stamp: str) -> list[str]:
    whole, _dot, fraction = stamp.rpartition(".")
    return [*["0", *whole.split(":")][-3:], fraction]


def _plain(line: str) -> str:
    return " ".join(html.unescape(TAGS.sub("", line)).split())


def _spread(cue: Cue) -> list[Word]:
    texts = cue.text.split()
    letters = sum(_length(text) for text in texts) or 1
    at, words = cue.start, []
    for text in texts:
        share = (cue.end - cue.start) * _length(text) / letters
        words.append(Word(round(at, 3), round(at + share, 3), text))
        at += share
    return words


def _length(text: str) -> int:
    return 0 if text.startswith(SPEAKS) else len(text) + 1


def cues_of(words: Sequence[Word], turns: Sequence[tuple[float, str]] = (), *, named: bool = False) -> list[Cue]:
    """Group words into readable cues: at most two lines, six seconds, never across a pause or two speakers.

    `named`: where a speaker begins, their name stands in front, within these two lines.
    """
    groups: list[list[Word]] = []
    fronts: list[str] = []
    for word in words:
        last = groups[-1] if groups else None
        if last is None or _is_full(last, word, fronts[-1]) or _begins(turns, last[-1], word):
            before = _speaker(turns, last[0].start) if last else ""
            fronts.append(_front(_speaker(turns, word.start), before) if named else "")
            groups.append([word])
        else:
            last.append(word)
    return [
        Cue(group[0].start, group[-1].end, front + _said(group), _speaker(turns, group[0].start))
        for front, group in zip(fronts, groups, strict=True)
    ]


def _front(name: str, before: str) -> str:
    """Return what stands in front of a speaker's first words; a name that would fill a line is shortened."""
    if not name or name == before:
        return ""
    shown = name if len(name) <= LONGEST_FRONT else f"{name[: LONGEST_FRONT - 1].rstrip()}…"
    return f"{shown}: "


def _said(group: Sequence[Word]) -> str:
    return " ".join(word.text for word in group)


def _begins(turns: Sequence[tuple[float, str]], before: Word, word: Word) -> bool:
    place = bisect_right(turns, before.start + NEAR, key=lambda turn: turn[0])
    return place < len(turns) and turns[place][0] <= word.start + NEAR


def _speaker(turns: Sequence[tuple[float, str]], at: float) -> str:
    place = bisect_right(turns, at + NEAR, key=lambda turn: turn[0])
    return turns[place - 1][1] if place else ""


def _is_full(group: Sequence[Word], word: Word, front: str) -> bool:
    letters = len(front) + sum(len(each.text) + 1 for each in group) + len(word.text)
    too_long = letters > CUE_LETTERS or word.end - group[0].start > CUE_SECONDS
    is_said = group[-1].text.rstrip("\"'”’»)").endswith(ENDS)
    return too_long or is_said or word.start - group[-1].end > PAUSE or not _is_in_two_lines([*group, word], front)


def _is_in_two_lines(group: Sequence[Word], front: str) -> bool:
    text = front + _said(group)
    return len(text) <= LINE_LETTERS or len(_wrapped(text)) <= 2


def to_srt(words: Sequence[Word], turns: Sequence[tuple[float, str]] = ()) -> str:
    """Write SRT; a speaker's name stands in front of the cue they begin with."""
    blocks = [
        f"{number}\n{_stamp(cue.start, ',')} --> {_stamp(cue.end, ',')}\n{_lines(cue)}\n"
        for number, cue in enumerate(cues_of(words, turns, named=True), start=1)
    ]
    return "\n".join(blocks)


def to_vtt(words: Sequence[Word], turns: Sequence[tuple[float, str]] = ()) -> str:
    """Write WebVTT, with who speaks as its voices."""
    blocks = [
        f"{_stamp(cue.start, '.')} --> {_stamp(cue.end, '.')}\n{_voice(cue)}{html.escape(_lines(cue), quote=False)}\n"
        for cue in cues_of(words, turns)
    ]
    return "WEBVTT\n\n" + "\n".join(blocks)


def _voice(cue: Cue) -> str:
    return f"<v {html.escape(cue.speaker, quote=False)}>" if cue.speaker else ""


def to_txt(words: Sequence[Word], turns: Sequence[tuple[float, str]] = ()) -> str:
    """Write plain text: a paragraph for each turn and each long pause, the speaker in front where one begins."""
    paragraphs: list[list[Word]] = []
    for word in words:
        last = paragraphs[-1][-1] if paragraphs else None
        if last is None or word.start - last.end > PARAGRAPH or _begins(turns, last, word):
            paragraphs.append([])
        paragraphs[-1].append(word)
    written, before = [], ""
    for group in paragraphs:
        name = _speaker(turns, group[0].start)
        written.append((f"{name}: " if name and name != before else "") + " ".join(word.text for word in group))
        before = name
    return "\n\n".join(written) + "\n" if written else ""


def _lines(cue: Cue) -> str:
    return "\n".join(_wrapped(cue.text.replace(ARROW, "→")))


def _wrapped(text: str) -> list[str]:
    return wrap(text, LINE_LETTERS, break_long_words=False, break_on_hyphens=False)


def _stamp(seconds: float, mark: str) -> str:
    total = round(seconds * 1000)
    hours, rest = divmod(total, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}{mark}{rest % 1000:03d}"
