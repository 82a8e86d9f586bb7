"""Files that hold addresses: whole or not there, readable to nobody else, and no other file is touched by it."""

import os
import stat

import pytest

from service.commands.private import private_file


def _mask():
    former = os.umask(0o022)
    os.umask(former)
    return former


def test_what_is_written_is_there_when_whole_and_readable_to_nobody_else(tmp_path):
    before = _mask()
    with private_file(tmp_path / "copy") as part:
        part.write_text("Gast")
        assert not (tmp_path / "copy").exists()
    assert (tmp_path / "copy").read_text() == "Gast"
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    assert _mask() == before


def test_what_went_wrong_leaves_nothing_behind(tmp_path):
    before = _mask()
    with pytest.raises(FileNotFoundError), private_file(tmp_path / "copy") as part:
        (part / "beneath").write_text("no folder")
    assert list(tmp_path.iterdir()) == []
    assert _mask() == before
