"""One ring as the run published it: the value from which every file of a case pack is made."""

from dataclasses import dataclass

import pandas as pd

from graphlink.model.findings import Ring
from graphlink.model.run import Run
from graphlink.results.columns import DECLARED, Table
from graphlink.results.tables import MEMBERS, SIGNALS

_MORE_OF_MEMBERS, CASE_EVIDENCE, CASE_TOLD = (DECLARED["case"][name] for name in ("members", "evidence", "told"))
STATED = _MORE_OF_MEMBERS.columns
"""The columns of an account's attributes in the export."""
CASE_MEMBERS = Table("members", (*MEMBERS.fields, *_MORE_OF_MEMBERS.fields))
CASE_TABLES = (CASE_MEMBERS, SIGNALS, CASE_EVIDENCE, CASE_TOLD)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One ring of a finished run.

    ``run`` is the run cut to that ring. ``members`` has the columns of ``members.csv`` and the status, plan and country
    from the export. ``evidence`` has a row for each member and each of its signals: account_id, tier, signal_type,
    signal_value, family, provenance, first_seen, last_seen, count, accounts_in_ring, accounts_outside, bits, source,
    line. ``source`` and ``line`` name the first row of the export that shows the signal, null if the run kept no trace.
    Both tables are in the order of the members, then of the signals.
    """

    run: Run
    members: pd.DataFrame
    evidence: pd.DataFrame
    n_rings: int
    """Rings of the whole run."""
    run_digest: str
    """SHA-256 of the run's manifest, which names the digest of every file of the run."""

    @property
    def ring(self) -> Ring:
        """The ring."""
        return self.run.findings.rings[0]

    @property
    def key_id(self) -> str | None:
        """The key of the pseudonyms, None if names are shown as read."""
        return self.run.reading.key_id
