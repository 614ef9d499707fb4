"""Renders: an edit of a recording (or of pictures) as a finished video, checked."""

from trenddrop.core.media.rendering.checks import Checked, check, inspect
from trenddrop.core.media.rendering.cuts import silences_out
from trenddrop.core.media.rendering.edits import Edit, Keep, Layer, Layout, Span, Still, Wave
from trenddrop.core.media.rendering.following import Follow, follow
from trenddrop.core.media.rendering.layouts import Ground, seam
from trenddrop.core.media.rendering.paths import Motion, motion
from trenddrop.core.media.rendering.render import render, whole_seconds

__all__ = [
    "Checked",
    "Edit",
    "Follow",
    "Ground",
    "Keep",
    "Layer",
    "Layout",
    "Motion",
    "Span",
    "Still",
    "Wave",
    "check",
    "follow",
    "inspect",
    "motion",
    "render",
    "seam",
    "silences_out",
    "whole_seconds",
]
