"""A calibration as text, to store in a state and to compare by its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from graphlink.model.calibration import Calibration


def write_calibration(calibration: Calibration) -> str:
    """Write a calibration, with numbers that are read back unchanged."""
    return json.dumps(asdict(calibration), sort_keys=True)


def read_calibration(text: str) -> Calibration:
    """Read a calibration.

    Examples
    --------
    >>> one = Calibration(10, 0.1, 2.5, 5.5, {"ip/3/card": 0.25})
    >>> read_calibration(write_calibration(one)) == one
    True
    """
    return Calibration(**json.loads(text))


def digest_calibration(calibration: Calibration) -> str:
    """SHA-256 of a calibration's text, as recorded in the state and in ``run.json``."""
    return hashlib.sha256(write_calibration(calibration).encode()).hexdigest()
