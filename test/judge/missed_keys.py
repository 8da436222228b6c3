"""Keys missed in silence: exit code 0 while a key, due from the start to the end, is as it was."""

from __future__ import annotations

import rules
from evidence import Evidence
from truth import Account, User, owner


class MissedKeys:
    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.process = evidence, evidence.process

    def found(self) -> list[str]:
        if self.process.code != 0 or self.process.kind == "plan":
            return []
        missed = self.not_reactivated() if self.process.kind == "undo" else self.not_revoked()
        return [f"exit code 0, but {line}" for line in missed]

    def not_revoked(self) -> list[str]:
        return [
            f"{key} of {user.name} in {account.id} was due from the start to the end and is {now}"
            for account, user, key, now in self.evidence.keys_throughout()
            if self.evidence.always_due(account.id, user.id, key) and not self.excused(account, user, key)
            if now in self.unfinished(account, key)
        ]

    def excused(self, account: Account, user: User, key: str) -> bool:
        """`apply FILE` leaves alone what changed since the plan, and has to name it."""
        if self.process.only is not None and (key not in self.process.only or key in self.warnings()):
            return True
        if self.process.chosen is not None and account.id not in self.process.chosen:
            return True
        held = key in self.evidence.memory.held or key in self.evidence.memory.maybe_held
        return (
            held or ("user", user.id) in self.process.hidden or ("account", account.id) in self.process.hidden
        )

    def warnings(self) -> str:
        summary = self.process.document and self.process.document["summary"]
        return "\n".join(summary["warnings"]) if summary else ""

    def unfinished(self, account: Account, key: str) -> set[str]:
        """Statuses at the end that mean that nothing was done about a due key, where all states agree."""
        statuses, modes = set(), set()
        for state in self.evidence.states:
            found = owner(state, key)
            statuses.add(found[1].keys[key].status if found else None)
            modes.add(rules.settings_of(self.evidence.config, account.id, state[account.id].path).mode)
        if modes == {"delete"}:
            return {"Active", "Inactive"}
        if self.surely_deletable(key) and modes == {"deactivate-then-delete"} and statuses == {"Inactive"}:
            return {"Inactive"}
        return {"Active"} if statuses == {"Active"} else set()

    def surely_deletable(self, key: str) -> bool:
        since = self.evidence.memory.surely_inactive_since.get(key)
        return since is not None and self.process.started - since >= rules.DELETE_AFTER

    def not_reactivated(self) -> list[str]:
        deactivated = self.evidence.memory.deactivated_by.get(self.process.undo_of or "", set())
        return [
            f"{key} of {user.name} in {account.id} was Inactive from the start to the end and stays so"
            for account, user, key, now in self.evidence.keys_throughout()
            if key in deactivated and now == "Inactive" and self.evidence.statuses(key) == {"Inactive"}
            if self.evidence.always_due(account.id, user.id, key) and not self.excused(account, user, key)
            if not self.was_in_quarantine(key)
        ]

    def was_in_quarantine(self, key: str) -> bool:
        owners = [found[1] for state in self.evidence.states if (found := owner(state, key))]
        return not all(rules.is_not_in_quarantine(user) for user in owners)
