"""Recordings for renders: seconds of one colour, drawn faces that move and speak, and how to read what came out."""

import wave
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from trenddrop.core.media import run_ffmpeg

COLOURS = ("red", "lime", "blue", "yellow", "white", "fuchsia")
RGB = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0),
       "white": (255, 255, 255), "fuchsia": (255, 0, 255)}  # fmt: skip
FAST = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]


def coloured(out: Path, *, seconds: int = 4, size: str = "320x180", sound: str = "sine=f=400", fps: int = 30) -> Path:
    """Write a video whose every second is of another colour, with a tone."""
    inputs = [
        part for colour in COLOURS[:seconds] for part in ("-f", "lavfi", "-i", f"color={colour}:s={size}:r={fps}:d=1")
    ]
    heard = ["-f", "lavfi", "-i", f"{sound}:d={seconds}"] if sound else []
    joined = "".join(f"[{number}]" for number in range(seconds)) + f"concat=n={seconds}:v=1[v]"
    mapped = ["-map", "[v]", *(["-map", f"{seconds}:a", "-c:a", "aac"] if sound else [])]
    run_ffmpeg([*inputs, *heard, "-filter_complex", joined, *mapped, *FAST, str(out)], timeout=60)
    return out


def pictures(path: Path, size: tuple[int, int], *, fps: float | None = None) -> npt.NDArray[np.uint8]:
    """Return a video's pictures as they are shown: number, rows, columns, RGB."""
    raw = path.with_suffix(".rgb")
    often = f"fps={fps}," if fps else ""
    shown = ["-vf", f"{often}scale={size[0]}:{size[1]}", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    run_ffmpeg(["-i", str(path), "-map", "0:v:0", *shown, str(raw)], timeout=60)
    found = np.fromfile(raw, np.uint8).reshape(-1, size[1], size[0], 3)
    raw.unlink()
    return found


def heard(path: Path, rate: int = 48_000) -> npt.NDArray[np.float64]:
    """Return a file's sound, one channel, -1 to 1."""
    raw = path.with_suffix(".heard.wav")
    run_ffmpeg(["-i", str(path), "-map", "0:a:0", "-ac", "1", "-ar", str(rate), str(raw)], timeout=60)
    with wave.open(str(raw), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float) / 32768
    raw.unlink()
    return samples


def colour_of(picture: npt.NDArray[np.uint8]) -> str:
    """Return the name of the colour that the middle of a picture is nearest to."""
    high, wide = picture.shape[:2]
    middle = picture[high // 2, wide // 2].astype(int)
    return min(RGB, key=lambda name: int(np.abs(middle - RGB[name]).sum()))


def strength(samples: npt.NDArray[np.float64], hertz: float, rate: int = 48_000) -> float:
    """Return how loud a tone is within a sound, dB of full scale."""
    clock = np.arange(len(samples)) / rate
    power = np.abs((samples * np.hanning(len(samples)) * 2 * np.exp(-2j * np.pi * hertz * clock)).mean()) * 2
    return float(20 * np.log10(max(power, 1e-9)))


def face(side: int, mouth: float = 0.0) -> Image.Image:
    """Draw a face, its mouth closed (0) or open (1)."""
    fine = 4
    image = Image.new("L", (side * fine, side * fine), 120)
    draw = ImageDraw.Draw(image)
    unit = side * fine / 100

    def oval(x: float, y: float, wide: float, high: float, grey: int) -> None:
        draw.ellipse([(x - wide) * unit, (y - high) * unit, (x + wide) * unit, (y + high) * unit], fill=grey)

    oval(50, 52, 33, 44, 60)
    oval(50, 57, 27, 37, 205)
    draw.rectangle([23 * unit, 12 * unit, 77 * unit, 30 * unit], fill=60)
    for x in (38, 62):
        oval(x, 47, 9, 5, 120)
        oval(x, 48, 6.5, 3.4, 235)
        oval(x, 48, 3.2, 3.2, 30)
        draw.line([(x - 9) * unit, 40 * unit, (x + 9) * unit, 40 * unit], fill=50, width=int(3 * unit))
    draw.polygon([(50 * unit, 50 * unit), (44 * unit, 66 * unit), (56 * unit, 66 * unit)], fill=180)
    oval(50, 66, 6, 2.2, 130)
    oval(50, 78, 11, 2.2 + mouth * 5, 80)
    return image.filter(ImageFilter.GaussianBlur(side * fine / 90)).resize((side, side))


Placed = tuple[int, int, int, float]  # left, top, side, mouth


def filmed(
    out: Path, place: Callable[[float], Iterable[Placed]], *, seconds: float, ground: int = 150, fps: int = 10
) -> Path:
    """Write a video of faces, 640 × 360: `place` says at each second which there are and where."""
    faces: dict[tuple[int, float], Image.Image] = {}
    raw = out.with_suffix(".gray")
    with raw.open("wb") as file:
        for number in range(round(seconds * fps)):
            picture = Image.new("L", (640, 360), ground)
            for left, top, side, mouth in place(number / fps):
                key = (side, round(mouth, 1))
                if key not in faces:
                    faces[key] = face(*key)
                picture.paste(faces[key], (left, top))
            file.write(picture.tobytes())
    shape = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "640x360", "-r", str(fps), "-i", str(raw)]
    run_ffmpeg([*shape, *FAST, str(out)], timeout=60)
    raw.unlink()
    return out
