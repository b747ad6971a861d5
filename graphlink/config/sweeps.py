"""Where weekly sweeps keep what they make and remember, and what stops a bad one, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from graphlink.config.path_setting import PlaceSetting

if TYPE_CHECKING:
    from pathlib import Path

PLACES = {"state", "output", "notify_env", "notify_file"}
"""Settings that belong to a machine; they change no result."""

HOUSEKEEPING = {"keep_weeks", "state_on_network"}
"""Settings that change no result either."""


class SweepSettings(BaseModel):
    """Where weekly sweeps keep what they make, and what stops a bad one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    state: PlaceSetting = Field(
        default="state", description="Folder of what sweeps remember, from the folder of this file; on a local disk."
    )
    output: PlaceSetting = Field(
        default="sweeps", description="Folder that receives one folder for each sweep, and `latest`."
    )
    window_days: int = Field(
        default=28,
        ge=1,
        le=3_660,
        description="A sweep looks at so many days before its --as-of; an operator's signals are seen within weeks.",
    )
    export_weeks: int = Field(
        default=1,
        ge=1,
        le=520,
        description="Weekly exports that make up the window: 1 if each export goes back far enough by itself, 4 if it "
        "holds its own week only. `{week}` in a path of `[[sources]]` stands for the week, as in exports/{week}/.",
    )
    gate_weeks: int = Field(default=4, ge=1, le=52, description="Weeks whose median says what is usual.")
    usual_low: float = Field(default=0.5, gt=0, le=1, description="Below this share of the median: degraded, exit 3.")
    usual_high: float = Field(
        default=2.0, ge=1, le=1e9, description="Above this multiple of the median: degraded, exit 3."
    )
    refused_low: float = Field(
        default=0.1, gt=0, le=1, description="Below this share of the median an export is broken: refused, exit 4."
    )
    refused_high: float = Field(
        default=10.0,
        ge=1,
        le=1e9,
        description="Above this multiple an export, or the linking, ran away: refused, exit 4.",
    )
    gate_least: int = Field(
        default=100,
        ge=1,
        le=10**12,
        description="Counts below it are no reason to stop: small numbers double by chance.",
    )
    keep_weeks: int | None = Field(
        default=None,
        examples=[13],
        ge=2,
        le=520,
        description="Published sweeps older than so many weeks are deleted. None: all are kept.",
    )
    state_on_network: bool = Field(
        default=False, description="Accept a state on a network file system, where locks are not reliable."
    )
    notify_env: str | None = Field(
        default=None,
        examples=["GRAPHLINK_NOTIFY"],
        description="Variable with the addresses (apprise) that are told how a sweep ended: counts and the report's "
        "place, never a value of the export.",
    )
    notify_file: PlaceSetting | None = Field(
        default=None, examples=["notify.secret"], description="File with these addresses; yours alone (mode 0600)."
    )

    @model_validator(mode="after")
    def _bands_in_order(self) -> Self:
        if self.refused_low > self.usual_low or self.usual_high > self.refused_high:
            message = "what is refused should lie outside of what is usual"
            raise PydanticCustomError("GL404", "{message}", {"message": message})
        return self

    def below(self, folder: Path) -> SweepSettings:
        """The same, its folders and files found from the folder of the configuration."""
        places = {name: getattr(self, name) for name in ("state", "output", "notify_file")}
        return self.model_copy(update={name: str(folder / place) for name, place in places.items() if place})
