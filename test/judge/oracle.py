"""Says what a process of keysweep did wrong, from the states of AWS, the calls and the ledger.

1. No key is written that AWS did not permit. What counts is each fact at some instant between keysweep's last
   right answer about it and the write; in a run that asked, or that applies a file, after the answer or the
   start. (docs/configuration.md allows a decision to be five minutes old. No run here takes as long.)
2. No due key is missed in silence: exit code 0 while a key that was due from the start to the end is as it
   was.
3. The ledger says of each key what became of it.
4. Exit code and verdict agree, an undisturbed run is ok, and --json prints JSON however a command ends.
"""

from __future__ import annotations

import dataclasses
import datetime
import json

import rules
from proxy import Proxy, Write
from truth import Account, State, Timeline, User, owner

EXIT_CODES = {"ok": 0, "incomplete": 1, "stopped": 3, "cancelled": 4}
DONE = {"deactivated": "Inactive", "deleted": None, "reactivated": "Active"}


@dataclasses.dataclass
class Memory:
    """What the judge remembers from one process to the next."""

    inactive_since: dict[str, datetime.datetime] = dataclasses.field(default_factory=dict)
    """Start of the first sweep at whose end the key was Inactive, if it was at the end of all later ones."""
    surely_inactive_since: dict[str, datetime.datetime] = dataclasses.field(default_factory=dict)
    """The same, of sweeps that nothing disturbed and that had to record it."""
    held: set[str] = dataclasses.field(default_factory=set)
    maybe_held: set[str] = dataclasses.field(default_factory=set)
    deactivated_by: dict[str, set[str]] = dataclasses.field(default_factory=dict)
    """By run ID."""


@dataclasses.dataclass
class Process:
    """One process of keysweep, and what is known of it."""

    kind: str
    """sweep, undo or plan."""
    code: int | None
    document: dict | None
    """The run in the ledger; None: it made none."""
    started: datetime.datetime
    first: int
    """Instant of its start."""
    decided: int
    """Instant since which everything must have been read again: its start, or the answer it was given."""
    last: int
    stdout: str = ""
    disturbed: bool = False
    hidden: frozenset = frozenset()
    undo_of: str | None = None
    only: dict[str, str] | None = None
    """The plan that it applies: actions by key."""
    chosen: tuple[str, ...] | None = None
    """With --account: these and no others."""


def judge(process: Process, proxy: Proxy, timeline: Timeline, config: dict, memory: Memory) -> list[str]:
    court = Court(process, proxy, timeline, config, memory)
    found = [
        *court.forbidden_calls(),
        *court.wrong_writes(),
        *court.missed_keys(),
        *court.false_records(),
        *court.wrong_code(),
    ]
    court.remember()
    return found


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


class Court:
    def __init__(self, process: Process, proxy: Proxy, timeline: Timeline, config: dict, memory: Memory):
        self.process, self.proxy, self.timeline = process, proxy, timeline
        self.config, self.memory = config, memory
        self.states = timeline.during(process.first, process.last)

    def forbidden_calls(self) -> list[str]:
        return [
            f"called {call.service}:{call.operation}, which it never may" for call in self.proxy.forbidden
        ]

    # 1

    def wrong_writes(self) -> list[str]:
        why = self.why_not_undo if self.process.kind == "undo" else self.why_not
        return [
            f"wrote {write.key} of {write.user} in {write.account} "
            f"({write.before} to {write.after}): {reason}"
            for write in self.proxy.writes
            if (reason := why(write)) is not None
        ]

    def why_not(self, write: Write) -> str | None:
        """None: permitted. Any place that the account had in time may have given the settings."""
        reasons = ["the account is not in the organization"]
        window = self.window(write, "place", write.account)
        for path in {state[write.account].path for state in window if write.account in state}:
            settings = rules.settings_of(self.config, write.account, path)
            reason = self.why_not_by(write, settings)
            if reason is None:
                return None
            reasons.append(reason)
        return reasons[-1]

    def why_not_by(self, write: Write, settings: rules.Settings) -> str | None:
        if self.process.kind == "plan" or write.after == "Active":
            return "no sweep does this"
        if rules.opted_out(self.config, write.account, self.process.started.date()):
            return "the account is opted out"
        if not (settings.in_scope and settings.armed):
            return "the account is out of scope or not armed"
        if write.key in self.memory.held:
            return "the key is on hold"
        if self.process.chosen is not None and write.account not in self.process.chosen:
            return "the account is not chosen for this run"
        action = "delete" if write.after is None else "deactivate"
        if self.process.only is not None and self.process.only.get(write.key) != action:
            return f"the plan file does not {action} it"
        return (
            self.why_not_account(write)
            or self.why_not_user(write, settings)
            or self.why_not_key(write, settings)
        )

    def why_not_account(self, write: Write) -> str | None:
        if not self.at_some_instant(write, "state", rules.account_allows):
            return "the account is closed"
        if not self.at_some_instant(write, "account tags", rules.tags_allow):
            return "the account has the opt-out tag"
        return None

    def why_not_user(self, write: Write, settings: rules.Settings) -> str | None:
        def ever(fact: str | tuple, test) -> bool:
            return self.of_user_at_some_instant(write, fact, test)

        def ever_in(group: str, inside: bool) -> bool:
            return ever(("member", group), lambda user: (group in user.groups) == inside)

        if not any(ever_in(group, True) for group in settings.groups):
            return "the user is in none of the groups"
        for group in settings.exempt_groups:
            if not ever_in(group, False):
                return f"the user is in exempt group {group}"
        if not ever("name", lambda user: rules.name_allows(user, settings)):
            return "the name of the user is exempt"
        if not ever("user tags", rules.user_tags_allow):
            return "the user has the exempt tag"
        if not ever("console", lambda user: rules.console_allows(user, settings)):
            return "the user has no console password"
        return None

    def why_not_key(self, write: Write, settings: rules.Settings) -> str | None:
        keys = [
            account.users[write.user].keys[write.key]
            for state in self.window(write, "keys", write.user)
            if write.user in (account := state[write.account]).users
            and write.key in account.users[write.user].keys
        ]
        now = self.process.started
        if not any(rules.is_old_enough(key, settings, now) for key in keys):
            return "the key is too young"
        action = "delete" if write.after is None else "deactivate"
        since = self.memory.inactive_since.get(write.key)
        if not any(rules.action_for(key, settings, since, now) == action for key in keys):
            return f"the rules do not {action} it ({settings.mode}, {write.before})"
        return None

    def why_not_undo(self, write: Write) -> str | None:
        if write.after != "Active":
            return "an undo only activates"
        if write.key not in self.memory.deactivated_by.get(self.process.undo_of or "", set()):
            return "that run did not deactivate it"
        return None

    def window(self, write: Write, fact: str | tuple, subject: str) -> list[State]:
        """The states between the last right answer about a fact and the write."""
        name = (fact, subject) if isinstance(fact, str) else (*fact, subject)
        instants = [at for at in self.proxy.reads.get(name, []) if at < write.instant]
        first = max([self.process.decided, *instants])
        return self.timeline.during(first, write.instant)

    def at_some_instant(self, write: Write, fact: str | tuple, test) -> bool:
        subject = write.account if fact in ("state", "account tags") else write.user
        window = self.window(write, fact, subject)
        return any(test(state[write.account]) for state in window if write.account in state)

    def of_user_at_some_instant(self, write: Write, fact: str | tuple, test) -> bool:
        def in_account(account: Account) -> bool:
            return write.user in account.users and test(account.users[write.user])

        return self.at_some_instant(write, fact, in_account)

    # 2

    def missed_keys(self) -> list[str]:
        if self.process.code != 0 or self.process.kind == "plan":
            return []
        missed = self.not_reactivated() if self.process.kind == "undo" else self.not_revoked()
        return [f"exit code 0, but {line}" for line in missed]

    def not_revoked(self) -> list[str]:
        return [
            f"{key} of {user.name} in {account.id} was due from the start to the end and is {now}"
            for account, user, key, now in self.keys_throughout()
            if self.always_due(account.id, user.id, key) and not self.excused(account, user, key)
            if now in self.unfinished(account, key)
        ]

    def keys_throughout(self) -> list[tuple[Account, User, str, str]]:
        first, last = self.states[0], self.states[-1]
        found = []
        for account in first.values():
            for user in account.users.values():
                for key in user.keys:
                    there = owner(last, key)
                    if there is not None:
                        found.append((account, user, key, there[1].keys[key].status))
        return found

    def always_due(self, account: str, user: str, key: str) -> bool:
        return all(
            (there := state.get(account)) is not None
            and user in there.users
            and key in there.users[user].keys
            and rules.is_due(
                there, there.users[user], there.users[user].keys[key], self.config, self.process.started
            )
            for state in self.states
        )

    def excused(self, account: Account, user: User, key: str) -> bool:
        """`apply FILE` leaves alone what changed since the plan, and has to name it."""
        if self.process.only is not None and (key not in self.process.only or key in self.warnings()):
            return True
        if self.process.chosen is not None and account.id not in self.process.chosen:
            return True
        held = key in self.memory.held or key in self.memory.maybe_held
        return (
            held or ("user", user.id) in self.process.hidden or ("account", account.id) in self.process.hidden
        )

    def warnings(self) -> str:
        summary = self.process.document and self.process.document["summary"]
        return "\n".join(summary["warnings"]) if summary else ""

    def unfinished(self, account: Account, key: str) -> set[str]:
        """Statuses at the end that mean that nothing was done about a due key, where all states agree."""
        statuses, modes = set(), set()
        for state in self.states:
            found = owner(state, key)
            statuses.add(found[1].keys[key].status if found else None)
            modes.add(rules.settings_of(self.config, account.id, state[account.id].path).mode)
        if modes == {"delete"}:
            return {"Active", "Inactive"}
        if self.surely_deletable(key) and modes == {"deactivate-then-delete"} and statuses == {"Inactive"}:
            return {"Inactive"}
        return {"Active"} if statuses == {"Active"} else set()

    def surely_deletable(self, key: str) -> bool:
        since = self.memory.surely_inactive_since.get(key)
        return since is not None and self.process.started - since >= rules.DELETE_AFTER

    def not_reactivated(self) -> list[str]:
        deactivated = self.memory.deactivated_by.get(self.process.undo_of or "", set())
        return [
            f"{key} of {user.name} in {account.id} was Inactive from the start to the end and stays so"
            for account, user, key, now in self.keys_throughout()
            if key in deactivated and now == "Inactive" and self.statuses(key) == {"Inactive"}
            if self.always_due(account.id, user.id, key) and not self.excused(account, user, key)
        ]

    def statuses(self, key: str) -> set[str | None]:
        found = [owner(state, key) for state in self.states]
        return {there[1].keys[key].status if there else None for there in found}

    # 3

    def false_records(self) -> list[str]:
        document = self.process.document
        if document is None:
            writes = [write.key for write in self.proxy.writes]
            return [f"wrote {', '.join(writes)}, and the ledger has no run"] if writes else []
        recorded = {
            write["accessKeyId"]: (account["accountId"], write)
            for account in document["accounts"]
            for write in account["writes"]
        }
        return [
            *(
                line
                for key, (account, write) in recorded.items()
                for line in self.false_record(account, key, write)
            ),
            *(
                f"the ledger lacks the write to {write.key} ({write.before} to {write.after})"
                for write in self.proxy.writes
                if write.key not in recorded or recorded[write.key][0] != write.account
            ),
            *self.false_sums(document, recorded),
        ]

    def false_record(self, account: str, key: str, record: dict) -> list[str]:
        outcome = record["outcome"]
        written = [write for write in self.proxy.writes if write.key == key]
        statuses = {self.status_in(state, account, key) for state in self.states}
        if outcome in DONE and DONE[outcome] not in statuses:
            return [f"the ledger says {outcome} of {key}, which was {statuses}"]
        if outcome == "already-gone" and self.status_in(self.states[-1], account, key) is not None:
            return [f"the ledger says already-gone of {key}, which is there"]
        if outcome in ("failed", "not-attempted") and written:
            return [f"the ledger says {outcome} of {key}, which it changed"]
        return []

    def status_in(self, state: State, account: str, key: str) -> str | None:
        there = owner(state, key)
        return there[1].keys[key].status if there and there[0].id == account else None

    def false_sums(self, document: dict, recorded: dict) -> list[str]:
        summary = document["summary"]
        if summary is None:
            return []
        lines = []
        for name, outcome in [
            ("deactivated", "deactivated"),
            ("deleted", "deleted"),
            ("reactivated", "reactivated"),
        ]:
            count = sum(write["outcome"] == outcome for _, write in recorded.values())
            if summary["keys"][name] != count:
                lines.append(f"the summary counts {summary['keys'][name]} keys {name}, the records {count}")
        listed = sum(summary["accounts"].values())
        if listed != summary["accountsListed"] or listed != len(document["accounts"]):
            lines.append(f"{summary['accountsListed']} accounts were listed, and {listed} have an outcome")
        return lines

    # 4

    def wrong_code(self) -> list[str]:
        code, document = self.process.code, self.process.document
        summary = document and document["summary"]
        if code not in (0, 1, 2, 3, 4):
            return [f"exit code {code}"]
        if code == 0 and document is not None and summary is None:
            return ["exit code 0, and the ledger has no end of the run"]
        if summary and code != EXIT_CODES[summary["verdict"]]:
            return [f"exit code {code}, and the ledger says {summary['verdict']}"]
        if code != 0 and not self.process.disturbed:
            return [f"exit code {code}, and nothing disturbed it: {summary and summary['problems']}"]
        return [] if is_json(self.process.stdout) else ["asked for --json, it printed none"]

    # for the next process

    def remember(self) -> None:
        process, memory = self.process, self.memory
        deactivated = {write.key for write in self.proxy.writes if write.after == "Inactive"}
        if process.kind == "sweep" and process.document is not None:
            memory.deactivated_by[process.document["run"]["runId"]] = deactivated
        if process.kind == "undo":
            memory.maybe_held |= memory.deactivated_by.get(process.undo_of or "", set())
            memory.held |= {write.key for write in self.proxy.writes if write.after == "Active"}
        if process.kind != "sweep":
            return
        inactive = {
            key
            for account in self.states[-1].values()
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
            for account, user, key, _ in self.keys_throughout():
                if key in inactive and self.always_due(account.id, user.id, key):
                    memory.surely_inactive_since.setdefault(key, process.started)
