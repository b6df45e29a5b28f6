"""What requests and answers are made of, beside what one module alone uses."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from plainterms.engine.store.tables.rows import column_text

Identity = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,80}$", description="The id.")]
Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,80}$")]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Word = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_ -]{0,79}$")]
Words = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(column_text)]


class Sent(BaseModel):
    """What a request may hold, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """What an answer holds."""


Object = dict[str, Any]
