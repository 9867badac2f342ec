"""The tables of figures of model cards: what was measured here, and what elsewhere."""

from collections.abc import Mapping

from emotion.model_card import ModelCard
from emotion.training.score.calibration import Shown
from emotion.training.score.intervals import Interval

FIGURES = {
    "accuracy": "FER2013 label, read once",
    "accuracy_tta": "FER2013 label, read both ways",
    "ferplus_strict_tta": "FER+, more than half agree, both ways, 8 classes",
    "ferplus_majority_tta": "FER+, most common answer, both ways, 8 classes",
    "expression_lost_in_file": "lost by int8, FER2013 label",
    "votes_lost_in_file": "lost by int8, FER+",
    "lost_by_crop": "lost by the pipeline's own crop, FER2013 label",
    "shown_accuracy": "as shown: right among seven, what most people saw",
    "shown_ece": "as shown: calibration error, 15 bins",
    "coverage_above_limit": "as shown: readings that name an expression",
    "accuracy_above_limit": "as shown: of those, right",
    "coverage_clear": "as shown: readings that are called clear",
    "accuracy_clear": "as shown: of those, right",
    "accuracy_weak": "as shown: of those called weak, right",
}

ELSEWHERE = {
    "privatetest_accuracy_tta": "FER2013 PrivateTest, label, read both ways",
    "privatetest_accuracy_tta_without_twins": "the same, without faces whose pixels stand in Training",
    "privatetest_ferplus_strict": "FER+, more than half agree, of PrivateTest, 8 classes",
    "ck_plus_accuracy": "CK+, posed",
    "jaffe_accuracy": "JAFFE, posed by ten Japanese women",
    "named_right": "through the pipeline's crop: readings that name an expression, right",
    "named_sad_right": "through the pipeline's crop: readings that name sadness, right",
    "jaffe_anger_named": "posed anger of the Japanese women: named anger",
    "jaffe_disgust_named": "posed disgust of the Japanese women: named disgust",
    "frowns_read_neutral": "frowns acted before a webcam: read as neutral",
    "frowns_named_anger": "frowns acted before a webcam: named anger",
}


def figures(*cards: ModelCard) -> str:
    """What cards tell of their networks, side by side as a table in Markdown."""
    rows = [
        ("", [card.network for card in cards]),
        ("---", ["---"] * len(cards)),
        *((words, [_figure(card.scores, name) for card in cards]) for name, words in FIGURES.items()),
        ("head that is shown", [_shown_head(card) for card in cards]),
        ("its temperature", [f"{card.temperature:.2f}" for card in cards]),
        ("uncertain below", [f"{card.confidence_limit:.2f}" for card in cards]),
        ("clear from", [f"{card.clear_from:.2f}" for card in cards]),
        ("parameters", [f"{card.parameters:,}" for card in cards]),
        ("multiply-adds a face, read once", [f"{card.multiply_adds:,}" for card in cards]),
    ]
    return "\n".join(f"| {words} | {' | '.join(told)} |" for words, told in rows)


def elsewhere(*cards: ModelCard) -> str:
    """What was measured elsewhere of the files of cards, side by side, each under its checksum."""
    found = [(card, one) for card in cards for one in card.measured_elsewhere]
    rows = [
        ("", [card.network for card, _ in found]),
        ("---", ["---"] * len(found)),
        ("file, first of its sha256", [f"`{one.sha256[:12]}`" for _, one in found]),
        (
            "that file today",
            ["served" if one.sha256 == card.sha256 else "**replaced since**" for card, one in found],
        ),
        ("measured", [one.when for _, one in found]),
        *((words, [_figure(one.scores, name) for _, one in found]) for name, words in ELSEWHERE.items()),
    ]
    return "\n".join(f"| {words} | {' | '.join(told)} |" for words, told in rows)


def _figure(told: Mapping[str, float], name: str) -> str:
    if name not in told:
        return "-"
    if f"{name}_of" in told:
        return f"{told[name]:.0f} of {told[name + '_of']:.0f}"
    if f"{name}_low" not in told:
        return f"{round(told[name], 3) + 0.0:.1%}"  # the sum makes -0.0 a zero
    value, low, high = (told[name + bound] for bound in ("", "_low", "_high"))
    return str(Interval(value, low, high)) if low >= 0 else f"{value:+.1%} ({low:+.1%} to {high:+.1%})"


def _shown_head(card: ModelCard) -> str:
    return str(Shown(card.shown_head, card.shown_labels, card.contempt))
