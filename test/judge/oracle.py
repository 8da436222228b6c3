"""Says what a process of keysweep did wrong, from the states of AWS, the calls and the ledger.

1. No key is written that AWS did not permit: wrong_writes.py.
2. No due key is missed in silence: missed_keys.py.
3. The ledger says of each key what became of it: false_records.py.
4. Exit code and verdict agree, an undisturbed run is ok, and --json prints JSON however a command ends.
"""

from __future__ import annotations

import json

from evidence import Evidence, Process
from false_records import FalseRecords
from missed_keys import MissedKeys
from wrong_writes import WrongWrites

EXIT_CODES = {"ok": 0, "incomplete": 1, "stopped": 3, "cancelled": 4}


def judge(evidence: Evidence) -> list[str]:
    found = [
        *forbidden_calls(evidence),
        *WrongWrites(evidence).found(),
        *MissedKeys(evidence).found(),
        *FalseRecords(evidence).found(),
        *wrong_code(evidence.process),
    ]
    remember(evidence)
    return found


def forbidden_calls(evidence: Evidence) -> list[str]:
    forbidden = evidence.proxy.forbidden
    return [f"called {call.service}:{call.operation}, which it never may" for call in forbidden]


def wrong_code(process: Process) -> list[str]:
    code, document = process.code, process.document
    summary = document and document["summary"]
    if code not in (0, 1, 2, 3, 4):
        return [f"exit code {code}"]
    if code == 0 and document is not None and summary is None:
        return ["exit code 0, and the ledger has no end of the run"]
    # A name that does not exist is found when the organization is listed: docs/commands.md.
    is_configuration = code == 2 and summary and not summary["accountsListed"]
    if summary and not is_configuration and code != EXIT_CODES[summary["verdict"]]:
        return [f"exit code {code}, and the ledger says {summary['verdict']}"]
    if code != 0 and not process.disturbed:
        return [f"exit code {code}, and nothing disturbed it: {summary and summary['problems']}"]
    return [] if is_json(process.stdout) else ["asked for --json, it printed none"]


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def remember(evidence: Evidence) -> None:
    """For the next process."""
    process, memory = evidence.process, evidence.memory
    deactivated = {write.key for write in evidence.proxy.writes if write.after == "Inactive"}
    if process.kind == "sweep" and process.document is not None:
        memory.deactivated_by[process.document["run"]["runId"]] = deactivated
    if process.kind == "undo":
        memory.maybe_held |= memory.deactivated_by.get(process.undo_of or "", set())
        memory.held |= {write.key for write in evidence.proxy.writes if write.after == "Active"}
    if process.kind != "sweep":
        return
    inactive = {
        key
        for account in evidence.states[-1].values()
        for user in account.users.values()
        for key, found in user.keys.items()
        if found.status != "Active"
    }
    for known in (memory.inactive_since, memory.surely_inactive_since):
        for key in set(known) - inactive:
            del known[key]
    for key in inactive:
        memory.inactive_since.setdefault(key, process.started)
    if process.code == 0 and not process.disturbed:
        for account, user, key, _ in evidence.keys_throughout():
            if key in inactive and evidence.always_due(account.id, user.id, key):
                memory.surely_inactive_since.setdefault(key, process.started)
