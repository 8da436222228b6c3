"""Reads a list of findings from stdin, and prints as a list what AWS's own model of BatchImportFindings says against it:
fields, types and words, and the longest texts, which only its documentation has.
"""

import json
import re
import sys

import botocore.session
from botocore.validate import ParamValidator

model = botocore.session.Session().get_service_model("securityhub")


def limits(shape, value, path):
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                text = re.sub("<[^>]+>", "", member.documentation or "")
                longest = re.search(r"Maximum (?:length )?of (\d+)(?: length)?\b", text)
                if longest and isinstance(value[name], str) and len(value[name]) > int(longest[1]):
                    yield f"{path}.{name} is longer than {longest[1]}"
                yield from limits(member, value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from limits(shape.member, item, f"{path}[{index}]")
    elif shape.type_name == "map":
        for key, item in value.items():
            if len(key) > 128 or len(item) > 2048:
                yield f"{path}.{key} is too long"
    elif "enum" in shape.metadata and value not in shape.metadata["enum"]:
        yield f"{path} is {value}"
    elif "pattern" in shape.metadata and not re.search(shape.metadata["pattern"], value):
        yield f"{path} is blank"


shape = model.operation_model("BatchImportFindings").input_shape
request = {"Findings": json.load(sys.stdin)}
report = ParamValidator().validate(request, shape)
problems = report.generate_report().splitlines() if report.has_errors() else list(limits(shape, request, "request"))
print(json.dumps(problems))
