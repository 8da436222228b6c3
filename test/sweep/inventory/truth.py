"""Every access key of an organization with what keysweep should say of it, read with boto3."""

import json
import sys

import boto3

config = json.loads(sys.argv[1])
today = sys.argv[2]
defaults = config["defaults"]
opted_out = {entry["account"] for entry in config["optOuts"] if entry["until"] >= today}


def pages(client, operation: str, result: str, **parameters: object) -> list:
    paginator = client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 7}, **parameters)
    return [item for page in paginator for item in page[result]]


def members(iam, group: str) -> set[str]:
    try:
        return {user["UserName"] for user in pages(iam, "get_group", "Users", GroupName=group)}
    except iam.exceptions.NoSuchEntityException:
        return set()


def has_password(iam, name: str) -> bool:
    try:
        return bool(iam.get_login_profile(UserName=name))
    except iam.exceptions.NoSuchEntityException:
        return False


def read(account: str, is_opted_out: bool) -> dict:
    role = f"arn:aws:iam::{account}:role/KeysweepRotation"
    session = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="keysweep-truth")["Credentials"]
    iam = boto3.client(
        "iam",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    swept = set().union(*(members(iam, group) for group in defaults["groups"]))
    exempt = set().union(*(members(iam, group["name"]) for group in defaults["exempt"]["groups"]))
    keys = {}
    for user in pages(iam, "list_users", "Users"):
        name = user["UserName"]
        for key in pages(iam, "list_access_keys", "AccessKeyMetadata", UserName=name):
            if is_opted_out:
                governance = "opted-out"
            elif name not in swept:
                governance = "not-in-groups"
            elif name.startswith("break-glass-") or name in exempt or not has_password(iam, name):
                governance = "exempt"
            else:
                tags = pages(iam, "list_user_tags", "Tags", UserName=name)
                is_tagged = {"Key": "keysweep", "Value": "exempt"} in tags
                governance = "exempt" if is_tagged else "governed"
            keys[key["AccessKeyId"]] = [name, key["Status"], governance]
    root = iam.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"]
    return {"keys": keys, "rootKeys": root}


organizations = boto3.client("organizations")
management = organizations.describe_organization()["Organization"]["MasterAccountId"]
truth = {}
for listed in pages(organizations, "list_accounts", "Accounts"):
    account = listed["Id"]
    if listed["State"] != "ACTIVE" or account == management:
        continue
    tags = organizations.list_tags_for_resource(ResourceId=account)["Tags"]
    is_opted_out = account in opted_out or {"Key": "keysweep", "Value": "opt-out"} in tags
    truth[account] = read(account, is_opted_out)
print(json.dumps(truth))
