"""A setting that names a file or folder: any text that a file system accepts."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def _a_name(place: str) -> str:
    if "\0" in place or not place.strip():
        message = "should be the name of a file or folder, which is not empty and holds no NUL"
        raise PydanticCustomError("GL404", "{message}", {"message": message})
    return place


PlaceSetting = Annotated[str, AfterValidator(_a_name)]
