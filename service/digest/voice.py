"""A contribution as a digest tells it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Voice:
    """Something that was said, without its author's name. `who` is empty for somebody who gave none."""

    id: str
    who: str
    text: str
    at: datetime
    helpful: int
    featured: bool
    reply: bool
    shortened: bool = False
