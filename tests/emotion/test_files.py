import pytest

from emotion.files import whole


def test_a_file_takes_its_name_when_it_is_complete(tmp_path):
    path = tmp_path / "table.csv"
    with whole(path) as unfinished:
        unfinished.write_text("all of it")
        assert not path.exists()

    assert path.read_text() == "all of it"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_fails_half_way_leaves_what_was_there(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("before")
    with pytest.raises(OSError, match="disk full"):
        break_off(path)

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_leads_to_the_file_that_is_written(tmp_path):
    path, link = tmp_path / "elsewhere.csv", tmp_path / "table.csv"
    link.symlink_to(path)
    with whole(link) as unfinished:
        unfinished.write_text("all of it")

    assert link.is_symlink()
    assert path.read_text() == "all of it"


def break_off(path):
    with whole(path) as unfinished:
        unfinished.write_text("half of it")
        raise OSError("disk full")
