"""What all parts of a contract.yml have in common: immutable, and no key that is not known."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a contract.yml. Unknown keys are refused, so that a typo never switches a clause off."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
