"""What every layout has in common: classes, twins, what is left out, what is chosen by."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotion.labels import EMOTIONS, Emotion
from emotion.training.data.errors import DataError
from emotion.training.data.faces import FaceSet
from emotion.training.data.fair import assemble, held_out_tenth, to_score
from emotion.training.data.load import classes_named
from emotion.training.data.twins import mark_twins, picture_numbers


def make_faces(labels, *, pictures=None, votes=None, twins=()):
    """Face i shows noise number `pictures[i]`; number -1 is blank."""
    numbers = list(range(len(labels))) if pictures is None else pictures
    return FaceSet(
        images=np.array([make_picture(number) for number in numbers], np.uint8).reshape(-1, 48, 48),
        labels=np.array(labels, np.int64),
        votes=None if votes is None else np.array(votes, np.uint8).reshape(-1, 10),
        source_rows=np.arange(len(labels)),
        twins=np.isin(np.arange(len(labels)), twins),
    )


@cache
def make_picture(number):
    if number < 0:
        return np.zeros((48, 48), np.uint8)
    return np.random.default_rng(number).integers(0, 256, (48, 48)).astype(np.uint8)


def one_of_each(start=0):
    return make_faces(range(7), pictures=range(start, start + 7))


def names(data, faces):
    return [str(data.classes[label]) for label in faces.labels]


def test_every_split_stays_whole_beside_what_is_fit_to_learn_from():
    training = make_faces([*range(7), 3], twins=[7])

    data = assemble({"Training": training, "PublicTest": one_of_each(100)})

    assert len(data.split("Training")) == 8
    assert len(data.training) == 7
    assert data.choosing is data.split("publictest")
    assert data.choosing_name == "PublicTest"


def test_rows_that_would_leak_or_mislead_are_left_out_and_counted_once():
    voted, nothing = [0] * 10, [0] * 9 + [6]
    training = make_faces(
        [*range(7), 3, 3, 3, 3],
        pictures=[*range(8), 8, -1, -1],
        votes=[voted] * 8 + [nothing, voted, nothing],
        twins=[7],
    )

    data = assemble({"Training": training, "PublicTest": one_of_each(100)})

    assert data.dropped == {"twin in another split": 1, "not a face for most annotators": 2, "blank": 1}
    assert data.training.source_rows.tolist() == list(range(7))


def test_without_votes_nothing_is_said_about_annotators():
    data = assemble({"Training": one_of_each(), "test": one_of_each(50), "validation": one_of_each(100)})

    assert data.dropped == {"twin in another split": 0, "blank": 0}
    with pytest.raises(DataError, match=r"fer2013new\.csv"):
        data.training.needed_votes()


def test_votes_that_are_there_are_given():
    faces = make_faces([0], votes=[[10, *[0] * 9]])

    assert faces.needed_votes().tolist() == [[10, *[0] * 9]]


def test_a_class_without_a_training_face_is_named_with_what_to_do():
    with pytest.raises(DataError, match=r"no disgust and no fear face.*--classes angry,happy,sad") as caught:
        assemble({"Training": make_faces([0, 3, 4, 5, 6]), "PublicTest": one_of_each(100)})

    assert "training" in str(caught.value)


def test_a_class_of_which_nothing_is_left_to_learn_from_is_named():
    with pytest.raises(DataError, match="left to learn from hold no neutral"):
        assemble({"Training": make_faces(range(7), twins=[6]), "PublicTest": one_of_each(100)})


def test_data_without_training_faces_are_refused():
    with pytest.raises(DataError, match="only PublicTest"):
        assemble({"PublicTest": one_of_each()})


def test_an_unknown_split_is_refused_with_those_there_are():
    data = assemble({"Training": one_of_each(), "PublicTest": one_of_each(100)})

    with pytest.raises(DataError, match="'PrivateTest'; it has Training, PublicTest"):
        data.split("PrivateTest")


def test_classes_are_named_in_any_order_and_kept_in_one():
    assert classes_named("neutral, Happy,angry") == (Emotion.ANGRY, Emotion.HAPPY, Emotion.NEUTRAL)


@pytest.mark.parametrize(("text", "what"), [("happy,bored", "'bored' is no class"), ("sad", "at least two")])
def test_other_words_for_classes_are_refused(text, what):
    with pytest.raises(DataError, match=what):
        classes_named(text)


@settings(deadline=None)
@given(
    labels=st.lists(st.integers(0, 6), max_size=30),
    wanted=st.sets(st.sampled_from(EMOTIONS), min_size=2).map(lambda some: tuple(sorted(some))),
)
def test_a_subset_of_classes_keeps_each_picture_with_its_label(labels, wanted):
    every = [*range(7), *labels]
    training = make_faces(every)

    data = assemble({"Training": training, "PublicTest": one_of_each(100)}, wanted)

    kept = data.split("Training")
    assert names(data, kept) == [str(EMOTIONS[label]) for label in every if EMOTIONS[label] in wanted]
    np.testing.assert_array_equal(kept.images, training.images[kept.source_rows])
    assert len(data.choosing) == len(wanted)


def test_identical_pictures_in_another_split_are_twins_of_the_training_face():
    splits = {
        "Training": make_faces([0, 1, 2, 2], pictures=[1, 2, 3, 3]),
        "PublicTest": make_faces([0, 1], pictures=[2, 8]),
        "PrivateTest": make_faces([0, 1, 2], pictures=[8, 3, 9]),
    }

    marked = mark_twins(splits)

    assert marked["Training"].twins.tolist() == [False, True, True, True]
    assert marked["PublicTest"].twins.tolist() == [True, False]
    # Picture 8 stands in both test splits, but neither is learned from.
    assert marked["PrivateTest"].twins.tolist() == [False, True, False]


def test_pictures_get_one_number_each():
    images = make_faces(range(4), pictures=[5, 6, 5, 7]).images

    assert picture_numbers(images).tolist() == [0, 1, 0, 2]


faces_with_twins = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 60)), min_size=1, max_size=80)


@settings(deadline=None)
@given(drawn=faces_with_twins, seed=st.integers(0, 5))
def test_the_held_out_tenth_is_seeded_and_never_parts_twins(drawn, seed):
    labels, pictures = zip(*drawn, strict=True)
    faces = make_faces(labels, pictures=pictures)

    held = held_out_tenth(faces, seed)

    np.testing.assert_array_equal(held, held_out_tenth(faces, seed))
    numbers = picture_numbers(faces.images)
    assert not set(numbers[held]) & set(numbers[~held])
    different = len(set(pictures))
    assert len(set(numbers[held])) == (different + 5) // 10


def test_another_seed_holds_out_another_tenth():
    faces = make_faces(np.arange(100) % 7)

    assert (held_out_tenth(faces, 1) != held_out_tenth(faces, 2)).any()


def test_the_held_out_tenth_takes_from_every_label():
    faces = make_faces(np.repeat(range(7), 20))

    held = held_out_tenth(faces)

    assert np.bincount(faces.labels[held]).tolist() == [2] * 7


def test_where_nothing_is_there_to_choose_by_a_tenth_is_held_out_of_training():
    data = assemble({"Training": make_faces(np.repeat(range(7), 20)), "test": one_of_each(500)})

    assert data.choosing_name == "held-out"
    assert data.split("held-out") is data.choosing
    assert len(data.choosing) == 14 and len(data.training) == 126
    assert not set(data.choosing.source_rows) & set(data.training.source_rows)
    assert len(data.split("Training")) == 140


def test_too_few_faces_to_hold_some_out_are_refused():
    with pytest.raises(DataError, match="validation"):
        assemble({"Training": make_faces([0, 1]), "test": one_of_each(500)}, (Emotion.ANGRY, Emotion.DISGUST))


def test_the_fingerprint_tells_pictures_and_labels_apart_and_nothing_else():
    def fingerprint(faces):
        return assemble({"Training": faces, "PublicTest": one_of_each(100)}).fingerprint

    faces = make_faces([*range(7), 0])

    assert fingerprint(faces) == fingerprint(make_faces([*range(7), 0]))
    assert fingerprint(faces) == fingerprint(dataclasses.replace(faces, source_rows=faces.source_rows + 9))
    assert fingerprint(faces) != fingerprint(make_faces([*range(7), 1]))
    assert fingerprint(faces) != fingerprint(make_faces([*range(7), 0], pictures=[*range(7), 99]))


@pytest.mark.parametrize("split", ["PublicTest", "PrivateTest", "test"])
def test_one_split_is_enough_to_score(split):
    scoring = to_score({split: make_faces([0, 3, 3])})

    assert (scoring.split, len(scoring.faces), scoring.fingerprint) == (split, 3, None)


def test_beside_training_the_split_that_decides_is_scored():
    splits = {"Training": one_of_each(), "PublicTest": one_of_each(100), "PrivateTest": one_of_each(200)}

    scoring = to_score(splits)

    assert scoring.split == "PublicTest"
    assert scoring.fingerprint == assemble(splits).fingerprint
    assert to_score(splits, name="PrivateTest").faces.images.tolist() == splits["PrivateTest"].images.tolist()


def test_of_two_splits_without_training_the_one_that_decides_or_is_named_is_scored():
    splits = {"PublicTest": one_of_each(), "PrivateTest": make_faces([0, 1], pictures=[8, 9])}

    assert to_score(splits).split == "PublicTest"
    assert to_score(splits, name="privatetest").split == "PrivateTest"
    with pytest.raises(DataError, match="PrivateTest, test, none of which decides: name one with --split"):
        to_score({"PrivateTest": one_of_each(), "test": one_of_each(100)})
    with pytest.raises(DataError, match="no split 'Training'; it has PublicTest, PrivateTest"):
        to_score(splits, name="Training")


def test_training_alone_is_scored_whole_unless_the_network_may_have_learned_from_it():
    training = make_faces(np.repeat(range(7), 20))
    own = assemble({"Training": training}).fingerprint

    of_a_run, of_its_file, of_another = (
        to_score({"Training": training}, learned=learned) for learned in (None, own, "other faces")
    )

    assert (
        (of_a_run.split, len(of_a_run.faces))
        == (of_its_file.split, len(of_its_file.faces))
        == ("held-out", 14)
    )
    assert (of_another.split, len(of_another.faces), of_another.fingerprint) == ("Training", 140, None)


def test_faces_of_some_classes_only_can_be_scored():
    scoring = to_score({"test": make_faces([0, 3, 4, 6])}, (Emotion.HAPPY, Emotion.SAD))

    assert scoring.faces.labels.tolist() == [0, 1]
