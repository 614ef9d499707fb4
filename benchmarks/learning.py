"""Does the learning loop learn, follow and keep quiet? python -m benchmarks.learning [ACCOUNTS] [NOISE]

Accounts with hidden effects (tests/analytics/hidden_effects.py) post a hundred times as they are advised. Regret is
what the best choice in hindsight would have brought beyond what was chosen, summed over posts; beside it stands the
regret of the account's own fixed habit. In the drifting world all effects are drawn anew after post 100. On pure noise
NOISE accounts are looked at every week of their life, and those are counted of which anything was ever claimed. At
last: how often weekly back-tests of advice that helps, hurts and does nothing are right, and their intervals hold.
"""

import json
import math
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from statistics import fmean, median
from typing import Any

from benchmarks.measuring import report
from tests.analytics import simulated

ACCOUNTS = int(sys.argv[1]) if len(sys.argv) > 1 else 24
NOISE = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
HALF, ERROR = 0.5, 0.05
Fork = multiprocessing.get_context("fork")


def spread(work: Callable[[Any], Any], tasks: Sequence[Any]) -> list[Any]:
    """Do tasks on two processes, in order."""
    with Fork.Pool(2) as pool:
        return pool.map(work, tasks, chunksize=max(1, len(tasks) // 16))


def _regret(task: tuple[int, dict[str, Any]]) -> tuple[list[float], list[float]]:
    seed, wishes = task
    return simulated.regret(seed, **wishes)


def regrets(name: str, *, aim: float | None, accounts: int = ACCOUNTS, **wishes: Any) -> None:
    """Report the regret after a hundred posts against the fixed habit's, and how it falls."""
    told = spread(_regret, [(1000 + seed, wishes) for seed in range(accounts)])
    ours, habit = (fmean(sum(each[side]) for each in told) for side in (0, 1))
    report(f"regret of suggestions against the fixed habit: {name}", ours, habit, unit="log", n=accounts,
           ratio=ours / habit, aim=aim)  # fmt: skip
    posts = len(told[0][0])
    by_tens = [fmean(fmean(each[0][at : at + 10]) for each in told) for at in range(0, posts, 10)]
    usual = [fmean(fmean(each[1][at : at + 10]) for each in told) for at in range(0, posts, 10)]
    figure = {
        "name": f"regret per post, by ten posts: {name}",
        "ours": [round(one, 2) for one in by_tens],
        "habit": [round(one, 2) for one in usual],
        "median_ratio": round(median(sum(one) / sum(other) for one, other in told), 3),
        "share_below_half": round(fmean(sum(one) < HALF * sum(other) for one, other in told), 2),
        "times_the_habit_at_the_end": round(math.exp(usual[-1] - by_tens[-1]), 2),
    }
    print(json.dumps(figure), flush=True)


def noise() -> None:
    """Report of how many accounts of pure noise anything was ever claimed."""
    told = spread(simulated.ever_claimed, range(NOISE))
    report("accounts of pure noise with any claim, looked at every week", fmean(told), unit="share", n=NOISE, aim=ERROR)


def _power(task: tuple[int, float]) -> tuple[bool, bool]:
    return simulated.claimed(task[0], effect=task[1])


def power() -> None:
    """Print how often a hook that does so much better is claimed after 100 and more posts, and wrong claims."""
    for times in (1.25, 1.5, 2.0, 3.0):
        told = spread(_power, [(seed, math.log(times)) for seed in range(NOISE // 10)])
        figure = {
            "name": f"a hook that does {times} times as well is claimed",
            "share": round(fmean(right for right, _wrong in told), 3),
            "with_a_wrong_claim": round(fmean(wrong for _right, wrong in told), 3),
            "n": len(told),
        }
        print(json.dumps(figure), flush=True)


def _verdict(task: tuple[int, float]) -> tuple[str, bool]:
    return simulated.back_tested(task[0], gain=task[1])


def verdicts() -> None:
    """Print what back-tests say of advice that helps, does nothing and hurts, asked every week for half a year."""
    for gain in (0.6, 1.0, 1.4, 2.0):
        told = spread(_verdict, [(seed, math.log(gain)) for seed in range(NOISE // 2)])
        said = {
            name: round(fmean(verdict == name for verdict, _held in told), 3) for name in ("helped", "hurt", "same")
        }
        held = round(fmean(held for _verdict_, held in told), 3)
        figure = {"name": f"back-test of advice worth {gain} times", "ever_said": said, "interval_holds": held}
        print(json.dumps(figure | {"n": len(told)}), flush=True)


def main() -> None:
    """Measure all of it."""
    regrets("with what accounts alike taught", aim=HALF, pooled=True)
    regrets("alone", aim=HALF, pooled=False)
    regrets("alone, effects half as large", aim=None, pooled=False, size=0.5)
    regrets("drawn anew after post 100", aim=HALF, pooled=True, posts=200, drift=100)
    noise()
    power()
    verdicts()


if __name__ == "__main__":
    main()
