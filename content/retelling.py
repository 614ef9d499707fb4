"""What recognisers, jobs and repairs said of their work, in the reader's language: it is kept in English."""

import re

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from trenddrop.core.media.rendering.sentences import UNREADABLE
from trenddrop.core.retelling import Retelling
from trenddrop.core.speech.notes import EMBEDDED, ONLY_ENGLISH, SILENT, WORDLESS

HEARD = (EMBEDDED, ONLY_ENGLISH, SILENT, WORDLESS)
DOES = (
    _("Beginning"), _("Drawing for %(platform)s"), _("Writing for %(platform)s"), _("Writing the script"),
    _("Making the video"), _("Making audiogram %(number)s of %(total)s"), _("Making clip %(number)s of %(total)s"),
)  # fmt: skip
SPOKEN = (_("Two languages are spoken (%(codes)s); summary and mood are read in the first."),)
STOPPED = (
    _("Its original was deleted."),
    _("It stopped three times without an answer. What was finished is kept; try again."),
    _("It stopped three times without an answer. The original is kept."),
    _("It stopped three times without an answer. The file is kept; try again, or tell us."),
    _("It stopped three times without an answer. Bring the clip again."),
    _("The server has no room to work on this now. What was finished is kept; try again later."),
)
REFUSED = (
    _("This cannot be made here."),
    _("There is no recording to make this of. Upload one."),
    _("The original file is gone. Upload it again."),
    _("The original picture cannot be read. Upload it again."),
    _("A chosen picture is damaged. Choose another."),
    _("No words are known of this recording, so no moment can be chosen. Choose a range by hand."),
    _("Nothing in this recording speaks of “%(wish)s”."),
    _("No part of this recording stands by itself. Choose a range by hand."),
    _("The range must lie inside the recording and be at least a second long."),
    _("None of the chosen platforms takes several pictures in one post. Choose others."),
    _("There is no setting “%(name)s” here."),
    _("“%(name)s” cannot be that."),
    _("There is no script to make a video of. Write one under Ideas."),
    _("Nobody has approved this script as it stands. Approve it first."),
    _("This script has no words yet. Write its scenes first."),
    _("This voice-over is gone, or its voice may not speak any more. Choose another."),
    _("A picture or a sound that was chosen is not there any more. Choose another."),
    _("Nothing is said or written here to make texts of. Add a description or a transcript."),
    _("None of the chosen platforms takes this kind of text. Choose others."),
    _("Too little is said here for a thread. Make posts of it."),
    _("Too little is said here for an article. Make posts of it."),
    _("Too little is said here for a newsletter. Make posts of it."),
    _("This recording has no sound. An audiogram needs somebody to be heard."),
    _("This recording has no picture. Make an audiogram of it."),
    _("It still does not fit: %(why)s"),
    _("Another file was brought meanwhile. That one is sent."),
    _("The clip is gone. Bring it again."),
)
MEDIA = (
    _("The file is empty. Nothing can be made of it; upload it again from its source."),
    _("This file ends in the middle. At least %(share)s %% of it is missing. Upload it again."),
    _("The file is damaged or ends in the middle. Export it again and upload that."),
    _("The file cannot be read as video or audio. Export it as MP4, MOV, MP3 or WAV."),
    _("The picture has more pixels than can be opened. Export it smaller."),
    _("The picture is damaged or ends in the middle. Export it again and upload that."),
    _("The file has %(tracks)s tracks; at most %(most)s are taken."),
    _("The file has neither picture nor sound. Export it again and upload that."),
    _("The picture is coded in a way that cannot be read here. Export it as MP4 (H.264)."),
    _("The recording is longer than 12 hours. Cut it into parts and upload those."),
    _("The picture has no size. Export the file again and upload that."),
    _("The picture is %(width)s × %(height)s pixels, which is more than can be opened. Export it smaller."),
    _(
        "The file says that its sound has %(rate)s samples a second on %(channels)s channels, which no"
        " recording has: it is damaged. Export it again and upload that."
    ),
    _("No picture can be read from this video: it is damaged. Export it again."),
    _("The server has no room to work on this file now. It is kept; try again later."),
    _("This is a list that points to other files, not a recording. Upload the recording itself."),
    _("The file has no such track: no sound, or no picture. Upload one that has."),
    _("Reading this file took far too long and was stopped. Export it again as plain MP4."),
    _("Nothing is left of the recording: choose a part that is longer than a tenth of a second."),
    _("The picture is too small to make a video of: it needs at least 16 pixels on each side."),
    _("The recording has no picture in the chosen part. Choose another one, or export the recording again."),
    _("The recording is cut into %(parts)s parts; at most %(most)s are taken."),
    _("A video of %(width)s × %(height)s pixels cannot be made: 16 to 4096 a side, even numbers."),
    _("A video has 1 to 60 pictures a second."),
    _("The result would be longer than 12 hours."),
    _("This recording has no picture. Make an audiogram of it, or give pictures for a slideshow."),
    _("The parts are too many and too much out of order. Make several videos of them."),
    _("There is nothing to make a video of: neither a recording nor pictures."),
    _("One of the scenes' files has no picture. Choose an image or a video."),
    _("At most %(most)s pictures can lie over a video."),
    _("An intro or outro needs a picture: choose a video or an image."),
    _("The music has no sound, or less than half a second of it. Choose another file."),
    _("The video has no pictures in it. Export it again and upload that."),
    _("The first picture of the video cannot be read: the file is damaged. Export it again."),
    UNREADABLE,
)
_MADE = re.compile(r"(\d+) pieces? made")
_retold = Retelling((*DOES, *SPOKEN, *STOPPED, *REFUSED, *MEDIA))


def retold(kept: object) -> str:
    """Return what was kept of some work as the reader says it; what is not known, as it was kept."""
    words = str(kept)
    if made := _MADE.fullmatch(words):
        count = int(made[1])
        return ngettext("%(count)s piece made", "%(count)s pieces made", count) % {"count": count}
    for sentence in HEARD:
        if words.startswith(sentence):
            rest = words.removeprefix(sentence).strip()
            return f"{gettext(sentence)} {retold(rest)}" if rest else gettext(sentence)
    return _retold(words)


def is_known(kept: str) -> bool:
    """Say whether it has a known form."""
    return _retold.knows(kept)
