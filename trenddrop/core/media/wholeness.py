"""Is all of the file there? Containers that write down their length are asked; the others end where they end."""

import struct
from pathlib import Path
from typing import BinaryIO

BOXES = {b"ftyp", b"moov", b"mdat", b"moof", b"free", b"skip", b"wide", b"mfra", b"styp", b"sidx", b"uuid", b"meta"}
MOST_BOXES = 50_000  # a long fragmented recording has thousands; a file made to keep us busy has millions
UNKNOWN = {0, 0xFFFFFFFF}  # written by recorders that did not come back to fill in the length


def missing_bytes(path: Path) -> int:
    """Return how many bytes a file says it has but has not; 0 when it is whole, or does not say."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] == b"RIFF" and len(head) == 12:
            return _missing_of_riff(head, size)
        if head[4:8] in BOXES:
            return _missing_of_boxes(file, size)
    return 0


def _missing_of_riff(head: bytes, size: int) -> int:
    (told,) = struct.unpack_from("<I", head, 4)
    return 0 if told in UNKNOWN else max(0, told + 8 - size)


def _missing_of_boxes(file: BinaryIO, size: int) -> int:
    """Walk the outermost boxes of an MP4 or MOV; what follows them and is no box is nobody's business."""
    at = 0
    for _box in range(MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8 or head[4:8] not in BOXES:
            return 0
        length = _length_of_box(head)
        if length == 0:  # to the end of the file
            return 0
        if at + length >= size:
            return at + length - size
        at += length
    return 0


def _length_of_box(head: bytes) -> int:
    short, _kind = struct.unpack_from(">I4s", head)
    if short == 1 and len(head) == 16:
        return int(struct.unpack_from(">Q", head, 8)[0])
    return int(short) if short >= 8 else 0
