#!/usr/bin/env python3
"""Tries the report in a real browser: `tests/browser/report.py FOLDER [SHOTS]`.

FOLDER holds what `cargo run --example make_reports` made. Needs Chromium and nothing else: it is
driven over its debugging pipe. With SHOTS, pictures to look at are left there. Without a browser it
says so and ends with 77.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Browser:
    """One headless browser with one page, and what it complained of."""

    def __init__(self, program):
        self.home = tempfile.mkdtemp()
        ours, theirs = os.pipe(), os.pipe()

        def wire():
            # The browser reads commands from 3 and writes answers to 4.
            read, write = os.dup(ours[0]), os.dup(theirs[1])
            os.dup2(read, 3)
            os.dup2(write, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--remote-debugging-pipe", f"--user-data-dir={self.home}", "about:blank"],
            preexec_fn=wire, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(ours[0])
        os.close(theirs[1])
        self.commands, self.answers = os.fdopen(ours[1], "wb"), os.fdopen(theirs[0], "rb")
        self.buffer, self.number, self.session = b"", 0, None
        self.complaints, self.requests, self.loaded = [], [], False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.commands.write(json.dumps(message).encode() + b"\0")
        self.commands.flush()
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]

    def receive(self):
        while b"\0" not in self.buffer:
            more = os.read(self.answers.fileno(), 1 << 20)
            assert more, "the browser has gone"
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(line)
        self.notice(message.get("method"), message.get("params", {}))
        return message

    def notice(self, method, params):
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append(("dialog", params["message"]))
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(("exception", params["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(("console", params["args"]))
        elif method == "Log.entryAdded":
            self.complaints.append(("log", params["entry"]["text"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def open(self, path, fragment=""):
        # By way of nowhere: what comes is a new document, not a jump inside the old one.
        for url in ("about:blank", path.resolve().as_uri() + fragment):
            self.loaded, self.requests, self.complaints = False, [], []
            self.call("Page.navigate", url=url)
            while not self.loaded:
                self.receive()

    def run(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True,
                           awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def scheme(self, name):
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def shot(self, path, full=False):
        data = self.call("Page.captureScreenshot", captureBeyondViewport=full)["data"]
        path.write_bytes(base64.b64decode(data))

    def print(self, path):
        data = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def quiet(browser, path):
    """Nothing is complained of and nothing is asked for but the page itself."""
    assert not browser.complaints, browser.complaints
    assert browser.requests == [path.resolve().as_uri()], browser.requests


def rows(browser):
    return browser.run("document.querySelectorAll('#table tbody tr:not([hidden])').length")


def column(browser, number):
    return browser.run(
        f"Array.from(document.querySelectorAll('#table tbody tr:not([hidden])'),"
        f" row => row.cells[{number}].textContent.trim())")


def choose(browser, control, value):
    browser.run(f"""(() => {{
        const control = document.getElementById('{control}');
        control.value = '{value}';
        control.dispatchEvent(new Event('{"input" if control == "find" else "change"}'));
        return new Promise(done => setTimeout(done, 300));
    }})()""")


def check_table(browser, path):
    """Filters, sorting and links do what they say."""
    browser.open(path)
    all_rows = browser.run("document.querySelectorAll('#table tbody tr').length")
    assert rows(browser) == min(all_rows, 250)

    choose(browser, "by-severity", "s4")
    critical = rows(browser)
    assert 0 < critical and set(column(browser, 0)) == {"critical"}
    told = browser.run("document.getElementById('shown').textContent")
    assert str(critical) in told or critical == 250, told
    choose(browser, "find", "VPN example.com")
    assert 0 < rows(browser) <= critical
    assert all("vpn" in text.lower() for text in column(browser, 1))
    choose(browser, "find", "no such text")
    assert rows(browser) == 0
    browser.run("document.querySelector('#controls button[type=reset]').click()")
    time.sleep(0.2)
    assert rows(browser) == min(all_rows, 250)

    for press, wanted in ((1, "ascending"), (2, "descending")):
        browser.run("document.querySelectorAll('#table thead button')[5].click()")
        header = "document.querySelectorAll('#table thead th')[5].getAttribute('aria-sort')"
        assert browser.run(header) == wanted, press
        days = [day for day in column(browser, 5) if day]
        assert len(days) > 1 and days == sorted(days, reverse=press == 2), days
    browser.run("document.querySelectorAll('#table thead button')[0].click()")
    order = ["critical", "high", "medium", "low", "info"]
    places = [order.index(severity) for severity in column(browser, 0)]
    assert places == sorted(places)

    browser.run("document.getElementById('more-all').click()")
    assert rows(browser) == all_rows
    quiet(browser, path)

    last = f"#e{all_rows - 1}"
    browser.open(path, last)
    assert browser.run(f"document.querySelector('{last}').hidden") is False
    assert not browser.complaints, browser.complaints


def check_inert(browser, path, model):
    """Hostile text makes no element: the page has the tags and attributes of a harmless one."""
    shape = """JSON.stringify([
        Array.from(document.querySelectorAll('script, style, a, iframe, img, base, form, object'),
            e => [e.tagName, e.getAttribute('href')]).filter(e => !/^#[em]\\d+$/.test(e[1])),
        document.querySelectorAll('[onload], [onerror], [onclick], [style], [src]').length,
        document.querySelectorAll('[id=content]').length])"""
    browser.open(model)
    expected = browser.run(shape)
    browser.open(path)
    time.sleep(0.5)
    assert browser.run(shape) == expected
    assert "alert(" in browser.run("document.body.innerText")
    assert browser.run("getComputedStyle(document.body).display") == "block"
    quiet(browser, path)


def check_without_script(browser, path):
    """Everything can be read without the script."""
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(path)
    assert rows(browser) == browser.run("document.querySelectorAll('#table tbody tr').length")
    assert browser.run("document.getElementById('controls').hidden") is True
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def check_fits(browser, path):
    """No screen is too narrow: what is wide scrolls by itself."""
    for width in (360, 768, 1280):
        browser.size(width, 800)
        browser.open(path)
        wide = browser.run("document.documentElement.scrollWidth")
        assert wide <= width, (path.name, width, wide)
    browser.size(1280, 900)


def pictures(browser, folder, shots):
    shots.mkdir(parents=True, exist_ok=True)
    for name in ("small", "empty", "hostile"):
        browser.open(folder / f"{name}.html")
        for scheme in ("light", "dark"):
            browser.scheme(scheme)
            for label, width in (("desk", 1280), ("phone", 390)):
                browser.size(width, 900)
                browser.shot(shots / f"{name}-{scheme}-{label}.png", full=True)
        browser.scheme("light")
        browser.print(shots / f"{name}.pdf")


def main():
    folder = Path(sys.argv[1])
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        print("SKIPPED: no Chromium here, the report was not tried in a browser", file=sys.stderr)
        sys.exit(77)
    browser = Browser(program)
    try:
        browser.size(1280, 900)
        for name in ("small", "empty", "table", "large"):
            browser.open(folder / f"{name}.html")
            quiet(browser, folder / f"{name}.html")
        for name in ("small", "table"):
            check_table(browser, folder / f"{name}.html")
        check_inert(browser, folder / "hostile.html", folder / "small.html")
        check_without_script(browser, folder / "small.html")
        for name in ("small", "empty", "hostile"):
            check_fits(browser, folder / f"{name}.html")
        if len(sys.argv) > 2:
            pictures(browser, folder, Path(sys.argv[2]))
    finally:
        browser.close()
    print("the report works in", program)


main()
