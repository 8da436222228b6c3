"""Prints the JSON Schema of a class of OCSF with the profile cloud.

Usage: python ocsf_schema.py <version> <class name>
"""

import json
import sys

from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

version, name = sys.argv[1:]
print(json.dumps(OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version)).get_class_schema(name, profiles=["cloud"])))
