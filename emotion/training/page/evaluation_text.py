"""An evaluation in words and tables: the report for the terminal, and what the page shows as text."""

from collections.abc import Callable

from emotion.training.page.tables import Table
from emotion.training.score import scores
from emotion.training.score.evaluation import COVERAGES, Evaluation, HeadScores
from emotion.training.score.robustness import DAMAGES, SEVERITIES

INTERVALS = "Intervals hold the true value in 95 cases of 100: Wilson's for accuracy, bootstrap for macro F1."
CALIBRATION = "After temperature: each half of the faces under the temperature fitted on the other half."
TWINS = "Twins: faces whose very pixels also stand in Training, where a network may have learned them."
FERPLUS = (
    "FER+ strict: more than half of those who were not alone saw the same emotion. FER+ majority: an emotion"
    " had most votes. The head of votes reads both: eight emotions, contempt among them."
)
NO_FERPLUS = "No FER+ figures: the network has no head of votes, or the faces come without votes."
LONE = (
    "Scored is {split} alone: whether the network learned some of these faces, or was chosen by them, the"
    " data cannot tell."
)
UNKNOWN_TWINS = "Twins are not known: there is no Training to look for the same pixels in."
ABSENT_CLASSES = "No face is labelled {classes}: how those are read is not told."
ABSENT = "-"


def evaluation_text(found: Evaluation) -> str:
    """The whole report for a terminal."""
    tables = [summary(found), class_report(found), confusion(found), robustness(found)]
    parts = [headline(found), *(str(table) for table in tables if table), cost_line(found)]
    return "\n\n".join([*parts, "\n".join(notes(found))])


def headline(found: Evaluation) -> str:
    told = f"{found.network} ({found.model}) on {found.split}: {found.faces:,} faces"
    if found.faces_without_twins is None:
        return told
    return f"{told}, {found.faces - found.faces_without_twins:,} of them twins"


def cost_line(found: Evaluation) -> str:
    """Parameters, multiply-adds, size and, where it was measured, the time of a face."""
    cost = found.cost
    parts = [
        f"{cost.parameters / 1e6:.2f} M parameters",
        f"{cost.multiply_adds / 1e6:.1f} M multiply-adds a face",
        f"{cost.size_bytes / 1e6:.2f} MB",
    ]
    if found.ms_a_face is not None:
        parts.append(f"{found.ms_a_face:.2f} ms a face on one thread (median)")
    return ", ".join(parts)


def notes(found: Evaluation) -> tuple[str, ...]:
    """What a reader must know to read the figures right."""
    told = [INTERVALS, CALIBRATION]
    if found.faces_without_twins is not None:
        told.append(TWINS)
    told.append(FERPLUS if found.plain.ferplus_majority else NO_FERPLUS)
    return (*told, *unsaid(found))


def unsaid(found: Evaluation) -> tuple[str, ...]:
    """What these faces cannot say of the network, though they may seem to."""
    told = []
    if found.fingerprint is None:
        told.append(LONE.format(split=found.split))
    if found.faces_without_twins is None:
        told.append(UNKNOWN_TWINS)
    there = found.plain.labels.confusion.sum(axis=1)
    absent = [str(each) for each, count in zip(found.classes, there, strict=True) if not count]
    if absent:
        told.append(ABSENT_CLASSES.format(classes=", ".join(absent)))
    return tuple(told)


def summary(found: Evaluation) -> Table:
    """The figures that matter: one way or averaged with the mirror image, with and without twins."""
    columns = {
        "one way": found.plain,
        "with mirror image": found.mirrored,
        "one way, no twins": found.plain_without_twins,
        "mirror image, no twins": found.mirrored_without_twins,
    }
    told = {name: judged for name, judged in columns.items() if judged}
    rows = []
    for name, kind, tell in LINES:
        scored = [getattr(judged, kind) for judged in told.values()]
        if any(scored):
            rows.append((name, *(tell(head) if head else ABSENT for head in scored)))
    return Table("Scores", ("", *told), tuple(rows))


def class_report(found: Evaluation) -> Table:
    per_class = scores.class_scores(found.plain.labels.confusion)
    rows = tuple(
        (str(emotion), f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.f1:.3f}", f"{one.support:,}")
        for emotion, one in zip(found.classes, per_class, strict=True)
    )
    return Table("Each class, one way", ("", "precision", "recall", "F1", "faces"), rows)


def confusion(found: Evaluation) -> Table:
    table = found.plain.labels.confusion.tolist()
    names = tuple(str(emotion) for emotion in found.classes)
    rows = tuple((name, *(f"{count:,}" for count in row)) for name, row in zip(names, table, strict=True))
    return Table("Confusion, one way: a row for each label, a column for what was said", ("", *names), rows)


def robustness(found: Evaluation) -> Table | None:
    if found.robustness is None:
        return None
    clean = f"{found.plain.labels.accuracy.value:.1%}"
    rows = tuple(
        (
            f"{damage.name} ({damage.unit}: {', '.join(f'{strength:g}' for strength in damage.strengths)})",
            clean,
            *(f"{accuracy:.1%}" for accuracy in found.robustness[damage.name]),
        )
        for damage in DAMAGES
    )
    severities = tuple(str(severity) for severity in range(1, SEVERITIES + 1))
    return Table("Accuracy on spoilt faces by severity, one way", ("", "clean", *severities), rows)


def _faces(head: HeadScores) -> str:
    return f"{head.faces:,}"


def _accuracy(head: HeadScores) -> str:
    return str(head.accuracy)


def _macro_f1(head: HeadScores) -> str:
    return str(head.macro_f1)


def _ece(head: HeadScores) -> str:
    return f"{head.calibration.ece:.1%} / {head.calibration.ece_after:.1%}"


def _nll(head: HeadScores) -> str:
    return f"{head.calibration.nll:.3f} / {head.calibration.nll_after:.3f}"


def _temperature(head: HeadScores) -> str:
    return f"{head.calibration.temperature:.2f}"


def _at(coverage: float) -> Callable[[HeadScores], str]:
    return lambda head: f"{head.at_coverage[coverage]:.1%}"


LINES: tuple[tuple[str, str, Callable[[HeadScores], str]], ...] = (
    ("faces", "labels", _faces),
    ("accuracy", "labels", _accuracy),
    ("macro F1", "labels", _macro_f1),
    *((f"accuracy of the surest {coverage:.0%}", "labels", _at(coverage)) for coverage in COVERAGES),
    ("ECE before / after temperature", "labels", _ece),
    ("NLL before / after temperature", "labels", _nll),
    ("temperature", "labels", _temperature),
    ("FER+ strict: faces", "ferplus_strict", _faces),
    ("FER+ strict: accuracy", "ferplus_strict", _accuracy),
    ("FER+ strict: ECE before / after", "ferplus_strict", _ece),
    ("FER+ majority: faces", "ferplus_majority", _faces),
    ("FER+ majority: accuracy", "ferplus_majority", _accuracy),
    ("FER+ majority: ECE before / after", "ferplus_majority", _ece),
)
"""Rows of the summary: what it is called, which scores of `Judged` tell it, and how."""
