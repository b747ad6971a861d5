"""Small labelled worlds and reports for the tests of evaluation."""

from dataclasses import replace

import numpy as np
import pandas as pd

from graphlink.lab.evaluate import Reported, Truth, label_truth

LABELS = ("account_id", "ring_id", "kind", "campaign_id")


def two_rings() -> Truth:
    """Ring x of a, b, c, d; ring y of e, f; honest g, h, i, j."""
    return label_truth(_labels({"x": "abcd", "y": "ef", "": "ghij"}))


def hydra() -> Truth:
    """One campaign of two rings, x of a, b, c, d and y of e, f, g; honest h, i."""
    labels = _labels({"x": "abcd", "y": "efg", "": "hi"})
    return label_truth(labels.assign(campaign_id=labels.ring_id.map({"x": "hydra", "y": "hydra", "": ""})))


def company_and_family() -> Truth:
    """Ring x of a, b; a company of c, d, e, f, g, h behind one carrier NAT with i and j; the family i, j."""
    truth = label_truth(_labels({"x": "ab", "": "cdefghij"}))
    members = {0: "cdefgh", 1: "ij", 2: "cdefghij"}
    return replace(
        truth,
        groups=pd.DataFrame(
            {
                "group_id": ["company-1", "family-1", "carrier-1"],
                "kind": ["company", "household", "carrier"],
                "hard_negative": ["", "HN8", "HN1"],
            }
        ),
        group_account=np.array([truth.accounts.get_loc(name) for names in members.values() for name in names]),
        group_number=np.array([number for number, names in members.items() for _ in names]),
    )


def report(*rings: str | tuple[str, str], tier: str = "core", confidence: float = 0.9) -> Reported:
    """Rings r1, r2, … of these accounts in rank order, coordinated unless an assessment is given."""
    given = [ring if isinstance(ring, tuple) else (ring, "coordinated") for ring in rings]
    names = [f"r{number}" for number in range(1, len(given) + 1)]
    table = pd.DataFrame(
        {"ring_id": names, "rank": range(1, len(given) + 1), "assessment": [assessment for _, assessment in given]}
    )
    members = [(account, name) for name, (accounts, _) in zip(names, given, strict=True) for account in accounts]
    return Reported(
        "tiny", table, pd.DataFrame(members, columns=["account_id", "ring_id"]).assign(tier=tier, confidence=confidence)
    )


def _labels(rings: dict[str, str]) -> pd.DataFrame:
    rows = [(account, ring, f"kind-{ring}" if ring else "", "") for ring, names in rings.items() for account in names]
    return pd.DataFrame(rows, columns=list(LABELS))
