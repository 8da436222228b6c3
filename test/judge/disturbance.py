"""Something that happens in mid-run: when, and whether it really did."""

from __future__ import annotations

import dataclasses

from wire import Answer, Call


@dataclasses.dataclass
class Moment:
    """The nth call of one operation in a process. Without an operation, the first call from the nth on at
    which it is possible. QUESTION: while keysweep waits for a person.
    """

    nth: int
    operation: str | None = None
    later_page: bool = False
    """Counts only calls for a page after the first."""
    account: str | None = None
    """Counts only calls there."""
    seen: int = 0

    QUESTION = "question"

    def comes_with(self, call: Call) -> bool:
        if self.operation not in (None, call.operation) or (self.later_page and call.page is None):
            return False
        if self.account not in (None, call.account):
            return False
        self.seen += 1
        return self.seen == self.nth or (self.operation is None and self.seen > self.nth)

    def __str__(self) -> str:
        page = ", later page" if self.later_page else ""
        return f"call {self.nth} or later" if self.operation is None else f"{self.operation} {self.nth}{page}"


class Disturbance:
    """Does nothing by itself. `struck` says what happened, in words."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.struck: list[str] = []
        self.hidden: set[tuple] = set()
        """("user", id) or ("account", id) that keysweep may miss through it: no client could have noticed."""

    def before(self, call: Call) -> None:
        """Before the call is carried out."""

    def instead(self, call: Call) -> Answer | None:
        """Another answer than the right one."""
        return None

    def after(self, call: Call) -> None:
        """Before its answer is sent."""

    def at_question(self) -> None:
        """While keysweep asks a person, or between `plan --out` and `apply`."""
