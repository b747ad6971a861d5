"""A file or a folder in the settings: any text that a file system takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def _without_nul(place: str) -> str:
    if "\0" in place:
        message = "should be the name of a file or folder, which holds no NUL"
        raise PydanticCustomError("GL404", "{message}", {"message": message})
    return place


PlaceSetting = Annotated[str, AfterValidator(_without_nul)]
