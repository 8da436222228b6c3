"""Lints IAM policies with parliament: [[name, policy]] as JSON on stdin, a list of {policy, issue, detail} on stdout."""

import json
import sys

import parliament


def findings(name: str, policy: object) -> list[dict[str, object]]:
    analyzed = parliament.analyze_policy_string(json.dumps(policy), include_community_auditors=True)
    return [{"policy": name, "issue": found.issue, "detail": found.detail or found.location} for found in analyzed.findings]


if __name__ == "__main__":
    policies = json.load(sys.stdin)
    json.dump([found for name, policy in policies for found in findings(name, policy)], sys.stdout)
