"""A command run to its end while the memory of it and of its children is watched."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import psutil

EVERY = 0.1  # seconds
STILL = 3.0  # seconds without a change after which a program counts as idle
GRAIN = 1 << 20  # bytes that are no change


class Run(NamedTuple):
    """How a command went. Memory is that of the whole tree at its highest, in MiB."""

    code: int
    seconds: float
    pss_mib: float
    rss_mib: float
    output: str


def run(command: Sequence[str]) -> Run:
    """Start the command and watch it; its two outputs are kept together.

    Pages that processes share count once in PSS and once for each process in RSS.
    """
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        pss = rss = 0
        output = b""
        while True:
            try:
                output, _ = process.communicate(timeout=EVERY)
                break
            except subprocess.TimeoutExpired:
                shared, single = memory(process.pid)
                pss, rss = max(pss, shared), max(rss, single)
    seconds = time.perf_counter() - started
    return Run(
        process.returncode, seconds, pss / 2**20, rss / 2**20, output.decode(errors="replace")
    )


def settled(command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Start the command, wait until its memory stays the same, and end it."""
    started = still = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        pss = rss = 0
        while time.perf_counter() - still < STILL and process.poll() is None:
            before, (pss, rss) = pss, memory(process.pid)
            if abs(pss - before) > GRAIN:
                still = time.perf_counter()
            time.sleep(EVERY)
        process.terminate()
    return Run(process.returncode, time.perf_counter() - started, pss / 2**20, rss / 2**20, "")


def memory(root: int) -> tuple[int, int]:
    """Bytes of a process and all its children now: PSS and RSS."""
    pss = rss = 0
    try:
        parent = psutil.Process(root)
        tree = [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return 0, 0
    for process in tree:
        try:
            info = process.memory_full_info()
        except psutil.Error:
            continue  # it ended between the listing and the question
        pss, rss = pss + info.pss, rss + info.rss
    return pss, rss
