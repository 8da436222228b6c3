"""Stands between keysweep and moto: puts all calls in one order, lets people and lies in, and takes notes."""

from __future__ import annotations

import dataclasses
import http.client
import json
import threading
import uuid

import pages
from emulator import MANAGEMENT, Emulator
from facts import facts_in
from server import serve
from truth import Timeline, owner
from wire import HOP_BY_HOP, LOST, Answer, Call, access_key_of, error_answer, xml_of

READS = ("Get", "List", "Describe", "Head", "AssumeRole")


@dataclasses.dataclass(frozen=True)
class Write:
    """A key that a call of keysweep changed."""

    instant: int
    account: str
    user: str
    key: str
    before: str
    after: str | None
    """None: deleted."""


class Proxy:
    def __init__(self, emulator: Emulator, timeline: Timeline) -> None:
        self.emulator = emulator
        self.timeline = timeline
        self.lock = threading.RLock()
        self.page_size = 100
        self.has_index = False
        """Whether the tagging API serves accounts, as AWS does and moto does not."""
        self.reset()
        self.url = serve(self._answer, emulator.clock)

    def reset(self) -> None:
        self.accounts_of_keys: dict[str, str] = {}
        self.last_answers: dict[tuple[str, str], Answer] = {}
        self.begin([])

    def begin(self, disturbances: list) -> None:
        """Before each process: what was read and written by an earlier one is no longer counted."""
        self.disturbances = disturbances
        self.calls: list[Call] = []
        self.writes: list[Write] = []
        self.forbidden: list[Call] = []
        self.reads: dict[tuple, list[int]] = {}
        self.defect: Exception | None = None
        """Of the judge itself."""

    def _answer(self, call: Call) -> Answer:
        try:
            return self.handle(call)
        except Exception as error:
            self.defect = error
            return LOST

    def handle(self, call: Call) -> Answer:
        with self.lock:
            call.account = self.accounts_of_keys.get(access_key_of(call.headers), MANAGEMENT)
            self.calls.append(call)
            for disturbance in self.disturbances:
                disturbance.before(call)
            call.instant = self.timeline.tick()
            lies = (disturbance.instead(call) for disturbance in self.disturbances)
            lie = next((answer for answer in lies if answer is not None), None)
            answer = lie if lie is not None else self.forward(call)
            for fact, instant in answer.reveals.items():
                self.reads.setdefault(fact, []).append(instant)
            for disturbance in self.disturbances:
                disturbance.after(call)
            return answer

    def forward(self, call: Call, account: str | None = None, last_page: bool = False) -> Answer:
        """The right answer. account: of another account, for a lie."""
        if call.operation == "AssumeRole":
            return self._assume_role(call)
        if call.operation == "GetResources" and self.has_index:
            return self._kept(call, self._tag_index())
        if not call.operation.startswith(READS) and call.service != "s3":
            return self._change(call)
        if not pages.is_paged(call):
            answer = self._send(call, account)
        else:
            answer = self._send(pages.whole(call), account)
        if answer.status != 200:
            return self._kept(call, answer)
        page = None
        if pages.is_paged(call):
            page = pages.Page(call, answer, self.page_size, call.page, last_page)
            answer = page.answer
        if account is None:
            answer.reveals = self._reveals(call, page)
        return self._kept(call, answer)

    def _kept(self, call: Call, answer: Answer) -> Answer:
        if answer.status == 200:
            self.last_answers[call.service, call.operation] = answer
        elif answer.status == 404 and call.operation in ("GetLoginProfile", "GetGroup"):
            answer.reveals = self._reveals(call, None)
        return answer

    def _tag_index(self) -> Answer:
        """AWS's index lags behind: this one never hears of a change."""
        listed = [
            {
                "ResourceARN": f"arn:aws:organizations::{MANAGEMENT}:account/o-judge/{id}",
                "Tags": [{"Key": key, "Value": value} for key, value in sorted(account.tags)],
            }
            for id, account in self.timeline.states[0][1].items()
            if account.tags
        ]
        headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": str(uuid.uuid4())}
        body = json.dumps({"ResourceTagMappingList": listed, "PaginationToken": ""})
        return Answer(200, headers, body.encode())

    def _assume_role(self, call: Call) -> Answer:
        """moto lets everybody in. AWS gives this error for a closed account and for a missing role."""
        _, _, _, _, account, role = call.parameters["RoleArn"].split(":")
        there = self.timeline.now.get(account)
        name = role.split("/")[-1]
        if there is None or there.state != "ACTIVE" or name not in there.roles:
            return error_answer(
                call, "AccessDenied", 403, f"not authorized to perform sts:AssumeRole on {role}"
            )
        answer = self._send(call)
        found = next((node for node in xml_of(answer).iter() if node.tag.endswith("}AccessKeyId")), None)
        if found is not None:
            self.accounts_of_keys[found.text] = account
        return self._kept(call, answer)

    def _change(self, call: Call) -> Answer:
        """A call that may change something: only two may, and each only one key."""
        if call.operation not in ("UpdateAccessKey", "DeleteAccessKey"):
            self.forbidden.append(call)
        before = self.timeline.now
        answer = self._send(call)
        key = call.parameters.get("AccessKeyId", "")
        found = owner(before, key)
        if found is not None:
            account, user = found
            self.timeline.read_keys_again(account.id, user.id)
            now = self.timeline.now[account.id].users[user.id].keys.get(key)
            was, status = user.keys[key].status, now.status if now else None
            if was != status:
                self.writes.append(Write(call.instant, account.id, user.id, key, was, status))
        return self._kept(call, answer)

    def _reveals(self, call: Call, page: pages.Page | None) -> dict:
        """The facts that the right answer to this call shows, from now on."""
        return {fact: call.instant for fact in facts_in(call, page, self.timeline.now)}

    def _send(self, call: Call, account: str | None = None) -> Answer:
        headers = {k: v for k, v in call.headers.items() if k not in HOP_BY_HOP}
        headers["content-length"] = str(len(call.body))
        headers["host"] = f"127.0.0.1:{self.emulator.port}"
        if account is not None:
            headers["x-moto-account-id"] = account
        connection = http.client.HTTPConnection("127.0.0.1", self.emulator.port)
        connection.request(call.method, call.path, call.body, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)
