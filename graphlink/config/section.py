"""What the sections of a settings file have in common: strict types, paths below the file, and refusals."""

from pathlib import Path
from typing import Annotated, NoReturn, Self

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

_PATHS = ("path", "database", "dsn_file", "key_file", "state", "output", "notify_file")


class Section(BaseModel):
    """A table of a settings file."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )

    def below(self, folder: Path) -> Self:
        """The same settings with paths relative to the configuration's folder resolved."""
        places = {name: getattr(self, name, None) for name in _PATHS}
        return self.model_copy(update={name: str(folder / place) for name, place in places.items() if place})


def refuse(code: str, message: str, *key: str | int) -> NoReturn:
    """Refuse a setting, or the one at a key below it."""
    raise PydanticCustomError(code, "{message}", {"message": message, "loc": key})


def _a_name(place: str) -> str:
    if "\0" in place or not place.strip():
        refuse("GL404", "should be the name of a file or folder, which is not empty and holds no NUL")
    return place


PlaceSetting = Annotated[str, AfterValidator(_a_name)]
"""The path of a file or folder."""
