"""What is true in AWS, read with boto3, and every state that it went through. A user is a user ID."""

from __future__ import annotations

import dataclasses
import datetime

from botocore.exceptions import ClientError

from emulator import MANAGEMENT, Emulator


@dataclasses.dataclass(frozen=True)
class Key:
    id: str
    status: str
    created: datetime.datetime
    used: datetime.datetime | None


@dataclasses.dataclass(frozen=True)
class User:
    id: str
    name: str
    console: bool
    tags: frozenset[tuple[str, str]]
    groups: frozenset[str]
    policies: frozenset[str]
    """Names of the managed ones."""
    keys: dict[str, Key]


@dataclasses.dataclass(frozen=True)
class Account:
    id: str
    state: str
    path: tuple[str, ...]
    """IDs from the root down to its OU."""
    tags: frozenset[tuple[str, str]]
    users: dict[str, User]
    groups: frozenset[str]
    roles: frozenset[str]

    def named(self, name: str) -> User | None:
        """IAM compares names without case: reference_iam-quotas.html of its user guide."""
        return next((user for user in self.users.values() if user.name.lower() == name.lower()), None)


State = dict[str, Account]


def owner(state: State, key_id: str) -> tuple[Account, User] | None:
    for account in state.values():
        for user in account.users.values():
            if key_id in user.keys:
                return account, user
    return None


class Timeline:
    """States of the organization, each from an instant on. Instants count calls and changes."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.instant = 0
        self.states: list[tuple[int, State]] = []

    def tick(self) -> int:
        self.instant += 1
        return self.instant

    @property
    def now(self) -> State:
        return self.states[-1][1]

    def during(self, first: int, last: int) -> list[State]:
        """Every state that held at some instant from first to last."""
        held = []
        for position, (since, state) in enumerate(self.states):
            until = self.states[position + 1][0] if position + 1 < len(self.states) else last + 1
            if since <= last and until > first:
                held.append(state)
        return held

    def at(self, instant: int) -> State:
        return self.during(instant, instant)[-1]

    def read_again(self, *accounts: str) -> None:
        """Reads these accounts, or all, because something changed there."""
        previous = self.now if self.states else {}
        listed = read_organization(self._emulator)
        state = {}
        for account in listed:
            keep = accounts and account["Id"] not in accounts and account["Id"] in previous
            state[account["Id"]] = previous[account["Id"]] if keep else read_account(self._emulator, account)
        self.states.append((self.tick(), state))

    def read_keys_again(self, account: str, user: str) -> None:
        """Reads the keys of one user, because a call changed one of them."""
        before = self.now[account]
        name = before.users[user].name
        keys = read_keys(self._emulator, account, name)
        users = {**before.users, user: dataclasses.replace(before.users[user], keys=keys)}
        self.states.append((self.tick(), {**self.now, account: dataclasses.replace(before, users=users)}))


def read_organization(emulator: Emulator) -> list[dict]:
    pages = emulator.organizations.get_paginator("list_accounts").paginate()
    return [account for page in pages for account in page["Accounts"]]


def read_account(emulator: Emulator, listed: dict) -> Account:
    account = listed["Id"]
    tags = emulator.organizations.list_tags_for_resource(ResourceId=account)["Tags"]
    details = emulator.iam(account, "get_account_authorization_details")
    users = [read_user(emulator, account, user) for user in details["UserDetailList"]]
    return Account(
        id=account,
        state=listed.get("State", listed["Status"]),
        path=read_path(emulator, account),
        tags=as_pairs(tags),
        users={user.id: user for user in users},
        groups=frozenset(group["GroupName"] for group in details["GroupDetailList"]),
        roles=frozenset(role["RoleName"] for role in details["RoleDetailList"]),
    )


def read_path(emulator: Emulator, account: str) -> tuple[str, ...]:
    path: list[str] = []
    child = account
    while True:
        parent = emulator.organizations.list_parents(ChildId=child)["Parents"][0]
        path.insert(0, parent["Id"])
        if parent["Type"] == "ROOT":
            return tuple(path)
        child = parent["Id"]


def read_user(emulator: Emulator, account: str, user: dict) -> User:
    name = user["UserName"]
    try:
        emulator.iam(account, "get_login_profile", UserName=name)
        console = True
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise
        console = False
    return User(
        id=user["UserId"],
        name=name,
        console=console,
        tags=as_pairs(user.get("Tags", [])),
        groups=frozenset(user["GroupList"]),
        policies=frozenset(policy["PolicyName"] for policy in user["AttachedManagedPolicies"]),
        keys=read_keys(emulator, account, name),
    )


def read_keys(emulator: Emulator, account: str, name: str) -> dict[str, Key]:
    keys = emulator.iam(account, "list_access_keys", UserName=name)["AccessKeyMetadata"]
    return {key["AccessKeyId"]: read_key(emulator, account, key) for key in keys}


def read_key(emulator: Emulator, account: str, key: dict) -> Key:
    identifier = key["AccessKeyId"]
    use = emulator.iam(account, "get_access_key_last_used", AccessKeyId=identifier)["AccessKeyLastUsed"]
    return Key(identifier, key["Status"], key["CreateDate"], use.get("LastUsedDate"))


def as_pairs(tags: list[dict]) -> frozenset[tuple[str, str]]:
    return frozenset((tag["Key"], tag["Value"]) for tag in tags)


def is_management(account: str) -> bool:
    return account == MANAGEMENT
