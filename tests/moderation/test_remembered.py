"""What is kept for the words of the next text: worked out once, and never more of it than was asked for."""

from moderation.remembered import LONGEST_KEPT, Remembered, remembered


class _Measured:
    """Measures words, and tells which it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def length(self, word: str) -> int:
        self.asked.append(word)
        return len(word)


def test_a_word_is_worked_out_once() -> None:
    measured = _Measured()
    assert Remembered(16, measured.length).of(["ja", "nein", "ja", "ja"]) == [2, 4, 2, 2]
    assert measured.asked == ["ja", "nein"]


def test_common_words_stay_and_the_others_are_forgotten() -> None:
    measured = _Measured()
    lengths = Remembered(16, measured.length)
    for number in range(100):
        lengths.of(["ja", f"wort{number}", f"wort{number}"])
    lengths.of([f"wort{number}" for number in range(80)])
    assert measured.asked.count("ja") == 1
    assert all(measured.asked.count(f"wort{number}") == 2 for number in range(80))


def test_words_that_come_once_push_out_none_that_came_twice() -> None:
    measured = _Measured()
    lengths = Remembered(16, measured.length)
    lengths.of(["ja", "ja", *(f"wort{number}" for number in range(100)), "ja"])
    assert measured.asked.count("ja") == 1
    lengths.of(f"wort{number}" for number in range(95))
    assert all(measured.asked.count(f"wort{number}") == 2 for number in range(95))


def test_a_word_longer_than_any_that_comes_again_is_worked_out_each_time() -> None:
    measured = _Measured()
    lengths, length = Remembered(16, measured.length), remembered(16)(measured.length)
    for word in ("w" * LONGEST_KEPT, "w" * (LONGEST_KEPT + 1)) * 2:
        lengths.of([word])
        length(word)
    asked = [len(word) for word in measured.asked]
    assert (asked.count(LONGEST_KEPT), asked.count(LONGEST_KEPT + 1)) == (2, 4)
