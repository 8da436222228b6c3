"""Keys that keysweep wrote although AWS did not permit it.

What counts is each fact at some instant between keysweep's last right answer about it and the write; in a run
that asked, or that applies a file, after the answer or the start. (docs/configuration.md allows a decision to
be five minutes old. No run here takes as long.)
"""

from __future__ import annotations

import rules
from evidence import Evidence
from proxy import Write
from truth import Account, State


class WrongWrites:
    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.process = evidence, evidence.process

    def found(self) -> list[str]:
        why = self.why_not_undo if self.process.kind == "undo" else self.why_not
        return [
            f"wrote {write.key} of {write.user} in {write.account} "
            f"({write.before} to {write.after}): {reason}"
            for write in self.evidence.proxy.writes
            if (reason := why(write)) is not None
        ]

    def why_not(self, write: Write) -> str | None:
        """None: permitted. Any place that the account had in time may have given the settings."""
        reasons = ["the account is not in the organization"]
        window = self.window(write, "place", write.account)
        for path in {state[write.account].path for state in window if write.account in state}:
            settings = rules.settings_of(self.evidence.config, write.account, path)
            reason = self.why_not_by(write, settings)
            if reason is None:
                return None
            reasons.append(reason)
        return reasons[-1]

    def why_not_by(self, write: Write, settings: rules.Settings) -> str | None:
        if self.process.kind == "plan" or write.after == "Active":
            return "no sweep does this"
        if rules.opted_out(self.evidence.config, write.account, self.process.started.date()):
            return "the account is opted out"
        if not (settings.in_scope and settings.armed):
            return "the account is out of scope or not armed"
        if write.key in self.evidence.memory.held:
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

        if not any(self.ever_in(write, group, True) for group in settings.groups):
            return "the user is in none of the groups"
        for group in settings.exempt_groups:
            if not self.ever_in(write, group, False):
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
            return "the key is too young, or in use"
        action = "delete" if write.after is None else "deactivate"
        since = self.evidence.memory.inactive_since.get(write.key)
        if not any(rules.action_for(key, settings, since, now) == action for key in keys):
            return f"the rules do not {action} it ({settings.mode}, {write.before})"
        return None

    def why_not_undo(self, write: Write) -> str | None:
        if write.after != "Active":
            return "an undo only activates"
        if write.key not in self.evidence.memory.deactivated_by.get(self.process.undo_of or "", set()):
            return "that run did not deactivate it"
        if not any(self.ever_in(write, group, True) for group in self.groups_of(write)):
            return "the user is in none of the groups"
        if not self.of_user_at_some_instant(write, "policies", rules.is_not_in_quarantine):
            return "AWS has put the user in quarantine"
        return None

    def groups_of(self, write: Write) -> frozenset[str]:
        """Swept wherever the account was."""
        window = self.window(write, "place", write.account)
        paths = {state[write.account].path for state in window if write.account in state}
        return frozenset().union(
            *(rules.settings_of(self.evidence.config, write.account, path).groups for path in paths)
        )

    def window(self, write: Write, fact: str | tuple, subject: str) -> list[State]:
        """The states between the last right answer about a fact and the write."""
        name = (fact, subject) if isinstance(fact, str) else (*fact, subject)
        instants = [at for at in self.evidence.proxy.reads.get(name, []) if at < write.instant]
        first = max([self.process.decided, *instants])
        return self.evidence.timeline.during(first, write.instant)

    def at_some_instant(self, write: Write, fact: str | tuple, test) -> bool:
        subject = write.account if fact in ("state", "account tags") else write.user
        window = self.window(write, fact, subject)
        return any(test(state[write.account]) for state in window if write.account in state)

    def ever_in(self, write: Write, group: str, inside: bool) -> bool:
        return self.of_user_at_some_instant(
            write, ("member", group), lambda user: (group in user.groups) == inside
        )

    def of_user_at_some_instant(self, write: Write, fact: str | tuple, test) -> bool:
        def in_account(account: Account) -> bool:
            return write.user in account.users and test(account.users[write.user])

        return self.at_some_instant(write, fact, in_account)
