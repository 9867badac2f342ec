import os

import cv2
import numpy as np
import pytest

from emotion.labels import EMOTIONS, Emotion
from emotion.training.data.errors import DataError
from emotion.training.data.load import load


def make_picture(number, size=(48, 48)):
    return np.random.default_rng(number).integers(0, 256, size).astype(np.uint8)


def write_picture(path, picture):
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), picture)
    return path


def write_split(folder, start=0, count=1):
    """`count` pictures an emotion, of noise numbered from `start`."""
    for at, emotion in enumerate(EMOTIONS):
        for each in range(count):
            write_picture(folder / emotion / f"{each}.png", make_picture(start + at * count + each))


def write_whole(root):
    write_split(root / "train")
    write_split(root / "validation", start=100)
    return root


def test_each_folder_is_an_emotion(tmp_path):
    data = load(write_whole(tmp_path))

    assert data.training.labels.tolist() == list(range(7))
    np.testing.assert_array_equal(data.training.images[2], make_picture(2))
    assert data.choosing_name == "validation"
    assert data.training.votes is None


def test_pictures_come_in_the_same_order_wherever_they_lie(tmp_path):
    write_whole(tmp_path)
    for name, number in (("b.png", 51), ("a.png", 50), ("c.png", 52)):
        write_picture(tmp_path / "train" / "fear" / name, make_picture(number))

    data = load(tmp_path, classes=(Emotion.FEAR, Emotion.HAPPY))

    assert data.training.labels.tolist() == [0, 0, 0, 0, 1]
    np.testing.assert_array_equal(data.training.images[:4], [make_picture(n) for n in (2, 50, 51, 52)])
    assert data.training.source_rows.tolist() == [2, 3, 4, 5, 6]


def test_common_spellings_are_understood(tmp_path):
    write_split(tmp_path / "Training")
    write_split(tmp_path / "val", start=100)
    (tmp_path / "Training" / "happy").rename(tmp_path / "Training" / "Happiness")
    (tmp_path / "Training" / "angry").rename(tmp_path / "Training" / "anger")

    assert load(tmp_path).training.labels.tolist() == list(range(7))


def test_a_test_split_alone_is_not_chosen_by(tmp_path):
    write_split(tmp_path / "train", count=10)
    write_split(tmp_path / "test", start=100)

    data = load(tmp_path)

    assert data.choosing_name == "held-out"
    assert len(data.choosing) == 7 and len(data.training) == 63
    assert list(data.splits) == ["Training", "test"]
    assert len(data.split("test")) == 7


def test_emotions_without_a_split_around_them_are_training(tmp_path):
    write_split(tmp_path, count=10)

    assert len(load(tmp_path).split("Training")) == 70


def test_coloured_pictures_become_gray(tmp_path):
    write_whole(tmp_path)
    gray = make_picture(2)
    write_picture(tmp_path / "train" / "fear" / "0.png", np.stack([gray] * 3, axis=2))

    np.testing.assert_array_equal(load(tmp_path).training.images[2], gray)


def test_jpeg_pictures_are_read(tmp_path):
    write_whole(tmp_path)
    write_picture(
        tmp_path / "train" / "fear" / "1.jpg", np.full((48, 48), 90, np.uint8) + np.eye(48, dtype=np.uint8)
    )

    assert (load(tmp_path).training.labels == 2).sum() == 2


def test_twins_in_a_test_folder_are_not_learned_from(tmp_path):
    write_whole(tmp_path)
    write_picture(tmp_path / "train" / "sad" / "twin.png", make_picture(103))

    data = load(tmp_path)

    assert data.dropped["twin in another split"] == 1
    assert data.choosing.twins.tolist() == [False, False, False, True, False, False, False]


def test_other_files_are_passed_over(tmp_path):
    write_whole(tmp_path)
    (tmp_path / "train" / "fear" / "Thumbs.db").write_bytes(b"no picture")
    (tmp_path / "train" / "fear" / "._0.png").write_bytes(b"no picture")
    (tmp_path / "train" / ".cache").mkdir()

    assert len(load(tmp_path).training) == 7


def test_a_picture_of_another_size_is_refused_with_name_size_and_remedy(tmp_path):
    write_whole(tmp_path)
    write_picture(tmp_path / "train" / "sad" / "large.png", make_picture(9, (60, 80)))

    with pytest.raises(DataError, match=r"large\.png measures 80 x 60: .* scale it to 48 x 48"):
        load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n cut off"])
def test_a_damaged_picture_is_refused_by_name(tmp_path, content):
    write_whole(tmp_path)
    (tmp_path / "train" / "sad" / "broken.png").write_bytes(content)

    with pytest.raises(DataError, match=r"broken\.png.* take it away"):
        load(tmp_path)


def test_a_jpeg_that_was_cut_off_is_refused(tmp_path):
    write_whole(tmp_path)
    path = write_picture(tmp_path / "train" / "sad" / "half.jpg", make_picture(9))
    path.write_bytes(path.read_bytes()[:1200])

    with pytest.raises(DataError, match=r"half\.jpg is damaged"):
        load(tmp_path)


def test_an_unknown_emotion_is_refused_by_its_folder(tmp_path):
    write_whole(tmp_path)
    write_picture(tmp_path / "train" / "boredom" / "0.png", make_picture(9))

    with pytest.raises(DataError, match="boredom is none of the emotions"):
        load(tmp_path)


def test_an_empty_split_is_refused(tmp_path):
    write_whole(tmp_path)
    (tmp_path / "test").mkdir()

    with pytest.raises(DataError, match="test holds no pictures"):
        load(tmp_path)


def test_an_empty_class_is_named(tmp_path):
    write_whole(tmp_path)
    (tmp_path / "train" / "disgust" / "0.png").unlink()

    with pytest.raises(DataError, match="disgust"):
        load(tmp_path)


def test_one_split_under_two_names_is_refused(tmp_path):
    write_whole(tmp_path)
    write_split(tmp_path / "val", start=200)

    with pytest.raises(DataError, match="same split twice"):
        load(tmp_path)


PICTURES = ["avif", "bmp", "dib", "gif", "jp2", "jpe", "jpg", "pgm", "png", "ppm", "tif", "TIFF", "webp"]


@pytest.mark.parametrize("suffix", PICTURES)
def test_whatever_a_viewer_opens_is_read(tmp_path, suffix):
    write_whole(tmp_path)
    picture = np.full((48, 48), 90, np.uint8)
    if suffix in {"ppm", "gif"}:
        picture = np.stack([picture] * 3, axis=2)
    path = write_picture(tmp_path / "train" / "fear" / f"a.{suffix.lower()}", picture)
    path.rename(path.with_suffix(f".{suffix}"))

    first, second = load(tmp_path).split("Training").rows(np.array([2, 3])).images
    assert second.mean() == pytest.approx(90, abs=4)  # a GIF dithers
    np.testing.assert_array_equal(first, make_picture(2))


def test_what_is_transparent_is_white_and_sixteen_bits_are_eight(tmp_path):
    write_whole(tmp_path)
    erased = np.zeros((48, 48, 4), np.uint8)
    erased[:, :24, 3] = 255
    write_picture(tmp_path / "train" / "fear" / "a.png", erased)
    write_picture(tmp_path / "train" / "fear" / "b.png", np.full((48, 48), 100 * 257, np.uint16))

    _, erased, deep = load(tmp_path).split("Training").rows(np.array([2, 3, 4])).images
    assert (erased[10, 10], erased[10, 40], deep[10, 10]) == (0, 255, 100)


def test_pictures_in_folders_of_folders_are_read(tmp_path):
    write_whole(tmp_path)
    write_picture(tmp_path / "train" / "sad" / "person 1" / "a.png", make_picture(50))
    write_picture(tmp_path / "train" / "sad" / ".cache" / "b.png", make_picture(51))
    assert (load(tmp_path).training.labels == 4).sum() == 2


def test_what_is_passed_over_is_counted(tmp_path, capsys):
    write_whole(tmp_path)
    for name in ("fear/Thumbs.db", "fear/a.heic", "sad/b.heic", "sad/LICENSE"):
        (tmp_path / "train" / name).write_bytes(b"no picture")
    write_picture(tmp_path / "extra" / "a.png", make_picture(1))

    load(tmp_path)

    assert capsys.readouterr().err == (
        "passed over: 2 .heic, 1 folder extra with 1 file, 1 .db, 1 files without a kind in their names\n"
    )


def test_pipes_and_links_that_lead_nowhere_are_passed_over_and_not_waited_for(tmp_path, capsys):
    write_whole(tmp_path)
    os.mkfifo(tmp_path / "train" / "angry" / "pipe.png")
    (tmp_path / "train" / "happy" / "circle.png").symlink_to("circle.png")
    load(tmp_path)
    assert capsys.readouterr().err == "passed over: 2 neither files nor folders\n"


def test_files_that_lie_in_no_folder_of_an_emotion_are_counted(tmp_path, capsys):
    write_whole(tmp_path / "faces")
    write_picture(tmp_path / "faces" / "train" / "loose.png", make_picture(50))
    (tmp_path / "faces" / "README").write_bytes(b"words")
    load(tmp_path / "faces")
    assert capsys.readouterr().err == (
        "passed over: 1 files beside the folders in faces, 1 files beside the folders in train\n"
    )


def test_links_to_folders_are_counted_and_not_followed(tmp_path, capsys):
    write_whole(tmp_path / "faces")
    write_picture(tmp_path / "elsewhere" / "a.png", make_picture(50))
    (tmp_path / "faces" / "train" / "happy" / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "faces" / "train" / "happy" / "again").symlink_to(tmp_path / "faces" / "train")
    assert len(load(tmp_path / "faces").training) == 7
    assert capsys.readouterr().err == "passed over: 2 links to folders\n"


def test_a_folder_that_may_not_be_opened_is_refused_by_name(tmp_path, monkeypatch):
    locked = write_picture(
        write_whole(tmp_path) / "train" / "sad" / "locked" / "a.png", make_picture(50)
    ).parent
    scandir = os.scandir

    def scan(path="."):
        if os.fspath(path) == str(locked):
            raise PermissionError(13, "Permission denied", str(locked))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    with pytest.raises(DataError, match=r"cannot open the folder .*locked: Permission denied"):
        load(tmp_path)


def test_nothing_is_said_where_nothing_is_passed_over(tmp_path, capsys):
    load(write_whole(tmp_path))
    assert capsys.readouterr() == ("", "")


def test_classes_that_are_not_named_are_left_out_and_counted(tmp_path, capsys):
    write_whole(tmp_path)
    for number in range(3):
        write_picture(tmp_path / "train" / "contempt" / f"{number}.png", make_picture(50 + number))
    with pytest.raises(DataError, match=r"contempt is none of the emotions .* --classes"):
        load(tmp_path)

    assert len(load(tmp_path, classes=EMOTIONS).training) == 7
    assert capsys.readouterr().err == "passed over: 1 folder train/contempt with 3 files\n"
