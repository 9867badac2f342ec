"""What the machine refuses is told in one line, as what the data lacks is."""

import os

import pytest

from emotion.training.__main__ import main
from emotion.training.commands import describe


def test_data_that_is_no_file_is_told_in_one_line(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    assert main(["describe", "--data", str(tmp_path / "pipe")]) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert told.count("\n") == 1


def test_ctrl_c_ends_a_command_without_a_word(tmp_path, monkeypatch, capsys):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(describe, "load", stopped)
    assert main(["describe", "--data", str(tmp_path)]) == 130
    assert capsys.readouterr().err == ""


def test_a_reader_that_left_is_no_mistake(tmp_path, monkeypatch):
    def left(*_, **__):
        raise BrokenPipeError

    monkeypatch.setattr(describe, "load", left)
    with pytest.raises(BrokenPipeError):
        main(["describe", "--data", str(tmp_path)])
