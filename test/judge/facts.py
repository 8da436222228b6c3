"""The facts that a right answer shows. Each is a name and what it is about."""

from __future__ import annotations

import pages
from truth import State
from wire import Call


def facts_in(call: Call, page: pages.Page | None, state: State) -> list[tuple]:
    parameters = call.parameters
    match call.operation:
        case "ListAccounts":
            return [("state", id) for id in state if page.has(id)]
        case "ListParents":
            return [("place", parameters["ChildId"])]
        case "ListAccountsForParent":
            here = parameters["ParentId"]
            return [
                ("place", id) for id, account in state.items() if account.path[-1] == here and page.has(id)
            ]
        case "ListTagsForResource":
            return [("account tags", parameters["ResourceId"])]
        case "DescribeAccount":
            return [("state", parameters["AccountId"])]
    account = state.get(call.account)
    if account is None or call.service != "iam":
        return []
    if call.operation == "GetGroup":
        group = parameters["GroupName"]
        ids = [id for id in account.users if page is None or page.has(id)]
        members = [id for id in ids if group in account.users[id].groups]
        return [*(("member", group, id) for id in ids), *(("name", id) for id in members)]
    user = account.named(parameters.get("UserName", ""))
    if user is None:
        return []
    match call.operation:
        case "ListUserTags":
            return [("user tags", user.id)]
        case "GetLoginProfile":
            return [("console", user.id)]
        case "ListAttachedUserPolicies":
            return [("policies", user.id)]
        case "ListAccessKeys":
            return [("keys", user.id)]
        case "GetUser":
            return [("name", user.id), ("user tags", user.id)]
    return []
