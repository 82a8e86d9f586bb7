"""The account of an import: how much was read, what became of it, and every row that was not taken as it stands."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["refused", "changed"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One row of the file that was refused, or taken with a change; and why."""

    kind: Kind
    where: str
    reason: str


@dataclass(slots=True)
class Account:
    """Counts comments. `read` is the sum of `added`, `present` and `refused`."""

    added: int = 0
    present: int = 0
    refused: int = 0
    waiting: int = 0
    remarks: list[Remark] = field(default_factory=list)

    @property
    def read(self) -> int:
        return self.added + self.present + self.refused

    def refuse(self, where: str, reason: str) -> None:
        self.refused += 1
        self.remarks.append(Remark("refused", where, reason))

    def mention(self, where: str, reason: str) -> None:
        self.remarks.append(Remark("changed", where, reason))
