"""How many accounts of a run a wildcard matches, checked when it is added to a list."""

from pathlib import Path

from graphlink.model.sweeps import Listed
from graphlink.results.stored_schema import ACCOUNTS, BEARERS, SIGNALS
from graphlink.sweeps.state.importing import ReadFile
from graphlink.words.errors import ConfigError, Place, Problem


def check_reach(read: ReadFile[Listed], run_folder: Path, where: str) -> None:
    """Refuse wildcards that match more than 1 % of a run's accounts, all at once.

    If the folder has no tables, the next sweep checks the wildcards against its own accounts.

    Raises
    ------
    ConfigError
        If there are any.
    """
    wide = [(line, entry) for line, entry in read.rows if entry.is_pattern]
    if not wide or not (run_folder / ACCOUNTS.file).is_file():
        return
    import pyarrow.parquet as pq  # noqa: PLC0415  needed only for wildcards

    from graphlink.sweeps.decisions.allowing import WIDEST  # noqa: PLC0415

    n_accounts = pq.read_metadata(run_folder / ACCOUNTS.file).num_rows
    problems = []
    for line, entry in wide:
        reach = _reach(entry, run_folder)
        if reach > max(1, int(WIDEST * n_accounts)):
            what = f"the wildcard {entry.value!r} takes in {reach:,} of {n_accounts:,} accounts"
            problems.append(
                Problem("GL454", Place(where, line or None), what, "name the accounts, or a narrower wildcard")
            )
    if problems:
        raise ConfigError.of(problems)


def _reach(entry: Listed, run_folder: Path) -> int:
    """Number of accounts whose id a wildcard matches, or that have a shared signal that it matches."""
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    from graphlink.sweeps.decisions.matching import matched  # noqa: PLC0415

    if entry.signal_type is None:
        ids = pq.read_table(run_folder / ACCOUNTS.file, columns=["account_id"])["account_id"]
        return int(matched(entry, pa.concat_arrays(ids.cast(pa.string()).chunks)).sum())
    signals = pq.read_table(run_folder / SIGNALS.file, columns=["signal", "signal_type", "signal_value"]).to_pydict()
    kinds = np.array(signals["signal_type"], dtype=object) == entry.signal_type
    meant = kinds & matched(entry, pa.array(signals["signal_value"], pa.string()))
    numbers = np.array(signals["signal"], dtype=np.int64)[meant]
    bearers = pq.read_table(run_folder / BEARERS.file, columns=["signal", "account"])
    borne = np.isin(bearers["signal"].to_numpy(), numbers)
    return len(np.unique(bearers["account"].to_numpy()[borne]))
