"""The signed text cut into runs: nothing lost, corrections over it, emphasis kept."""

from hypothesis import given
from hypothesis import strategies as st

from chuongtrinh.models import Correction
from chuongtrinh.typeset import runs_of

TEXT = "Giao đồng chí A chỉ đạo chuyên đổi số."


def fix(start, end, corrected):
    return Correction(start=start, end=end, corrected=corrected, ordinal=1)


def words(runs):
    return "".join(run.text for run in runs)


def test_text_without_marks_is_one_run():
    assert words(runs_of(TEXT, [], [], as_signed=False)) == TEXT


def test_emphasis_may_nest():
    runs = runs_of(TEXT, [[0, 15, "em"], [5, 13, "strong"]], [], as_signed=False)
    assert [(run.text, run.em, run.strong) for run in runs] == [
        ("Giao ", True, False),
        ("đồng chí", True, True),
        (" A", True, False),
        (" chỉ đạo chuyên đổi số.", False, False),
    ]


def test_a_correction_is_a_run_of_its_own_and_both_readings_can_be_had():
    row = fix(24, 30, "chuyển")
    corrected = runs_of(TEXT, [], [row], as_signed=False)
    assert words(corrected) == "Giao đồng chí A chỉ đạo chuyển đổi số."
    assert [run.text for run in corrected if run.fix] == ["chuyển"]
    signed = runs_of(TEXT, [], [row], as_signed=True)
    assert words(signed) == TEXT
    assert [run.text for run in signed if run.fix] == ["chuyên"]


def test_emphasis_that_ends_inside_a_correction_does_not_cut_it():
    runs = runs_of(TEXT, [[0, 27, "em"]], [fix(24, 30, "chuyển")], as_signed=False)
    assert words(runs) == "Giao đồng chí A chỉ đạo chuyển đổi số."


def test_a_correction_without_a_place_or_beyond_the_end_leaves_the_text():
    rows = [Correction(corrected="x", ordinal=1), fix(30, 900, "x")]
    assert words(runs_of(TEXT, [], rows, as_signed=False)) == TEXT


def test_of_two_overlapping_corrections_the_first_holds():
    runs = runs_of(TEXT, [], [fix(0, 4, "Trao"), fix(2, 8, "x")], as_signed=False)
    assert words(runs).startswith("Trao đồng chí")


PLACES = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(sorted)


@given(
    emphasis=st.lists(st.tuples(PLACES, st.sampled_from(["em", "strong"])), max_size=4),
    places=st.lists(PLACES, max_size=4),
)
def test_the_signed_reading_is_always_the_whole_transcription(emphasis, places):
    spans = [[start, end, style] for (start, end), style in emphasis]
    fixes = [fix(start, end, "…") for start, end in places if start < end]
    assert words(runs_of(TEXT, spans, fixes, as_signed=True)) == TEXT
