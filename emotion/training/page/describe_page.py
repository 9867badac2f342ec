"""A data set as a page: classes, faces of each, identical pictures, pictures without a face, label noise."""

from pathlib import Path

import numpy as np

from emotion.training.data.duplicates import Duplicates, find_duplicates
from emotion.training.data.faces import TRAINING, Dataset
from emotion.training.data.votes import VOTED_NAMES, not_a_face
from emotion.training.page.description import (
    class_counts,
    classes_table,
    duplicates_table,
    imbalance,
    label_against_votes,
    label_against_votes_table,
    left_out_table,
    nothing_table,
    votes_table,
)
from emotion.training.page.gallery import STYLE, Captioned, Montage, section
from emotion.training.page.page import Chart, layout, write_page
from emotion.training.page.tables import Table

PAGE = "describe.html"
FACES_A_CLASS = 60
MOST_DUPLICATES = 48
MOST_WITHOUT_A_FACE = 60
# Lines of words beside one picture.
MOST_PLACES = 4


def describe_page(data: Dataset, out: Path) -> Path:
    """Write the page into the folder `out`; returns its path."""
    found = find_duplicates(data.splits)
    parts: list[Chart | Table] = [
        _classes(data),
        left_out_table(data),
        duplicates_table(data, found),
        nothing_table(data),
    ]
    if data.training.votes is not None:
        parts += [votes_table(data), _label_against_votes(data)]
    count = sum(len(faces) for faces in data.splits.values())
    lead = f"{count:,} faces in {_listed(list(data.splits))}; {len(data.training):,} are fit to learn from."
    path = write_page(
        out / PAGE,
        title="The faces, before anything is learned from them",
        lead=lead,
        parts=parts,
        notes=(f"Fingerprint of what is left to learn from: {data.fingerprint}.",),
    )
    pictures = STYLE + _montages(data) + _duplicates(data, found) + _blank(data) + _without_a_face(data)
    page = path.read_text(encoding="utf-8").replace("<footer>", f"{pictures}\n<footer>", 1)
    path.write_text(page, encoding="utf-8")
    return path


def _classes(data: Dataset) -> Chart:
    names = [str(emotion) for emotion in data.classes]
    traces = [
        {
            "type": "bar",
            "name": name,
            "x": names,
            "y": class_counts(faces, len(names)).tolist(),
            "meta": {"tone": tone},
        }
        for tone, (name, faces) in enumerate(data.splits.items(), 1)
    ]
    figure = layout("label", "faces") | {"barmode": "group"}
    words = f"How many faces of each class every split holds. {imbalance(data)}"
    return Chart("Classes", words, {"data": traces, "layout": figure}, classes_table(data))


def _label_against_votes(data: Dataset) -> Chart:
    counts = label_against_votes(data)
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    trace = {
        "type": "heatmap",
        "x": [*VOTED_NAMES, "none"],
        "y": [str(emotion) for emotion in data.classes],
        "z": shares.round(1).tolist(),
        "customdata": counts.tolist(),
        "zmin": 0,
        "zmax": 100,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
        "texttemplate": "%{z:.0f}",
        "hovertemplate": "labelled %{y}, seen as %{x}: %{customdata} faces, %{z} %<extra></extra>",
    }
    figure = layout("what most annotators of FER+ saw", "label", height=470)
    figure["xaxis"] |= {"side": "bottom", "showgrid": False}
    figure["yaxis"] |= {"autorange": "reversed", "showgrid": False}
    return Chart(
        f"Labels against FER+ votes, {TRAINING}",
        "Of a hundred faces of each label, how many the annotators of FER+ took for what, by majority. None:"
        " they could not tell, or saw no face.",
        {"data": [trace], "layout": figure},
        label_against_votes_table(data),
    )


def _montages(data: Dataset) -> str:
    faces, random = data.splits[TRAINING], np.random.default_rng(0)
    shown = []
    for label, emotion in enumerate(data.classes):
        of_class = np.flatnonzero(faces.labels == label)
        drawn = random.permutation(of_class)[:FACES_A_CLASS]
        title = f"{emotion}: {len(drawn)} of {len(of_class):,}"
        shown.append(Montage(title, faces.images[drawn]))
    return section("Faces of each class", f"Drawn at random from {TRAINING}, labels as they are.", shown)


def _duplicates(data: Dataset, found: list[Duplicates]) -> str:
    shown = []
    for each in found[:MOST_DUPLICATES]:
        split, position, _ = each.places[0]
        words = [
            f"{name} {data.splits[name].source_rows[at]}: {data.classes[label]}"
            for name, at, label in each.places[:MOST_PLACES]
        ]
        more = len(each.places) - MOST_PLACES
        shown.append(
            Captioned(data.splits[split].images[position], words + [f"and {more} more"] * (more > 0))
        )
    told = (
        f"{_some(len(shown), len(found))}, those with different labels first, then those in more than one"
        " split. Beside each: split, row and label of every place."
    )
    return section("Identical pictures", told, shown)


def _blank(data: Dataset) -> str:
    hits = {name: faces.blank() for name, faces in data.splits.items()}
    return _told("Blank pictures", "of one single gray, labelled all the same", data, hits)


def _without_a_face(data: Dataset) -> str:
    if data.training.votes is None:
        return ""
    hits = {name: not_a_face(faces.needed_votes()) & ~faces.blank() for name, faces in data.splits.items()}
    return _told("Not a face", "that most annotators of FER+ took for no face, blank ones aside", data, hits)


def _told(title: str, what: str, data: Dataset, hits: dict[str, np.ndarray]) -> str:
    """The faces hit in each split, with their split, row and label."""
    shown = [
        Captioned(faces.images[at], [f"{name} {faces.source_rows[at]}", str(data.classes[faces.labels[at]])])
        for name, faces in data.splits.items()
        for at in np.flatnonzero(hits[name])
    ]
    some = _some(min(len(shown), MOST_WITHOUT_A_FACE), len(shown))
    return section(title, f"{some} {what}: split, row and label.", shown[:MOST_WITHOUT_A_FACE])


def _some(shown: int, there: int) -> str:
    if not there:
        return "There are none"
    return f"All {there:,}" if shown == there else f"{shown:,} of {there:,}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
