"""Records that are not true of their key, sums that do not add up, and writes that no record names."""

from __future__ import annotations

from evidence import Evidence
from truth import State, owner

DONE = {"deactivated": "Inactive", "deleted": None, "reactivated": "Active"}


def status_in(state: State, account: str, key: str) -> str | None:
    there = owner(state, key)
    return there[1].keys[key].status if there and there[0].id == account else None


class FalseRecords:
    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.process = evidence, evidence.process

    def found(self) -> list[str]:
        document = self.process.document
        if document is None:
            writes = [write.key for write in self.evidence.proxy.writes]
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
                for write in self.evidence.proxy.writes
                if write.key not in recorded or recorded[write.key][0] != write.account
            ),
            *self.false_sums(document, recorded),
        ]

    def false_record(self, account: str, key: str, record: dict) -> list[str]:
        outcome = record["outcome"]
        written = [write for write in self.evidence.proxy.writes if write.key == key]
        statuses = {status_in(state, account, key) for state in self.evidence.states}
        if outcome in DONE and DONE[outcome] not in statuses:
            return [f"the ledger says {outcome} of {key}, which was {statuses}"]
        if outcome == "already-gone" and status_in(self.evidence.states[-1], account, key) is not None:
            return [f"the ledger says already-gone of {key}, which is there"]
        if outcome in ("failed", "not-attempted") and written:
            return [f"the ledger says {outcome} of {key}, which it changed"]
        return []

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
