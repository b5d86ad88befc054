"""The engines that the tests run: a cluster of real processes, and Sail without any JVM.

Everything listens on the loopback and on free ports, is waited for by its log or its REST
interface, and is stopped when the `with` ends.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
# How long an engine may take for anything that is waited for.
PATIENCE = 120
# What runs for minutes is hardly worth the better compiler, and two cores have other work.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
PACKAGE = Path(__file__).resolve().parent.parent

sys.path.insert(0, str(PACKAGE))

from logsieve_spark.child import ends_with_parent  # noqa: E402


def waited(what: str, look: Callable[[], Any]) -> Any:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.02)
    raise SystemExit(f"waited in vain for {what}")


def asked(address: str) -> Any:
    """What a REST interface says, or nothing yet."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return json.load(answer)
    except (OSError, ValueError):
        return None


class Cluster:
    """A master of Spark and two workers, each with one core."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.home = Path(pyspark.__file__).parent
        self.folder = folder
        self.stack = ExitStack()

    def __enter__(self) -> "Cluster":
        self.folder.mkdir(parents=True)
        try:
            self._start()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def environment(self) -> dict[str, str]:
        """What processes of the cluster, and drivers, are started with."""
        return os.environ | {
            "SPARK_HOME": str(self.home),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_LOCAL_DIRS": str(self.folder),
            "SPARK_DAEMON_MEMORY": "512m",
            "JAVA_TOOL_OPTIONS": JAVA,
            "PYSPARK_PYTHON": sys.executable,
            "PYSPARK_DRIVER_PYTHON": sys.executable,
            "TZ": "UTC",
        }

    def _start(self) -> None:
        master = self._daemon("master", "master.Master", "--port", "0", "--webui-port", "0")
        self.url = self._said(master, r"Starting Spark master at (spark://\S+)")
        page = self._said(master, r"MasterWebUI.* started at (http://\S+)")
        port = re.search(r":(\d+)/?$", page)[1]
        self.rest = f"http://{HOST}:{port}"
        for number in range(2):
            words = ["--cores", "1", "--memory", "1g", "--port", "0", "--webui-port", "0"]
            work = ["--work-dir", str(self.folder / f"work-{number}")]
            self._daemon(f"worker-{number}", "worker.Worker", *words, *work, self.url)
        waited("both workers", lambda: (asked(f"{self.rest}/json/") or {}).get("aliveworkers") == 2)

    def _daemon(self, name: str, main: str, *words: str) -> Path:
        """Starts a process of the cluster; gives its log."""
        log = self.folder / f"{name}.log"
        command = [self.home / "bin" / "spark-class", f"org.apache.spark.deploy.{main}"]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*command, "--host", HOST, *words],
                stdout=out, stderr=out, env=self.environment(), start_new_session=True,
                preexec_fn=ends_with_parent(),
            )  # fmt: skip
        self.stack.callback(_stop, process)
        return log

    def _said(self, log: Path, pattern: str) -> str:
        found = waited(f"{pattern} in {log}", lambda: re.search(pattern, log.read_text("utf-8")))
        return found[1]

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A driver in this process."""
        from pyspark.sql import SparkSession

        os.environ.update(self.environment())
        builder = SparkSession.builder.master(self.url).appName("logsieve-test")
        for key, value in SETTINGS.items():
            builder = builder.config(key, value)
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        spark.sparkContext.addPyFile(str(package(self.folder)))
        try:
            yield spark
        finally:
            spark.stop()


SETTINGS = {
    "spark.driver.host": HOST,
    "spark.driver.bindAddress": HOST,
    "spark.driver.memory": "1g",
    "spark.executor.memory": "768m",
    "spark.port.maxRetries": "100",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
}


def package(folder: Path) -> Path:
    """The adapter as `--py-files` takes it."""
    import zipfile

    path = folder / "logsieve_spark.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for module in sorted((PACKAGE / "logsieve_spark").glob("*.py")):
            archive.write(module, f"logsieve_spark/{module.name}")
    return path


def kill_an_executor(spark: Any) -> str:
    """Kills, as the system does when memory runs out, an executor that has tasks to its name."""
    context = spark.sparkContext
    rest = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/executors"
    rest = re.sub(r"//[^:/]+:", f"//{HOST}:", rest)
    executors = waited("the list of executors", lambda: asked(rest))
    before = {one["id"]: one["completedTasks"] for one in executors}

    def busy() -> str | None:
        for one in asked(rest) or []:
            done = one["completedTasks"] - before.get(one["id"], 0)
            if one["id"] != "driver" and done >= 3 and one["activeTasks"] > 0:
                return one["id"]
        return None

    name = waited("an executor with finished tasks", busy)
    os.kill(_executor(context.applicationId, name), signal.SIGKILL)
    return name


def _executor(application: str, name: str) -> int:
    """The process of an executor of ours."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        is_ours = application.encode() in words and name.encode() in words
        if is_ours and words[0].endswith(b"java"):
            return int(folder.name)
    raise SystemExit(f"executor {name} has no process")


def _stop(process: subprocess.Popen) -> None:
    """Ends a process and those that it started."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


@contextmanager
def sail() -> Iterator[Any]:
    """A session with a server of Sail, which runs in this process."""
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    os.environ["TZ"] = "UTC"
    time.tzset()
    server = SparkConnectServer(HOST, 0)
    server.start(background=True)
    with ExitStack() as stack:
        stack.callback(server.stop)
        address = f"sc://{HOST}:{server.listening_address[1]}"
        spark = SparkSession.builder.remote(address).getOrCreate()
        stack.callback(spark.stop)
        spark.conf.set("spark.sql.session.timeZone", "UTC")
        yield spark
