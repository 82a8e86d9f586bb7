"""Waves: comments with nearly the same text, under whatever names, so that they can be decided together.

The first text of a wave leaves its sketch; a later one belongs to it when enough of their sketches agree. Sketches
are found by their bands (locality-sensitive hashing), so filing a comment looks at a handful of rows however many
comments there are.
"""

from sqlalchemy import JSON, BigInteger, Column, Index
from sqlmodel import Field, SQLModel


class Wave(SQLModel, table=True):
    """The sketch of one text, named after the comment that brought it."""

    id: str = Field(primary_key=True, max_length=64)
    sketch: list[int] = Field(sa_column=Column(JSON, nullable=False))


class Band(SQLModel, table=True):
    """A part of a wave's sketch, by which it is found."""

    __tablename__ = "waveband"
    __table_args__ = (Index("ix_waveband_wave_id", "wave_id"),)

    site_id: int = Field(foreign_key="site.id", primary_key=True)
    band: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    wave_id: str = Field(foreign_key="wave.id", primary_key=True, max_length=64)
