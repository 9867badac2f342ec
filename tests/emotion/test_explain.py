"""Which parts of a face an answer hung on: as a map, over the picture, and in words."""

import argparse
import dataclasses
import math
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.explanations import measure
from emotion.classifier import ExpressionClassifier
from emotion.detector import FaceDetector
from emotion.explain import Explanation, OcclusionMap, draw_poster, explain, occlusion_map, overlay
from emotion.explain.explanation import LIMITS, percent, times
from emotion.explain.occlusion import log_odds
from emotion.explain.poster import View
from emotion.explain.regions import Region, Share, region_masks, shares
from emotion.labels import EMOTIONS, Emotion
from emotion.landmarks import LEFT_EYE_CORNERS, MOUTH_CORNERS, RIGHT_EYE_CORNERS
from emotion.pictures.errors import CommandError, ModelMissing, SourceError, TargetError
from emotion.pictures.explain import NoFace, add_command, chosen_face
from emotion.pipeline import EXPRESSION_FILE
from emotion.preprocess import CROP_SIZE, EYES_TO_MOUTH, EYES_X, EYES_Y, FACE_SIZE, crop_map
from emotion.values import EmotionScores, FaceBox
from worker.simulation.camera.portrait.texture import photograph

MODELS = Path(__file__).parents[2] / "models"
MOUTH = EYES_X, EYES_Y + FACE_SIZE / EYES_TO_MOUTH
MOUTH_PART = slice(34, 42), slice(16, 32)


def make_crop(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (CROP_SIZE, CROP_SIZE)).astype(np.uint8)


def scores_with(probability, label=Emotion.HAPPY, *, uncertain=False):
    rest = (1 - probability) / (len(EMOTIONS) - 1)
    return EmotionScores(tuple(probability if e is label else rest for e in EMOTIONS), uncertain)


def reads_the_mouth(crop):
    """Happier the more there is to see at the mouth; blind to everything else."""
    return scores_with(0.1 + 0.8 * min(float(crop[MOUTH_PART].std()) / 80, 1))


def reads_the_mouth_by(surety):
    """As `reads_the_mouth`, with odds that are larger everywhere by one factor."""

    def read(crop):
        odds = math.exp(surety + float(crop[MOUTH_PART].std()) / 40)
        return scores_with(odds / (1 + odds))

    return read


def hidden(heat, lowest=0.7):
    return OcclusionMap(heat.astype(np.float32), lowest)


def make_explanation(**changes):
    fields = {
        "label": Emotion.HAPPY,
        "scores": scores_with(0.7),
        "hidden": hidden(np.zeros((CROP_SIZE, CROP_SIZE))),
        "to_crop": np.array([[1.0, 0.0, -20.0], [0.0, 1.0, -10.0]]),
        "shares": (
            Share(Region.MOUTH, 0.6, 0.1),
            Share(Region.CHEEKS, 0.4, 0.3),
            Share(Region.EYES, 0, 0.05),
        ),
    }
    return Explanation(**{**fields, **changes})


def test_a_network_that_looks_only_at_the_mouth_has_its_map_there():
    heat = occlusion_map(reads_the_mouth, make_crop(), Emotion.HAPPY).heat

    assert (heat.shape, heat.dtype) == ((CROP_SIZE, CROP_SIZE), np.float32)
    rows, columns = np.indices(heat.shape)
    weight = np.maximum(heat, 0) / np.maximum(heat, 0).sum()
    assert (weight * rows).sum() == pytest.approx(37.5, abs=1)
    assert (weight * columns).sum() == pytest.approx(23.5, abs=1)
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    assert (34 <= row < 42) and (16 <= column < 32)
    near = np.zeros_like(heat, dtype=bool)
    near[34 - 8 : 42 + 8, 16 - 8 : 32 + 8] = True
    assert weight[near].sum() > 0.9


def test_the_map_of_a_network_that_never_changes_its_mind_is_zero():
    found = occlusion_map(lambda crop: scores_with(0.4), make_crop(), Emotion.HAPPY)

    assert not found.heat.any()
    assert found.lowest == 0.4


def test_what_speaks_for_one_of_two_labels_speaks_against_the_other():
    def happy_or_sad(crop):
        happy = reads_the_mouth(crop).probabilities[EMOTIONS.index(Emotion.HAPPY)]
        shares = {Emotion.HAPPY: happy, Emotion.SAD: 1 - happy}
        return EmotionScores(tuple(shares.get(emotion, 0.0) for emotion in EMOTIONS), False)

    happy = occlusion_map(happy_or_sad, make_crop(), Emotion.HAPPY).heat
    sad = occlusion_map(happy_or_sad, make_crop(), Emotion.SAD).heat

    assert np.abs(happy).max() > 0.5
    np.testing.assert_allclose(sad, -happy, atol=1e-5)


@pytest.mark.parametrize(
    ("whole", "covered", "fall"),
    [
        (0.75, 0.5, math.log(3)),  # odds of 3 to 1 become even
        (0.5, 0.75, -math.log(3)),
        (0.9, 0.25, math.log(27)),  # 9 to 1 become 1 to 3
        (0.9999, 0.999, math.log(9999 / 999)),
        (1.0, 0.5, math.log(999_999)),  # nothing is held for surer than all but a millionth
        (1.0, 0.0, 2 * math.log(999_999)),
    ],
)
def test_the_map_is_the_fall_of_the_log_odds_and_every_pixel_is_hidden_equally_often(whole, covered, fall):
    crop = make_crop()

    def read(seen):
        return scores_with(whole if (seen == crop).all() else covered)

    found = occlusion_map(read, crop, Emotion.HAPPY)

    np.testing.assert_allclose(found.heat, fall, rtol=1e-5)
    assert found.lowest == min(whole, covered)


def test_a_surer_network_that_looks_at_the_same_has_the_same_map():
    doubting, sure = (
        occlusion_map(reads_the_mouth_by(surety), make_crop(), Emotion.HAPPY) for surety in (-1, 7)
    )

    assert doubting.heat.max() > 0.5
    np.testing.assert_allclose(sure.heat, doubting.heat, atol=1e-4)
    assert doubting.lowest < 0.8
    assert sure.lowest > 0.99


@pytest.mark.parametrize(("probability", "odds"), [(0.5, 1), (0.8, 4), (0.1, 1 / 9), (1.0, 999_999)])
def test_log_odds_are_the_logarithm_of_a_probability_over_the_rest(probability, odds):
    assert log_odds(probability) == pytest.approx(math.log(odds))
    assert log_odds(1 - probability) == pytest.approx(-math.log(odds))


def test_hiding_changes_neither_the_light_nor_the_crop_itself():
    crop, seen = make_crop(), []
    before = crop.copy()

    occlusion_map(lambda each: seen.append(each.mean()) or scores_with(0.5), crop, Emotion.HAPPY)

    assert np.abs(np.array(seen) - crop.mean()).max() < 0.1
    np.testing.assert_array_equal(crop, before)


def posed(roll, *, centre=(1340.0, 620.0), size=150.0):
    """Right eye, left eye and mouth of an upright or tilted face in a large picture."""
    cosine, sine = math.cos(math.radians(roll)), math.sin(math.radians(roll))
    return [
        (centre[0] + size * (cosine * x - sine * y), centre[1] + size * (sine * x + cosine * y))
        for x, y in ((-0.5, 0.0), (0.5, 0.0), (0.0, 1 / EYES_TO_MOUTH))
    ]


def blob(x, y):
    rows, columns = np.indices((CROP_SIZE, CROP_SIZE))
    return np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8).astype(np.float32)


def coloured(drawn):
    """Centre of what is coloured in a gray picture, and whether it is orange."""
    difference = drawn[..., 0].astype(float) - drawn[..., 2]
    rows, columns = np.indices(difference.shape)
    weight = np.abs(difference) / np.abs(difference).sum()
    return ((weight * columns).sum(), (weight * rows).sum()), difference.sum() > 0


@pytest.mark.parametrize("roll", [0, 25, -70, 160])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_overlay_lies_on_the_face_in_a_large_picture_however_the_head_is_tilted(roll, sign):
    picture = np.full((1200, 1900, 3), 120, np.uint8)
    points = posed(roll)

    drawn = overlay(picture, sign * blob(*MOUTH), crop_map(*points))

    place, is_orange = coloured(drawn)
    assert place == pytest.approx(points[2], abs=4)
    assert is_orange == (sign > 0)


def test_the_picture_far_from_the_face_only_fades():
    picture = np.full((1200, 1900, 3), (200, 100, 100), np.uint8)

    drawn = overlay(picture, np.ones((CROP_SIZE, CROP_SIZE), np.float32), crop_map(*posed(0)))

    corner = drawn[:300, :300].reshape(-1, 3)
    assert (corner == corner[0]).all()
    assert corner[0, 0] > corner[0, 1]


def test_a_map_of_nothing_colours_nothing():
    picture = np.full((1200, 1900, 3), 120, np.uint8)

    drawn = overlay(picture, np.zeros((CROP_SIZE, CROP_SIZE), np.float32), crop_map(*posed(0)))

    assert (drawn[..., 0] == drawn[..., 2]).all()


def test_a_faint_map_stays_faint():
    picture = np.full((1200, 1900, 3), 120, np.uint8)
    strong, faint = (
        overlay(picture, np.float32(peak) * blob(*MOUTH), crop_map(*posed(0))).astype(int)
        for peak in (0.3, 0.001)
    )

    assert np.abs(faint[..., 0] - faint[..., 2]).max() < 0.15 * np.abs(strong[..., 0] - strong[..., 2]).max()


@pytest.mark.parametrize(
    ("part", "point"), [((0, 0, 1900, 1200), (1340, 620)), ((1300, 600, 1381, 663), (1340, 620))]
)
def test_a_view_knows_where_its_pixels_lie_in_the_picture(part, point):
    picture = np.zeros((1200, 1900, 3), np.uint8)
    cv2.circle(picture, point, 6, (255, 255, 255), -1)

    view = View.of(picture, part)

    place, _ = coloured(view.image * np.array([1, 0, 0], np.uint8))
    x, y, _ = view.to_picture @ np.array([*place, 1])
    assert (x, y) == pytest.approx(point, abs=0.5)


def test_the_likeliest_label_is_the_title():
    assert make_explanation().title == 'This face weakly resembles "happy"'
    clear = dataclasses.replace(make_explanation(), clear_from=0.7)
    assert clear.title == 'This face clearly resembles "happy"'


def test_another_label_is_named_with_the_likeliest():
    title = make_explanation(label=Emotion.SAD).title

    assert title == 'How far this face resembles "sad" (it weakly resembles "happy")'


def test_an_uncertain_reading_says_so_and_names_no_expression():
    uncertain = make_explanation(scores=scores_with(0.3, uncertain=True))

    assert uncertain.title == 'Not sure; the likeliest is "happy"'
    assert uncertain.certainty == "No expression is likely enough for this reading to name one."
    assert 'to name an expression: "happy"' in make_explanation().certainty


def test_the_regions_come_with_their_figures():
    heat = np.zeros((CROP_SIZE, CROP_SIZE))
    heat[38, 24], heat[5, 5] = math.log(3), -math.log(1.5)

    findings = make_explanation(hidden=hidden(heat, lowest=0.412)).findings

    assert findings == (
        'Hiding the place that counts most divided the odds of "happy" by 3.0 on average.'
        " Of all the lowering on the map: mouth 60%, cheeks 40% (mouth: on 10% of the area)."
        ' Hiding the place that speaks most against "happy" multiplied its odds by 1.5 on average.'
        " The one square that lowered the probability most brought it from 70.0% to 41.2%."
    )


@pytest.mark.parametrize("factor", [1.0, 1.09, 1 / 1.09])
def test_odds_that_hardly_change_are_no_finding(factor):
    heat = np.full((CROP_SIZE, CROP_SIZE), math.log(factor))

    assert make_explanation(hidden=hidden(heat)).findings == (
        'Hiding no part of the face divided or multiplied the odds of "happy" by even 1.1 on average.'
        " No single square lowered the probability, 70.0%, by even a tenth of a point."
    )


@pytest.mark.parametrize(("factor", "words"), [(1.1, "1.1"), (2.96, "3.0"), (12.4, "12"), (12345, "12,345")])
def test_a_change_of_the_odds_is_told_in_times(factor, words):
    assert times(math.log(factor)) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.9997, "over 99.9%"), (0.999, "99.9%"), (0.7, "70.0%"), (0.001, "0.1%"), (0.0004, "under 0.1%")],
)
def test_no_probability_is_rounded_to_certainty(probability, words):
    assert percent(probability) == words


def test_the_whole_text_ends_with_what_a_map_cannot_say():
    text = make_explanation().text

    assert text.endswith(LIMITS)
    assert "angry 5.0%, disgust 5.0%, fear 5.0%, happy 70.0%, sad 5.0%" in text
    assert "does not say what the person feels" in text


def test_shares_count_what_hiding_lowered_and_the_area():
    heat = np.zeros((CROP_SIZE, CROP_SIZE), np.float32)
    upper = np.zeros_like(heat, dtype=bool)
    upper[:12] = True
    heat[0, :3], heat[40, 0], heat[41, 0] = 0.1, 0.1, -0.5

    found = shares(heat, {Region.CHIN: ~upper, Region.FOREHEAD: upper})

    assert [share.region for share in found] == [Region.FOREHEAD, Region.CHIN]
    assert [share.effect for share in found] == pytest.approx([0.75, 0.25])
    assert [share.area for share in found] == pytest.approx([0.25, 0.75])


def test_a_map_of_nothing_has_no_shares():
    everything = np.ones((CROP_SIZE, CROP_SIZE), bool)

    (share,) = shares(np.zeros((CROP_SIZE, CROP_SIZE), np.float32), {Region.AROUND: everything})

    assert share.effect == 0


@pytest.fixture(scope="module")
def detector():
    return FaceDetector.load(MODELS / "face_landmarker.task")


@pytest.fixture(scope="module")
def portrait():
    return photograph()


@pytest.fixture(scope="module")
def face(detector, portrait):
    (face,) = detector.detect(portrait)
    return face


@pytest.fixture(scope="module")
def classifier():
    return ExpressionClassifier.load(MODELS / EXPRESSION_FILE)


@pytest.fixture(scope="module")
def explanation(classifier, portrait, face):
    return explain(classifier.classify, portrait, face)


def test_each_pixel_belongs_to_one_region(face, explanation):
    masks = region_masks(face, explanation.to_crop)

    assert set(masks) == set(Region)
    assert (sum(mask.astype(int) for mask in masks.values()) == 1).all()


@pytest.mark.parametrize(
    ("region", "marks"),
    [
        (Region.EYES, RIGHT_EYE_CORNERS),
        (Region.EYES, LEFT_EYE_CORNERS),
        (Region.MOUTH, MOUTH_CORNERS),
        (Region.NOSE, (1, 4)),
        (Region.BROWS, (66, 107)),
        (Region.CHEEKS, (50, 205)),
        (Region.CHIN, (18, 200)),
    ],
)
def test_the_regions_are_where_the_face_has_them(face, explanation, region, marks):
    x, y = explanation.to_crop @ np.array([*face.midpoint(marks), 1])

    assert region_masks(face, explanation.to_crop)[region][round(y), round(x)]


def test_the_smile_of_the_portrait_is_found_in_the_lower_face(explanation):
    assert explanation.label is Emotion.HAPPY
    row, _ = np.unravel_index(explanation.hidden.heat.argmax(), (CROP_SIZE, CROP_SIZE))
    assert row > EYES_Y + 8
    effect = {share.region: share.effect for share in explanation.shares}
    assert sum(effect.values()) == pytest.approx(1)
    assert effect[Region.MOUTH] > effect[Region.EYES] + effect[Region.BROWS] + effect[Region.FOREHEAD]


def test_a_label_can_be_asked_for(classifier, portrait, face, explanation):
    sad = explain(classifier.classify, portrait, face, Emotion.SAD)

    assert sad.label is Emotion.SAD
    assert sad.scores == explanation.scores


@pytest.mark.parametrize("size", [(512, 512), (60, 900), (900, 60), (20, 24)])
def test_the_poster_is_one_page_whatever_the_picture_is_like(size):
    poster = draw_poster(np.full((*size, 3), 90, np.uint8), make_explanation())

    assert poster.mode == "RGB"
    assert poster.width == 1240
    assert 500 < poster.height < 1100


@pytest.mark.parametrize("shift", [(-60.0, -60.0), (30.0, 30.0)])
def test_a_face_that_the_edge_cuts_can_be_shown(shift):
    to_crop = np.array([[1.0, 0.0, -shift[0]], [0.0, 1.0, -shift[1]]])

    assert draw_poster(np.zeros((64, 64, 3), np.uint8), make_explanation(to_crop=to_crop)).width == 1240


def test_the_bars_are_as_long_as_the_probabilities():
    poster = np.array(draw_poster(np.full((500, 500, 3), 255, np.uint8), make_explanation()))
    right = poster[110:480, 940:]
    dark, gray = ((right == shade).all(axis=2).sum(axis=1).max() for shade in (25, 150))

    assert gray / dark == pytest.approx(0.05 / 0.7, abs=0.03)


def options_for(*arguments):
    parser = argparse.ArgumentParser()
    add_command(parser.add_subparsers(required=True))
    return parser.parse_args(["explain", *map(str, arguments)])


def call(*arguments):
    options = options_for(*arguments)
    options.call(options)


@pytest.fixture
def picture(tmp_path, portrait):
    path = tmp_path / "portrait.png"
    Image.fromarray(portrait).save(path)
    return path


def test_the_command_writes_the_picture_and_prints_the_same_in_words(picture, tmp_path, capsys):
    call(picture, "--to", tmp_path / "why.png", "--models", MODELS)

    with Image.open(tmp_path / "why.png") as written:
        assert written.width == 1240
    text = capsys.readouterr().out
    assert text.startswith('This face clearly resembles "happy"')
    assert 'divided the odds of "happy"' in text and "mouth" in text
    assert LIMITS in text


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("why.jpg", "does not end in .png"),
        ("none/why.png", "no folder"),
        ("portrait.png", "the picture itself"),
    ],
)
def test_it_refuses_a_target_before_it_reads(picture, tmp_path, target, words):
    with pytest.raises(TargetError, match=words):
        call(picture, "--to", tmp_path / target, "--models", tmp_path)


def test_it_does_not_write_over_a_folder(picture, tmp_path):
    (tmp_path / "why.png").mkdir()
    with pytest.raises(TargetError, match="is a folder"):
        call(picture, "--to", tmp_path / "why.png", "--models", MODELS)


def test_of_several_pictures_the_first_is_explained_and_that_is_said(picture, tmp_path, capsys):
    with Image.open(picture) as portrait:
        portrait.save(tmp_path / "a.tif", save_all=True, append_images=[Image.new("RGB", (300, 200))])
    call(tmp_path / "a.tif", "--to", tmp_path / "why.png", "--models", MODELS)
    told = capsys.readouterr()
    assert told.err == f"{tmp_path / 'a.tif'} holds several pictures: the first is explained\n"
    assert "happy" in told.out

    call(picture, "--to", tmp_path / "why.png", "--models", MODELS)
    assert capsys.readouterr().err == ""


def test_what_is_no_file_is_not_written_over(picture, tmp_path):
    os.mkfifo(tmp_path / "why.png")
    with pytest.raises(TargetError, match="it is no file"):
        call(picture, "--to", tmp_path / "why.png", "--models", MODELS)


def test_it_says_that_a_picture_is_none(tmp_path):
    (tmp_path / "note.png").write_text("no picture")
    with pytest.raises(SourceError, match=r"note\.png: not a picture"):
        call(tmp_path / "note.png", "--to", tmp_path / "why.png", "--models", MODELS)


def test_it_says_that_there_is_no_face(tmp_path):
    Image.new("RGB", (300, 200), "gray").save(tmp_path / "wall.png")
    with pytest.raises(NoFace, match=r"no face was found in .*wall\.png"):
        call(tmp_path / "wall.png", "--to", tmp_path / "why.png", "--models", MODELS)
    assert not (tmp_path / "why.png").exists()


@pytest.mark.parametrize(("number", "middle"), [(1, (0.75, 0.25)), (2, (0.25, 0.75))])
def test_faces_are_counted_row_by_row(portrait, tmp_path, monkeypatch, number, middle):
    wall = np.full_like(portrait, 128)
    page = np.vstack([np.hstack([wall, portrait]), np.hstack([portrait, wall])])
    Image.fromarray(page).save(tmp_path / "class.png")
    explained = []

    def note(read, image, face, label, *, clear_from):
        explained.append(face.box)
        return make_explanation()

    monkeypatch.setattr("emotion.pictures.explain.explain", note)
    call(tmp_path / "class.png", "--face", number, "--to", tmp_path / "why.png", "--models", MODELS)

    (box,) = explained
    assert (box.left + box.width / 2, box.top + box.height / 2) == pytest.approx(middle, abs=0.2)


def test_it_says_that_a_model_is_missing(picture, tmp_path):
    with pytest.raises(ModelMissing):
        call(picture, "--to", tmp_path / "why.png", "--models", tmp_path)


def test_the_command_knows_the_seven_labels_only(capsys):
    with pytest.raises(SystemExit):
        options_for("picture.png", "--to", "why.png", "--label", "bored")
    assert "bored" in capsys.readouterr().err


@pytest.fixture
def three(face):
    places = (0.7, 0.1, 0.1), (0.4, 0.1, 0.3), (0.1, 0.1, 0.2)
    return [dataclasses.replace(face, box=FaceBox(left, top, size, size)) for left, top, size in places]


def test_the_largest_face_is_explained(three):
    assert chosen_face(three, None, Path("class.jpg")).box.width == 0.3


@pytest.mark.parametrize(("number", "left"), [(1, 0.7), (2, 0.4), (3, 0.1)])
def test_a_number_asks_for_the_face_of_that_place_in_the_order_given(three, number, left):
    assert chosen_face(three, number, Path("class.jpg")).box.left == left


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_number_that_no_face_has_is_refused_with_the_count(three, number):
    with pytest.raises(CommandError, match="3 faces were found"):
        chosen_face(three, number, Path("class.jpg"))


def test_hiding_what_the_map_points_at_takes_more_than_hiding_as_much_elsewhere():
    trial = measure(reads_the_mouth, make_crop(), np.random.default_rng(0))

    assert trial.points_at_it
    assert trial.highest.probability > 0.1
    # The mouth stays as it is wherever the shape does not overlap it.
    assert len(trial.elsewhere) == 5
    assert all(fall.probability < trial.highest.probability / 2 for fall in trial.elsewhere)


def test_a_map_of_a_reader_that_looks_nowhere_points_at_nothing():
    assert not measure(lambda crop: scores_with(0.7), make_crop(), np.random.default_rng(0)).points_at_it
