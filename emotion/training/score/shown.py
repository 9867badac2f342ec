"""How a file of weights is best shown, by faces as the pipeline crops them, and what a card tells of that."""

from collections.abc import Mapping
from typing import Any

from emotion.classifier import EXPRESSION, ExpressionNetwork
from emotion.model_card import ModelCard
from emotion.training.data.errors import DataError
from emotion.training.data.faces import Dataset
from emotion.training.score.calibration import Calibrated, compare_ways, seen_by_most
from emotion.training.score.crop import PipelineCrops, compare_crops, logits_both_ways
from emotion.training.score.intervals import Interval

FEWEST_FOUND = 20


def ways_shown(
    network: ExpressionNetwork, heads: Mapping[str, tuple[str, ...]], data: Dataset, found: PipelineCrops
) -> tuple[Calibrated, ...]:
    """Every way to show the network, the best first: by what most people saw and the pipeline crops.

    Args:
        found: what the pipeline makes of the faces to choose by.

    Raises:
        DataError: the pipeline finds too few of them.
    """
    truth, told = seen_by_most(data.choosing)
    chosen = told & found.found
    if chosen.sum() < FEWEST_FOUND:
        raise DataError(
            f"the pipeline finds {chosen.sum()} of {len(chosen)} faces of {data.choosing_name}:"
            " too few to tell how confident a reading is"
        )
    return compare_ways(heads, logits_both_ways(network, found.crops[chosen]), truth[chosen])


def shown_data(data: Dataset, found: PipelineCrops, best: Calibrated) -> dict[str, Any]:
    """By which faces the way to show was chosen, for the `data` of a card."""
    chosen_by = "labels of" if data.choosing.votes is None else "what most people saw in"
    return {
        "shown_chosen_on": f"{chosen_by} {data.choosing_name}, through the pipeline's own crop",
        "shown_faces": best.faces,
        "not_found_by_pipeline": int((~found.found).sum()),
    }


def shown_scores(best: Calibrated) -> dict[str, float]:
    """What the best way is worth, for the `scores` of a card."""
    told = {"shown_nll": round(best.nll, 4), "shown_ece": round(best.ece, 4)}
    told |= bounds("shown_accuracy", best.accuracy) | bounds("coverage_above_limit", best.coverage)
    told |= bounds("coverage_clear", best.clear.coverage)
    above = {
        "accuracy_above_limit": best.accuracy_above,
        "accuracy_clear": best.clear.accuracy,
        "accuracy_weak": best.weak.accuracy,
    }
    for name, found in above.items():
        told |= bounds(name, found) if found else {}
    return told


def crop_scores(
    network: ExpressionNetwork, card: ModelCard, data: Dataset, found: PipelineCrops
) -> dict[str, float]:
    """What the pipeline's crop loses, for the `scores` of the card."""
    losses = compare_crops(network, card, data.choosing, found)
    return bounds("lost_by_crop", losses[f"labels, head {EXPRESSION}"].loss)


def bounds(name: str, interval: Interval) -> dict[str, float]:
    values = {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
    return {each: round(value, 6) for each, value in values.items()}
