"""Servers that tests need: taken where one answers, else started, else the test is skipped.

TEST_REQUIRE=postgres,s3,browser,curl makes a failure of such a skip: so CI cannot lose a suite.
"""

import importlib.util
import os
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

LOCAL = "postgresql://{user}@127.0.0.1:5432/postgres?connect_timeout=2"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root; this user is everywhere


def require(name: str, reason: str) -> NoReturn:
    """Skip the test, or fail it where TEST_REQUIRE names what is missing."""
    required = {word.strip() for word in os.environ.get("TEST_REQUIRE", "").split(",")}
    if name in required:
        pytest.fail(f"TEST_REQUIRE names {name}, but {reason}", pytrace=False)
    pytest.skip(reason)


# --- PostgreSQL -----------------------------------------------------------------------------------


def answers(url: str) -> bool:
    """Whether a PostgreSQL server lets us in."""
    import psycopg

    try:
        with psycopg.connect(url):
            return True
    except psycopg.OperationalError:
        return False


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server on which databases may be made."""
    if importlib.util.find_spec("psycopg") is None:
        require("postgres", "psycopg is not installed (extra `scale`)")
    for user in ("postgres", os.environ.get("USER", "root")):
        url = LOCAL.format(user=user)
        if answers(url):
            yield url
            return
    package = importlib.util.find_spec("pgserver")
    if package is None or package.origin is None:
        require("postgres", "no PostgreSQL answers at 127.0.0.1:5432, and pgserver is not there")
    with started_postgres(Path(package.origin).parent / "pginstall" / "bin") as url:
        yield url


@contextmanager
def started_postgres(programs: Path) -> Iterator[str]:
    """A server from these programs, on a socket in a folder that goes with it.

    The wheel's own Python layer is not used: as root it adds a user to the machine.
    """
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="ut-pg-") as folder:
        data = Path(folder, "data")
        if user:
            subprocess.run(["chown", user, folder], check=True)
        try:
            _run(
                user, programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "utf8"
            )
            options = f"-k {folder} -h '' -c fsync=off"
            log = Path(folder, "log")
            _run(user, programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        except (OSError, subprocess.CalledProcessError) as error:
            require("postgres", f"no PostgreSQL answers, and pgserver's would not start: {error}")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            _run(user, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _run(user: str | None, *command: str | Path) -> None:
    subprocess.run(command, user=user, check=True, cwd="/", stdout=subprocess.DEVNULL)


@contextmanager
def fresh_database(server: str, name: str) -> Iterator[str]:
    """The address of a database that is dropped at the end."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield server.replace("/postgres?", f"/{name}?")
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def empty(database: str, tables: Sequence[str]) -> None:
    """Remove every row; parents stand before their children in `tables`."""
    import psycopg

    with psycopg.connect(database) as connection:
        for table in reversed(tables):
            connection.execute(f"DELETE FROM {table}")


# --- an object store ------------------------------------------------------------------------------


@contextmanager
def s3_server() -> Iterator[str]:
    """The endpoint of an object store on loopback."""
    if importlib.util.find_spec("moto") is None:
        require("s3", "moto is not installed")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def make_bucket(endpoint: str, name: str) -> None:
    """An empty bucket; moto asks nobody for a signature."""
    request = urllib.request.Request(f"{endpoint}/{name}", method="PUT")
    with urllib.request.urlopen(request, timeout=10):
        pass
