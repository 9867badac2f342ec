"""The rule behind flags: what lasts is found, with its evidence; what is brief, unseen or general is not."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion.judgement.engagement import Engagement, Level
from emotion.judgement.persistence import (
    BIN_S,
    DEFAULT_THRESHOLDS,
    HINT_THRESHOLDS,
    Bin,
    Evidence,
    Finding,
    FindingKind,
    FlagThresholds,
    NotEnoughEvidence,
    Verdict,
    bin_of,
    find,
    judge,
    weigh,
    wilson_lower_bound,
)
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Analysis, EmotionScores

PAGE = Path(__file__).parents[2] / "docs" / "flags.md"
SAD, DISENGAGED = FindingKind.PERSISTENTLY_SAD, FindingKind.PERSISTENTLY_DISENGAGED
LESSON_S = 45 * 60


def bins(
    *, sad: float = 0, disengaged: float = 0, minutes: tuple[float, float] = (0, 45), every: int = 1
) -> list[Bin]:
    """Ten readings a bin, of which these shares were so; of `every` bins one has readings."""
    start, end = (int(minute * 60) for minute in minutes)
    away = round(10 * disengaged)
    one = Bin(0, readings=10, faces=10, engaged=10 - away, away=away, expressions=10, sad=round(10 * sad))
    return [replace(one, start_s=at) for at in range(start, end, BIN_S * every)]


def absent() -> list[Bin]:
    return [Bin(at, readings=10) for at in range(0, LESSON_S, BIN_S)]


def verdict_on(
    student: list[Bin], *, kind: FindingKind = SAD, others: list[list[Bin]] | None = None
) -> Verdict:
    others = [bins(sad=0.1, disengaged=0.1)] * 5 if others is None else others
    return find({"student": student, **dict(enumerate(others))}, kind=kind, lesson_s=LESSON_S)["student"]


# Sadness

LAST_TWENTY = bins(sad=0.1, minutes=(0, 25)) + bins(sad=1.0, minutes=(25, 45))


@pytest.mark.parametrize(
    "student",
    [
        bins(sad=0.7),
        bins(sad=1.0, minutes=(0, 30)),
        bins(sad=0.1, minutes=(0, 10)) + bins(sad=0.9, minutes=(10, 45)),
        bins(sad=0.7, every=2),
        bins(sad=0.7, every=3),
    ],
    ids=[
        "all the lesson",
        "joined for thirty minutes",
        "from minute ten",
        "sparse",
        "a reading in thirty seconds",
    ],
)
def test_lasting_sadness_is_found(student: list[Bin]) -> None:
    assert isinstance(verdict_on(student), Finding)


@pytest.mark.parametrize(
    "student",
    [
        bins(sad=0.1),
        bins(sad=0.1, minutes=(0, 35)) + bins(sad=1.0, minutes=(35, 45)),
        LAST_TWENTY,
        bins(sad=0.4),
        bins(disengaged=1.0),
    ],
    ids=["hardly", "for ten minutes", "for less than half", "now and then", "disengaged, not sad"],
)
def test_what_does_not_last_is_no_sadness(student: list[Bin]) -> None:
    assert verdict_on(student) is None


@pytest.mark.parametrize(
    ("student", "minutes", "coverage"),
    [
        (bins(sad=1.0, minutes=(0, 14)), 14, 14 / 45),
        (bins(sad=1.0, minutes=(10, 30)), 20, 20 / 45),
        (absent(), 0, 0),
        ([], 0, 0),
    ],
    ids=["too short", "too little of the lesson", "absent", "never joined"],
)
def test_too_little_evidence_is_a_verdict_of_its_own(
    student: list[Bin], minutes: float, coverage: float
) -> None:
    verdict = verdict_on(student)
    assert isinstance(verdict, NotEnoughEvidence)
    assert verdict.minutes == minutes
    assert verdict.coverage == pytest.approx(coverage)


def test_a_finding_carries_its_evidence() -> None:
    student = bins(sad=0, minutes=(0, 5)) + bins(sad=1.0, minutes=(5, 40)) + bins(sad=0, minutes=(40, 45))
    verdict = verdict_on(student)
    assert isinstance(verdict, Finding)
    assert verdict.share == pytest.approx(35 / 45)
    assert DEFAULT_THRESHOLDS.sad_lower_bound < verdict.lower_bound < verdict.share
    assert (verdict.minutes, verdict.coverage) == (45, 1)
    assert verdict.interval == (5 * 60, 40 * 60)
    assert verdict.threshold == 0.5
    assert verdict.class_median == pytest.approx(0.1)


# The class and the self


def test_where_the_whole_class_looks_sad_nobody_is_flagged() -> None:
    class_of_six = {i: bins(sad=0.7) for i in range(6)}
    assert set(find(class_of_six, kind=SAD, lesson_s=LESSON_S).values()) == {None}


def test_whoever_stands_out_of_a_sad_class_is_found_against_its_median() -> None:
    verdict = verdict_on(bins(sad=0.9), others=[bins(sad=0.5)] * 5)
    assert isinstance(verdict, Finding)
    assert verdict.threshold == pytest.approx(0.8)
    assert verdict_on(bins(sad=0.7), others=[bins(sad=0.6)] * 5) is None


def test_a_class_too_small_or_unseen_is_not_compared_with() -> None:
    for others in ([bins(sad=0.7)] * 2, [bins(sad=0.7)] * 2 + [absent()] * 5):
        verdict = verdict_on(bins(sad=0.7), others=others)
        assert isinstance(verdict, Finding)
        assert verdict.class_median is None


def test_a_face_that_usually_reads_as_sad_needs_more() -> None:
    def verdict(usual: float) -> Verdict:
        everybody = {"student": bins(sad=0.7)}
        return find(everybody, kind=SAD, lesson_s=LESSON_S, usual_shares={"student": usual})["student"]

    assert isinstance(verdict(0.1), Finding)
    assert verdict(0.6) is None


# Disengagement


def test_lasting_disengagement_is_found() -> None:
    verdict = verdict_on(bins(disengaged=0.8), kind=DISENGAGED)
    assert isinstance(verdict, Finding)
    assert verdict.kind is DISENGAGED
    assert verdict.share == pytest.approx(0.8)


def test_drifting_counts_as_not_engaged() -> None:
    drifting = [replace(one, drifting=one.away, away=0) for one in bins(disengaged=0.8)]
    assert isinstance(verdict_on(drifting, kind=DISENGAGED), Finding)


@pytest.mark.parametrize(
    "student", [bins(disengaged=0.3), bins(sad=1.0)], ids=["at times", "sad, not disengaged"]
)
def test_no_disengagement_is_found_in(student: list[Bin]) -> None:
    assert verdict_on(student, kind=DISENGAGED) is None


@pytest.mark.parametrize("student", [absent(), []], ids=["camera on an empty chair", "no camera"])
def test_absence_is_never_disengagement(student: list[Bin]) -> None:
    assert isinstance(verdict_on(student, kind=DISENGAGED), NotEnoughEvidence)


def test_half_an_hour_of_absence_does_not_dilute_what_was_seen() -> None:
    seen = bins(disengaged=0.8, minutes=(0, 25))
    gone = [Bin(at, readings=10) for at in range(25 * 60, LESSON_S, BIN_S)]
    verdict = verdict_on(seen + gone, kind=DISENGAGED)
    assert isinstance(verdict, Finding)
    assert (verdict.share, verdict.minutes) == (pytest.approx(0.8), 25)


# Evidence


def test_every_half_minute_counts_the_same_however_often_it_was_read() -> None:
    often = [replace(one, expressions=20, sad=20) for one in bins(minutes=(0, 15))]
    seldom = [replace(one, expressions=1, sad=0) for one in bins(minutes=(15, 45))]
    assert weigh(often + seldom, kind=SAD, lesson_s=LESSON_S).share == pytest.approx(1 / 3)


def test_more_time_makes_the_same_share_surer() -> None:
    short, long = (weigh(bins(sad=0.7, minutes=(0, m)), kind=SAD, lesson_s=LESSON_S) for m in (10, 40))
    assert short.share == pytest.approx(long.share)
    assert short.lower_bound < long.lower_bound < long.share


def test_a_hint_comes_sooner_than_a_flag_but_needs_more_of_the_time() -> None:
    def hint(sad: float) -> Verdict:
        return judge(weigh(bins(sad=sad, minutes=(0, 6)), kind=SAD, lesson_s=360), HINT_THRESHOLDS)

    assert isinstance(hint(0.9), Finding)
    assert hint(0.6) is None
    six_minutes = weigh(bins(sad=0.9, minutes=(0, 6)), kind=SAD, lesson_s=360)
    assert isinstance(judge(six_minutes), NotEnoughEvidence)


@pytest.mark.parametrize(
    ("share", "n", "expected"),
    [(0.5, 45, 0.381), (0.7, 15, 0.487), (1.0, 5, 0.649), (1.0, 1, 0.270), (0.0, 45, 0.0), (0.5, 0, 0.0)],
)
def test_the_lower_bound_is_wilsons(share: float, n: float, expected: float) -> None:
    assert wilson_lower_bound(share, n) == pytest.approx(expected, abs=0.001)


@given(st.floats(0, 1), st.floats(0.1, 500))
def test_the_lower_bound_is_below_the_share(share: float, n: float) -> None:
    assert 0 <= wilson_lower_bound(share, n) <= share + 1e-9


@given(st.permutations(LAST_TWENTY[::9]))
def test_the_order_of_bins_does_not_matter(shuffled: list[Bin]) -> None:
    ordered = weigh(LAST_TWENTY[::9], kind=SAD, lesson_s=LESSON_S)
    assert weigh(shuffled, kind=SAD, lesson_s=LESSON_S) == ordered


def test_thresholds_are_the_callers() -> None:
    evidence = Evidence(SAD, share=0.45, lower_bound=0.35, minutes=30, coverage=0.9, interval=(0, 1800))
    assert judge(evidence) is None
    assert isinstance(judge(evidence, FlagThresholds(sad_share=0.4, sad_lower_bound=0.3)), Finding)


@pytest.mark.parametrize(("share", "is_found"), [(0.74, False), (0.75, True), (0.76, True)])
def test_a_share_that_just_reaches_the_threshold_is_found(share: float, is_found: bool) -> None:
    evidence = Evidence(SAD, share=share, lower_bound=0.6, minutes=30, coverage=0.9, interval=(0, 1800))
    assert isinstance(judge(evidence, FlagThresholds(sad_share=0.75)), Finding) is is_found


@pytest.mark.parametrize(("lower_bound", "is_found"), [(0.39, False), (0.4, True)])
def test_a_lower_bound_that_just_reaches_its_own_is_enough(lower_bound: float, is_found: bool) -> None:
    evidence = Evidence(SAD, share=0.6, lower_bound=lower_bound, minutes=30, coverage=0.9, interval=(0, 1800))
    assert isinstance(judge(evidence), Finding) is is_found


def test_a_lesson_of_no_length_has_no_coverage() -> None:
    assert weigh([], kind=SAD, lesson_s=0).coverage == 0


# Borders


JUST_ENOUGH = Evidence(SAD, share=0.9, lower_bound=0.8, minutes=15, coverage=0.5, interval=(0, 900))


def test_each_kind_has_thresholds_of_its_own() -> None:
    apart = FlagThresholds(
        sad_share=0.9, sad_lower_bound=0.8, disengaged_share=0.4, disengaged_lower_bound=0.3
    )
    evidence = Evidence(DISENGAGED, share=0.5, lower_bound=0.35, minutes=30, coverage=0.9, interval=(0, 1800))
    assert isinstance(judge(evidence, apart), Finding)
    assert judge(replace(evidence, kind=SAD), apart) is None


@pytest.mark.parametrize(
    ("changed", "is_enough"), [({}, True), ({"minutes": 14.5}, False), ({"coverage": 0.49}, False)]
)
def test_just_enough_evidence_is_enough(changed: dict[str, float], is_enough: bool) -> None:
    verdict = judge(replace(JUST_ENOUGH, **changed))
    assert isinstance(verdict, Finding if is_enough else NotEnoughEvidence)
    assert verdict.kind is SAD


@pytest.mark.parametrize(("others", "median"), [(2, None), (3, 0.1)])
def test_three_others_are_a_class(others: int, median: float | None) -> None:
    everybody = {"own": bins(sad=0.9)} | {f"other {number}": bins(sad=0.1) for number in range(others)}
    verdict = find(everybody, kind=SAD, lesson_s=LESSON_S)["own"]
    assert isinstance(verdict, Finding)
    assert verdict.class_median == (None if median is None else pytest.approx(median))


def test_the_class_is_judged_by_the_thresholds_given() -> None:
    strict = FlagThresholds(sad_share=0.95)
    assert find({"own": bins(sad=0.9)}, kind=SAD, lesson_s=LESSON_S, thresholds=strict) == {"own": None}


def test_without_evidence_nothing_was_so() -> None:
    assert weigh([], kind=SAD, lesson_s=LESSON_S) == Evidence(SAD, 0, 0, 0, 0, None)


def test_a_block_that_was_so_for_half_of_its_readings_was_mostly_so() -> None:
    half = [Bin(60, readings=2, faces=2, expressions=2, sad=1), Bin(120, readings=2, expressions=2, sad=0)]
    assert weigh(half, kind=SAD, lesson_s=LESSON_S).interval == (60, 90)


@pytest.mark.parametrize(("lesson_s", "coverage"), [(1, 1), (30, 1), (60, 0.5)])
def test_evidence_covers_no_more_than_the_whole_lesson(lesson_s: float, coverage: float) -> None:
    once = [Bin(0, readings=1, expressions=1)]
    assert weigh(once, kind=SAD, lesson_s=lesson_s).coverage == coverage


# From a measurement to its bin


def scores(emotion: Emotion, *, uncertain: bool = False) -> EmotionScores:
    return EmotionScores(tuple(0.7 if e is emotion else 0.05 for e in EMOTIONS), uncertain)


def engagement(level: Level, value: float | None, expression: EmotionScores | None = None) -> Engagement:
    return Engagement(value, level, presence=1, expression=expression, baseline_ready=True)


READ = Analysis(1, expression=scores(Emotion.NEUTRAL))


@pytest.mark.parametrize(
    ("analysis", "folded", "expected"),
    [
        (Analysis(0), engagement(Level.UNKNOWN, None), Bin(30, readings=1)),
        (
            Analysis(2),
            engagement(Level.ENGAGED, 0.8126),
            Bin(30, readings=1, faces=1, engaged=1, engagement_permille=813),
        ),
        (
            READ,
            engagement(Level.DRIFTING, 0.4, scores(Emotion.SAD)),
            Bin(30, readings=1, faces=1, drifting=1, engagement_permille=400, expressions=1, sad=1),
        ),
        (
            READ,
            engagement(Level.AWAY, 0.0, scores(Emotion.SAD, uncertain=True)),
            Bin(30, readings=1, faces=1, away=1, expressions=1),
        ),
        (
            READ,
            engagement(Level.ENGAGED, 1.0, scores(Emotion.HAPPY)),
            Bin(30, readings=1, faces=1, engaged=1, engagement_permille=1000, expressions=1),
        ),
        (
            Analysis(0),
            engagement(Level.ENGAGED, 1.0, scores(Emotion.SAD)),
            Bin(30, readings=1),
        ),
    ],
    ids=["no face", "several faces", "sad", "uncertain", "happy", "a face that was missed once"],
)
def test_a_measurement_adds_to_its_bin(analysis: Analysis, folded: Engagement, expected: Bin) -> None:
    assert bin_of(analysis, folded, 39.9) == expected


# The page that explains it


def test_the_page_names_every_threshold_with_its_value() -> None:
    table = [line.split("|")[1:3] for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    told = {
        name.strip(" `"): value.strip()
        for names, values in table
        for name, value in zip(names.split(","), values.split(","), strict=True)
    }
    assert told == {name: str(value) for name, value in asdict(DEFAULT_THRESHOLDS).items()}


@pytest.mark.parametrize(("minutes", "needed"), [(15, 0.61), (45, 0.53)])
def test_the_page_says_what_share_the_bound_asks_for(minutes: int, needed: float) -> None:
    bound = DEFAULT_THRESHOLDS.sad_lower_bound
    assert wilson_lower_bound(needed, minutes) >= bound > wilson_lower_bound(needed - 0.01, minutes)
    assert f"{needed:.2f}".lstrip("0") in PAGE.read_text()
