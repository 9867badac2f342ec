"""An evaluation as a page: confusion, reliability, risk and coverage, robustness, and all the figures."""

from pathlib import Path

import numpy as np

from emotion.training.page.evaluation_text import (
    class_report,
    confusion,
    cost_line,
    headline,
    notes,
    robustness,
    summary,
)
from emotion.training.page.page import Chart, layout, line, write_page
from emotion.training.page.tables import Table
from emotion.training.score.evaluation import Evaluation, HeadScores
from emotion.training.score.robustness import SEVERITIES

SYMBOLS = ("circle", "square", "diamond", "cross", "x", "triangle-up")


def write_evaluation_page(found: Evaluation, out: Path) -> Path:
    """Write the page `out`; returns its path."""
    charts = [_confusion(found), _reliability(found), _risk_coverage(found), _robustness(found)]
    return write_page(
        out,
        title=f"{found.network} on {found.split}",
        lead=f"{headline(found)}. {cost_line(found)}.",
        parts=[summary(found), class_report(found), *(chart for chart in charts if chart)],
        notes=notes(found),
    )


def _confusion(found: Evaluation) -> Chart:
    counts = found.plain.labels.confusion
    there = counts.sum(axis=1, keepdims=True)
    shares = 100 * counts / np.maximum(there, 1)
    names = [str(emotion) for emotion in found.classes]
    trace = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": shares.round(1).tolist(),
        "customdata": counts.tolist(),
        "zmin": 0,
        "zmax": 100,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
        "texttemplate": "%{z:.0f}",
        "hovertemplate": "labelled %{y}, said %{x}: %{customdata} faces, %{z} %<extra></extra>",
    }
    figure = layout("said", "labelled", height=440, legend=False)
    figure["xaxis"] |= {"side": "bottom", "showgrid": False}
    figure["yaxis"] |= {"autorange": "reversed", "showgrid": False}
    return Chart(
        "Confusion, one way",
        f"Of the faces of each label, how many in a hundred were said to be what. {_mistake(counts, names)}",
        {"data": [trace], "layout": figure},
        confusion(found),
    )


def _mistake(counts: np.ndarray, names: list[str]) -> str:
    """The most common mistake, in words."""
    wrong = counts - np.diag(counts.diagonal())
    if not wrong.any():
        return "No face was read wrong."
    label, said = np.unravel_index(wrong.argmax(), wrong.shape)
    share = wrong[label, said] / counts[label].sum()
    return f"Most common mistake: {names[label]} taken for {names[said]} ({share:.0%} of {names[label]})."


def _reliability(found: Evaluation) -> Chart:
    head = found.plain.labels
    calibration = head.calibration
    sides = {"before": calibration.reliability, "after temperature": calibration.reliability_after}
    traces = [line("sure as it is right", [0, 100], [0, 100], 0, line={"dash": "dot", "width": 1.5})]
    for tone, (name, bins) in enumerate(sides.items(), 1):
        traces.append(
            line(
                name,
                [round(100 * each.confidence, 1) for each in bins],
                [round(100 * each.accuracy, 1) for each in bins],
                tone,
                mode="lines+markers",
                marker={"symbol": SYMBOLS[tone], "size": 8},
                text=[f"{each.faces:,} faces" for each in bins],
                hovertemplate="sure by %{x} %, right %{y} %<br>%{text}<extra></extra>",
            )
        )
    figure = layout("confidence, %", "read right, %", height=420)
    figure["xaxis"]["range"] = figure["yaxis"]["range"] = [-2, 102]
    rows = tuple(
        (name, f"{each.confidence:.1%}", f"{each.accuracy:.1%}", f"{each.faces:,}")
        for name, bins in sides.items()
        for each in bins
    )
    return Chart(
        "Reliability, one way",
        f"A point above the dotted line is a network less sure than it could be. Expected calibration error"
        f" {calibration.ece:.1%}, after a temperature of {calibration.temperature:.2f} (cross-fitted)"
        f" {calibration.ece_after:.1%}.",
        {"data": traces, "layout": figure},
        Table("Reliability", ("", "confidence", "read right", "faces"), rows),
    )


def _risk_coverage(found: Evaluation) -> Chart:
    scored = {"one way": found.plain.labels, "with mirror image": found.mirrored.labels}
    traces = [
        line(
            name,
            [round(100 * coverage, 1) for coverage, _ in head.risk_coverage],
            [round(100 * accuracy, 2) for _, accuracy in head.risk_coverage],
            tone,
            line={"dash": dash},
            hovertemplate="surest %{x} %: %{y} % right<extra></extra>",
        )
        for tone, dash, (name, head) in zip((1, 2), ("solid", "dash"), scored.items(), strict=True)
    ]
    figure = layout("coverage, % of the faces", "read right, %")
    figure["xaxis"]["range"] = [0, 101]
    told = ", ".join(f"{share:.0%}: {right:.1%}" for share, right in found.plain.labels.at_coverage.items())
    return Chart(
        "Risk and coverage",
        f"How many are read right when only the surest are read at all. One way, of the surest {told}.",
        {"data": traces, "layout": figure},
        Table("Risk and coverage", ("coverage", *scored), _tenths(list(scored.values()))),
    )


def _tenths(scored: list[HeadScores]) -> tuple[tuple[str, ...], ...]:
    curves = [head.risk_coverage[9::10] for head in scored]
    return tuple(
        (f"{points[0][0]:.0%}", *(f"{accuracy:.1%}" for _, accuracy in points))
        for points in zip(*curves, strict=True)
    )


def _robustness(found: Evaluation) -> Chart | None:
    table = robustness(found)
    spoilt = found.robustness
    if table is None or spoilt is None:
        return None
    clean = found.plain.labels.accuracy.value
    traces = [
        line(
            name,
            range(SEVERITIES + 1),
            [round(100 * each, 2) for each in (clean, *accuracies)],
            tone,
            mode="lines+markers",
            marker={"symbol": symbol, "size": 8},
            hovertemplate=f"{name}, severity %{{x}}: %{{y}} %<extra></extra>",
        )
        for tone, (symbol, (name, accuracies)) in enumerate(zip(SYMBOLS, spoilt.items(), strict=True), 1)
    ]
    worst = min(spoilt, key=lambda name: spoilt[name][-1])
    figure = layout("severity (0: as they are)", "accuracy, %", height=420)
    figure["xaxis"]["dtick"] = 1
    return Chart(
        "Robustness, one way",
        f"The same faces spoilt in six ways. Severity 5 of {worst} costs most:"
        f" {clean:.1%} become {spoilt[worst][-1]:.1%}.",
        {"data": traces, "layout": figure},
        table,
    )
