"""A small organization for one scenario, in which every moment is always the same."""

from __future__ import annotations

import pathlib
import random
from collections.abc import Sequence

import lies
from disturbance import Disturbance, Moment
from emulator import Emulator
from organization import LIMITS, OLD, Builder
from people import Act
from proxy import Proxy
from stage import Stage
from truth import owner

ACTIVE = [("Active", OLD)]
FIRST = 1
OFTEN = 500
"""More often than keysweep tries."""


class Lab:
    """An organization for one scenario. In account `swept`, ada, bob and zoe are in Developers, zoe is also
    in Exempt, and eve is in no group. In account `other`, olga is in Developers. The OU `quiet` is not armed.
    """

    def __init__(self, emulator: Emulator, proxy: Proxy, program: list[str], folder: pathlib.Path) -> None:
        self.emulator, self.proxy, self.program, self.folder = emulator, proxy, program, folder
        self.builder = Builder(emulator)
        proxy.page_size, proxy.has_index = 100, False
        self.builder.unit("quiet")
        self.swept = self.builder.account("swept")
        self.other = self.builder.account("other")
        self.keys: dict[str, str] = {}
        for name in ["ada", "bob"]:
            self.user(name, ["Developers"])
        self.user("zoe", ["Developers", "Exempt"])
        self.user("eve", [])
        self.user("olga", ["Developers"], account=self.other)

    def user(
        self, name: str, groups: list[str], keys=ACTIVE, account: str | None = None, **more: bool
    ) -> None:
        self.keys[name] = self.builder.user(account or self.swept, name, groups, keys, **more)[0]

    def stage(
        self,
        mode: str = "deactivate",
        in_s3: bool = False,
        overrides: Sequence[dict] = (),
        top: dict | None = None,
        **defaults: object,
    ) -> Stage:
        """One account after another, one call after another, so that a moment is always the same."""
        quiet = {"organizationalUnits": [self.builder.units["quiet"]], "armed": False}
        config = {
            "limits": LIMITS,
            "concurrency": {"accounts": 1, "callsPerAccount": 1},
            "defaults": {"armed": True, "groups": ["Developers"], "rules": {"mode": mode}, **defaults},
            "overrides": [quiet, *overrides],
            **(top or {}),
        }
        units, rng = self.builder.units, random.Random(1)
        self.played = Stage(self.emulator, self.proxy, self.program, self.folder, config, units, rng, in_s3)
        return self.played

    def lie(self, kind, operation: str, nth: int = FIRST, times: int = 1) -> Disturbance:
        return lies.Lie(Moment(nth, operation), kind, self.proxy, random.Random(1), times)

    def act(self, what, operation: str, name: str = "ada", account: str | None = None) -> Act:
        return Act(Moment(FIRST, operation, account=account), what, self.played.people, name)

    def status(self, name: str) -> str | None:
        found = owner(self.played.timeline.now, self.keys[name])
        return found[1].keys[self.keys[name]].status if found else None


class Always(Disturbance):
    """The same lie about every call for which there is one."""

    def __init__(self, answer) -> None:
        """answer: takes a call and returns a wrong answer, or None."""
        super().__init__(Moment(FIRST))
        self.answer = answer

    def instead(self, call):
        answer = self.answer(call)
        if answer is not None:
            self.struck.append(call.operation)
        return answer
