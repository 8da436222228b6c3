"""What is known of a process of keysweep when it has ended: all that the oracle judges by."""

from __future__ import annotations

import dataclasses
import datetime

import rules
from proxy import Proxy
from truth import Account, Timeline, User, owner


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


@dataclasses.dataclass
class Evidence:
    process: Process
    proxy: Proxy
    timeline: Timeline
    config: dict
    memory: Memory

    def __post_init__(self) -> None:
        self.states = self.timeline.during(self.process.first, self.process.last)

    def keys_throughout(self) -> list[tuple[Account, User, str, str]]:
        """Keys that were there at the start and are at the end, with their status at the end."""
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

    def statuses(self, key: str) -> set[str | None]:
        found = [owner(state, key) for state in self.states]
        return {there[1].keys[key].status if there else None for there in found}
