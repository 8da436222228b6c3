"""Lists in pages, which moto's IAM does not have. A page is a range of IDs, so that a rename moves nobody."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

from wire import NAMESPACES, Answer, Call, xml_of, xml_text

JSON_LISTS = {
    "ListAccounts": ("Accounts", "Id"),
    "ListAccountsForParent": ("Accounts", "Id"),
    "ListOrganizationalUnitsForParent": ("OrganizationalUnits", "Id"),
    "ListTagsForResource": ("Tags", "Key"),
}
XML_LISTS = {
    "GetGroup": ("Users", "UserId"),
    "ListAccessKeys": ("AccessKeyMetadata", "AccessKeyId"),
    "ListUserTags": ("Tags", "Key"),
    "ListAttachedUserPolicies": ("AttachedPolicies", "PolicyArn"),
}


def is_paged(call: Call) -> bool:
    return call.operation in (JSON_LISTS if call.is_json else XML_LISTS)


def whole(call: Call) -> Call:
    """The request for all of the list."""
    return call.with_parameters(Marker=None, NextToken=None, MaxItems=None, MaxResults=None)


class Page:
    """The part of a whole answer that a call asks for."""

    def __init__(self, call: Call, answer: Answer, size: int, begin: str | None, last: bool = False) -> None:
        """last: the page says that it is the last, whatever follows."""
        items = sorted(_items(call, answer), key=lambda item: _id(call, item))
        following = [item for item in items if begin is None or _id(call, item) > begin]
        here, rest = following[:size], following[size:]
        self.begin = begin
        self.token = _id(call, here[-1]) if rest and here and not last else None
        self.answer = _with_items(call, answer, here, self.token)

    def has(self, item: str) -> bool:
        """Whether an item of this ID would be on this page, and on no other."""
        return (self.begin is None or item > self.begin) and (self.token is None or item <= self.token)


def _names(call: Call) -> tuple[str, str]:
    return (JSON_LISTS if call.is_json else XML_LISTS)[call.operation]


def _tag(call: Call, name: str) -> str:
    return f"{{{NAMESPACES[call.service]}}}{name}"


def _list_in(call: Call, root: ElementTree.Element) -> ElementTree.Element:
    result = root.find(_tag(call, f"{call.operation}Result"))
    name = _tag(call, _names(call)[0])
    found = result.find(name)
    return found if found is not None else ElementTree.SubElement(result, name)


def _items(call: Call, answer: Answer) -> list:
    if call.is_json:
        return json.loads(answer.body)[_names(call)[0]]
    return list(_list_in(call, xml_of(answer)))


def _id(call: Call, item) -> str:
    name = _names(call)[1]
    return item[name] if call.is_json else item.findtext(_tag(call, name))


def _with_items(call: Call, answer: Answer, items: list, token: str | None) -> Answer:
    if call.is_json:
        document = {_names(call)[0]: items, **({"NextToken": token} if token else {})}
        return Answer(answer.status, answer.headers, json.dumps(document).encode())
    root = xml_of(answer)
    found = _list_in(call, root)
    found[:] = items
    result = root.find(_tag(call, f"{call.operation}Result"))
    for name in ["IsTruncated", "Marker"]:
        for old in result.findall(_tag(call, name)):
            result.remove(old)
    ElementTree.SubElement(result, _tag(call, "IsTruncated")).text = "true" if token else "false"
    if token:
        ElementTree.SubElement(result, _tag(call, "Marker")).text = token
    return Answer(answer.status, answer.headers, xml_text(root, call.service))
