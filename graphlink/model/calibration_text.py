"""A calibration as text, for a state to keep and for anybody to compare by its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from graphlink.model.calibration import Calibration


def write_calibration(calibration: Calibration) -> str:
    """Write a calibration down, each number so that it is read back unchanged."""
    return json.dumps(asdict(calibration), sort_keys=True)


def read_calibration(text: str) -> Calibration:
    """Read it back.

    Examples
    --------
    >>> one = Calibration(10, 0.1, 2.5, 5.5, {"ip/3/card": 0.25})
    >>> read_calibration(write_calibration(one)) == one
    True
    """
    return Calibration(**json.loads(text))


def digest_calibration(calibration: Calibration) -> str:
    """SHA-256 of a calibration as it is written down: what a state knows it by, and what ``run.json`` says."""
    return hashlib.sha256(write_calibration(calibration).encode()).hexdigest()
