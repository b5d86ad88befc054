"""Reads exports with other people's readers: stix2, stix2-validator, pymisp, pyarrow, duckdb.

    python3 validate.py FOLDER

FOLDER holds case.stix.json, case.misp.json, case.ecs.ndjson, case.ocsf.ndjson, and folders with
tables as NAME.jsonl and NAME.parquet, all of them as records.arrows, counts by domain as apex-N.csv,
where N is --at-least, and parts as type=TYPE/part-ITEM.parquet beside exposures.jsonl. The exit code
is 0 if every reader takes what it is given, 1 if one does not, and 77 if the packages of
requirements.txt are not installed.
"""

import csv
import datetime
import ipaddress
import json
import pathlib
import sys

try:
    import duckdb
    import pyarrow.dataset
    import pyarrow.ipc
    import pyarrow.parquet
    import pymisp
    import stix2
    import stix2validator
except ImportError as missing:
    print(f"not installed: {missing.name}")
    sys.exit(77)

FIELDS = pathlib.Path(__file__).with_name("ecs-fields.csv")
EXPORTS = pathlib.Path(__file__).parents[2] / "docs" / "EXPORTS.md"
COMPLAINTS = []


def check(is_true, complaint):
    if not is_true:
        COMPLAINTS.append(complaint)


def lines(path):
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def stix(path):
    """The bundle parses without custom content, passes the validator, and its ids are standard."""
    text = path.read_text(encoding="utf-8")
    bundle = stix2.parse(text, allow_custom=False)
    options = stix2validator.ValidationOptions(version="2.1", strict_types=True)
    result = stix2validator.validate_string(text, options)
    for error in result.errors[:20]:
        check(False, f"STIX: {error}")
    warnings = [str(warning) for warning in result.warnings]
    for observable in json.loads(text)["objects"]:
        if "created" in observable:
            continue
        given = {key: value for key, value in observable.items() if key != "id"}
        made = stix2.parse(given, version="2.1")
        check(made["id"] == observable["id"], f"STIX: {observable['id']} should be {made['id']}")
    kinds = sorted({warning.split("{", 1)[-1].split("}", 1)[0] for warning in warnings})
    return f"{len(bundle.objects)} objects, {len(warnings)} warnings {kinds[:5]}"


def misp(path):
    """The event loads, and every object is what its template demands."""
    event = pymisp.MISPEvent()
    event.load_file(str(path))
    for thing in event.objects:
        fresh = pymisp.MISPObject(thing.name, strict=True)
        check(fresh.template_uuid == thing.template_uuid, f"MISP: template of {thing.name}")
        check(
            int(fresh.template_version) >= int(thing.template_version),
            f"MISP: version of {thing.name}",
        )
        definition = fresh._definition
        known = definition["attributes"]
        relations = {attribute.object_relation for attribute in thing.attributes}
        for attribute in thing.attributes:
            expected = known.get(attribute.object_relation)
            check(expected, f"MISP: {thing.name} has no {attribute.object_relation}")
            if expected:
                check(
                    expected["misp-attribute"] == attribute.type,
                    f"MISP: {thing.name}.{attribute.object_relation} is {attribute.type}",
                )
                values = expected.get("values_list")
                check(
                    not values or attribute.type == "boolean" or attribute.value in values,
                    f"MISP: {thing.name}.{attribute.object_relation} cannot be {attribute.value!r}",
                )
                check(
                    expected.get("multiple") or sum(
                        other.object_relation == attribute.object_relation
                        for other in thing.attributes
                    ) == 1,
                    f"MISP: {thing.name} has {attribute.object_relation} twice",
                )
        check(
            set(definition.get("required", [])) <= relations,
            f"MISP: {thing.name} lacks one of {definition.get('required')}",
        )
        one_of = definition.get("requiredOneOf")
        check(not one_of or relations & set(one_of), f"MISP: {thing.name} needs one of {one_of}")
    again = pymisp.MISPEvent()
    again.load(event.to_json())
    check(len(again.objects) == len(event.objects), "MISP: objects are lost on the way")
    return f"{len(event.objects)} objects, {sum(len(o.attributes) for o in event.objects)} attributes"


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path, value


def is_time(value):
    return datetime.datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is not None


def is_address(value):
    return bool(ipaddress.ip_address(value))


ECS_TYPES = {
    "date": is_time,
    "ip": is_address,
    "long": lambda value: isinstance(value, int),
    "boolean": lambda value: isinstance(value, bool),
}
EVENT_TYPES = {"malware": "info", "iam": "info", "session": "info", "host": "info", "file": "info"}


def ecs(path):
    """Every field is one of ECS, or our own, and its values are what ECS says."""
    with FIELDS.open(encoding="utf-8") as file:
        fields = {row["Field"]: row for row in csv.DictReader(file)}
    alerts = lines(path)
    for alert in alerts:
        for name, value in leaves(alert):
            if name.startswith("logsieve."):
                continue
            field = fields.get(name)
            check(field, f"ECS: there is no field {name}")
            if field:
                is_valid = ECS_TYPES.get(field["Type"], lambda it: isinstance(it, str))
                check(is_valid(value), f"ECS: {name} cannot be {value!r}")
        for name, field in fields.items():
            value = alert
            for key in name.split("."):
                value = value.get(key) if isinstance(value, dict) else None
            if value is not None and field["Normalization"] == "array":
                check(isinstance(value, list), f"ECS: {name} has to be a list")
        check(set(alert["event"]["category"]) <= set(EVENT_TYPES), "ECS: event.category")
    return f"{len(alerts)} alerts"


def ocsf(path):
    """The attributes that class 2004 requires are there, with the types that OCSF gives them."""
    findings = lines(path)
    for finding in findings:
        for name in ("activity_id", "category_uid", "class_uid", "severity_id", "time", "type_uid"):
            check(isinstance(finding.get(name), int), f"OCSF: {name} is missing")
        check(finding["class_uid"] == 2004 and finding["category_uid"] == 2, "OCSF: class")
        check(finding["type_uid"] == 200400 + finding["activity_id"], "OCSF: type_uid")
        check(finding["severity_id"] in range(1, 6), "OCSF: severity_id")
        check({"version", "product"} <= finding["metadata"].keys(), "OCSF: metadata")
        check("uid" in finding["finding_info"], "OCSF: finding_info")
        for observable in finding.get("observables", []):
            check({"name", "type_id", "value"} <= observable.keys(), "OCSF: observable")
    return f"{len(findings)} findings"


def flat(record, schema, path=""):
    """A record as a row: what a Parquet column holds of it."""
    row = {}
    for key, value in record.items():
        name = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            row.update(flat(value, schema, name))
        elif str(schema.field(name).type).startswith("timestamp"):
            row[name] = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        else:
            row[name] = value
    return row


def present(table):
    """The rows of a table without what is absent in them."""
    rows = table.to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def arrow(path):
    """The rows of each type are the lines of its table, value for value and in order."""
    with pyarrow.ipc.open_stream(path) as reader:
        stream = reader.read_all()
    check(b"logsieve.schema_version" in stream.schema.metadata, f"{path}: no schema version")
    check(stream.schema.names[0] == "record_type", f"{path}: the first column")
    check(len(set(stream.schema.names)) == len(stream.schema), f"{path}: a column twice")
    rows = {}
    for row in present(stream):
        rows.setdefault(row.pop("record_type"), []).append(row)
    count = 0
    for records in map(lines, path.parent.glob("*.jsonl")):
        kinds = {record.pop("type") for record in records}
        for row, record in zip(rows.get(min(kinds, default=""), []), records):
            expected = flat(record, stream.schema)
            check(row == expected, f"{path}: {row} is not {expected}")
        count += len(records)
    check(count == stream.num_rows, f"{path}: {stream.num_rows} rows for {count}")
    counted = duckdb.sql("select count(*) from stream").fetchall()[0][0]
    check(counted == count, f"{path}: duckdb sees {counted} rows")
    return f"{count} rows of {len(rows)} types, {len(stream.schema)} columns"


def parts(path):
    """Engines find the parts of both items, and take the type from the name of their folder."""
    records = lines(path.parent / "exposures.jsonl")
    files = f"{path.parent}/type=*/*.parquet"
    query = f"select type, count(*) from read_parquet('{files}', union_by_name=true) group by all"
    counted = dict(duckdb.sql(query).fetchall())
    check(counted["exposure"] == 2 * len(records), f"{path}: duckdb sees {counted}")
    dataset = pyarrow.dataset.dataset(path.parent / "type=exposure", format="parquet")
    check(dataset.count_rows() == 2 * len(records), f"{path}: pyarrow sees another count")
    check("type" not in dataset.schema.names, f"{path}: the type stands in the file")
    hive = pyarrow.dataset.dataset(path.parent, partitioning="hive", exclude_invalid_files=True)
    check("type" in hive.schema.names, f"{path}: pyarrow sees no type")
    return f"{counted}"


def parquet(path):
    """Both readers see the rows of the JSON Lines, value for value."""
    table = pyarrow.parquet.read_table(path)
    records = lines(path.with_suffix(".jsonl"))
    check(table.num_rows == len(records), f"{path}: {table.num_rows} rows for {len(records)}")
    about = pyarrow.parquet.read_metadata(path).metadata
    check(b"logsieve.schema_version" in about, f"{path}: no schema version")
    # Rows stand in groups by domain, so their order is not that of the lines.
    in_order = lambda rows: sorted(rows, key=lambda row: repr(sorted(row.items())))
    expected = in_order(flat(record, table.schema) for record in records)
    for row, wanted in zip(in_order(present(table)), expected):
        check(row == wanted, f"{path}: {row} is not {wanted}")
    counted = duckdb.sql(f"select count(*) from read_parquet('{path}')").fetchall()[0][0]
    check(counted == len(records), f"{path}: duckdb sees {counted} rows")
    described = duckdb.sql(f"describe select * from read_parquet('{path}')").fetchall()
    check(len(described) == len(table.schema), f"{path}: duckdb sees {len(described)} columns")
    return f"{table.num_rows} rows, {len(table.schema)} columns"


def apex(path):
    """The query of the documentation counts the same."""
    section = EXPORTS.read_text(encoding="utf-8").split("\n## Apex\n")[1]
    query = section.split("```sql\n")[1].split("```")[0]
    at_least = path.stem.split("-")[1]
    check(query.count("people < 5") == 1, "the query has lost its number")
    query = query.replace("people < 5", f"people < {at_least}")
    result = duckdb.sql(query.replace("'dataset/", f"'{path.parent}/"))
    expected = [["" if cell is None else str(cell) for cell in row] for row in result.fetchall()]
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    check(header == result.columns, f"{path}: {header} is not {result.columns}")
    check(len(rows) > 5, f"{path}: only {len(rows)} rows")
    check(len(rows) == len(expected), f"{path}: {len(rows)} rows for {len(expected)}")
    for row, wanted in zip(rows, expected):
        check(row == wanted, f"{path}: {row} is not {wanted}")
    return f"{len(rows)} rows"


def main(folder):
    jobs = [
        (reader, folder / f"case.{suffix}")
        for reader, suffix in (
            (stix, "stix.json"),
            (misp, "misp.json"),
            (ecs, "ecs.ndjson"),
            (ocsf, "ocsf.ndjson"),
        )
    ]
    jobs += [(parquet, path) for path in sorted(folder.glob("*/*.parquet"))]
    jobs += [(arrow, path) for path in sorted(folder.glob("*/*.arrows"))]
    jobs += [(parts, path) for path in sorted(folder.glob("*/type=exposure"))]
    jobs += [(apex, path) for path in sorted(folder.glob("*/apex-*.csv"))]
    for reader, path in jobs:
        try:
            result = reader(path)
        except Exception as error:  # a reader that gives up is a finding, whatever it says
            check(False, f"{path.name}: {type(error).__name__}: {error}")
            continue
        print(f"{path.relative_to(folder)}: {result}")
    for complaint in COMPLAINTS[:40]:
        print(f"WRONG {str(complaint)[:600]}")
    sys.exit(1 if COMPLAINTS or not folder.is_dir() else 0)


main(pathlib.Path(sys.argv[1]))
