"""People's decisions at work: allowed signals link nobody, the cleared stay out, and only the confirmed are acted on.

Decisions, sightings and findings come in; sightings, findings and a ``Ruling`` that says what was done go out. Nothing
here decides anything that a person did not.
"""

from __future__ import annotations

from graphlink.sweeps.decisions.acting import list_actions
from graphlink.sweeps.decisions.allowing import check_allowed, take_out_allowed, unseen
from graphlink.sweeps.decisions.applying import apply_decisions, without_cleared

__all__ = ["apply_decisions", "check_allowed", "list_actions", "take_out_allowed", "unseen", "without_cleared"]
