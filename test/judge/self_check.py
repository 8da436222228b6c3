"""Lies to the judge itself: each changes evidence, or does what keysweep must not do, and has to be noticed.

A judge that says nothing would pass every run. Every reason that the oracle can give has a lie here.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
import json
import pathlib
import tempfile
import urllib.parse
import uuid
from collections.abc import Iterator

import acts
from disturbance import Disturbance, Moment
from emulator import Emulator
from lab import FIRST, Lab
from oracle import judge
from organization import BY_USE, NEW, OLD
from people import Act
from proxy import Proxy
from stage import Stage
from truth import owner
from wire import NAMESPACES, Answer, understand

Noticed = tuple[str, str, list[str]]
"""The lie, words of the line that notices it, and the lines that the judge wrote."""


class Rogue(Disturbance):
    """Sends a write of its own, as keysweep would, before keysweep's first call of an operation."""

    def __init__(
        self,
        lab: Lab,
        name: str,
        operation: str = "UpdateAccessKey",
        before: str = "UpdateAccessKey",
        account: str | None = None,
        **more,
    ):
        super().__init__(Moment(FIRST, before, account=account))
        self.lab, self.name, self.operation = lab, name, operation
        self.more = more or ({"Status": "Inactive"} if operation == "UpdateAccessKey" else {})

    def before(self, call) -> None:
        if self.moment.comes_with(call):
            self.struck.append(f"{self.operation} of {self.name}'s key")
            account, _ = owner(self.lab.played.timeline.now, self.lab.keys[self.name])
            self.send(account.id)

    def send(self, account: str) -> None:
        proxy = self.lab.proxy
        proxy.accounts_of_keys[f"ROGUE{account}"] = account
        parameters = {"UserName": self.name, "AccessKeyId": self.lab.keys[self.name], **self.more}
        body = urllib.parse.urlencode({"Action": self.operation, "Version": "2010-05-08", **parameters})
        scope = f"ROGUE{account}/20260101/us-east-1/iam/aws4_request"
        headers = {
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}",
            "content-type": "application/x-www-form-urlencoded",
            "x-moto-account-id": account,
        }
        proxy.handle(understand("POST", "/", headers, body.encode()))


class PretendedWrite(Disturbance):
    """AWS's own answer to a write that nobody carries out."""

    def instead(self, call):
        if call.operation not in ("UpdateAccessKey", "DeleteAccessKey"):
            return None
        self.struck.append(call.operation)
        name = f"{call.operation}Response"
        text = (
            f'<{name} xmlns="{NAMESPACES["iam"]}"><ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId>'
            f"</ResponseMetadata></{name}>"
        )
        return Answer(200, {"content-type": "text/xml", "x-amzn-requestid": str(uuid.uuid4())}, text.encode())


def of_key(lab: Lab, name: str, lines: list[str]) -> list[str]:
    return [line for line in lines if lab.keys[name] in line]


def parade(lab: Lab) -> Stage:
    """An organization with somebody for each reason not to write."""
    user = lab.user
    user("break-glass-1", ["Developers"])
    user("tagged", ["Developers"], exempt=True)
    user("robot", ["Developers"], console=False)
    user("young", ["Developers"], [("Active", NEW)])
    user("idle", ["Developers"], [("Inactive", OLD)])
    for name, unit in [("quiet", "quiet"), ("marked", None), ("excepted", None), ("closed", None)]:
        account = lab.builder.account(name, unit)
        user(f"in-{name}", ["Developers"], account=account)
        setattr(lab, name, account)
    lab.builder.opt_out(lab.marked)
    lab.emulator.organizations.close_account(AccountId=lab.closed)
    until = (datetime.date.today() + datetime.timedelta(days=40)).isoformat()
    entry = {"account": lab.excepted, "owner": "somebody", "reason": "a check", "until": until}
    return lab.stage(
        top={"optOuts": [entry]},
        rules={"mode": "deactivate", "maxKeyAgeDays": 30},
        exempt={"users": ["break-glass-*"], "groups": ["Exempt"]},
    )


def wrong_writes(lab: Lab) -> Iterator[Noticed]:
    stage = parade(lab)
    reasons = {
        "eve": "in none of the groups",
        "zoe": "in exempt group Exempt",
        "break-glass-1": "the name of the user is exempt",
        "tagged": "has the exempt tag",
        "robot": "no console password",
        "young": "too young",
        "in-quiet": "not armed",
        "in-marked": "has the opt-out tag",
        "in-excepted": "the account is opted out",
        "in-closed": "the account is closed",
    }
    others = [
        Rogue(lab, "ada", "DeleteAccessKey"),
        Rogue(lab, "idle", Status="Active"),
        Rogue(lab, "bob", "CreateAccessKey", AccessKeyId=""),
    ]
    lines = stage.sweep([*(Rogue(lab, name) for name in reasons), *others])
    for name, words in reasons.items():
        yield f"wrote to {name}", words, of_key(lab, name, lines)
    yield "deleted under mode deactivate", "the rules do not delete it", of_key(lab, "ada", lines)
    yield "activated in a sweep", "no sweep does this", of_key(lab, "idle", lines)
    yield "created a key", "called iam:CreateAccessKey", lines


def wrong_writes_by_use(lab: Lab) -> Iterator[Noticed]:
    for name, age in [("busy", 10), ("unused", 60)]:
        lab.user(name, ["Developers"])
        lab.builder.use(lab.swept, lab.keys[name], age)
    stage = lab.stage(rules={"mode": "deactivate", **BY_USE})
    lines = stage.sweep([Rogue(lab, "busy", account=lab.swept)])
    yield "wrote to a key in use", "in use", of_key(lab, "busy", lines)


def wrong_writes_of_an_undo(lab: Lab) -> Iterator[Noticed]:
    lab.user("idle", ["Developers"], [("Inactive", OLD)])
    stage = lab.stage()
    stage.sweep()
    leaves = lab.act(acts.leave_groups, "GetGroup", "bob")
    found = lab.act(acts.quarantine, "GetGroup", "zoe")
    # The other account may come first, and then nothing has been read here.
    restored = [Rogue(lab, name, account=lab.swept, Status="Active") for name in ["bob", "zoe", "idle"]]
    lines = stage.undo([leaves, found, *restored, Rogue(lab, "eve", account=lab.swept)])
    yield "restored a key of somebody who left", "in none of the groups", of_key(lab, "bob", lines)
    yield "restored a key in quarantine", "in quarantine", of_key(lab, "zoe", lines)
    yield "undid what the run had not done", "that run did not deactivate it", of_key(lab, "idle", lines)
    yield "deactivated in an undo", "an undo only activates", of_key(lab, "eve", lines)
    lines = stage.sweep([Rogue(lab, "ada", before="GetGroup")], lab.other)
    yield "wrote to a held key", "on hold", of_key(lab, "ada", lines)


def wrong_writes_of_narrow_runs(lab: Lab) -> Iterator[Noticed]:
    stage = lab.stage()
    lines = stage.plan([Rogue(lab, "ada", before="ListAccessKeys")])
    yield "wrote while planning", "no sweep does this", of_key(lab, "ada", lines)
    lines = stage.sweep([Rogue(lab, "bob", before="GetGroup")], lab.other)
    yield "wrote in an account that was not chosen", "not chosen for this run", of_key(lab, "bob", lines)

    def join(someone, account, user) -> str:
        lab.user("late", ["Developers"])
        return "late joined"

    joins = Act(Moment(FIRST, Moment.QUESTION), join, stage.people, "ada")
    lines = stage.sweep_by_file([joins, Rogue(lab, "late")])
    yield "wrote to a key that is not in the plan file", "the plan file does not", of_key(lab, "late", lines)


def writes_not_carried_out(lab: Lab) -> Iterator[Noticed]:
    stage = lab.stage()
    lines = of_key(lab, "ada", stage.sweep([PretendedWrite(Moment(FIRST))]))
    yield "did not carry out a write", "was due from the start to the end and is Active", lines
    yield "recorded a write that was not carried out", "the ledger says deactivated of", lines
    stage.sweep()
    lines = of_key(lab, "ada", stage.undo([PretendedWrite(Moment(FIRST))]))
    yield "did not carry out an undo", "stays so", lines


def other_configuration(lab: Lab) -> Iterator[Noticed]:
    """keysweep reads another accounts.json than the judge."""
    stage = lab.stage("deactivate-then-delete")
    rewrite(stage, exempt={"users": ["ada"]})
    lines = of_key(lab, "ada", stage.sweep())
    yield "left out a due key", "was due from the start to the end and is Active", lines
    stage.pass_days(8)
    rewrite(stage, rules={"mode": "deactivate"})
    yield (
        "left out a deletion",
        "was due from the start to the end and is Inactive",
        of_key(lab, "bob", stage.sweep()),
    )


def rewrite(stage: Stage, **defaults: object) -> None:
    file = stage.folder / "accounts.json"
    config = json.loads(file.read_text())
    config["defaults"].update(defaults)
    file.write_text(json.dumps(config))


def changed_evidence(lab: Lab) -> Iterator[Noticed]:
    """One right sweep, judged again with one thing changed each time."""
    stage = lab.stage()
    right = stage.sweep()
    if right:
        raise AssertionError(right)

    def again(change) -> list[str]:
        process, memory = copy.deepcopy(stage.process), copy.deepcopy(stage.memory)
        change(process)
        return judge(dataclasses.replace(stage.evidence(), process=process, memory=memory))

    def record(outcome: str):
        return again(lambda process: first_writes(process)[0].update(outcome=outcome))

    def summary(**more: object):
        return again(lambda process: process.document["summary"].update(more))

    def known(**more: object):
        return again(lambda process: [setattr(process, name, value) for name, value in more.items()])

    yield "a record says already-gone", "the ledger says already-gone", record("already-gone")
    yield "a record says failed", "the ledger says failed", record("failed")
    yield (
        "a record is missing",
        "the ledger lacks the write",
        again(lambda process: first_writes(process).pop()),
    )
    keys = {"deactivated": 7, "deleted": 0, "reactivated": 0}
    yield "the sums are wrong", "the summary counts", summary(keys=keys)
    yield "an account is missing", "accounts were listed", summary(accountsListed=99)
    yield "the verdict is wrong", "and the ledger says incomplete", summary(verdict="incomplete")
    yield "exit code 1", "exit code 1", known(code=1)
    yield "no exit code", "exit code None", known(code=None)
    yield "no run in the ledger", "the ledger has no run", known(document=None)
    yield "no JSON", "asked for --json", known(stdout="swept")
    yield from changed_behind_its_back(lab, stage, again)


def first_writes(process) -> list[dict]:
    return next(account["writes"] for account in process.document["accounts"] if account["writes"])


def changed_behind_its_back(lab: Lab, stage: Stage, again) -> Iterator[Noticed]:
    for file in (lab.folder / "ledger").rglob("*.jsonl"):
        file.write_text(file.read_text().replace('"outcome":"deactivated"', '"outcome":"failed"'))
    shown = stage.keysweep.show()
    lines = again(lambda process: setattr(process, "document", shown))
    yield "a record was changed on disk", "", lines
    key = {"UserName": "ada", "AccessKeyId": lab.keys["ada"], "Status": "Active"}
    lab.emulator.iam(lab.swept, "update_access_key", **key)
    yield "a key was activated behind its back", "no call did it", stage.unexplained()


GROUPS = [
    *[wrong_writes, wrong_writes_by_use, wrong_writes_of_an_undo, wrong_writes_of_narrow_runs, writes_not_carried_out],
    *[other_configuration, changed_evidence],
]


def check(emulator: Emulator, proxy: Proxy, program: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each lie, with what is wrong about it: nothing, or that the judge said nothing of it."""
    for group in GROUPS:
        with tempfile.TemporaryDirectory(prefix="keysweep-judge-") as folder:
            lab = Lab(emulator, proxy, program, pathlib.Path(folder))
            for name, words, lines in group(lab):
                noticed = any(words in line for line in lines)
                yield name, [] if noticed else [f"was not noticed; the judge said {lines}"]
