"""Lasting ids in place of those of one run, in everything that a run found."""

from dataclasses import fields, replace

import pandas as pd
from report_worlds import two_rings

from graphlink.model.findings import ANOTHER_RING, Campaign, Chance, Factor, Stability
from graphlink.model.text import TEXT
from graphlink.sweeps.lineage.names import rename_rings

IDS = {"R-4KQ7": "R-2026-W20-BBBBBB", "R-9XWM": "R-2026-W10-AAAAAA"}
BACK = {new: old for old, new in IDS.items()}


def findings():
    """Two rings of one campaign, with what chance and disturbance say of them."""
    found = two_rings().findings
    rings = pd.DataFrame({"ring_id": list(IDS), "over_seeds": [1.0, 0.9], "over_losses": [0.8, 0.7]}).astype(
        {"ring_id": TEXT}
    )
    members = found.members[["ring_id", "account_id"]].astype(TEXT).assign(over_seeds=1.0, over_losses=1.0)
    return replace(
        found,
        rings=tuple(
            replace(ring, campaign="C-1", factors=(*ring.factors, Factor(ANOTHER_RING, 6.0, f"shares with {other}")))
            for ring, other in zip(found.rings, reversed(list(IDS)), strict=True)
        ),
        campaigns=(Campaign("C-1", tuple(IDS), 18, 3, 4, ("payment",)),),
        chance=Chance(1, 0.0, 0.0, 0, 0, {"R-4KQ7": 0.01, "R-9XWM": 0.5}),
        stability=Stability(2, 2, 0.1, rings, members),
    )


def test_everything_that_names_a_ring_names_it_by_its_lasting_id():
    renamed = rename_rings(findings(), IDS)
    assert "R-4KQ7" not in repr(renamed)
    assert "R-9XWM" not in repr(renamed)
    for name in ("members", "signals", "ties"):
        assert set(getattr(renamed, name)["ring_id"]) <= set(BACK), name
    assert renamed.chance.q_values == {"R-2026-W20-BBBBBB": 0.01, "R-2026-W10-AAAAAA": 0.5}


def test_nothing_else_changes():
    before = findings()
    again = rename_rings(rename_rings(before, IDS), BACK)
    for field in fields(before):
        one, two = getattr(before, field.name), getattr(again, field.name)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, two, check_dtype=False)
        elif field.name == "stability":
            pd.testing.assert_frame_equal(one.rings, two.rings)
            pd.testing.assert_frame_equal(one.members, two.members)
        elif field.name not in {"campaigns", "rings"}:
            assert one == two, field.name
    assert [replace(ring, campaign="") for ring in again.rings] == [replace(ring, campaign="") for ring in before.rings]


def test_a_campaign_is_called_after_its_oldest_ring():
    renamed = rename_rings(findings(), IDS)
    assert renamed.campaigns[0].campaign_id == "C-2026-W10-AAAAAA"
    assert renamed.campaigns[0].ring_ids == tuple(IDS.values())
    assert {ring.campaign for ring in renamed.rings} == {"C-2026-W10-AAAAAA"}
