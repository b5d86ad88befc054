"""Stubs of the services that recipes talk to, on this machine.

Each takes what the real one takes, strictly, answers as that does, and complains about everything
else. They know of the services only what their documentation says: that a recipe works with one is
a reason to believe it, no proof.
"""

import http.server
import importlib.util
import json
import pathlib
import re
import threading
import urllib.parse

import mapping


class Refused(Exception):
    """What a service answers when it does not take something: a status and a text."""


class Stub:
    """A service: `answer` gets a request and returns what the service would."""

    name = ""

    def __init__(self):
        self.requests, self.complaints = 0, []
        stub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                stub.requests += 1
                try:
                    path = urllib.parse.urlsplit(self.path).path
                    status, told = 200, stub.answer(self.command, path, self.headers, body)
                except Refused as refused:
                    status, told = refused.args
                except Exception as error:  # whatever it is, the recipe sent it
                    stub.complaints.append(f"{self.command} {self.path}: {error!r}")
                    status, told = 400, {"error": str(error)}
                sent = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(sent)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()


def demand(is_true, complaint):
    if not is_true:
        raise ValueError(complaint)


def json_lines(body):
    """The values of NDJSON: a value a line, each line with its end, none empty."""
    demand(body.endswith(b"\n"), "the last line has no end")
    return [json.loads(line) for line in body.decode("utf-8").split("\n")[:-1]]


class Elastic(Stub):
    """Elasticsearch, OpenSearch: index templates, `_bulk`, `_count`."""

    name = "Elasticsearch"

    def __init__(self):
        self.template, self.indices = None, {}
        super().__init__()

    def answer(self, method, path, headers, body):
        demand(headers["Authorization"] == "ApiKey invented", "no key")
        if method == "PUT" and path.startswith("/_index_template/"):
            self.template = mapping.Template(json.loads(body))
            return {"acknowledged": True}
        if method == "POST" and path == "/_bulk":
            demand(headers["Content-Type"] == "application/x-ndjson", "the type is no NDJSON")
            return self.bulk(json_lines(body))
        if path.endswith("/_count"):
            index = self.indices.get(path.split("/")[1], {})
            return {"count": len(index), "_shards": {"total": 1, "successful": 1, "failed": 0}}
        raise ValueError(f"{method} {path} is not known")

    def bulk(self, lines):
        demand(self.template, "documents come before the template")
        demand(lines and len(lines) % 2 == 0, "actions and documents do not come in pairs")
        items = []
        for action, document in zip(lines[::2], lines[1::2]):
            demand(list(action) == ["index"], f"an action: {action}")
            index, key = action["index"]["_index"], action["index"]["_id"]
            demand(self.template.is_for(index), f"no template is for {index}")
            self.template.index(document)
            documents = self.indices.setdefault(index, {})
            status = 200 if key in documents else 201
            documents[key] = document
            items.append({"index": {"_index": index, "_id": key, "status": status}})
        return {"took": 1, "errors": False, "items": items}


class Splunk(Stub):
    """The HTTP event collector: JSON objects one after another."""

    name = "Splunk"
    keys = {"time", "host", "source", "sourcetype", "index", "event", "fields"}

    def answer(self, method, path, headers, body):
        demand((method, path) == ("POST", "/services/collector/event"), f"{method} {path}")
        if headers["Authorization"] != "Splunk invented":
            raise Refused(403, {"text": "Invalid token", "code": 4})
        text, decoder, place = body.decode("utf-8"), json.JSONDecoder(), 0
        events = []
        while text[place:].strip():
            event, place = decoder.raw_decode(text, re.compile(r"\s*").match(text, place).end())
            events.append(event)
        if not events:
            raise Refused(400, {"text": "No data", "code": 5})
        for event in events:
            demand(set(event) <= self.keys, f"keys: {sorted(event)}")
            demand(isinstance(event["time"], (int, float)), f"time: {event['time']!r}")
            demand(event["event"]["type"] == "exposure", "no exposure")
        return {"text": "Success", "code": 0}


class Chat(Stub):
    """An incoming webhook as Slack and Mattermost have it."""

    name = "Chat"

    def answer(self, method, path, headers, body):
        demand((method, path) == ("POST", "/hooks/invented"), f"{method} {path}")
        demand(headers["Content-Type"] == "application/json", "the type is no JSON")
        message = json.loads(body)
        demand(list(message) == ["text"] and message["text"].strip(), "no text")
        demand("<script" not in message["text"], "text is not escaped")
        return {"ok": True}


class Tickets(Stub):
    """A tracker that knows its tickets by a key of the caller's."""

    name = "Tickets"

    def answer(self, method, path, headers, body):
        demand(method == "PUT" and re.fullmatch(r"/api/tickets/[0-9a-f]{32}", path), f"{method} {path}")
        ticket = json.loads(body)
        demand(set(ticket) == {"title", "text", "priority"}, f"keys: {sorted(ticket)}")
        demand(all(ticket.values()), f"something is empty: {ticket}")
        return {"id": 1}


def described():
    """The types of attributes, as the package has them."""
    found = importlib.util.find_spec("pymisp")
    return pathlib.Path(found.origin).with_name("data") / "describeTypes.json"


class Misp(Stub):
    """MISP: an event is added once; a later one has to be newer, or to leave the time to MISP."""

    name = "MISP"

    def __init__(self):
        self.events = {}
        super().__init__()

    def answer(self, method, path, headers, body):
        demand(headers["Authorization"] == "invented", "no key")
        if path == "/servers/getVersion":
            return {"version": "2.5.34", "perm_sync": True, "perm_sighting": True}
        if path == "/servers/getPyMISPVersion.json":
            return {"version": "2.5.34"}
        if path == "/users/view/me":
            user = {"id": "1", "org_id": "1", "role_id": "1", "email": "soc@example.com"}
            return {"User": user, "Role": {"id": "1", "name": "User"}, "UserSetting": []}
        if path == "/attributes/describeTypes.json":
            return json.loads(described().read_text(encoding="utf-8"))
        event = json.loads(body) if method == "POST" else None
        if path.startswith("/events/add"):
            demand(event["uuid"] not in self.events, "an event that is there is added again")
            self.check(event)
            self.events[event["uuid"]] = event
            return {"Event": event}
        known = self.events.get(path.rsplit("/", 1)[-1])
        if known is None:
            raise Refused(404, {"name": "Invalid event.", "message": "Invalid event.", "url": path})
        if path.startswith("/events/edit/"):
            self.check(event)
            for thing in [event, *event["Object"], *all_attributes(event)]:
                demand("timestamp" not in thing, "what is not newer than the copy is not taken")
            self.events[known["uuid"]] = event
            return {"Event": event}
        return {"Event": known}

    def check(self, event):
        for attribute in all_attributes(event):
            demand(attribute["value"], f"an attribute without value: {attribute}")
        ids = [event["uuid"], *(thing["uuid"] for thing in event["Object"])]
        ids += [attribute["uuid"] for attribute in all_attributes(event)]
        demand(len(ids) == len(set(ids)), "an id stands twice")


def all_attributes(event):
    return [attribute for thing in event["Object"] for attribute in thing["Attribute"]]


class OpenCti(Stub):
    """OpenCTI: what is added is said to be there, if all that it refers to was added before."""

    name = "OpenCTI"
    references = ("fromId", "toId", "createdBy", "objects")

    def __init__(self):
        self.known = set()
        super().__init__()

    def answer(self, method, path, headers, body):
        demand((method, path) == ("POST", "/graphql"), f"{method} {path}")
        demand(headers["Authorization"] == "Bearer invented", "no token")
        request = json.loads(body)
        field = re.search(r"\{\s*(\w+)", request["query"])[1]
        if field == "vocabularyCategories":
            return {"data": {field: []}}
        if field == "labels":
            return {"data": {field: {"edges": [], "pageInfo": {"hasNextPage": False}}}}
        given = request.get("variables") or {}
        given = given.get("input", given)
        for name in self.references:
            ids = given.get(name) or []
            for each in [ids] if isinstance(ids, str) else ids:
                demand(each in self.known, f"{field}: there is no {name} {each}")
        key = f"id-{self.requests}"
        self.known |= {key, given.get("stix_id"), *(given.get("x_opencti_stix_ids") or [])}
        made = {
            "id": key,
            "standard_id": given.get("stix_id"),
            "entity_type": field.removesuffix("Add"),
            "parent_types": [],
            "version": "7.0.0",
        }
        return {"data": {field: made}}


def start():
    """The stubs, each at the address that the document gives it."""
    return {
        "https://elastic.example.com:9200": Elastic(),
        "https://splunk.example.com:8088": Splunk(),
        "https://chat.example.com": Chat(),
        "https://tickets.example.com": Tickets(),
        "https://misp.example.com": Misp(),
        "https://opencti.example.com": OpenCti(),
    }
