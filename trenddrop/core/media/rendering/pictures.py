"""The picture of a render: ffmpeg's inputs and its graph of filters, from the original's parts to the whole frame."""

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageFilter, ImageOps

from trenddrop.core.media.fitting import BLUR, DAMAGED_PICTURE
from trenddrop.core.media.probing import IMAGES, MAX_SECONDS, TOO_MANY_PIXELS, MediaError, MediaInfo, is_image, probe
from trenddrop.core.media.rendering.edits import MOST_RUNS, Edit, Run, Still, frames_of, runs_of
from trenddrop.core.media.rendering.layouts import COLOURS, Ground, fitted, laid_out, scaled
from trenddrop.core.media.rendering.sounds import extra_seconds
from trenddrop.core.media.running import source
from trenddrop.core.media.toning import is_hdr

ZOOM = 0.12  # of the picture, over the whole scene
FINER = 2  # a zoom steps by whole pixels: so many times more of them make it smooth
MOST_LAYERS = 24
LARGE, FEW_RUNS = 1920 * 1200, 8  # pixels; every file that is open holds some of its pictures
CAPTIONS = "captions.ass"


@dataclass
class Graph:
    """Inputs and lines of filters as they are put together; `folder` is for pictures made on the way."""

    edit: Edit
    folder: Path
    inputs: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def open(self, args: list[str]) -> int:
        """Add an input; return its number."""
        self.inputs += args
        self.count += 1
        return self.count - 1

    def add(self, line: str) -> None:
        """Add a line of filters."""
        self.lines.append(line)


def draw(graph: Graph, path: Path | None, info: MediaInfo | None) -> None:
    """Add everything that makes the picture [picture] of the result. Raises MediaError."""
    edit = graph.edit
    if edit.stills:
        made = [_scene(graph, still, number) for number, still in enumerate(edit.stills)]
    elif path is not None and info is not None:
        made = _parts(graph, path, info)
    else:
        raise MediaError("There is nothing to make a video of: neither a recording nor pictures.")
    _join(graph, made, "cut")
    over = _captioned(graph, _layered(graph, "cut"))
    first = [_extra(graph, edit.intro, "intro")] if edit.intro is not None else []
    last = [_extra(graph, edit.outro, "outro")] if edit.outro is not None else []
    _join(graph, [*first, over, *last], "picture")


def _join(graph: Graph, names: list[str], out: str) -> None:
    labels = "".join(f"[{name}]" for name in names)
    graph.add(f"{labels}concat=n={len(names)}:v=1:a=0[{out}]" if len(names) > 1 else f"{labels}null[{out}]")


def _parts(graph: Graph, path: Path, info: MediaInfo) -> list[str]:
    """The original's spans, run by run: whole pictures a second first, then what is kept, then the layout."""
    hdr = is_hdr(path)
    names = []
    large = (info.width or 0) * (info.height or 0) > LARGE
    for number, run in enumerate(runs_of(graph.edit.spans, most=FEW_RUNS if large else MOST_RUNS)):
        length = run.end - run.start + 1 / graph.edit.fps
        seek = ["-ss", f"{run.start:.6f}"] if run.start > 0 else []
        opened = graph.open([*seek, "-t", f"{length:.6f}", *source(path)])
        ground = Ground(info.width or 2, info.height or 2, hdr, run.start, run.end)
        layout = laid_out(graph.edit, ground, f"r{number}")
        frames = sum(frames_of(span, graph.edit.fps) for span in run.spans)
        graph.add(f"[{opened}:V:0]{_kept(run, graph.edit.fps)},{layout},{_counted(frames, graph.edit.fps)}[p{number}]")
        names.append(f"p{number}")
    return names


def _kept(run: Run, fps: int) -> str:
    """So many pictures a second, only those of the spans; they keep the original's time, which the crop goes by."""
    even = f"fps={fps}:start_time=0"
    if len(run.spans) == 1:
        return even
    half = 0.5 / fps
    parts = [
        f"gte(t,{span.start - run.start - half:.4f})*lt(t,{span.end - run.start - half:.4f})" for span in run.spans
    ]
    return f"{even},select='{'+'.join(parts)}'"


def _counted(frames: int, fps: int) -> str:
    """One picture after the other, as many as the sound lasts; the last one stands when the video ends early."""
    return f"setpts=N/{fps}/TB,tpad=stop=-1:stop_mode=clone,trim=end_frame={frames},format=yuv420p"


def _scene(graph: Graph, still: Still, number: int) -> str:
    """A scene of a slideshow, exactly as long as it is to be."""
    edit, name = graph.edit, f"s{number}"
    frames = max(1, round(still.seconds * edit.fps))
    if not is_image(still.path):
        graph.add(f"{_moving_scene(graph, still, name)},{_counted(frames, edit.fps)}[{name}]")
        return name
    finer = FINER if still.zoom != "none" else 1
    prepared = _prepared(still, graph.folder / f"{name}.png", (edit.size[0] * finer, edit.size[1] * finer))
    opened = graph.open(_our_picture(prepared, edit.fps))
    moved = scaled(*edit.size) if still.zoom == "none" else _zoomed(still, frames, edit)
    graph.add(f"[{opened}:v]{moved},{_counted(frames, edit.fps)}[{name}]")
    return name


def _moving_scene(graph: Graph, still: Still, name: str) -> str:
    info = probe(still.path)
    if not info.has_video:
        raise MediaError("One of the scenes' files has no picture. Choose an image or a video.")
    opened = graph.open(["-t", f"{still.seconds:.3f}", *source(still.path)])
    width, height = graph.edit.size
    ground = Ground(info.width or 2, info.height or 2, is_hdr(still.path), 0.0, still.seconds)
    filled = Edit((), (width, height), "fit" if still.fitted else "follow")
    return f"[{opened}:V:0]fps={graph.edit.fps}:start_time=0,{laid_out(filled, ground, name)}"


def _our_picture(path: Path, fps: int) -> list[str]:
    """Open a picture that was written here, and nothing that its name might stand for."""
    return ["-f", "png_pipe", "-framerate", str(fps), "-protocol_whitelist", "file", "-i", f"file:{path}"]


def _prepared(still: Still, out: Path, size: tuple[int, int]) -> Path:
    """Write the picture upright, filling the size or whole on a blurred ground. Raises MediaError."""
    upright = _opened(still.path, most=2 * max(size))
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    made = ImageOps.fit(paper, size, centering=(0.5, 0.35))  # heads are above the middle
    if still.fitted:
        whole = ImageOps.contain(paper, size)
        made = (
            made.resize((size[0] // 8 or 1, size[1] // 8 or 1)).filter(ImageFilter.GaussianBlur(BLUR // 8)).resize(size)
        )
        made.paste(whole, ((size[0] - whole.width) // 2, (size[1] - whole.height) // 2))
    made.save(out, "PNG", compress_level=1)
    return out


def _opened(path: Path, *, most: int) -> Image.Image:
    """Return a picture upright with its transparency, made smaller first where a side is longer than `most`."""
    try:
        with Image.open(path, formats=IMAGES) as opened:
            opened.draft("RGB", (most, most))
            if max(opened.size) > most and opened.mode not in {"P", "1"}:
                opened.thumbnail((most, most))
            return ImageOps.exif_transpose(opened).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaError(TOO_MANY_PIXELS) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise MediaError(DAMAGED_PICTURE) from error


def _zoomed(still: Still, frames: int, edit: Edit) -> str:
    share = f"on/{max(1, frames - 1)}"
    grown = f"1+{ZOOM}*{share}" if still.zoom == "in" else f"{1 + ZOOM}-{ZOOM}*{share}"
    width, height = edit.size
    middle = "x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2'"
    return f"zoompan=z='{grown}':{middle}:d={frames}:s={width}x{height}:fps={edit.fps},{scaled(width, height)}"


def _layered(graph: Graph, name: str) -> str:
    """The layers over the picture, in their order."""
    if len(graph.edit.layers) > MOST_LAYERS:
        raise MediaError(f"At most {MOST_LAYERS} pictures can lie over a video.")
    for number, layer in enumerate(graph.edit.layers):
        written = _fitting_layer(layer.path, graph.folder / f"layer{number}.png", graph.edit.size)
        opened = graph.open(_our_picture(written, graph.edit.fps))
        end = layer.end if layer.end is not None else MAX_SECONDS
        graph.add(f"[{opened}:v]scale={COLOURS},format=yuva420p[o{number}]")
        shown = f"enable='between(t,{layer.start:.3f},{end:.3f})'" if layer.start > 0 or layer.end is not None else ""
        options = ":".join(part for part in ("eof_action=repeat:format=yuv420", shown) if part)
        graph.add(f"[{name}][o{number}]overlay={options}[l{number}]")
        name = f"l{number}"
    return name


def _fitting_layer(path: Path, out: Path, size: tuple[int, int]) -> Path:
    layer = _opened(path, most=2 * max(size))
    (layer if layer.size == size else layer.resize(size)).save(out, "PNG", compress_level=1)
    return out


def _captioned(graph: Graph, name: str) -> str:
    """The sound's wave and the words over everything."""
    wave = graph.edit.wave
    if wave is not None:
        graph.add(
            f"[{name}][wave]overlay={wave.x}:{wave.y}:eof_action=repeat:format=yuv420,trim=end_frame={graph.edit.frames}[waved]"
        )
        name = "waved"
    if graph.edit.captions is None:
        return name
    held = graph.folder / CAPTIONS
    held.write_bytes(graph.edit.captions.read_bytes())
    fonts = f":fontsdir={quoted(graph.edit.fonts)}" if graph.edit.fonts is not None else ""
    graph.add(f"[{name}]ass=filename={quoted(held)}{fonts}[said]")
    return "said"


def quoted(path: Path) -> str:
    """Return a path as a filter's option: what separates options, and then what separates filters, is escaped."""
    option = "".join(f"\\{sign}" if sign in "\\':" else sign for sign in str(path))
    return "".join(f"\\{sign}" if sign in "\\'[],; " else sign for sign in option)


def _extra(graph: Graph, path: Path, name: str) -> str:
    """An intro or outro of any size, whole in the frame."""
    edit = graph.edit
    frames = round(extra_seconds(path, edit.fps) * edit.fps)
    if is_image(path):
        written = _prepared(Still(path, 0, fitted=True), graph.folder / f"{name}.png", edit.size)
        opened = graph.open(_our_picture(written, edit.fps))
        graph.add(f"[{opened}:v]{scaled(*edit.size)},{_counted(frames, edit.fps)}[{name}]")
        return name
    opened = graph.open(source(path))
    tone = Ground(2, 2, is_hdr(path))
    shown = laid_out(Edit((), edit.size, "fit"), tone, name) if tone.hdr else fitted(*edit.size, name)
    graph.add(f"[{opened}:V:0]fps={edit.fps}:start_time=0,{shown},{_counted(frames, edit.fps)}[{name}]")
    return name
