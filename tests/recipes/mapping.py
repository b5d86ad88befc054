"""What Elasticsearch makes of a document with an index template: a small part of its mapping rules.

The types of the fields that ECS knows are those of ECS; where a template says otherwise, a query of
somebody else's would not work on these documents.
"""

import csv
import datetime
import fnmatch
import ipaddress
import pathlib

ECS = pathlib.Path(__file__).parent.parent / "exports" / "ecs-fields.csv"

# Types that may stand for one of ECS: OpenSearch does not have all of them.
SAME = {"wildcard": "keyword", "match_only_text": "text", "constant_keyword": "keyword"}

# The longest term of Lucene, in bytes.
LONGEST = 32766


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path, value


def properties(mapped, path=""):
    for key, field in mapped.items():
        name = f"{path}.{key}" if path else key
        if "properties" in field:
            yield from properties(field["properties"], name)
        else:
            yield name, field


class Template:
    """An index template with a mapping."""

    def __init__(self, text):
        self.patterns = text["index_patterns"]
        mappings = text["template"]["mappings"]
        self.fields = dict(properties(mappings.get("properties", {})))
        self.dynamic = [next(iter(each.values())) for each in mappings.get("dynamic_templates", [])]
        self.finds_dates = mappings.get("date_detection", True)
        with ECS.open(encoding="utf-8") as file:
            self.ecs = {row["Field"]: row["Type"] for row in csv.DictReader(file)}

    def is_for(self, index):
        return any(fnmatch.fnmatchcase(index, pattern) for pattern in self.patterns)

    def index(self, document):
        """Takes a document, or raises ValueError as Elasticsearch would refuse it."""
        for name, value in leaves(document):
            field = self.fields.get(name) or self.derived(name, value)
            expected = self.ecs.get(name)
            if expected and SAME.get(field["type"], field["type"]) != SAME.get(expected, expected):
                raise ValueError(f"{name} is {field['type']}, in ECS {expected}")
            self.store(name, field, value)

    def derived(self, name, value):
        """The type of a field that the template does not name."""
        kinds = {bool: "boolean", int: "long", float: "float", str: "string"}
        kind = kinds[type(value)]
        for rule in self.dynamic:
            is_path = fnmatch.fnmatchcase(name, rule.get("path_match", "*"))
            if is_path and rule.get("match_mapping_type", kind) == kind:
                return rule["mapping"]
        if kind == "string" and self.finds_dates:
            raise ValueError(f"{name} is a text that may be taken for a date")
        return {"type": "text" if kind == "string" else kind}

    @staticmethod
    def store(name, field, value):
        kind = field["type"]
        if kind == "date":
            datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        elif kind == "ip":
            ipaddress.ip_address(value)
        elif kind == "long" and not isinstance(value, int):
            raise ValueError(f"{name} is no number: {value!r}")
        elif kind == "keyword":
            kept = len(value) <= field.get("ignore_above", 1 << 31)
            if kept and len(value.encode()) > LONGEST:
                raise ValueError(f"{name} is too long")
