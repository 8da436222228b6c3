"""Requests to AWS and answers of AWS, as they are on the wire."""

from __future__ import annotations

import dataclasses
import json
import re
import urllib.parse
import uuid
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

NAMESPACES = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}
HOP_BY_HOP = {"host", "connection", "content-length", "transfer-encoding", "keep-alive", "expect"}
TARGETS = {"AWSOrganizationsV20161128": "organizations", "ResourceGroupsTaggingAPI_20170126": "tagging"}


@dataclasses.dataclass
class Call:
    """A request, understood."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    service: str
    operation: str
    parameters: dict[str, str]
    account: str = ""
    """Whose credentials signed it."""
    instant: int = 0

    @property
    def page(self) -> str | None:
        """Where the page begins; None for the first."""
        return self.parameters.get("Marker") or self.parameters.get("NextToken")

    @property
    def subject(self) -> tuple:
        """The call without the page."""
        kept = sorted((k, str(v)) for k, v in self.parameters.items() if k not in ("Marker", "NextToken"))
        return self.account, self.service, self.operation, *kept

    def with_parameters(self, **changed: str) -> Call:
        """The same call about something else. None takes a parameter out."""
        merged = {k: v for k, v in {**self.parameters, **changed}.items() if v is not None}
        body = json.dumps(merged).encode() if self.is_json else urllib.parse.urlencode(merged).encode()
        return dataclasses.replace(self, parameters=merged, body=body)

    @property
    def is_json(self) -> bool:
        return self.service in ("organizations", "tagging")


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    sent: float = 1.0
    """The share of it that arrives. 0: the connection ends without a byte."""
    reveals: dict = dataclasses.field(default_factory=dict)
    """Facts, each with the instant at which it was so."""


LOST = Answer(0, {}, b"", sent=0)


def understand(method: str, path: str, headers: dict[str, str], body: bytes) -> Call:
    found = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", headers.get("authorization", ""))
    service = found.group(1) if found else "s3"
    if service == "s3":
        operation, parameters = understand_s3(method, path)
    elif "x-amz-target" in headers:
        prefix, operation = headers["x-amz-target"].split(".")
        service = TARGETS.get(prefix, prefix)
        parameters = json.loads(body or b"{}")
    else:
        parameters = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
        operation = parameters.get("Action", "?")
    return Call(method, path, headers, body, service, operation, parameters)


def understand_s3(method: str, path: str) -> tuple[str, dict[str, str]]:
    url = urllib.parse.urlsplit(path)
    query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
    bucket, _, key = url.path.lstrip("/").partition("/")
    names = {"GET": "GetObject", "PUT": "PutObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}
    operation = names.get(method, method)
    if not key:
        operation = {"GET": "ListObjectsV2", "HEAD": "HeadBucket"}.get(method, operation)
    return operation, {**query, "Bucket": bucket, "Key": urllib.parse.unquote(key)}


def access_key_of(headers: dict[str, str]) -> str:
    found = re.search(r"Credential=([^/]+)/", headers.get("authorization", ""))
    return found.group(1) if found else ""


def error_answer(call: Call, code: str, status: int, message: str = "made up by the judge") -> Answer:
    request = str(uuid.uuid4())
    if call.is_json:
        body = json.dumps({"__type": code, "message": message, "Message": message}).encode()
        return Answer(
            status, {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": request}, body
        )
    code, message = escape(code), escape(message)
    error = f"<Code>{code}</Code><Message>{message}</Message>"
    if call.service == "s3":
        text = f"<?xml version='1.0' encoding='UTF-8'?><Error>{error}<RequestId>{request}</RequestId></Error>"
        return Answer(status, {"content-type": "application/xml", "x-amz-request-id": request}, text.encode())
    kind = "Sender" if status < 500 else "Receiver"
    text = (
        f'<ErrorResponse xmlns="{NAMESPACES.get(call.service, "")}"><Error><Type>{kind}</Type>{error}</Error>'
        f"<RequestId>{request}</RequestId></ErrorResponse>"
    )
    return Answer(status, {"content-type": "text/xml", "x-amzn-requestid": request}, text.encode())


def xml_of(answer: Answer) -> ElementTree.Element:
    return ElementTree.fromstring(answer.body)


def xml_text(root: ElementTree.Element, service: str) -> bytes:
    ElementTree.register_namespace("", NAMESPACES[service])
    return ElementTree.tostring(root, encoding="utf-8")
