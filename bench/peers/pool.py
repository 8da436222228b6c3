"""What an able engineer writes in an afternoon: boto3 and a pool of threads, an account each.

Usage: python3 pool.py <threads>

It deactivates the keys that the benchmark calls due: active ones of members of two groups, unless the user has
the tag keysweep=exempt. Chosen in its favour: one session, so that the models of the services are loaded once;
clients that are made under a lock, because only that is safe with threads; retries of the mode "standard", up
to ten attempts; an account that fails is printed, and does not stop the others.
"""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

GROUPS = ["Developers", "Administrators"]
EXEMPT = {"Key": "keysweep", "Value": "exempt"}
ROLE = "KeysweepRotation"

session = boto3.Session()
making = threading.Lock()


def client(service: str, threads: int, **credentials: str):
    config = Config(retries={"mode": "standard", "max_attempts": 10}, max_pool_connections=threads)
    with making:
        return session.client(service, config=config, **credentials)


def active_members(organizations) -> list[str]:
    management = organizations.describe_organization()["Organization"]["MasterAccountId"]
    pages = organizations.get_paginator("list_accounts").paginate()
    accounts = [account for page in pages for account in page["Accounts"]]
    return [
        account["Id"]
        for account in accounts
        if account.get("State", account.get("Status")) == "ACTIVE" and account["Id"] != management
    ]


def enter(sts, account: str):
    arn = f"arn:aws:iam::{account}:role/{ROLE}"
    credentials = sts.assume_role(RoleArn=arn, RoleSessionName="pool", DurationSeconds=900)["Credentials"]
    return client(
        "iam",
        1,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def members(iam) -> list[str]:
    names: dict[str, None] = {}
    for group in GROUPS:
        try:
            for page in iam.get_paginator("get_group").paginate(GroupName=group):
                names.update((user["UserName"], None) for user in page["Users"])
        except iam.exceptions.NoSuchEntityException:
            continue
    return list(names)


def revoke(sts, account: str) -> None:
    iam = enter(sts, account)
    for user in members(iam):
        keys = iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
        active = [key["AccessKeyId"] for key in keys if key["Status"] == "Active"]
        if not active or EXEMPT in iam.list_user_tags(UserName=user)["Tags"]:
            continue
        for key in active:
            iam.update_access_key(UserName=user, AccessKeyId=key, Status="Inactive")


def main(threads: int) -> int:
    sts = client("sts", threads)
    failed = 0
    with ThreadPoolExecutor(threads) as pool:
        accounts = active_members(client("organizations", 1))
        running = {account: pool.submit(revoke, sts, account) for account in accounts}
        for account, future in running.items():
            error = future.exception()
            if error:
                failed += 1
                print(f"account {account} failed: {error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
