"""Answers that are wrong: not AWS's, another call's, of somebody else, late, cut, repeated or an error.

What no client could notice is marked as hidden: keysweep may then miss a key, but never write to a wrong one.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pages
from wire import LOST, Answer, Call, error_answer

if TYPE_CHECKING:
    from lies import Lie

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
    "ListAttachedUserPolicies": [*ANYWHERE, no_such_entity],
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
