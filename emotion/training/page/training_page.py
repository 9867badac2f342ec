"""A training run as a page: its curves, its best epoch, and everything that decided how it went."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from emotion.preprocess import CROP_SIZE
from emotion.training.page.page import Chart, layout, line, write_page
from emotion.training.page.tables import Table
from emotion.training.run.config import CONFIG, TrainingConfig
from emotion.training.run.history import HISTORY, Epoch, read_history
from emotion.training.run.schedule import Schedule

PAGE = "training.html"


def write_training_page(run: Path, *, split: str = "the split that decides") -> Path:
    """Write the page of the run in the folder `run` beside its history; returns its path.

    Args:
        split: what the faces are called that the accuracies were measured on.

    Raises:
        RunError: there is no configuration or no history yet, or one of them is damaged.
    """
    config = TrainingConfig.read(run)
    epochs = read_history(run / HISTORY)
    best = best_epoch(config, epochs)
    last = epochs[-1]
    lead = f"{len(epochs)} epochs, {last.core_seconds / 3600:.1f} processor hours."
    if best:
        lead += f" Best on {split}: {best.scores}, after epoch {best.epoch:g}, whose weights are kept."
    return write_page(
        run / PAGE,
        title=f"Training of {config.network}",
        lead=lead,
        parts=[_accuracies(epochs, best, split), _loss(epochs, best), _rate(epochs), _settings(config)],
        notes=[
            "Accuracies are those of the averaged weights, without and with the mirror image of each face.",
            (
                "The best epoch is the best among those whose faces had full size; earlier, smaller faces"
                " count as practice. With a head of votes it is the one with the best mean of both heads,"
                " mirror image included; without one, the one that reads most labels right, one way."
            ),
        ],
    )


def best_epoch(config: TrainingConfig, epochs: Sequence[Epoch]) -> Epoch | None:
    """The first epoch with the highest standing at full size: the one whose weights a run keeps."""
    last = epochs[-1]
    an_epoch = max(round(last.step / max(last.epoch, 0.01)), 1)
    schedule = Schedule(config, config.steps or round(config.epochs * an_epoch), an_epoch)
    full = [epoch for epoch in epochs if schedule.side(epoch.step - 1) == CROP_SIZE]
    return max(full, key=lambda epoch: epoch.standing, default=None)


def _accuracies(epochs: Sequence[Epoch], best: Epoch | None, split: str) -> Chart:
    curves: dict[str, list[float | None]] = {
        "one way": [epoch.accuracy for epoch in epochs],
        "with mirror image": [epoch.accuracy_tta for epoch in epochs],
    }
    if any(epoch.ferplus_strict_tta is not None for epoch in epochs):
        curves["FER+ strict, with mirror image"] = [epoch.ferplus_strict_tta for epoch in epochs]
    x = [epoch.epoch for epoch in epochs]
    traces = [
        line(
            name,
            x,
            [None if value is None else round(100 * value, 2) for value in values],
            tone,
            line={"dash": dash},
            hovertemplate=f"epoch %{{x}}: %{{y}} % {name}<extra></extra>",
        )
        for tone, dash, (name, values) in zip(
            (1, 2, 6), ("solid", "dash", "dot"), curves.items(), strict=False
        )
    ]
    figure = layout("epoch", f"accuracy on {split}, %", height=440)
    words = f"How the averaged weights read {split} after each epoch."
    if best:
        words += f" The dotted line is the best, epoch {best.epoch:g}: {best.scores}."
    rows = tuple(
        (f"{epoch:g}", *("-" if value is None else f"{value:.2%}" for value in values))
        for epoch, *values in zip(x, *curves.values(), strict=True)
    )
    table = Table(f"Accuracy on {split}", ("epoch", *curves), rows)
    return Chart("Accuracy", words, {"data": traces, "layout": figure | _mark(best)}, table)


def _loss(epochs: Sequence[Epoch], best: Epoch | None) -> Chart:
    x, y = [epoch.epoch for epoch in epochs], [epoch.loss for epoch in epochs]
    traces = [line("training", x, y, 1, hovertemplate="epoch %{x}: %{y}<extra></extra>")]
    rows = tuple((f"{epoch:g}", f"{loss:.4f}") for epoch, loss in zip(x, y, strict=True))
    return Chart(
        "Loss",
        f"Mean loss over the changed training faces: {y[0]:.3f} in the first epoch, {y[-1]:.3f} in the last."
        " It steps where faces grow, are no longer mixed, or are changed less.",
        {"data": traces, "layout": layout("epoch", "loss on Training", legend=False) | _mark(best)},
        Table("Loss", ("epoch", "loss on Training"), rows),
    )


def _rate(epochs: Sequence[Epoch]) -> Chart:
    x, y = [epoch.epoch for epoch in epochs], [epoch.learning_rate for epoch in epochs]
    traces = [line("learning rate", x, y, 3, hovertemplate="epoch %{x}: %{y}<extra></extra>")]
    rows = tuple(
        (f"{epoch.epoch:g}", f"{epoch.step:,}", f"{epoch.learning_rate:g}", f"{epoch.core_seconds:,.0f}")
        for epoch in epochs
    )
    return Chart(
        "Learning rate",
        f"At the end of each epoch, at most {max(y):g}.",
        {"data": traces, "layout": layout("epoch", "learning rate", height=300, legend=False)},
        Table("Learning rate", ("epoch", "step", "learning rate", "processor seconds so far"), rows),
    )


def _settings(config: TrainingConfig) -> Table:
    return Table(f"Configuration ({CONFIG})", ("setting", "value"), tuple(config.spelled().items()))


def _mark(best: Epoch | None) -> dict[str, Any]:
    """A dotted vertical line at the best epoch."""
    if best is None:
        return {}
    place = {"x0": best.epoch, "x1": best.epoch, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
    note = {"text": f"best: epoch {best.epoch:g}", "x": best.epoch, "y": 1, "yref": "paper"}
    return {
        "shapes": [{"type": "line", "name": "tone-0", "line": {"dash": "dot", "width": 1.5}, **place}],
        "annotations": [{**note, "showarrow": False, "yanchor": "bottom", "xanchor": "right"}],
    }
