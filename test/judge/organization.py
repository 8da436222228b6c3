"""A small organization, drawn from a seed and made with boto3, and an accounts.json for it."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Sequence

from emulator import MANAGEMENT, Emulator
from rules import EXEMPT_TAG, OPT_OUT_TAG

ROLE = "KeysweepRotation"
NAMES = ["ada", "bob", "eve", "grace", "linus", "alan", "mary", "tim"]
GROUPS = ["Admins", "Developers", "Engineers", "Exempt"]
OLD, NEW = 100, 0
"""Ages of keys in days; a rule about age has 30, one about use 45."""
BY_USE = {"maxKeyAgeDays": 120, "maxUnusedDays": 45}
TRUST = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
}
RIGHTS = {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}


def policy(statement: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Builder:
    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        emulator.reset()
        emulator.organizations.create_organization(FeatureSet="ALL")
        self.root = emulator.organizations.list_roots()["Roots"][0]["Id"]
        self.units = {"root": self.root}

    def unit(self, name: str) -> str:
        made = self.emulator.organizations.create_organizational_unit(ParentId=self.root, Name=name)
        self.units[name] = made["OrganizationalUnit"]["Id"]
        return self.units[name]

    def account(self, name: str, unit: str | None = None, groups: Sequence[str] = GROUPS) -> str:
        organizations = self.emulator.organizations
        email = f"{name}@example.com"
        status = organizations.create_account(AccountName=name, Email=email)["CreateAccountStatus"]
        account = status["AccountId"]
        if unit is not None:
            organizations.move_account(
                AccountId=account, SourceParentId=self.root, DestinationParentId=self.units[unit]
            )
        iam = self.emulator.iam
        iam(account, "create_role", RoleName=ROLE, AssumeRolePolicyDocument=policy(TRUST))
        iam(account, "put_role_policy", RoleName=ROLE, PolicyName="all", PolicyDocument=policy(RIGHTS))
        for group in groups:
            iam(account, "create_group", GroupName=group)
        return account

    def opt_out(self, account: str) -> None:
        key, value = OPT_OUT_TAG
        tags = [{"Key": key, "Value": value}]
        self.emulator.organizations.tag_resource(ResourceId=account, Tags=tags)

    def user(
        self,
        account: str,
        name: str,
        groups: list[str],
        keys: list[tuple[str, int]],
        console: bool = True,
        exempt: bool = False,
    ) -> list[str]:
        """keys: status and age in days of each. Returns their IDs."""
        iam = self.emulator.iam
        iam(account, "create_user", UserName=name)
        for group in groups:
            iam(account, "add_user_to_group", GroupName=group, UserName=name)
        if console:
            iam(account, "create_login_profile", UserName=name, Password="Correct-horse-battery-1")
        if exempt:
            key, value = EXEMPT_TAG
            iam(account, "tag_user", UserName=name, Tags=[{"Key": key, "Value": value}])
        return [self.key(account, name, status, age) for status, age in keys]

    def key(self, account: str, name: str, status: str, age: int) -> str:
        self.emulator.clock.moved = -age * 86400.0
        key = self.emulator.iam(account, "create_access_key", UserName=name)["AccessKey"]["AccessKeyId"]
        self.emulator.clock.moved = 0.0
        if status != "Active":
            iam = self.emulator.iam
            iam(account, "update_access_key", UserName=name, AccessKeyId=key, Status=status)
        return key

    def use(self, account: str, key: str, age: int) -> None:
        """The key was last used so many days ago."""
        self.emulator.clock.moved = -age * 86400.0
        self.emulator.use_key(account, key)
        self.emulator.clock.moved = 0.0


# No limit shall stop a small organization.
LIMITS = {
    "maxKeys": 1_000_000,
    "maxGrowth": 1000,
    "maxShareOfKeys": 1,
    "maxAccountsDrop": 1,
    "maxCannotAssume": 1,
}


def draw_organization(emulator: Emulator, rng: random.Random) -> tuple[dict, dict[str, str]]:
    """Makes it. Returns accounts.json and the IDs of the OUs by name."""

    def chance(share: float) -> bool:
        return rng.random() < share

    builder = Builder(emulator)
    for name in ["armed", "quiet", "outside"]:
        builder.unit(name)
    exempt = {"users": ["break-glass-*"] if chance(0.6) else [], "groups": ["Exempt"] if chance(0.6) else []}
    config = {
        "limits": LIMITS,
        "concurrency": {"accounts": rng.choice([1, 2, 4]), "callsPerAccount": rng.choice([1, 2, 4])},
        "defaults": {
            "armed": True,
            "groups": ["Developers", "Admins"] if chance(0.7) else ["Developers"],
            "rules": {
                "mode": rng.choice(["deactivate", "deactivate-then-delete", "delete"]),
                **rng.choice([{"maxKeyAgeDays": 0}, {"maxKeyAgeDays": 0}, {"maxKeyAgeDays": 30}, BY_USE]),
                "users": "all" if chance(0.4) else "with-console-access",
            },
            "exempt": exempt,
        },
        "overrides": [{"organizationalUnits": [builder.units["quiet"]], "armed": False}],
        "optOuts": [],
    }
    if chance(0.3):
        config["scope"] = {"organizationalUnits": [builder.units["armed"], builder.units["quiet"]]}
    for number in range(rng.randint(2, 5)):
        draw_account(builder, rng, config, number)
    return config, builder.units


def draw_account(builder: Builder, rng: random.Random, config: dict, number: int) -> None:
    """The first one is swept for sure, and has somebody for every exemption."""
    unit = "armed" if number == 0 else rng.choice(["armed", "armed", "quiet", "outside"])
    account = builder.account(f"account-{number}", unit)
    groups = config["defaults"]["groups"]
    exempt = config["defaults"]["exempt"]
    if number == 0:
        builder.user(account, "break-glass-1", [groups[0]], [("Active", OLD)])
        builder.user(account, "exempt", [groups[0], "Exempt"] if exempt["groups"] else [], [("Active", OLD)])
        builder.user(account, "member", list(groups), [("Active", OLD)])
    elif rng.random() < 0.2:
        builder.opt_out(account)
    elif rng.random() < 0.2:
        until = builder.emulator.clock.now().date() + datetime.timedelta(days=rng.choice([-20, 40]))
        entry = {"account": account, "owner": "somebody", "reason": "drawn", "until": until.isoformat()}
        config["optOuts"].append(entry)
    elif rng.random() < 0.4:
        mode = rng.choice(["deactivate", "deactivate-then-delete", "delete"])
        config["overrides"].append({"accounts": [account], "rules": {"mode": mode}})
    for name in rng.sample(NAMES, rng.randint(1, 4)):
        draw_user(builder, rng, account, name, groups)


def draw_user(builder: Builder, rng: random.Random, account: str, name: str, groups: list[str]) -> None:
    mine = [group for group in groups if rng.random() < 0.6] or rng.choice([[], ["Engineers"], [groups[0]]])
    if rng.random() < 0.15:
        mine = [*mine, "Exempt"]
    keys = [
        (rng.choice(["Active", "Active", "Active", "Inactive"]), rng.choice([OLD, OLD, NEW]))
        for _ in range(rng.choice([0, 1, 1, 2]))
    ]
    made = builder.user(account, name, mine, keys, console=rng.random() < 0.75, exempt=rng.random() < 0.12)
    for key, (_, age) in zip(made, keys, strict=True):
        if age == OLD and rng.random() < 0.5:
            builder.use(account, key, rng.choice([10, 60]))
