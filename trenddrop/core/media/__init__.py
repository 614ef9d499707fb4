"""Media: what a file is, and every call of ffmpeg."""

from trenddrop.core.media.frames import choose_frame_times, poster_frames
from trenddrop.core.media.probing import MediaError, MediaInfo, probe
from trenddrop.core.media.running import run_ffmpeg
from trenddrop.core.media.sound import extract_speech, measure_loudness, waveform

__all__ = [
    "MediaError",
    "MediaInfo",
    "choose_frame_times",
    "extract_speech",
    "measure_loudness",
    "poster_frames",
    "probe",
    "run_ffmpeg",
    "waveform",
]
