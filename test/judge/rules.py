"""The rules of docs/configuration.md and docs/deletion.md, written down a second time.

Each question is asked of one fact alone, because keysweep reads facts one after another: a write is right if
each fact permitted it at some instant since keysweep last read that fact.
"""

from __future__ import annotations

import dataclasses
import datetime
import fnmatch

from truth import Account, Key, User, is_management

EXEMPT_TAG = ("keysweep", "exempt")
OPT_OUT_TAG = ("keysweep", "opt-out")
QUARANTINE = "AWSCompromisedKeyQuarantineV3"
"""AWS attaches it to the user of a key that it found in public."""
DELETE_AFTER = datetime.timedelta(days=7)
TOLERANCE = datetime.timedelta(hours=6)
"""A weekly schedule does not fire to the second: docs/deletion.md."""


@dataclasses.dataclass(frozen=True)
class Settings:
    in_scope: bool
    armed: bool
    groups: frozenset[str]
    mode: str
    max_age: datetime.timedelta
    max_unused: datetime.timedelta | None
    everybody: bool
    """Machine users too."""
    exempt_users: tuple[str, ...]
    exempt_groups: frozenset[str]


def settings_of(config: dict, account: str, path: tuple[str, ...]) -> Settings:
    """Defaults, then the OUs from the root down, then the account; a list replaces the list before."""
    merged = {"rules": {}, "exempt": {}, **config["defaults"]}
    overrides = config.get("overrides", [])
    nearest_last = [
        *(entry for unit in path for entry in overrides if unit in entry.get("organizationalUnits", [])),
        *(entry for entry in overrides if account in entry.get("accounts", [])),
    ]
    for entry in nearest_last:
        for name in ["armed", "groups"]:
            merged[name] = entry.get(name, merged.get(name))
        for name in ["rules", "exempt"]:
            merged[name] = {**merged[name], **entry.get(name, {})}
    units = config.get("scope", {}).get("organizationalUnits")
    return Settings(
        in_scope=not is_management(account) and (units is None or any(unit in path for unit in units)),
        armed=merged.get("armed", False),
        groups=frozenset(merged["groups"]),
        mode=merged["rules"].get("mode", "deactivate-then-delete"),
        max_age=datetime.timedelta(days=merged["rules"].get("maxKeyAgeDays", 0)),
        max_unused=days(merged["rules"].get("maxUnusedDays", False)),
        everybody=merged["rules"].get("users", "with-console-access") == "all",
        exempt_users=tuple(merged["exempt"].get("users", [])),
        exempt_groups=frozenset(merged["exempt"].get("groups", [])),
    )


def days(number: int | bool) -> datetime.timedelta | None:
    return None if number is False else datetime.timedelta(days=number)


def opted_out(config: dict, account: str, today: datetime.date) -> bool:
    return any(
        entry["account"] == account and datetime.date.fromisoformat(entry["until"]) >= today
        for entry in config.get("optOuts", [])
    )


def account_allows(account: Account) -> bool:
    return account.state == "ACTIVE"


def tags_allow(account: Account) -> bool:
    return OPT_OUT_TAG not in account.tags


def name_allows(user: User, settings: Settings) -> bool:
    return not any(
        fnmatch.fnmatchcase(user.name.lower(), pattern.lower()) for pattern in settings.exempt_users
    )


def user_tags_allow(user: User) -> bool:
    return EXEMPT_TAG not in user.tags


def is_not_in_quarantine(user: User) -> bool:
    return QUARANTINE not in user.policies


def console_allows(user: User, settings: Settings) -> bool:
    return settings.everybody or user.console


def is_old_enough(key: Key, settings: Settings, now: datetime.datetime) -> bool:
    """With age 0, every key is due, also one that was made since the run began.

    An unused one is due whatever its age; one that was never used counts from its creation.
    """
    is_unused = settings.max_unused is not None and now - (key.used or key.created) >= settings.max_unused
    return not settings.max_age or now - key.created >= settings.max_age or is_unused


def action_for(key: Key, settings: Settings, inactive_since: datetime.datetime | None, now) -> str | None:
    """What a sweep may do to a due key: deactivate it, delete it or nothing."""
    if settings.mode == "delete":
        return "delete"
    if key.status == "Active":
        return "deactivate"
    waited = inactive_since is not None and now - inactive_since >= DELETE_AFTER - TOLERANCE
    return "delete" if settings.mode == "deactivate-then-delete" and waited else None


def is_due(account: Account, user: User, key: Key, config: dict, now: datetime.datetime) -> bool:
    """All of it at one instant, but for what the key's status leaves to do."""
    settings = settings_of(config, account.id, account.path)
    return (
        account_allows(account)
        and settings.in_scope
        and settings.armed
        and not opted_out(config, account.id, now.date())
        and tags_allow(account)
        and bool(user.groups & settings.groups)
        and not user.groups & settings.exempt_groups
        and name_allows(user, settings)
        and user_tags_allow(user)
        and console_allows(user, settings)
        and is_old_enough(key, settings, now)
    )
