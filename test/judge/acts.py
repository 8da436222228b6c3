"""What people do. Each act says what was done, or None where there was nothing to do."""

from __future__ import annotations

from people import PASSWORD, People
from rules import EXEMPT_TAG, OPT_OUT_TAG, QUARANTINE
from truth import Account, User


def delete_user(people: People, account: Account, user: User) -> str:
    people.delete(account, user)
    return f"deleted {user.name}"


def recreate_as_outsider(people: People, account: Account, user: User) -> str:
    people.delete(account, user)
    people.create(account, user.name, [])
    return f"made {user.name} anew, in no group"


def recreate_as_member(people: People, account: Account, user: User) -> str:
    people.delete(account, user)
    people.create(account, user.name, sorted(user.groups))
    return f"made {user.name} anew, in the same groups"


def rename_user(people: People, account: Account, user: User) -> str:
    people.rename(account, user.name, f"{user.name}-renamed")
    return f"renamed {user.name} to {user.name}-renamed"


def give_name_to_another(people: People, account: Account, user: User) -> str | None:
    others = [other for other in account.users.values() if other.id != user.id and other.keys]
    if not others:
        return None
    other = people.rng.choice(others)
    people.rename(account, user.name, f"{user.name}-former")
    people.rename(account, other.name, user.name)
    return f"renamed {user.name} to {user.name}-former and {other.name} to {user.name}"


def rename_to_exempt(people: People, account: Account, user: User) -> str:
    people.rename(account, user.name, f"break-glass-{user.name}")
    return f"renamed {user.name} to break-glass-{user.name}"


def leave_groups(people: People, account: Account, user: User) -> str | None:
    for group in user.groups & people._settings(account).groups:
        people.iam(account, "remove_user_from_group", GroupName=group, UserName=user.name)
    return f"{user.name} left the swept groups" if user.groups else None


def join_swept_group(people: People, account: Account, user: User) -> str | None:
    group = people.swept_group(account)
    if group is None or group in user.groups:
        return None
    people.iam(account, "add_user_to_group", GroupName=group, UserName=user.name)
    return f"{user.name} joined {group}"


def join_exempt_group(people: People, account: Account, user: User) -> str | None:
    group = people.exempt_group(account)
    if group is None or group in user.groups:
        return None
    people.iam(account, "add_user_to_group", GroupName=group, UserName=user.name)
    return f"{user.name} joined exempt {group}"


def leave_exempt_group(people: People, account: Account, user: User) -> str | None:
    group = people.exempt_group(account)
    if group is None or group not in user.groups:
        return None
    people.iam(account, "remove_user_from_group", GroupName=group, UserName=user.name)
    return f"{user.name} left exempt {group}"


def tag_user(people: People, account: Account, user: User) -> str:
    key, value = EXEMPT_TAG
    if EXEMPT_TAG in user.tags:
        people.iam(account, "untag_user", UserName=user.name, TagKeys=[key])
        return f"{user.name} lost the exempt tag"
    people.iam(account, "tag_user", UserName=user.name, Tags=[{"Key": key, "Value": value}])
    return f"{user.name} got the exempt tag"


def change_password(people: People, account: Account, user: User) -> str:
    if user.console:
        people.iam(account, "delete_login_profile", UserName=user.name)
        return f"{user.name} lost the console password"
    people.iam(account, "create_login_profile", UserName=user.name, Password=PASSWORD)
    return f"{user.name} got a console password"


def quarantine(people: People, account: Account, user: User) -> str:
    people.emulator.attach_aws_policy(account.id, user.name, QUARANTINE)
    return f"AWS put {user.name} in quarantine"


def turn_key(people: People, account: Account, user: User) -> str:
    key = people.rng.choice(list(user.keys.values()))
    status = "Inactive" if key.status == "Active" else "Active"
    people.iam(account, "update_access_key", UserName=user.name, AccessKeyId=key.id, Status=status)
    return f"key {key.id} of {user.name} is {status}"


def delete_key(people: People, account: Account, user: User) -> str:
    key = people.rng.choice(sorted(user.keys))
    people.iam(account, "delete_access_key", UserName=user.name, AccessKeyId=key)
    return f"deleted key {key} of {user.name}"


def create_key(people: People, account: Account, user: User) -> str | None:
    if len(user.keys) >= 2:
        return None
    people.iam(account, "create_access_key", UserName=user.name)
    return f"{user.name} made a key"


def tag_account(people: People, account: Account, user: User) -> str:
    key, value = OPT_OUT_TAG
    organizations = people.emulator.organizations
    if OPT_OUT_TAG in account.tags:
        organizations.untag_resource(ResourceId=account.id, TagKeys=[key])
        return "the account lost the opt-out tag"
    organizations.tag_resource(ResourceId=account.id, Tags=[{"Key": key, "Value": value}])
    return "the account got the opt-out tag"


def move_account(people: People, account: Account, user: User) -> str:
    name, unit = people.rng.choice([one for one in people.units.items() if one[1] != account.path[-1]])
    people.emulator.organizations.move_account(
        AccountId=account.id, SourceParentId=account.path[-1], DestinationParentId=unit
    )
    return f"the account moved to {name}"


def close_account(people: People, account: Account, user: User) -> str:
    people.emulator.organizations.close_account(AccountId=account.id)
    return "the account was closed"


def leave_organization(people: People, account: Account, user: User) -> str:
    people.emulator.organizations.remove_account_from_organization(AccountId=account.id)
    return "the account left the organization"


def delete_group(people: People, account: Account, user: User) -> str | None:
    group = people.rng.choice([people.swept_group(account), people.exempt_group(account)])
    if group is None:
        return None
    for member in account.users.values():
        if group in member.groups:
            people.iam(account, "remove_user_from_group", GroupName=group, UserName=member.name)
    people.iam(account, "delete_group", GroupName=group)
    return f"deleted group {group}"


def delete_role(people: People, account: Account, user: User) -> str:
    for name in account.roles:
        for policy in people.iam(account, "list_role_policies", RoleName=name)["PolicyNames"]:
            people.iam(account, "delete_role_policy", RoleName=name, PolicyName=policy)
        attached = people.iam(account, "list_attached_role_policies", RoleName=name)["AttachedPolicies"]
        for policy in attached:
            people.iam(account, "detach_role_policy", RoleName=name, PolicyArn=policy["PolicyArn"])
        people.iam(account, "delete_role", RoleName=name)
    return "deleted the roles"


ACTS = [
    *(
        [recreate_as_outsider, give_name_to_another, rename_user, turn_key, leave_groups, join_exempt_group]
        * 2
    ),
    *([tag_user, change_password, tag_account, move_account] * 2),
    *[delete_user, recreate_as_member, rename_to_exempt, join_swept_group, leave_exempt_group, quarantine],
    *[delete_key, create_key, close_account, leave_organization, delete_group, delete_role],
]
