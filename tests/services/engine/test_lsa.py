"""Rows of exponentials and logarithms are what the C library says."""

import numpy as np
import pytest
from scipy.special import exp1

from services.engine.lsa import exponentials, logarithms, lsa_logs


def test_exponentials():
    x = np.linspace(-87, 88, 10_001).astype(np.float32)
    row = x.copy()
    exponentials(row)
    assert np.abs(row / np.exp(x.astype(np.float64)) - 1).max() < 5e-6


@pytest.mark.parametrize("beyond", [-1e30, -200.0, 200.0])
def test_what_lies_outside_stays_a_number(beyond):
    row = np.full(9, beyond, np.float32)
    exponentials(row)
    assert np.isfinite(row).all()
    assert (row >= 0).all()


def test_logarithms():
    x = np.exp(np.linspace(-40, 40, 10_001)).astype(np.float32)
    row = x.copy()
    logarithms(row)
    assert np.abs(row - np.log(x.astype(np.float64))).max() < 8e-6


def test_half_of_the_exponential_integral():
    v = np.exp(np.linspace(np.log(1e-5), np.log(60), 5_001)).astype(np.float32)
    row = v.copy()
    lsa_logs(row)
    assert np.abs(row - exp1(v.astype(np.float64)) / 2).max() < 1e-4
