from pathlib import Path

import pytest

from tests.bench import models, report


def test_without_demucs_the_part_is_left_out():
    with pytest.raises(report.LeftOut, match="make models"):
        models.run(pythons=[Path("/nowhere/python")])


def test_ratios_are_to_the_command_of_demucs():
    runs = {
        models.DEMUCS: models.Timed(40.0, 60.0),
        models.MODEL: models.Timed(50.0, 63.0),
        models.QUICK: models.Timed(4.0, 6.0),
    }
    told = models.text(80.0, runs, "demucs 1.0")
    (row,) = [line for line in told.splitlines() if line.startswith(f"| {models.MODEL}")]
    assert [cell.strip() for cell in row.split("|")[2:-1]] == ["50.00", "0.62", "1.25", "63.00"]
    assert "1.25 times as long as demucs, and 1.05 times its processor time" in told
    assert "the quick tier takes 0.10 times as long" in told
