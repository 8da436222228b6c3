"""A second judge of keysweep: random organizations on moto, wrong answers, people who act in mid-run, and an
oracle. It imports nothing of keysweep.

`npm run test:judge -- --help` says how to run it, docs/promises.md what it shows.
"""

from __future__ import annotations

import argparse
import pathlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator

import scenarios
import self_check
from acts import ACTS
from disturbance import Disturbance, Moment
from emulator import Emulator
from lies import draw_lie
from organization import draw_organization
from people import Act
from proxy import Proxy
from stage import Stage

OPERATIONS = [
    *["AssumeRole", "GetGroup", "ListAccessKeys", "ListUserTags", "GetLoginProfile", "UpdateAccessKey"] * 2,
    *[
        "DeleteAccessKey",
        "ListTagsForResource",
        "GetAccessKeyLastUsed",
        "ListAccounts",
        "ListAccountsForParent",
    ],
]


def draw_act(stage: Stage, rng: random.Random, waits: bool) -> Act:
    """waits: the process asks, or there is a pause between plan and apply."""
    if waits and rng.random() < 0.7:
        moment = Moment(1, Moment.QUESTION)
    elif rng.random() < 0.4:
        moment = Moment(rng.randint(1, 50))
    else:
        moment = Moment(rng.choice([1, 1, 2, 2, 3, 4, 6, 8]), rng.choice(OPERATIONS))
    return Act(moment, rng.choice(ACTS), stage.people, late=rng.random() < 0.4)


def draw_disturbances(stage: Stage, rng: random.Random, in_s3: bool, waits: bool) -> list[Disturbance]:
    count = rng.choice([0, 1, 1, 1, 2, 2, 3])
    return [
        draw_act(stage, rng, waits) if rng.random() < 0.55 else draw_lie(stage.proxy, rng, in_s3)
        for _ in range(count)
    ]


class Judge:
    def __init__(self, program: list[str]) -> None:
        self.program = program
        self.emulator = Emulator()
        self.proxy = Proxy(self.emulator, None)
        self.runs = self.violations = self.drawn = self.struck = self.ok = 0

    def judge_seed(self, seed: int, talk: bool = False) -> bool:
        rng = random.Random(seed)
        with tempfile.TemporaryDirectory(prefix="keysweep-judge-") as folder:
            config, units = draw_organization(self.emulator, rng)
            self.proxy.page_size = rng.choice([1, 2, 3, 100])
            self.proxy.has_index = rng.random() < 0.5
            in_s3 = rng.random() < 0.3
            stage = Stage(
                self.emulator, self.proxy, self.program, pathlib.Path(folder), config, units, rng, in_s3
            )
            first = rng.choice(["sweep", "sweep", "sweep_that_asks", "sweep_that_asks", "sweep_by_file"])
            then = rng.choice([[], [], ["sweep"], ["later"], ["later"], ["undo"], ["undo", "sweep"]])
            fine = True
            for step in [first, *then]:
                fine = self.judge_step(stage, seed, step, rng, in_s3, talk) and fine
            return fine

    def judge_step(
        self, stage: Stage, seed: int, step: str, rng: random.Random, in_s3: bool, talk: bool
    ) -> bool:
        disturbances = draw_disturbances(stage, rng, in_s3, step in ("sweep_that_asks", "sweep_by_file"))
        if step == "later":
            stage.pass_days(8)
        if step == "undo" and not stage.runs:
            return True
        play = {"later": stage.sweep}.get(step) or getattr(stage, step)
        found = play(disturbances)
        self.runs += 1
        self.drawn += len(disturbances)
        self.struck += sum(bool(disturbance.struck) for disturbance in disturbances)
        self.ok += stage.process.code == 0
        if found or talk:
            report(f"seed {seed}, {step}", stage, disturbances, found)
        self.violations += len(found)
        return not found


def report(title: str, stage: Stage, disturbances: list, found: list[str]) -> None:
    process = stage.process
    summary = process.document and process.document["summary"]
    print(f"\n{title}: exit code {process.code}, verdict {summary and summary['verdict']}", flush=True)
    for disturbance in disturbances:
        print(f"  disturbed by  {disturbance}")
    for line in found:
        print(f"  VIOLATION     {line}")
    if found and stage.ended.stderr.strip():
        print("  " + "\n  ".join(stage.ended.stderr.strip().splitlines()[-6:]))


def say(played: Iterator[tuple[str, list[str]]], what: str) -> bool:
    """Says what is wrong with each, and how many there were."""
    count = bad = 0
    for name, found in played:
        count += 1
        bad += bool(found)
        for line in found:
            print(f"{name}: {line}", flush=True)
    print(f"judge: {count} {what}, {bad} not as they should be", flush=True)
    return bad == 0


def play_seeds(judge: Judge, seeds: list[int], talk: bool) -> bool:
    begun = time.monotonic()
    bad = [seed for seed in seeds if not judge.judge_seed(seed, talk)]
    print(
        f"judge: {len(seeds)} seeds, {judge.runs} runs ({judge.ok} with exit code 0), "
        f"{judge.struck} of {judge.drawn} disturbances struck, {judge.violations} violations"
        f"{f' in seeds {bad}' if bad else ''}, {time.monotonic() - begun:.0f} s"
    )
    return not bad


def main() -> int:
    parser = argparse.ArgumentParser(prog="npm run test:judge --")
    parser.add_argument("--seeds", type=int, default=200, help="how many random organizations (200)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--seed", type=int, help="only this one, with every step told")
    parser.add_argument("--only", metavar="TEXT", help="only scenarios with this in their name")
    parser.add_argument("--program", nargs="+", required=True, help="the command that is keysweep")
    options = parser.parse_args()
    if not any((options.only or "") in name for name in scenarios.SCENARIOS):
        parser.error(f"no scenario has {options.only!r} in its name")
    judge = Judge(options.program)
    played = judge.emulator, judge.proxy, judge.program
    if options.seed is not None:
        return 0 if play_seeds(judge, [options.seed], talk=True) else 1
    fine = say(scenarios.play(*played, options.only or ""), "scenarios")
    if options.only is None:
        fine &= say(self_check.check(*played), "lies to the judge")
        fine &= play_seeds(judge, list(range(options.first, options.first + options.seeds)), talk=False)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
