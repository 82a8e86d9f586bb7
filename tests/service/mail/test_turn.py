"""One courier for each data directory."""

import subprocess
import sys
from pathlib import Path

from service.mail.turn import Turn

_HOLD = "import sys, pathlib; from service.mail.turn import Turn; t = Turn(pathlib.Path(sys.argv[1])); print(t.take(), flush=True); input()"


def test_a_second_courier_waits_until_the_first_gives_its_turn(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "lock"), Turn(tmp_path / "lock")
    assert first.take()
    assert first.take()
    assert not second.take()
    first.give()
    assert second.take()
    second.give()


def test_the_turn_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "True"
        mine = Turn(path)
        assert not mine.take()
        holder.kill()
        holder.wait(10)
        assert mine.take()
        mine.give()
