"""The guard that keeps tests on this machine."""

import socket

import pytest

from tests.house.loopback import ReachedOut


def test_other_machines_cannot_be_reached():
    with socket.socket() as outside, pytest.raises(ReachedOut):
        outside.connect(("192.0.2.1", 80))


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
