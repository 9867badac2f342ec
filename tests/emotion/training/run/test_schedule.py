import pytest

from emotion.training.run.config import RunError, TrainingConfig, recipe
from emotion.training.run.schedule import Schedule


def make_schedule(*, steps=100, steps_an_epoch=10, **changes):
    return Schedule(TrainingConfig(network="edge", **changes), steps, steps_an_epoch)


@pytest.mark.parametrize(("step", "share"), [(0, 0.1), (4, 0.5), (9, 1.0), (54, 0.5), (99, 0.0)])
def test_the_learning_rate_warms_up_and_falls_along_a_cosine_to_zero(step, share):
    schedule = make_schedule(peak_rate=0.2, warm_up_epochs=1)

    assert schedule.learning_rate(step) == pytest.approx(0.2 * share, abs=1e-9)


def test_a_short_run_spends_at_most_a_tenth_on_warming_up():
    schedule = make_schedule(steps=20, steps_an_epoch=100, peak_rate=1.0)

    assert schedule.learning_rate(1) == pytest.approx(1.0)


def test_faces_grow_with_the_share_of_the_run():
    schedule = make_schedule(sizes=((0.0, 32), (0.5, 40), (0.8, 48)))

    assert [schedule.side(step) for step in (0, 49, 50, 79, 80, 99)] == [32, 32, 40, 40, 48, 48]


@pytest.mark.parametrize(
    ("sizes", "work"),
    [
        (((0.0, 48),), 1.0),
        # Half the run at the first side, half at one and a half times it: (1 + 2.25) / 2.
        (((0.0, 32), (0.5, 48)), 1.625),
    ],
)
def test_a_mean_step_costs_more_than_the_first_where_the_faces_grow(sizes, work):
    assert make_schedule(sizes=sizes).work() == pytest.approx(work)


def test_the_last_faces_are_not_mixed_and_the_very_last_change_half_as_much():
    schedule = make_schedule(unmixed_share=0.3, calm_share=0.2)
    full = schedule.config.augmentation

    assert [schedule.mixes(step) for step in (0, 69, 70)] == [True, True, False]
    assert schedule.augmentation(79) == full
    assert schedule.augmentation(80) == full.halved()


def test_without_mixup_no_face_is_mixed():
    assert not make_schedule(mixup_alpha=0.0).mixes(0)


def test_the_last_step_ends_an_unfinished_epoch():
    schedule = make_schedule(steps=25)

    assert [step for step in range(25) if schedule.ends_epoch(step)] == [9, 19, 24]


def test_young_weights_are_forgotten_sooner():
    schedule = make_schedule(averaging=0.99)

    assert schedule.memory(0) == pytest.approx(0.1)
    assert schedule.memory(10_000) == 0.99


@pytest.mark.parametrize("network", ["flagship", "edge", "monyok_cnn"])
def test_a_configuration_is_read_as_it_was_written(network, tmp_path):
    config = recipe(network).changed(epochs=3, seed=7)
    config.write(tmp_path)

    assert TrainingConfig.read(tmp_path) == config


def test_a_folder_without_a_configuration_is_named(tmp_path):
    with pytest.raises(RunError, match=r"config\.json"):
        TrainingConfig.read(tmp_path)

    (tmp_path / "config.json").write_bytes(b'{"network": "\xff"}')
    with pytest.raises(RunError, match=r"config\.json"):
        TrainingConfig.read(tmp_path)


def test_every_network_of_the_papers_has_one_protocol():
    first, second = recipe("monyok_cnn"), recipe("vgg16")

    assert first.changed(network="") == second.changed(network="")


def test_a_number_of_the_configuration_can_be_set_by_its_name():
    changed = recipe("edge").with_settings({"mixup_alpha": 0, "augmentation.erase_chance": 0.5})

    assert (changed.mixup_alpha, changed.augmentation.erase_chance) == (0, 0.5)
    assert changed.with_settings({"mixup_alpha": 0.2, "augmentation.erase_chance": 0.25}) == recipe("edge")


def test_a_number_that_no_run_has_is_named_with_those_it_has():
    with pytest.raises(RunError, match=r"no number mixup; it has .*mixup_alpha.*augmentation\.rotation"):
        recipe("edge").with_settings({"mixup": 0})
