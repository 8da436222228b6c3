"""AWS for the judge: moto, which others wrote, and boto3 clients that ask it.

moto runs in this process. Two of its gaps are filled here, because people rename users and time passes: a
renamed user keeps keys and tags, and the clock can be moved.
"""

import datetime
import importlib
import logging
import sys
import threading
import urllib.request

import boto3
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

REGION = "us-east-1"
MANAGEMENT = "123456789012"
CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
BACKENDS = ["iam", "organizations", "resourcegroupstaggingapi", "s3", "sts"]


class Clock:
    """The machine's clock, moved by so many seconds."""

    def __init__(self) -> None:
        self.moved = 0.0

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=self.moved)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Says nothing of single requests."""


class Emulator:
    def __init__(self) -> None:
        self.clock = Clock()
        _move_clock(self.clock)
        _rename_whole_users()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        app = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        session = boto3.session.Session(region_name=REGION, **CREDENTIALS)
        settings = {"endpoint_url": self.url, "config": Config(retries={"total_max_attempts": 1})}
        self.organizations = session.client("organizations", **settings)
        self.s3 = session.client("s3", **settings)
        self._sts = session.client("sts", **settings)
        self._iam = session.client("iam", **settings)
        self._account = MANAGEMENT
        self._one_at_a_time = threading.RLock()
        self._iam.meta.events.register("before-sign", self._add_account)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def iam(self, account: str, operation: str, **parameters: object) -> dict:
        """Calls IAM in an account, as its administrator."""
        with self._one_at_a_time:
            self._account = account
            return getattr(self._iam, operation)(**parameters)

    def model(self, service: str):
        """The service model that botocore has, with the errors of every operation."""
        clients = {"iam": self._iam, "organizations": self.organizations, "s3": self.s3, "sts": self._sts}
        return clients[service].meta.service_model

    def attach_aws_policy(self, account: str, user: str, name: str) -> None:
        """One that AWS manages. moto could have them all, and then takes a second for each account."""
        from moto.iam.models import AWSManagedPolicy, iam_backends

        now = self.clock.now().isoformat()
        data = {"DefaultVersionId": "v1", "Path": "/", "Document": {}, "CreateDate": now, "UpdateDate": now}
        policy = AWSManagedPolicy.from_data(name, account, REGION, data)
        iam_backends[account]["aws"].managed_policies.setdefault(policy.arn, policy)
        self.iam(account, "attach_user_policy", UserName=user, PolicyArn=policy.arn)

    def use_key(self, account: str, key: str) -> None:
        """Somebody calls S3 with it, whose secret nobody here has."""
        from moto.iam.models import mark_account_as_visited

        mark_account_as_visited(account, key, "s3", REGION)

    def reset(self) -> None:
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST", data=b"")
        urllib.request.urlopen(request).read()
        self.clock.moved = 0.0

    def _add_account(self, request, **_: object) -> None:
        request.headers["x-moto-account-id"] = self._account


def _move_clock(clock: Clock) -> None:
    """Every module of moto has its own name for the function that gives the time."""
    for backend in BACKENDS:
        importlib.import_module(f"moto.{backend}.models")
        importlib.import_module(f"moto.{backend}.responses")

    def moved() -> datetime.datetime:
        return clock.now().replace(tzinfo=None)

    for name, module in list(sys.modules.items()):
        if name.startswith("moto.") and hasattr(module, "utcnow"):
            module.utcnow = moved


def _rename_whole_users() -> None:
    """IAM keeps keys and tags of a user who is renamed; moto 5.2.3 keeps them under the old name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
    """
    from moto.iam.models import IAMBackend

    rename = IAMBackend.update_user

    def update_user(self, user_name, new_path=None, new_user_name=None):
        tags = self.tagger.list_tags_for_resource(self.get_user(user_name).arn)["Tags"]
        rename(self, user_name, new_path, new_user_name)
        user = self.get_user(new_user_name or user_name)
        for key in user.access_keys:
            key.user_name = user.name
        self.tagger.tag_resource(user.arn, tags)

    IAMBackend.update_user = update_user
