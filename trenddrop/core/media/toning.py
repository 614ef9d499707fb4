"""Pictures coded for screens brighter than phones' (PQ or HLG): which they are, and how they are brought down."""

from pathlib import Path

import av
import av.error

from trenddrop.core.media.probing import is_cover

HDR = {16, 18}  # transfer curves of HDR10 and of HLG
TONE_MAP = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=mobius:param=0.4:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
)
TAGS = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]


def is_hdr(path: Path) -> bool:
    """Say whether a video is one; a cover that goes along is not looked at."""
    try:
        with av.open(str(path), options={"protocol_whitelist": "file"}) as container:
            video = next((each for each in container.streams.video if not is_cover(each)), None)
            coded = video.codec_context if video is not None else None
            return coded is not None and int(coded.color_trc or 0) in HDR
    except av.error.FFmpegError:
        return False
