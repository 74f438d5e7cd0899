"""The program as tests start it."""

import pytest

from tests.fakes import program


def test_a_test_that_fails_leaves_no_program_running(tmp_path):
    with pytest.raises(ZeroDivisionError), program.started(tmp_path) as life:
        raise ZeroDivisionError
    assert life.returncode is not None
