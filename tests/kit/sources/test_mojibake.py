"""Letters that were decoded wrongly: what is certain is put right, what could be meant stays."""

from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.sources.mojibake import repair


def spoilt(text):
    """As web decoders read UTF-8 as Windows-1252: undefined bytes are the control characters of that number."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode("utf-8"))


def test_spoilt_letters_are_put_right():
    text = "“Marie Skłodowska-Curie’s” CO₂ – 5 µm, β-carotene, smørrebrød på Ærø, naïve café…"
    assert repair(spoilt(text)) == (text, True, False)


def test_only_spoilt_parts_of_a_mixed_text_are_touched():
    assert repair("Rødgrød, beneficiariesâ€™ costs") == ("Rødgrød, beneficiaries’ costs", True, False)


def test_what_may_be_meant_is_left():
    for text in (
        "Der er tre Å’s i teksten",
        "IRMÔ og «É»",
        "en flade på 10 Å²",
        "2 × 3 ± 1",
        "”Å”, sagde hun",
    ):
        assert repair(text) == (text, False, False)


def test_what_cannot_be_known_is_left_and_told():
    assert repair("the applicantâ€ s")[1:] == (False, True)
    assert repair("lost \ufffd letter")[1:] == (False, True)


@given(st.text(alphabet="abcdefæøåÆØÅ éüñßöäÖÄ.,’“”–…€µ", max_size=60))
def test_danish_prose_is_never_changed(text):
    words = "".join(" " + letter if letter in "ÆØÅÖÄ" else letter for letter in text)
    assert repair(words)[0] == words or any(pair in words for pair in ("Ã", "Â"))


@given(st.text(alphabet="abc æøåéüñß’“”–…€µ", min_size=1, max_size=60))
def test_repair_undoes_spoiling_of_small_letters(text):
    fixed, _, _ = repair(spoilt(text))
    assert fixed == text


@given(st.text(max_size=80))
def test_repairing_again_changes_little_and_never_fails(text):
    fixed, changed, _ = repair(text)
    assert changed == (fixed != text)
    assert len(fixed) <= len(text)
