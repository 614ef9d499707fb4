"""Forecasts on real topics: as good as the docs say on the time not learned from, and blind to what comes later."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.trends import foreseen
from trends.forecasting import evaluation, judging, starts, states
from trends.forecasting.evaluation import BadReadings
from trends.forecasting.states import IN_AN_HOUR, STATES

SHARED = Path(__file__).parents[3] / "shared" / "data"
LEARNED_SHARE = 0.7


def write(folder: Path, name: str, head: list[str], rows: list[list[object]]) -> None:
    path = folder / "weibo" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def folder_of(told: list[foreseen.Reading], folder: Path) -> Path:
    """Write a made-up history as files; 500,000 is what counts there."""
    write(
        folder, "heat.csv", ["id", "t", "count"], [[one, hour * 3600, round(500 * level)] for one, hour, level in told]
    )
    write(folder, "snapshots.csv", ["t"], [[hour * 3600] for hour in sorted({hour for _topic, hour, _level in told})])
    write(
        folder,
        "topics.csv",
        ["id", "text", "en"],
        [[one, f"话题{one}", ""] for one in sorted({row[0] for row in told})],
    )
    return folder


def parts(folder: Path, out: Path) -> tuple[Path, Path]:
    """Split a folder's readings in time."""
    with (folder / "weibo" / "heat.csv").open(newline="") as file:
        heat = [[int(row["id"]), int(row["t"]), int(row["count"])] for row in csv.DictReader(file)]
    with (folder / "weibo" / "snapshots.csv").open(newline="") as file:
        looked = sorted(int(row["t"]) for row in csv.DictReader(file))
    with (folder / "weibo" / "topics.csv").open(newline="", encoding="utf-8") as file:
        texts = {int(row["id"]): row["text"] for row in csv.DictReader(file)}
    cut = looked[int(LEARNED_SHARE * len(looked))]
    for name, later in (("fit", False), ("check", True)):
        mine = [row for row in heat if (row[1] >= cut) == later]
        write(out / name, "heat.csv", ["id", "t", "count"], [list(row) for row in mine])
        write(out / name, "snapshots.csv", ["t"], [[one] for one in looked if (one >= cut) == later])
        ids = sorted({row[0] for row in mine})
        write(out / name, "topics.csv", ["id", "text", "en"], [[one, texts.get(one, ""), ""] for one in ids])
    return out / "fit", out / "check"


def told(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def judge_breakout(data: Path, out: Path) -> tuple[float, float]:
    """Return average precision and recall at 4 % false calls."""
    panel = evaluation.load(data).panel
    found = starts.cases(panel)
    chances = {(int(row["id"]), int(row["t0"])): float(row["probability"]) for row in told(out / "breakout.csv")}
    given = np.array([chances[case] for case in zip(found.topics.tolist(), found.begins.tolist(), strict=True)])
    truth = starts.broke_out(panel, found)
    return judging.average_precision(truth, given), judging.recall_at(truth, given)


def judge_lifecycle(data: Path, out: Path) -> float:
    """Return macro-F1."""
    panel = evaluation.load(data).panel
    live = states.cases(panel, IN_AN_HOUR)
    names = {(int(row["id"]), int(row["t"])): STATES.index(row["state"]) for row in told(out / "lifecycle.csv")}
    cases = zip(panel.topics[live.rows].tolist(), panel.times[live.rows].tolist(), strict=True)
    return judging.macro_f1(states.outcomes(panel, live), np.array([names[case] for case in cases]), len(STATES))


def test_predictions_from_files_do_not_change_when_the_future_is_cut_off(tmp_path: Path) -> None:
    train = folder_of(foreseen.readings(hours=150), tmp_path / "train")
    later = foreseen.readings(hours=110, seed=5)
    data, cut = folder_of(later, tmp_path / "data"), folder_of([row for row in later if row[1] <= 90], tmp_path / "cut")
    evaluation.breakout(train, data, tmp_path)
    whole = {(row["id"], row["t0"]): row["probability"] for row in told(tmp_path / "breakout.csv")}
    evaluation.breakout(train, cut, tmp_path)
    short = {(row["id"], row["t0"]): row["probability"] for row in told(tmp_path / "breakout.csv")}
    assert len(short) > 100
    assert {key: whole[key] for key in short} == short


@pytest.mark.parametrize("text", ["id,t,count\n1,soon,5\n", "a,b\n1,2\n"])
def test_a_folder_whose_files_are_no_readings_is_told_so(tmp_path: Path, text: str) -> None:
    folder = folder_of(foreseen.readings(hours=10), tmp_path)
    (folder / "weibo" / "heat.csv").write_text(text)
    with pytest.raises(BadReadings, match=r"heat\.csv"):
        evaluation.load(folder)


@pytest.mark.shared
def test_breaking_out_on_real_topics_is_foretold_as_well_as_the_docs_say(tmp_path: Path) -> None:
    fit, check = parts(SHARED, tmp_path)
    evaluation.breakout(fit, check, tmp_path)
    precision, recall = judge_breakout(check, tmp_path)
    assert precision >= 0.215  # .234 when this was written, on a part that was looked at while choosing: see the docs
    assert recall >= 0.19  # .221 when this was written


@pytest.mark.shared
def test_states_of_real_topics_are_foretold_as_well_as_the_docs_say(tmp_path: Path) -> None:
    fit, check = parts(SHARED, tmp_path)
    evaluation.lifecycle(fit, check, tmp_path)
    assert judge_lifecycle(check, tmp_path) >= 0.57  # .580 when this was written
