"""Blame: each sentence carries the name of the layer that wrote it."""

from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.effective import Origin
from compliance.playbooks.provenance import authors, blame
from compliance.playbooks.resolution import resolve
from tests.playbooks.escalation import APAC, CLAIMED, DUTY, MY, PLAYBOOK, a_layer, extend, reword
from tests.playbooks.strategies import SENTENCES

wordings = st.lists(st.sampled_from(SENTENCES), max_size=4).map(" ".join) | st.text(max_size=40)


def layer(number: int) -> Origin:
    return Origin(f"layer{number}", str(number), "Replace ESC-03")


def by_layer(texts: list[str]) -> list[tuple[str, str]]:
    return [(s.text, s.origin.layer) for s in blame([(text, layer(n)) for n, text in enumerate(texts)])]


@given(st.lists(wordings, min_size=1, max_size=4))
def test_law_15_blame_reassembles_the_text(texts):
    sentences = blame([(text, layer(number)) for number, text in enumerate(texts)])
    assert "".join(sentence.gap + sentence.text for sentence in sentences) == texts[-1]


@given(wordings, wordings)
def test_nobody_is_named_for_a_sentence_that_stood_there_before(first, second):
    """The oracle is plain membership: what is new in the last text cannot be the first layer's."""
    before = {" ".join(sentence.text.split()) for sentence in blame([(first, layer(0))])}
    for sentence in blame([(first, layer(0)), (second, layer(1))]):
        if " ".join(sentence.text.split()) not in before:
            assert sentence.origin.layer == "layer1"


def test_an_unchanged_text_stays_the_first_ones():
    assert by_layer(["One. Two.", "One. Two."]) == [("One.", "layer0"), ("Two.", "layer0")]


def test_a_reflowed_text_stays_the_first_ones():
    assert by_layer(["One is one. Two.", "One is\none.\nTwo."]) == [("One is\none.", "layer0"), ("Two.", "layer0")]


def test_a_sentence_taken_out_and_written_again_is_the_second_writers():
    assert by_layer(["One. Two.", "Two.", "One. Two."]) == [("One.", "layer2"), ("Two.", "layer0")]


def test_a_word_added_to_a_thai_sentence_leaves_the_others_alone():
    """41: no spaces between words, and none needed."""
    assert by_layer(["当番が電話する。記録する。", "当番が電話する。すぐ記録する。"]) == [
        ("当番が電話する。", "layer0"),
        ("すぐ記録する。", "layer1"),
    ]


def test_the_worked_example_reads_one_sentence_apac_two_global():
    sentences = authors(resolve(PLAYBOOK, [APAC, MY], CLAIMED).by_id["ESC-03"])
    assert [(s.origin.layer, s.origin.version, s.origin.approver) for s in sentences] == [
        ("apac", "3", "j.tan"),
        ("global", "3.2.0", "m.okafor"),
        ("global", "3.2.0", "m.okafor"),
    ]


def test_what_is_appended_is_the_appenders_alone():
    layers = [
        a_layer("region", "apac", extend("ESC-03", "Region adds.")),
        a_layer("market", "my", extend("ESC-03", "So does market.")),
    ]
    sentences = authors(resolve(PLAYBOOK, layers, CLAIMED).by_id["ESC-03"])
    assert [s.origin.layer for s in sentences] == ["global"] * 3 + ["apac", "my"]


def test_a_reworded_text_below_a_reworded_one_keeps_each_name():
    region = a_layer("region", "apac", reword("ESC-03", DUTY.replace("five", "three")))
    market = a_layer("market", "my", reword("ESC-03", DUTY.replace("five", "three").replace("noted", "written")))
    sentences = authors(resolve(PLAYBOOK, [region, market], CLAIMED).by_id["ESC-03"])
    assert [s.origin.layer for s in sentences] == ["global", "apac", "my"]
