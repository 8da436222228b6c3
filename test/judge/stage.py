"""One organization, one ledger, and processes of keysweep in it, each judged when it has ended."""

from __future__ import annotations

import json
import pathlib
import random
from collections.abc import Sequence

from command import Ended, Keysweep, run_in
from disturbance import Disturbance
from emulator import Emulator
from evidence import Evidence, Memory, Process
from oracle import judge
from people import People
from proxy import Proxy
from truth import Timeline, owner

BUCKET = "judge-ledger"
DAY = 86400.0


class Stage:
    def __init__(
        self,
        emulator: Emulator,
        proxy: Proxy,
        program: list[str],
        folder: pathlib.Path,
        config: dict,
        units: dict[str, str],
        rng: random.Random,
        in_s3: bool = False,
    ) -> None:
        self.emulator, self.proxy, self.config, self.folder = emulator, proxy, config, folder
        self.timeline = proxy.timeline = Timeline(emulator)
        proxy.reset()
        self.timeline.read_again()
        self.people = People(emulator, self.timeline, config, rng)
        self.people.units = units
        if in_s3:
            emulator.s3.create_bucket(Bucket=BUCKET)
        ledger = f"s3://{BUCKET}/keysweep" if in_s3 else str(folder / "ledger")
        self.keysweep = Keysweep(program, proxy.url, emulator.url, folder, ledger)
        (folder / "accounts.json").write_text(json.dumps(config))
        self.memory = Memory()
        self.runs: list[str] = []
        self.ended: Ended | None = None
        self.disturbed = False

    def plan(self, disturbances: Sequence[Disturbance] = ()) -> list[str]:
        file = self.folder / "plan.json"
        file.unlink(missing_ok=True)
        return self._play("plan", disturbances, ["plan", "--out", str(file)])

    def sweep(self, disturbances: Sequence[Disturbance] = (), *accounts: str) -> list[str]:
        """accounts: only these."""
        chosen = ["--account", *accounts] if accounts else []
        words = ["sweep", "--apply", "--yes", *chosen]
        return self._play("sweep", disturbances, words, chosen=accounts or None)

    def sweep_that_asks(self, disturbances: Sequence[Disturbance] = ()) -> list[str]:
        return self._play("sweep", disturbances, ["sweep", "--apply"], asks=True)

    def sweep_by_file(self, disturbances: Sequence[Disturbance] = ()) -> list[str]:
        """`plan --out FILE`, then what people do, then `apply FILE`."""
        file = self.folder / "plan.json"
        found = self.plan()
        for disturbance in disturbances:
            disturbance.at_question()
        if not file.exists():
            return found
        planned = {key["accessKeyId"]: key["action"] for key in json.loads(file.read_text())["keys"]}
        return found + self._play("sweep", disturbances, ["apply", str(file), "--yes"], only=planned)

    def undo(self, disturbances: Sequence[Disturbance] = ()) -> list[str]:
        """Of the newest sweep that deactivated something, in every account where it did."""
        deactivated = [(run, keys) for run, keys in self.memory.deactivated_by.items() if keys]
        run, keys = deactivated[-1] if deactivated else ("", set())
        accounts = sorted({found[0].id for key in keys if (found := owner(self.timeline.now, key))})
        if not accounts:
            return []
        words = ["undo", run, "--apply", "--reason", "a check", "--account", *accounts]
        return self._play("undo", disturbances, words, undo_of=run)

    def pass_days(self, days: float) -> None:
        self.emulator.clock.moved += days * DAY

    def evidence(self) -> Evidence:
        return Evidence(self.process, self.proxy, self.timeline, self.config, self.memory)

    def unexplained(self) -> list[str]:
        """Nothing may be otherwise than the calls and the people made it."""
        known = self.timeline.now
        self.timeline.read_again()
        changed = [id for id, account in self.timeline.now.items() if account != known.get(id)]
        return [f"account {id} changed, and no call did it" for id in changed]

    def _play(
        self,
        kind: str,
        disturbances: Sequence[Disturbance],
        words: list[str],
        asks: bool = False,
        **known: object,
    ) -> list[str]:
        now = self.timeline.tick()
        self.proxy.begin(disturbances)
        self.process = Process(kind, None, None, self.emulator.clock.now(), now, now, now, **known)
        self._run([*words, "--json"], disturbances, asks)
        if self.proxy.defect is not None:
            raise self.proxy.defect
        self._complete(disturbances)
        return judge(self.evidence()) + self.unexplained()

    def _run(self, words: list[str], disturbances: Sequence[Disturbance], asks: bool) -> None:
        def at_question() -> None:
            for disturbance in disturbances:
                disturbance.at_question()
            self.process.decided = self.timeline.tick()

        moved = self.emulator.clock.moved
        if asks:
            self.ended = self.keysweep.run_and_ask(*words, at_question=at_question, moved=moved)
        else:
            self.ended = self.keysweep.run(*words, moved=moved)

    def _complete(self, disturbances: Sequence[Disturbance]) -> None:
        process = self.process
        self.disturbed = self.disturbed or any(disturbance.struck for disturbance in disturbances)
        process.code, process.stdout = self.ended.code, self.ended.stdout
        process.document = self._new_run()
        process.last = self.timeline.tick()
        process.disturbed = self.disturbed
        process.hidden = frozenset().union(*(disturbance.hidden for disturbance in disturbances))

    def _new_run(self) -> dict | None:
        """The run that the process made, as the ledger has it: what --json prints comes from there."""
        document = run_in(self.ended.stdout) or self.keysweep.show()
        if document is None or document["run"]["runId"] in self.runs:
            return None
        self.runs.append(document["run"]["runId"])
        return document
