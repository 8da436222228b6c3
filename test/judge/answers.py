"""Answers that are wrong: not AWS's, another call's, of somebody else, late, cut, repeated or an error.

What no client could notice is marked as hidden: keysweep may then miss a key, but never write to a wrong one.
"""

from __future__ import annotations

import dataclasses
import random
import xml.etree.ElementTree as ElementTree

import pages
from disturbance import Disturbance, Moment
from proxy import Proxy
from wire import LOST, Answer, Call, error_answer

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"

# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
COMMON_ERRORS = [
    *[("AccessDenied", 403), ("ExpiredToken", 403), ("InvalidClientTokenId", 403), ("OptInRequired", 403)],
    *[("InternalFailure", 500), ("ServiceUnavailable", 503), ("ValidationError", 400), ("Throttling", 400)],
]
WRITES = ("UpdateAccessKey", "DeleteAccessKey", "PutObject")


def page_of_html(lie: Lie, call: Call) -> Answer:
    return Answer(200, {"content-type": "text/html; charset=utf-8"}, HTML)


def nothing(lie: Lie, call: Call) -> Answer:
    return Answer(200, {}, b"")


def nothing_from_aws(lie: Lie, call: Call) -> Answer:
    """With a request ID: from AWS, but no answer to the call."""
    return Answer(200, {"x-amzn-requestid": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}, b"")


def of_another_call(lie: Lie, call: Call) -> Answer | None:
    answers = lie.proxy.last_answers
    others = sorted(o for s, o in answers if s == call.service and o != call.operation)
    return answers[call.service, lie.rng.choice(others)] if others else None


def of_somebody_else(lie: Lie, call: Call) -> Answer | None:
    """The right answer to the same call about another user, group, key, account or OU."""
    other = lie.somebody_else(call)
    if other is None:
        return None
    answer = lie.proxy.forward(other)
    lie.hide_what_nobody_notices(call, answer)
    return answer


def of_another_account(lie: Lie, call: Call) -> Answer | None:
    """The right answer to the same call in another account."""
    others = sorted(id for id in lie.proxy.timeline.now if id != call.account)
    if call.service != "iam" or call.operation in WRITES:
        return None
    answer = lie.proxy.forward(call, account=lie.rng.choice(others))
    lie.hide_what_nobody_notices(call, answer, another_account=True)
    return answer


def session_of_another_account(lie: Lie, call: Call) -> Answer | None:
    other = lie.other_account(call)
    if call.operation != "AssumeRole" or other is None:
        return None
    return lie.proxy.forward(other)


def session_that_says_otherwise(lie: Lie, call: Call) -> Answer | None:
    """Credentials of another account, below the right name."""
    answer = session_of_another_account(lie, call)
    if answer is None:
        return None
    right, wrong = (c.parameters["RoleArn"].split(":")[4] for c in (call, lie.other_account(call)))
    return dataclasses.replace(answer, body=answer.body.replace(wrong.encode(), right.encode()))


def listed_error(lie: Lie, call: Call) -> Answer | None:
    """One of those that the service model lists for the call, or one that any call may have."""
    if call.service == "tagging":
        return None
    operation = lie.proxy.emulator.model(call.service).operation_model(call.operation)
    listed = [(shape.name, shape.metadata.get("error", {})) for shape in operation.error_shapes]
    codes = [(error.get("code", name), error.get("httpStatusCode", 400)) for name, error in listed]
    code, status = lie.rng.choice(sorted(codes) * 2 + COMMON_ERRORS)
    lie.words = f"error {code}"
    if code == "NoSuchEntity":
        lie.hide_what_nobody_notices(call, Answer(404, {}, b""))
    return error_answer(call, code, status)


def no_such_entity(lie: Lie, call: Call) -> Answer | None:
    if call.service != "iam":
        return None
    answer = error_answer(call, "NoSuchEntity", 404)
    lie.hide_what_nobody_notices(call, answer)
    return answer


def throttled(lie: Lie, call: Call) -> Answer:
    code = (
        "TooManyRequestsException" if call.is_json else "SlowDown" if call.service == "s3" else "Throttling"
    )
    return error_answer(call, code, 503 if call.service == "s3" else 400)


def lost(lie: Lie, call: Call) -> Answer:
    return LOST


def cut(lie: Lie, call: Call) -> Answer:
    return dataclasses.replace(lie.proxy.forward(call), sent=lie.rng.choice([0.3, 0.6, 0.9]))


def late(lie: Lie, call: Call) -> Answer:
    """Lost, and delivered to the next attempt, which is not carried out."""
    lie.late_answers[call.subject, call.page] = lie.proxy.forward(call)
    return LOST


def first_page_again(lie: Lie, call: Call) -> Answer | None:
    if not pages.is_paged(call) or call.page is None:
        return None
    return lie.proxy.forward(call.with_parameters(Marker=None, NextToken=None))


def first_page_again_as_last(lie: Lie, call: Call) -> Answer | None:
    if not pages.is_paged(call) or call.page is None:
        return None
    return lie.proxy.forward(call.with_parameters(Marker=None, NextToken=None), last_page=True)


ANYWHERE = [
    page_of_html,
    nothing,
    nothing_from_aws,
    of_another_call,
    listed_error,
    lost,
    cut,
    late,
    throttled,
]
IN_IAM = [no_such_entity, no_such_entity, of_somebody_else, of_another_account]
KINDS = {
    "GetGroup": [*ANYWHERE, *IN_IAM, first_page_again, first_page_again_as_last],
    "ListAccessKeys": [*ANYWHERE, *IN_IAM, first_page_again, first_page_again_as_last],
    "ListUserTags": [*ANYWHERE, *IN_IAM, first_page_again_as_last],
    "GetLoginProfile": [*ANYWHERE, *IN_IAM],
    "GetAccessKeyLastUsed": [*ANYWHERE, *IN_IAM],
    "UpdateAccessKey": [*ANYWHERE, no_such_entity, no_such_entity, page_of_html, nothing],
    "DeleteAccessKey": [*ANYWHERE, no_such_entity, no_such_entity, page_of_html, nothing],
    "AssumeRole": [*ANYWHERE, *([session_of_another_account, session_that_says_otherwise] * 3)],
    "GetCallerIdentity": ANYWHERE,
    "DescribeOrganization": ANYWHERE,
    "ListRoots": ANYWHERE,
    "ListAccounts": [*ANYWHERE, first_page_again, first_page_again_as_last],
    "ListTagsForResource": [*ANYWHERE, of_somebody_else, of_somebody_else, first_page_again_as_last],
    "ListAccountsForParent": [*ANYWHERE, of_somebody_else, first_page_again_as_last],
    "ListOrganizationalUnitsForParent": [*ANYWHERE, of_somebody_else],
    "ListParents": [*ANYWHERE, of_somebody_else],
    "DescribeAccount": [*ANYWHERE, of_somebody_else],
}
IN_S3 = {
    "PutObject": [*ANYWHERE, page_of_html, nothing],
    "GetObject": [*ANYWHERE, of_somebody_else],
    "ListObjectsV2": ANYWHERE,
}
WEIGHTS = {"UpdateAccessKey": 5, "DeleteAccessKey": 3, "GetGroup": 3, "ListAccessKeys": 3, "AssumeRole": 3}
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
        carried_out = happens and not 400 <= answer.status < 500 and kind not in (cut, late)
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


UNNOTICED = (no_such_entity, of_somebody_else, of_another_account, listed_error)
"""Told twice about the same thing, nobody could notice some of these."""


def draw_lie(proxy: Proxy, rng: random.Random, with_s3: bool) -> Lie:
    if rng.random() < 0.5:
        return Lie(Moment(rng.randint(1, 50)), None, proxy, rng, carried_out=rng.random() < 0.4)
    kinds = {**KINDS, **(IN_S3 if with_s3 else {})}
    operations = sorted(kinds)
    operation = rng.choices(operations, [WEIGHTS.get(one, 1) for one in operations])[0]
    kind = rng.choice(kinds[operation])
    paged = operation in {**pages.XML_LISTS, **pages.JSON_LISTS}
    on_page = kind in (first_page_again, first_page_again_as_last) or (paged and rng.random() < 0.3)
    moment = Moment(rng.choice([1, 1, 1, 2, 2, 3, 4, 6]), operation, later_page=on_page)
    times = 1 if kind in UNNOTICED else rng.choice([1, 1, 1, 2])
    return Lie(moment, kind, proxy, rng, times, carried_out=rng.random() < 0.4)
