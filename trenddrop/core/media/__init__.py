"""Media: what a file is, and every call of ffmpeg."""

from trenddrop.core.media.fitting import Fit, fit_args, fit_picture, fit_video
from trenddrop.core.media.focusing import focus_on_faces
from trenddrop.core.media.frames import choose_frame_times, poster_frames, shrink_picture, still_args
from trenddrop.core.media.probing import MediaError, MediaInfo, is_image, probe
from trenddrop.core.media.running import Cancelled, MediaCancelled, Progress, run_ffmpeg
from trenddrop.core.media.sound import extract_speech, measure_loudness, silences, speech_args, waveform

__all__ = [
    "Cancelled",
    "Fit",
    "MediaCancelled",
    "MediaError",
    "MediaInfo",
    "Progress",
    "choose_frame_times",
    "extract_speech",
    "fit_args",
    "fit_picture",
    "fit_video",
    "focus_on_faces",
    "is_image",
    "measure_loudness",
    "poster_frames",
    "probe",
    "run_ffmpeg",
    "shrink_picture",
    "silences",
    "speech_args",
    "still_args",
    "waveform",
]
