"""Who makes what: each maker adds its line."""

from collections.abc import Mapping, Sequence
from typing import Any

from content.models import RepurposingKind
from content.pipeline.makers import (
    Maker,
    article,
    audiogram,
    carousel,
    newsletter,
    script,
    script_video,
    shorts,
    social,
    thread,
)

MAKERS: dict[str, Maker] = {
    RepurposingKind.ARTICLE: article.make,
    RepurposingKind.AUDIOGRAM: audiogram.make,
    RepurposingKind.CAROUSEL: carousel.make,
    RepurposingKind.NEWSLETTER: newsletter.make,
    RepurposingKind.SCRIPT: script.make,
    RepurposingKind.SCRIPT_VIDEO: script_video.make,
    RepurposingKind.SHORTS: shorts.make,
    RepurposingKind.SOCIAL: social.make,
    RepurposingKind.THREAD: thread.make,
}
# What a job of a kind may be told, with what is usual; and the values to choose from.
DEFAULTS: dict[str, Mapping[str, Any]] = {
    RepurposingKind.ARTICLE: article.DEFAULTS,
    RepurposingKind.AUDIOGRAM: audiogram.DEFAULTS,
    RepurposingKind.CAROUSEL: carousel.DEFAULTS,
    RepurposingKind.NEWSLETTER: newsletter.DEFAULTS,
    RepurposingKind.SCRIPT: script.DEFAULTS,
    RepurposingKind.SCRIPT_VIDEO: script_video.DEFAULTS,
    RepurposingKind.SHORTS: shorts.DEFAULTS,
    RepurposingKind.SOCIAL: social.DEFAULTS,
    RepurposingKind.THREAD: thread.DEFAULTS,
}
CHOICES: dict[str, Mapping[str, Sequence[str]]] = {
    RepurposingKind.AUDIOGRAM: audiogram.CHOICES,
    RepurposingKind.CAROUSEL: carousel.CHOICES,
    RepurposingKind.SCRIPT_VIDEO: script_video.CHOICES,
    RepurposingKind.SHORTS: shorts.CHOICES,
    RepurposingKind.SOCIAL: social.CHOICES,
}
