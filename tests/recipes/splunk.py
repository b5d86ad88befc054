"""Holds the settings of Splunk that stand in the document against the lines that they are for."""

import configparser
import datetime
import json


def check(path, place, wrong):
    """Whether the lines of the folder of news are what `props.conf` says of them."""
    if path.name != "props.conf":
        return
    settings = configparser.RawConfigParser(strict=True)
    settings.optionxform = str
    settings.read_string(path.read_text())
    (name,) = settings.sections()
    props = settings[name]
    lines = [line for file in place.home.glob("news/*.jsonl") for line in file.open("rb")]
    if not lines:
        raise wrong("there is nothing to hold it against")
    for line in lines:
        if len(line) > props.getint("TRUNCATE"):
            raise wrong(f"a line has {len(line)} bytes, and is cut")
        told = json.loads(line)[props["TIMESTAMP_FIELDS"]]
        datetime.datetime.strptime(told, props["TIME_FORMAT"])
