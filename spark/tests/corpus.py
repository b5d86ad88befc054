"""Writes the archives that the tests read: invented, uneven, the same bytes every time.

`corpus.py FOLDER` makes `FOLDER/archives` (forty inputs), `FOLDER/damaged` (a bomb, an archive that
is cut, a file that is nothing), `FOLDER/later` (what comes in another day), `FOLDER/parts` (an
archive that is cut into items, and small ones that go together), and a watchlist. Machines and
logins come again in other archives, because that is what the joins are about.
"""

import gzip
import io
import random
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

WATCHLIST = """\
[[organisation]]
name = "Example Corp"
domains = ["example.com"]
staff_hosts = ["vpn.example.com"]
ad_domains = ["EXAMPLE"]

[[organisation]]
name = "Example Org"
domains = ["example.org"]
exclude = ["status.example.org"]

[[organisation]]
name = "Example Net"
domains = ["example.net", "shop.example.org"]
"""

HOSTS = [
    "www.example.com", "vpn.example.com", "mail.example.com", "shop.example.org", "sso.example.org",
    "status.example.org", "login.example.net", "notexample.com",
    *(f"www{number}.site{number}.test" for number in range(60)),
]  # fmt: skip
MAIL = ["example.com", "example.org", "mail.test", "mail.test", "post.test", "box.test"]
WORDS = ["Anna", "Bert", "Carl", "Dora", "Emil", "Frida", "Gerd", "Hanna", "Ivo", "Jana"]

# How many logs the archives hold: few hold most.
SIZES = [900, 300, 120, 60, 60, 30, 30, 30, *[12] * 8, *[5] * 10, *[1] * 7]

# The time of every entry.
LONG_AGO = (2026, 1, 1, 0, 0, 0)


def account(draw: random.Random) -> tuple[str, str, str]:
    """An address, a login and a password."""
    host = draw.choice(HOSTS)
    person = f"{draw.choice(WORDS).lower()}.{draw.randrange(300)}"
    login = draw.choice([f"{person}@{draw.choice(MAIL)}", person, f"EXAMPLE\\{person}"])
    return f"https://{host}/login", login, f"Pw-{draw.randrange(5000):04}!{person}"


def log(number: int) -> dict[str, bytes]:
    """The files of one infected machine."""
    draw = random.Random(f"log {number}")
    hwid = f"{draw.randrange(16**32):032X}"
    country = draw.choice(["DE", "US", "FR", "BR", "IN"])
    day = f"{draw.randrange(1, 13)}/{draw.randrange(1, 28)}/2025"
    folder = f"{country}[{hwid}] [{number}]"
    system = [
        "Build ID: example_build", f"IP: 203.0.113.{number % 250}", f"UserName: user{number}",
        f"MachineName: EXC-{number:04}", f"Country: {country}", f"HWID: {hwid}",
        "Current Language: German (Germany)", "TimeZone: (UTC+01:00) Example, City",
        "Operation System: Windows 10 Pro x64",
        f"Log date: {day} {draw.randrange(1, 12)}:11:12 PM", "", "Anti-Viruses: ",
        "Windows Defender",
    ]  # fmt: skip
    passwords = []
    for _ in range(draw.randrange(1, 25)):
        url, login, password = account(draw)
        passwords += [f"URL: {url}", f"Username: {login}", f"Password: {password}",
                      "Application: Google_[Chrome]_Default", "==============="]  # fmt: skip
    cookies = [
        f".{draw.choice(HOSTS)}\tTRUE\t/\tTRUE\t{draw.randrange(1_700_000_000, 1_900_000_000)}"
        f"\t{draw.choice(['sid', '_ga', 'session'])}\tck-{draw.randrange(10**8):08}"
        for _ in range(draw.randrange(40))
    ]
    files = {
        "UserInformation.txt": system,
        "Passwords.txt": passwords,
        "Cookies/Google_[Chrome]_Default Network.txt": cookies,
        "Autofills/Google_[Chrome]_Default.txt": [f"email: {account(draw)[1]}", "city: Nowhere"],
        "ProcessList.txt": [f"ID: {pid}, Name: app{pid}.exe" for pid in range(draw.randrange(60))],
        "FileGrabber/notes.txt": [f"to do: ask at {draw.choice(HOSTS)} about {number}"],
    }
    return {f"{folder}/{name}": "\r\n".join(lines).encode() for name, lines in files.items()}


def logs(draw: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    """The files of different machines; many of them are in other archives as well."""
    for number in draw.sample(range(4000), count):
        yield from log(number).items()


def lines(draw: random.Random, count: int) -> bytes:
    """A text of `url:login:password` lines, some of which come again."""
    return "".join(":".join(account(draw)) + "\n" for _ in range(count)).encode()


def zipped(files: Iterator[tuple[str, bytes]]) -> bytes:
    """A ZIP of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue()


def tarred(files: Iterator[tuple[str, bytes]]) -> bytes:
    """A compressed tar of these files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(packed.getvalue(), mtime=0)


def write_archives(folder: Path) -> None:
    """Forty inputs."""
    for number, count in enumerate(SIZES):
        draw = random.Random(f"archive {number}")
        if number % 6 == 5:
            (folder / f"{number:02}-cloud.tar.gz").write_bytes(tarred(logs(draw, count)))
        elif number % 11 == 8:
            inner = [(f"inner/{part}.zip", zipped(logs(draw, count))) for part in "ab"]
            (folder / f"{number:02}-nested.zip").write_bytes(zipped(iter(inner)))
        else:
            (folder / f"{number:02}-cloud.zip").write_bytes(zipped(logs(draw, count)))
    for number, count in enumerate([18_000, 4_000, 500, 20]):
        text = lines(random.Random(f"text {number}"), count)
        (folder / f"{33 + number}-lines.txt").write_bytes(text)
    text = lines(random.Random("packed text"), 2_000)
    (folder / "37-lines.txt.gz").write_bytes(gzip.compress(text, mtime=0))
    for number in (38, 39):
        for name, data in logs(random.Random(f"folder {number}"), 8):
            path = folder / f"{number}-folder" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def write_damaged(folder: Path) -> None:
    """What hostile people send: each is data, none is a reason to stop."""
    draw = random.Random("damaged")
    bomb = ("DE[1] [1]/Passwords.txt", b"nothing\n" * (24 << 20))
    (folder / "bomb.zip").write_bytes(zipped(iter([*logs(draw, 3), bomb])))
    whole = zipped(logs(draw, 40))
    (folder / "cut.zip").write_bytes(whole[: len(whole) * 2 // 3])
    (folder / "nothing.zip").write_bytes(b"PK\x03\x04" + draw.randbytes(5000))


def write_parts(folder: Path) -> None:
    """An archive of three items, because there are pictures in it, three small ones, and a text
    of two items, because there is nothing in most of it.
    """
    draw = random.Random("parts")
    picture = b"\xff\xd8\xff\xe0" + draw.randbytes(6 << 20)
    numbers = draw.sample(range(4000), 90)
    with zipfile.ZipFile(folder / "50-large.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in numbers:
            files = log(number)
            root = next(iter(files)).partition("/")[0]
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name, LONG_AGO), data, zipfile.ZIP_DEFLATED)
            shot = zipfile.ZipInfo(f"{root}/Screenshot.jpg", LONG_AGO)
            archive.writestr(shot, picture, zipfile.ZIP_STORED)
        again = (file for number in numbers[::9] for file in log(number).items())
        archive.writestr(zipfile.ZipInfo("more/inner.zip", LONG_AGO), zipped(again))
    for number in (51, 52, 53):
        some = (file for one in draw.sample(numbers, 4) for file in log(one).items())
        (folder / f"{number}-small.zip").write_bytes(zipped(some))
    nothing = b"-" * 140_000 + b"\n"
    with (folder / "54-large.txt").open("wb") as text:
        for line in lines(draw, 2000).splitlines(keepends=True):
            text.write(line + nothing)


def write(root: Path) -> None:
    """Writes everything below a folder."""
    for name in ("archives", "damaged", "later", "parts"):
        (root / name).mkdir(parents=True)
    write_archives(root / "archives")
    write_damaged(root / "damaged")
    write_parts(root / "parts")
    for number in range(3):
        data = zipped(logs(random.Random(f"later {number}"), 10))
        (root / "later" / f"{90 + number}-cloud.zip").write_bytes(data)
    (root / "watchlist.toml").write_text(WATCHLIST)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
