"""Declaration of a setting as a field of a ``Section``; its name in upper case after ``FINEWS_`` is the setting's::

lock_wait: Annotated[float, PlainValidator(non_negative_number("seconds"))] = setting("0", "seconds to wait …")
"""

from __future__ import annotations

from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FINEWS_"


def setting_name(field: str) -> str:
    return f"{PREFIX}{field.upper()}"


def setting(default: str, meaning: str, *, is_secret: bool = False) -> Any:
    """Declare a setting: its default as text, as the environment would have it, and a sentence for the reference."""
    return Field(default, description=meaning, repr=not is_secret)


class Section(BaseSettings):
    """Base class of the settings of one subject; its parsers get the text as it is."""

    model_config = SettingsConfigDict(
        alias_generator=setting_name,
        populate_by_name=True,
        case_sensitive=True,
        validate_default=True,
        frozen=True,
        extra="forbid",
        enable_decoding=False,
        hide_input_in_errors=True,
    )
