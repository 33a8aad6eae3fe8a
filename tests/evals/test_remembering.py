"""Every text is embedded once, and a need as a need."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evals.remembering import Remembering


class Counting:
    """A model with one figure a text: its length, and a hundred more if it is a need."""

    name, dimensions, languages = "counting", 1, frozenset({"en"})

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += texts
        return np.array([[len(text)] for text in texts], np.float32)


class Telling(Counting):
    def embed_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self.embed(texts) + 100


def test_each_text_is_embedded_once_and_answered_in_the_order_asked() -> None:
    model = Counting()
    remembering = Remembering(model)
    assert remembering.embed(["aa", "b", "aa"]).tolist() == [[2], [1], [2]]
    assert remembering.embed(["b", "ccc"]).tolist() == [[1], [3]]
    assert model.asked == ["aa", "b", "ccc"]
    assert remembering.embed([]).shape == (0, 1)


def test_a_need_is_embedded_as_one_where_the_model_can_tell() -> None:
    telling = Remembering(Telling())
    assert telling.embed(["aa"]).tolist() == [[2]]
    assert telling.embed_queries(["aa"]).tolist() == [[102]]
    assert Remembering(Counting()).embed_queries(["aa"]).tolist() == [[2]]
