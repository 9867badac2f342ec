"""Which names are taken, and how two of one name are told apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.errors import BadName
from classroom.names import LONGEST, as_read, clean_name, told_apart

ORDINARY = """
Ada Lovelace|Kim|X Æ A-12|O'Brien|Jean-Luc|Müller, Änne|Łukasz Żółć|Nguyễn Thị Hằng|Þórður Ásgeirsson
Ōkawa|Ğülşen İpek|Ngũgĩ|Mary 2|3B|Zoë 🙂|Kim ❤️|Ana 👩‍🚀|Ünï
Анна Каренина|Ђорђе|Олександр Ґудзь|Αλέξανδρος Παπαδόπουλος|Անահիտ|ნინო ბერიძე
محمد عبد الرحمن|مُحَمَّدٌ|علی‌رضا|مهدی‌زاده|ګل مکۍ|بےنظیر|ئاسۆ
דוד בן־גוריון|שָׂרָה|נֹעַם|ד"ר כהן|אסתר המלכּה
राम कुमार|क्षितिज|श्री‍मती|लक्ष्मी|क्‍षमा|প্রিয়াঙ্কা|র‍্যাচেল|ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ|જ્યોતિ|ଓଡ଼ିଆ|தமிழ்ச்செல்வி|శ్రీనివాస్|ಕೃಷ್ಣ|ശ്രീജിത്ത്|അനില്‍
ශ්‍රී ලාල්|සුරේෂ්|มานี ใจดี|น้ำผึ้ง|ກ້ອນຄຳ|លី ស៊ីវម៉ី|အောင်ဆန်းစုကြည်|လှိုင်မွှေး|လျှို့ဝှက်|བསྟན་འཛིན་རྒྱ་མཚོ
王小明|渡邊󠄀さくら|葛󠄀城|佐々木 ノア|김철수|ᄒᆞᆫ글|陳𠮷|ᠮᠣᠩᠭᠣᠯ|አበበ በቂላ|ߞߊ߲ߕߍ|ⴰⵎⴰⵣⵉⵖ|Ꮳꮃꭹ|𞤀𞤣𞤢𞤥
"""
NAMES = [name for line in ORDINARY.strip().splitlines() for name in line.split("|")]
REFUSED = {
    "\u200b": "nobody can see",
    "\u2800\u2800": "nobody can see",
    "\u3164": "nobody can see",
    "\u115f\u1160": "nobody can see",
    "Kim\u200b": "nobody can see",
    "\u202eKim": "nobody can see",
    "\u2066Kim\u2069": "nobody can see",
    "Kim\u200f": "nobody can see",
    "Kim\u00ad": "nobody can see",
    "Ki\u200dm": "nobody can see",
    "Kim\u200c": "nobody can see",
    "Kim\ufe0f": "nobody can see",
    "Kim\U000e0041": "nobody can see",
    "Kim\ue000": "nobody can see",
    "Kim\ud800": "nobody can see",
    "Kim\x07": "nobody can see",
    "Kim\0": "nobody can see",
    "Kim\u2028Ada": "nobody can see",
    "Kim\ufffe": "nobody can see",
    "\u0301\u0301": "at least one letter",
    "...": "at least one letter",
    "🙂": "at least one letter",
    "": "at least one letter",
    " \u00a0\u3000": "at least one letter",
    "Ada \u0301b": "stands alone",
    "\u0301Ada": "stands alone",
    "K" + 5 * "\u0333" + "im": "too many accents",
    "K" + 59 * "\u0333": "too many accents",
    "x" * (LONGEST + 1): "too long",
}
# A letter that NFC makes longer, so that the field's own limit does not see it.
GROWS = "\u0958"


@pytest.mark.parametrize("name", NAMES)
def test_an_ordinary_name_of_any_script_is_taken_as_it_is(name):
    assert clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("typed", REFUSED)
def test_a_name_that_cannot_be_read_is_refused_with_a_reason(typed):
    with pytest.raises(BadName, match=REFUSED[typed]):
        clean_name(typed)


def test_a_name_that_grows_while_it_is_normalised_is_measured_afterwards():
    with pytest.raises(BadName, match="too long"):
        clean_name(GROWS * LONGEST)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ada\t Lovelace\n", "Ada Lovelace"),
        ("Ada\u00a0\u3000Lovelace", "Ada Lovelace"),
        ("Zoe\u0308", "Zo\u00eb"),
    ],
)
def test_a_name_has_one_spelling(typed, name):
    assert clean_name(typed) == name


@given(
    st.text(
        alphabet=st.characters(categories=["Lu", "Ll", "Lo", "Nd"], max_codepoint=0x2FFF), max_size=LONGEST
    )
)
def test_letters_and_digits_make_a_name_whatever_their_script(letters):
    drawn = "".join(letters.split())
    if not drawn or {"\u115f", "\u1160", "\u17b4", "\u17b5"} & set(drawn):
        return
    if len(normal := unicodedata.normalize("NFC", drawn)) <= LONGEST:
        assert clean_name(drawn) == normal


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=80))
def test_whatever_is_typed_is_a_clean_name_or_refused(typed):
    try:
        name = clean_name(typed)
    except BadName as reason:
        assert str(reason)
        return
    assert clean_name(name) == name
    assert 0 < len(name) <= LONGEST
    assert name.encode()
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Co", "Cs", "Zl", "Zp"}
    assert not set(name) & set(
        "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    )


@pytest.mark.parametrize(
    ("name", "taken", "shown"),
    [
        ("Kim", [], "Kim"),
        ("Kim", ["Ada"], "Kim"),
        ("Kim", ["Kim"], "Kim (2)"),
        ("Kim", ["Kim", "Kim (2)"], "Kim (3)"),
        ("Kim (2)", ["Kim", "Kim (2)"], "Kim (2) (2)"),
        ("KIM", ["Kim"], "KIM (2)"),
        ("Ki\u0301m", ["K\u00edm"], "Ki\u0301m (2)"),
        ("\u041aim", ["Kim"], "\u041aim (2)"),
        ("\uff2bim", ["Kim"], "\uff2bim (2)"),
        ("Strauß", ["STRAUSS"], "Strauß (2)"),
        ("علی‌رضا", ["علیرضا"], "علی‌رضا (2)"),
        ("x" * LONGEST, ["x" * LONGEST], "x" * (LONGEST - 4) + " (2)"),
    ],
)
def test_a_name_that_reads_like_another_gets_a_number(name, taken, shown):
    assert told_apart(name, taken) == shown


@given(st.lists(st.sampled_from(["Kim", "kim", "KIM ", "Kim (2)", "\u041aim"]), max_size=8))
def test_no_two_of_a_class_read_the_same(typed):
    shown = []
    for name in typed:
        shown.append(told_apart(name, shown))
    assert len({as_read(name) for name in shown}) == len(typed)
