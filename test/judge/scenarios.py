"""What an outside check once found, each as a scenario that returns its violations: none is right."""

from __future__ import annotations

import pathlib
import tempfile
from collections.abc import Iterator

import acts
import answers
from disturbance import Moment
from emulator import Emulator
from lab import OFTEN, Always, Lab
from people import Act, People
from proxy import Proxy
from stage import Stage
from wire import error_answer


def update_answered_no_such_entity(lab: Lab) -> list[str]:
    return lab.stage().sweep([lab.lie(answers.no_such_entity, "UpdateAccessKey")])


def delete_answered_no_such_entity(lab: Lab) -> list[str]:
    return lab.stage("delete").sweep([lab.lie(answers.no_such_entity, "DeleteAccessKey")])


def no_second_page_of(group: str) -> Always:
    def answer(call):
        is_it = (
            call.operation == "GetGroup" and call.parameters["GroupName"] == group and call.page is not None
        )
        return error_answer(call, "NoSuchEntity", 404) if is_it else None

    return Always(answer)


def exempt_group_vanishes_on_page_two(lab: Lab) -> list[str]:
    """ada, bob and zoe are exempt by the group."""
    for name in ["ada", "bob"]:
        lab.emulator.iam(lab.swept, "add_user_to_group", GroupName="Exempt", UserName=name)
    lab.proxy.page_size = 1
    return lab.stage(exempt={"groups": ["Exempt"]}).sweep([no_second_page_of("Exempt")])


def swept_group_vanishes_on_page_two(lab: Lab) -> list[str]:
    lab.proxy.page_size = 1
    return lab.stage().sweep([no_second_page_of("Developers")])


def html_for_an_update(lab: Lab) -> list[str]:
    return lab.stage().sweep([lab.lie(answers.page_of_html, "UpdateAccessKey", times=OFTEN)])


def nothing_for_a_delete(lab: Lab) -> list[str]:
    return lab.stage("delete").sweep([lab.lie(answers.nothing, "DeleteAccessKey", times=OFTEN)])


def another_answer_for_a_delete(lab: Lab) -> list[str]:
    return lab.stage("delete").sweep([lab.lie(answers.of_another_call, "DeleteAccessKey", times=OFTEN)])


def html_for_the_ledger(lab: Lab) -> list[str]:
    return lab.stage("delete", in_s3=True).sweep([lab.lie(answers.page_of_html, "PutObject", 2, times=OFTEN)])


def html_for_an_undo(lab: Lab) -> list[str]:
    """The undo after it must not refuse."""
    stage = lab.stage()
    found = stage.sweep() + stage.undo([lab.lie(answers.page_of_html, "UpdateAccessKey", times=OFTEN)])
    found += stage.undo()
    status = lab.status("ada")
    return (
        found if status == "Active" else [*found, f"ada's key is {status} after a second, undisturbed undo"]
    )


def made_anew_under_the_same_name(lab: Lab) -> list[str]:
    stage = lab.stage()
    return stage.sweep([lab.act(acts.recreate_as_outsider, "ListAccessKeys", account=lab.swept)])


def name_given_to_another(lab: Lab) -> list[str]:
    stage = lab.stage()
    return stage.sweep([lab.act(rename_eve_to_ada, "ListAccessKeys", account=lab.swept)])


def rename_eve_to_ada(someone: People, account, user) -> str:
    someone.rename(account, "ada", "ada-former")
    someone.rename(account, "eve", "ada")
    return "ada is ada-former now, and eve is ada"


def renamed_between_sweep_and_undo(lab: Lab) -> list[str]:
    stage = lab.stage()
    return stage.sweep() + stage.undo([lab.act(acts.rename_user, "GetCallerIdentity")])


def renamed_during_an_undo(lab: Lab) -> list[str]:
    stage = lab.stage()
    return stage.sweep() + stage.undo([lab.act(acts.rename_user, "UpdateAccessKey", account=lab.swept)])


def session_of_another_account(lab: Lab) -> list[str]:
    """The other account is not armed: its keys are nobody's business."""
    move_to_quiet(lab, lab.other)

    def answer(call):
        if call.operation != "AssumeRole" or lab.other in call.parameters["RoleArn"]:
            return None
        role = call.parameters["RoleArn"].split(":")
        role[4] = lab.other
        return lab.proxy.forward(call.with_parameters(RoleArn=":".join(role)))

    return lab.stage().sweep([Always(answer)])


def move_to_quiet(lab: Lab, account: str) -> None:
    lab.emulator.organizations.move_account(
        AccountId=account,
        SourceParentId=lab.builder.root,
        DestinationParentId=lab.builder.units["quiet"],
    )


def activated_before_it_is_deleted(lab: Lab) -> list[str]:
    """Inactive and due for deletion when keysweep asks; Active when the answer comes."""
    stage = lab.stage("deactivate-then-delete")
    found = stage.sweep()
    stage.pass_days(8)
    return found + stage.sweep_that_asks([lab.act(acts.turn_key, Moment.QUESTION)])


def everybody_changes(lab: Lab) -> tuple[Stage, list[Act]]:
    """One act of each kind that makes a planned key nobody's business, each on somebody else."""
    lab.user("cleo", ["Developers"])
    lab.user("dora", ["Developers"])
    lab.user("hugo", ["Developers"], account=lab.builder.account("third"))
    stage = lab.stage(exempt={"groups": ["Exempt"]})
    changes = {
        "ada": acts.leave_groups,
        "bob": acts.tag_user,
        "cleo": acts.change_password,
        "dora": acts.join_exempt_group,
        "olga": acts.tag_account,
        "hugo": account_moves_to_quiet,
    }
    return stage, [lab.act(what, Moment.QUESTION, name) for name, what in changes.items()]


def account_moves_to_quiet(someone: People, account, user) -> str:
    someone.emulator.organizations.move_account(
        AccountId=account.id,
        SourceParentId=account.path[-1],
        DestinationParentId=someone.units["quiet"],
    )
    return "the account moved to an OU that is not armed"


def changed_while_it_asks(lab: Lab) -> list[str]:
    stage, changes = everybody_changes(lab)
    return stage.sweep_that_asks(changes)


def changed_before_apply(lab: Lab) -> list[str]:
    stage, changes = everybody_changes(lab)
    return stage.sweep_by_file(changes)


def one_account_lacks_the_group(lab: Lab) -> list[str]:
    """Swept alone, it has nothing to do; that is no mistake."""
    lab.emulator.iam(lab.other, "remove_user_from_group", GroupName="Developers", UserName="olga")
    lab.emulator.iam(lab.other, "delete_group", GroupName="Developers")
    return lab.stage().sweep((), lab.other)


def override_names_a_missing_group(lab: Lab) -> list[str]:
    return lab.stage(overrides=[{"accounts": [lab.other], "groups": ["Nobody"]}]).sweep()


def nothing_is_a_target(lab: Lab) -> list[str]:
    for account in [lab.swept, lab.other]:
        lab.builder.opt_out(account)
    return lab.stage().sweep()


def end_of_the_run_cannot_be_stored(lab: Lab) -> list[str]:
    """summary.json fails; the records say how the run ended, and so must everything else."""

    def answer(call):
        is_it = call.operation == "PutObject" and call.parameters["Key"].endswith("summary.json")
        return error_answer(call, "AccessDenied", 403) if is_it else None

    return lab.stage(in_s3=True).sweep([Always(answer)])


def accounts_cannot_be_listed(lab: Lab) -> list[str]:
    return lab.stage().sweep([lab.lie(answers.page_of_html, "ListAccounts", times=OFTEN)])


def opt_out_cannot_be_read_again(lab: Lab) -> list[str]:
    """The due keys that are left alone because of it must be in the ledger."""
    lab.proxy.has_index = True
    tags = [{"Key": "team", "Value": "a"}]
    lab.emulator.organizations.tag_resource(ResourceId=lab.other, Tags=tags)
    stage = lab.stage()
    found = stage.sweep([lab.lie(answers.page_of_html, "ListTagsForResource", times=OFTEN)])
    writes = [write for account in stage.process.document["accounts"] for write in account["writes"]]
    recorded = {write["accessKeyId"] for write in writes}
    left_out = [name for name in ["ada", "bob"] if lab.keys[name] not in recorded]
    return found + [f"the ledger does not say what became of the due key of {name}" for name in left_out]


SCENARIOS = {
    "1 NoSuchEntity answers UpdateAccessKey": update_answered_no_such_entity,
    "1 NoSuchEntity answers DeleteAccessKey": delete_answered_no_such_entity,
    "2 an exempt group does not exist on page two": exempt_group_vanishes_on_page_two,
    "2 a swept group does not exist on page two": swept_group_vanishes_on_page_two,
    "3 HTML answers UpdateAccessKey": html_for_an_update,
    "3 an empty 200 answers DeleteAccessKey": nothing_for_a_delete,
    "3 another call's answer answers DeleteAccessKey": another_answer_for_a_delete,
    "3 HTML answers PutObject of the ledger": html_for_the_ledger,
    "3 HTML answers the writes of an undo": html_for_an_undo,
    "4 a user is made anew under the same name": made_anew_under_the_same_name,
    "4 a name is given to another user": name_given_to_another,
    "4 a user is renamed between sweep and undo": renamed_between_sweep_and_undo,
    "4 a user is renamed during an undo": renamed_during_an_undo,
    "5 a session of another account": session_of_another_account,
    "6 an inactive key is activated before it is deleted": activated_before_it_is_deleted,
    "6 people and accounts change while it asks": changed_while_it_asks,
    "6 people and accounts change between plan and apply": changed_before_apply,
    "7 a chosen account lacks the group": one_account_lacks_the_group,
    "7 an override names a group that its account lacks": override_names_a_missing_group,
    "7 every account is opted out": nothing_is_a_target,
    "7 the end of a run cannot be stored": end_of_the_run_cannot_be_stored,
    "7 the accounts cannot be listed": accounts_cannot_be_listed,
    "7 the opt-out tag cannot be read again": opt_out_cannot_be_read_again,
}
UNDISTURBED = [one_account_lacks_the_group, override_names_a_missing_group, nothing_is_a_target]


def play(emulator: Emulator, proxy: Proxy, program: list[str], only: str) -> Iterator[tuple[str, list[str]]]:
    """Each scenario with `only` in its name, and its violations."""
    for name, scenario in SCENARIOS.items():
        if only not in name:
            continue
        with tempfile.TemporaryDirectory(prefix="keysweep-judge-") as folder:
            lab = Lab(emulator, proxy, program, pathlib.Path(folder))
            found = scenario(lab)
            struck = lab.played.disturbed or scenario in UNDISTURBED
            yield name, found if struck else [*found, "the disturbance did not strike"]
