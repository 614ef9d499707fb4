"""Renders: an edit of a recording (or of pictures) as a finished video, checked."""

from trenddrop.core.media.rendering.cuts import silences_out
from trenddrop.core.media.rendering.edits import Edit, Keep, Layer, Layout, Span, Still, Wave
from trenddrop.core.media.rendering.render import render, whole_seconds

__all__ = [
    "Edit",
    "Keep",
    "Layer",
    "Layout",
    "Span",
    "Still",
    "Wave",
    "render",
    "silences_out",
    "whole_seconds",
]
