"""Meetings with known questions: made up, each in the shape of the data that clips are learned from."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MATTERS = {
    "battery": "the battery lasts two days and charging the battery takes an hour with the small charger we ordered",
    "colour": "yellow cases sell best because the yellow colour is bright and the supplier has enough yellow plastic",
    "price": "at twenty five euros the price leaves a margin and a lower price would not pay for the microphone",
    "shipping": "parcels leave the warehouse on fridays so shipping to the islands needs another week by boat",
    "testing": "eleven people tried the prototype and most testers pressed the wrong key when the screen was dark",
    "hiring": "we want two engineers for firmware and the interviews with candidates begin after the holidays",
}
SMALL_TALK = "okay good shall we go on then everybody has seen the notes from last time and the room is fine for now"


def meeting(number: int, *, questions: bool = True) -> dict[str, Any]:
    """Three matters, each talked about in twelve turns by two of three people, with small talk between."""
    chance = random.Random(number)
    turns: list[dict[str, str]] = []
    asked = []
    for matter in chance.sample(sorted(MATTERS), 3):
        turns += [_turn(chance, SMALL_TALK) for _ in range(8)]
        first = len(turns)
        turns += [_turn(chance, MATTERS[matter]) for _ in range(12)]
        asked.append(
            {
                "query": f"What did they say about the {matter}?",
                "relevant_text_span": [[str(first), str(len(turns) - 1)]],
            }
        )
    turns += [_turn(chance, SMALL_TALK) for _ in range(8)]
    return {"id": f"m{number}", "meeting_transcripts": turns, "specific_query_list": asked if questions else []}


def _turn(chance: random.Random, words: str) -> dict[str, str]:
    spoken = words.split()
    start = chance.randrange(len(spoken) // 2)
    said = " ".join([*spoken[start:], *spoken[:start], chance.choice(["yes", "right", "well"])])
    return {"speaker": chance.choice(["Mina", "Project Manager", "Grad B"]), "content": said}


def folder(path: Path, meetings: Sequence[dict[str, Any]]) -> Path:
    """Write them where they are read."""
    (path / "qmsum").mkdir(parents=True)
    (path / "qmsum" / "meetings.json").write_text(json.dumps(meetings))
    return path
