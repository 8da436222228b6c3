"""A wrong answer at one moment, and how one is drawn."""

from __future__ import annotations

import dataclasses
import random
import xml.etree.ElementTree as ElementTree

import answers
import pages
from answers import ANYWHERE, IN_S3, KINDS, WRITES
from disturbance import Disturbance, Moment
from proxy import Proxy
from wire import Answer, Call

WEIGHTS = {"UpdateAccessKey": 9, "DeleteAccessKey": 5, "GetGroup": 3, "ListAccessKeys": 3, "AssumeRole": 3}
SUBJECTS = ["UserName", "GroupName", "AccessKeyId", "ResourceId", "ParentId", "ChildId", "AccountId"]


class Lie(Disturbance):
    def __init__(
        self,
        moment: Moment,
        kind,
        proxy: Proxy,
        rng: random.Random,
        times: int = 1,
        carried_out: bool = False,
    ) -> None:
        """kind: None: drawn for the call that comes. carried_out: a write takes effect all the same."""
        super().__init__(moment)
        self.kind, self.proxy, self.rng = kind, proxy, rng
        self.times, self.carried_out = times, carried_out
        self.words = kind.__name__ if kind else "something"
        self.late_answers: dict[tuple, Answer] = {}

    def instead(self, call: Call) -> Answer | None:
        late_answer = self.late_answers.pop((call.subject, call.page), None)
        if late_answer is not None:
            return late_answer
        kind = self.kind_for(call) if self.strikes(call) else None
        if kind is None:
            return None
        self.words = kind.__name__
        answer = kind(self, call)
        if answer is None:
            return None
        # AWS refuses nothing that it has done.
        happens = call.operation in WRITES and self.carried_out
        carried_out = happens and not 400 <= answer.status < 500 and kind not in (answers.cut, answers.late)
        if carried_out:
            self.proxy.forward(call)
        subject = next((str(call.parameters[n]) for n in SUBJECTS if n in call.parameters), "")
        effect = ", carried out" if carried_out else ""
        self.struck.append(f"{call.account} {call.operation} {subject}: {self.words}{effect}")
        return dataclasses.replace(answer, reveals={})

    def kind_for(self, call: Call):
        kinds = {**KINDS, **IN_S3}.get(call.operation, ANYWHERE)
        return self.kind or (None if self.struck else self.rng.choice(kinds))

    def strikes(self, call: Call) -> bool:
        if self.moment.comes_with(call):
            return True
        again = self.moment.nth < self.moment.seen < self.moment.nth + self.times
        return again and call.operation == self.moment.operation

    def somebody_else(self, call: Call) -> Call | None:
        account = self.proxy.timeline.now.get(call.account)
        mine = call.parameters
        if call.service == "s3":
            return self.another_object(call)
        if call.service == "iam" and account is not None:
            others = {
                "UserName": [user.name for user in account.users.values()],
                "GroupName": sorted(account.groups),
                "AccessKeyId": [key for user in account.users.values() for key in user.keys],
            }
        else:
            state = self.proxy.timeline.now
            others = {
                "ResourceId": sorted(state),
                "ChildId": sorted(state),
                "AccountId": sorted(state),
                "ParentId": sorted({unit for one in state.values() for unit in one.path}),
            }
        for name, candidates in others.items():
            rest = [one for one in candidates if one != mine.get(name)]
            if name in mine and rest:
                return call.with_parameters(**{name: self.rng.choice(rest)})
        return None

    def another_object(self, call: Call) -> Call | None:
        bucket, mine = call.parameters["Bucket"], call.parameters["Key"]
        found = self.proxy.emulator.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        others = [one["Key"] for one in found if one["Key"] != mine]
        return dataclasses.replace(call, path=f"/{bucket}/{self.rng.choice(others)}") if others else None

    def other_account(self, call: Call) -> Call | None:
        """The same every time it is asked about one call."""
        arn = call.parameters.get("RoleArn", "::::")
        mine = arn.split(":")[4]
        open_ones = [one for one in self.proxy.timeline.now.values() if one.state == "ACTIVE" and one.roles]
        rest = [one.id for one in open_ones if one.id != mine]
        return call.with_parameters(RoleArn=arn.replace(mine, min(rest))) if rest else None

    def hide_what_nobody_notices(self, call: Call, answer: Answer, another_account: bool = False) -> None:
        account = self.proxy.timeline.now.get(call.account)
        name = call.parameters.get("UserName")
        user = account.named(name) if account and name else None
        absent = answer.status == 404
        match call.operation:
            case "ListTagsForResource":
                self.hidden.add(("account", call.parameters["ResourceId"]))
            case "ListParents":
                self.hidden.add(("account", call.parameters["ChildId"]))
            case "GetGroup" if absent and call.page is None and account:
                group = call.parameters["GroupName"]
                self.hidden |= {("user", u.id) for u in account.users.values() if group in u.groups}
            case "ListUserTags" if user and not absent:
                self.hidden.add(("user", user.id))
            case "GetLoginProfile" if user and (absent or another_account):
                self.hidden.add(("user", user.id))
            case "ListAccessKeys" if user and not absent and (another_account or not has_keys(answer)):
                self.hidden.add(("user", user.id))

    def __str__(self) -> str:
        times = f" x{self.times}" if self.times > 1 else ""
        return f"{self.words}{times} at {self.moment}: {self.struck or 'nothing'}"


def has_keys(answer: Answer) -> bool:
    return any(node.tag.endswith("}AccessKeyId") for node in ElementTree.fromstring(answer.body).iter())


UNNOTICED = (
    answers.no_such_entity,
    answers.of_somebody_else,
    answers.of_another_account,
    answers.listed_error,
)

"""Told twice about the same thing, nobody could notice some of these."""


def draw_lie(proxy: Proxy, rng: random.Random, with_s3: bool) -> Lie:
    if rng.random() < 0.5:
        return Lie(Moment(rng.randint(1, 50)), None, proxy, rng, carried_out=rng.random() < 0.4)
    kinds = {**KINDS, **(IN_S3 if with_s3 else {})}
    operations = sorted(kinds)
    operation = rng.choices(operations, [WEIGHTS.get(one, 1) for one in operations])[0]
    kind = rng.choice(kinds[operation])
    paged = operation in {**pages.XML_LISTS, **pages.JSON_LISTS}
    about_pages = kind in (answers.first_page_again, answers.first_page_again_as_last)
    on_page = about_pages or (paged and rng.random() < 0.3)
    moment = Moment(rng.choice([1, 1, 1, 2, 2, 3, 4, 6]), operation, later_page=on_page)
    times = 1 if kind in UNNOTICED else rng.choice([1, 1, 1, 2])
    return Lie(moment, kind, proxy, rng, times, carried_out=rng.random() < 0.4)
