"""What people of an organization do while keysweep runs. Each act changes moto with boto3, past keysweep."""

from __future__ import annotations

import random

from disturbance import Disturbance, Moment
from emulator import Emulator
from rules import settings_of
from truth import Account, Timeline, User
from wire import Call

AWS_POLICY = "arn:aws:iam::aws:policy/"
PASSWORD = "Correct-horse-battery-1"


class People:
    """Somebody who may do anything, in an organization of which one configuration says what is due."""

    def __init__(self, emulator: Emulator, timeline: Timeline, config: dict, rng: random.Random) -> None:
        self.emulator, self.timeline, self.config, self.rng = emulator, timeline, config, rng
        self.units: dict[str, str] = {}

    def choose_account(self) -> Account:
        """Mostly one in which a sweep has something to do."""
        state = self.timeline.now.values()
        inside = [account for account in state if account.users and self._settings(account).in_scope]
        swept = [account for account in inside if self._settings(account).armed]
        return self.rng.choice(swept or inside)

    def choose_user(self, account: Account, with_keys: bool = True) -> User | None:
        users = [user for user in account.users.values() if user.keys or not with_keys]
        members = [user for user in users if user.groups & self._settings(account).groups]
        if members and self.rng.random() < 0.85:
            return self.rng.choice(members)
        return self.rng.choice(users) if users else None

    def swept_group(self, account: Account) -> str | None:
        groups = sorted(self._settings(account).groups & account.groups)
        return self.rng.choice(groups) if groups else None

    def exempt_group(self, account: Account) -> str | None:
        groups = sorted(self._settings(account).exempt_groups & account.groups)
        return self.rng.choice(groups) if groups else None

    def _settings(self, account: Account):
        return settings_of(self.config, account.id, account.path)

    def iam(self, account: Account, operation: str, **parameters: object) -> dict:
        return self.emulator.iam(account.id, operation, **parameters)

    def delete(self, account: Account, user: User) -> None:
        """In the order that IAM demands: everything of the user first."""
        for group in user.groups:
            self.iam(account, "remove_user_from_group", GroupName=group, UserName=user.name)
        if user.console:
            self.iam(account, "delete_login_profile", UserName=user.name)
        for policy in user.policies:
            self.iam(account, "detach_user_policy", UserName=user.name, PolicyArn=f"{AWS_POLICY}{policy}")
        for key in user.keys:
            self.iam(account, "delete_access_key", UserName=user.name, AccessKeyId=key)
        self.iam(account, "delete_user", UserName=user.name)

    def create(self, account: Account, name: str, groups: list[str], keys: int = 1) -> None:
        self.iam(account, "create_user", UserName=name)
        self.iam(account, "create_login_profile", UserName=name, Password=PASSWORD)
        for group in groups:
            self.iam(account, "add_user_to_group", GroupName=group, UserName=name)
        for _ in range(keys):
            self.iam(account, "create_access_key", UserName=name)

    def rename(self, account: Account, old: str, new: str) -> None:
        self.iam(account, "update_user", UserName=old, NewUserName=new)


class Act(Disturbance):
    """One act at one moment, on somebody chosen then, unless a name says on whom."""

    def __init__(
        self, moment: Moment, act, people: People, name: str | None = None, late: bool = False
    ) -> None:
        """late: after the call is carried out and before its answer arrives."""
        super().__init__(moment)
        self.act, self.people, self.name, self.late = act, people, name, late

    def before(self, call: Call) -> None:
        if not self.late and not self.struck and self.moment.comes_with(call):
            self.happen()

    def after(self, call: Call) -> None:
        if self.late and not self.struck and self.moment.comes_with(call):
            self.happen()

    def at_question(self) -> None:
        if self.moment.operation == Moment.QUESTION:
            self.happen()

    def happen(self) -> None:
        account, user = self.choose()
        if user is None:
            return
        done = self.act(self.people, account, user)
        if done is not None:
            self.struck.append(f"{account.id}: {done}")
            self.people.timeline.read_again(account.id)

    def choose(self) -> tuple[Account, User | None]:
        if self.name is None:
            account = self.people.choose_account()
            return account, self.people.choose_user(account)
        for account in self.people.timeline.now.values():
            if (user := account.named(self.name)) is not None:
                return account, user
        raise LookupError(self.name)

    def __str__(self) -> str:
        when = "after" if self.late else "before"
        return f"{self.act.__name__} {when} {self.moment}: {self.struck or 'nothing'}"
