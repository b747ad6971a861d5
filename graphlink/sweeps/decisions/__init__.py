"""Apply people's decisions: allowed signals do not link, cleared subjects stay out, only confirmed ones are acted on.

Decisions, sightings and findings come in. Sightings, findings and a ``Ruling`` with all effects go out. This package
makes no decisions of its own.
"""

from graphlink.sweeps.decisions.allowing import check_allowed, take_out_allowed, unseen
from graphlink.sweeps.decisions.applying import apply_decisions, without_cleared
from graphlink.sweeps.decisions.standing import list_actions

__all__ = ["apply_decisions", "check_allowed", "list_actions", "take_out_allowed", "unseen", "without_cleared"]
