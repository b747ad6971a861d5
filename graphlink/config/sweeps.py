"""The settings of weekly sweeps: their folders, and the limits that stop a bad sweep, each with its reason."""

from typing import Self

from pydantic import Field, model_validator

from graphlink.config.section import PlaceSetting, Section, refuse

KEYS = ("key_file", "key_env", "key_credential")
"""Where the key of the state is."""

PLACES = {"state", "output", "notify_env", "notify_file", *KEYS}
"""Settings that belong to a machine and change no result."""

HOUSEKEEPING = {"keep_weeks", "state_on_network"}
"""Further settings that change no result."""


class SweepSettings(Section):
    """Folders of weekly sweeps, and the limits that stop a bad sweep."""

    state: PlaceSetting = "state"
    """Folder of the state of sweeps, relative to the folder of this file. It must be on a local disk."""
    output: PlaceSetting = "sweeps"
    """Folder that receives one folder for each sweep, and `latest`."""
    window_days: int = Field(default=28, ge=1, le=3_660)
    """Days before --as-of that a sweep covers. An operator's signals appear within weeks."""
    export_weeks: int = Field(default=1, ge=1, le=520)
    """Weekly exports that make up the window: 1 if each export covers the whole window, 4 if it holds only its own
    week. `{week}` in a path of `[[sources]]` stands for the week, as in exports/{week}/."""
    gate_weeks: int = Field(default=4, ge=1, le=52)
    """Earlier weeks whose median is the usual value."""
    usual_low: float = Field(default=0.5, gt=0, le=1)
    """Below this share of the median: degraded, exit 3."""
    usual_high: float = Field(default=2.0, ge=1, le=1e9)
    """Above this multiple of the median: degraded, exit 3."""
    refused_low: float = Field(default=0.1, gt=0, le=1)
    """Below this share of the median, an export is broken: refused, exit 4."""
    refused_high: float = Field(default=10.0, ge=1, le=1e9)
    """Above this multiple, an export or the linking went wrong: refused, exit 4."""
    gate_least: int = Field(default=100, ge=1, le=10**12)
    """Lower counts never stop a sweep: small numbers double by chance."""
    long_standing_days: int = Field(default=365, ge=1, le=36_600)
    """Accounts of this age are long-standing: few operators wait for a year."""
    unpaid_plans: tuple[str, ...] = ("free", "freemium", "hobby", "none", "trial", "unpaid")
    """Values of the column `plan` for accounts that pay nothing. Case does not matter. On any other plan an account
    is paying."""
    second_name_share: float = Field(default=0.1, ge=0, le=1)
    """If more than this share of a ring's confirmed accounts is long-standing or paying, they stay out of the action
    file until a second person confirms them. 1: nobody waits."""
    keep_weeks: int | None = Field(default=None, examples=[13], ge=2, le=520)
    """Published sweeps older than this many weeks are deleted. None: all are kept."""
    state_on_network: bool = False
    """Accept a state on a network file system, where locks are unreliable."""
    notify_env: str | None = Field(default=None, examples=["GRAPHLINK_NOTIFY"])
    """Variable with the addresses (apprise) to notify when a sweep ends. A notification holds counts and the path of
    the report, never a value of the export."""
    notify_file: PlaceSetting | None = Field(default=None, examples=["notify.secret"])
    """File with these addresses. Only you may read it (mode 0600)."""

    key_file: PlaceSetting | None = Field(default=None, examples=["/etc/graphlink/state.key"])
    """File with the key of the state, outside its folder; `--init` makes it. Who may write the state, and does not have
    the key, cannot change its history unseen. None of the three: `state.key` in the folder of the state."""
    key_env: str | None = Field(default=None, examples=["GRAPHLINK_STATE_KEY"])
    """Variable with the key of the state, as 64 hexadecimal digits."""
    key_credential: str | None = Field(default=None, examples=["graphlink-state-key"], pattern=r"^\w[\w.-]*$")
    """Name of a systemd credential (`LoadCredential=`) with the key of the state."""

    @property
    def unpaid_words(self) -> frozenset[str]:
        """The words of ``unpaid_plans`` in the form used for comparison."""
        return frozenset(plan.strip().casefold() for plan in self.unpaid_plans)

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if sum(getattr(self, name) is not None for name in KEYS) > 1:
            refuse("GL404", f"should name one place of the key, of {', '.join(KEYS)}")
        return self

    @model_validator(mode="after")
    def _bands_in_order(self) -> Self:
        if self.refused_low > self.usual_low or self.usual_high > self.refused_high:
            refuse("GL404", "the refused range should be outside the usual range")
        return self
