"""Which heads are news, at the limits of the rates and one beyond."""

from net.gossip.heads import HeadFacts
from net.gossip.news import News, Verdict
from net.limits import FORWARDS_BURST, HEADS_PER_AUTHOR_BURST, TRACKED_AUTHORS

AUTHOR = b"a" * 32


def facts(seq: int, author: bytes = AUTHOR) -> HeadFacts:
    return HeadFacts(author, seq, 0, 0)


def test_only_a_higher_seq_is_news() -> None:
    news = News()
    assert news.judge(facts(2), b"2", 0) is Verdict.NEWS
    assert news.judge(facts(2), b"2", 0) is Verdict.OLD
    assert news.judge(facts(1), b"1", 0) is Verdict.OLD
    assert news.judge(facts(2), b"another 2", 0) is Verdict.FORK
    assert news.judge(facts(3), b"3", 0) is Verdict.NEWS


def test_an_author_has_three_at_once_and_one_a_second() -> None:
    news = News()
    burst = int(HEADS_PER_AUTHOR_BURST)
    for seq in range(burst):
        assert news.judge(facts(seq), b"%d" % seq, 100) is Verdict.NEWS
    assert news.judge(facts(burst), b"x", 100) is Verdict.TOO_FAST
    assert news.judge(facts(burst), b"x", 100.9) is Verdict.TOO_FAST
    assert news.judge(facts(burst), b"x", 101) is Verdict.NEWS
    assert news.judge(facts(0, b"b" * 32), b"y", 100) is Verdict.NEWS


def test_a_forwarder_has_thirty_at_once_and_ten_a_second() -> None:
    news = News()
    assert all(news.may_forward(b"f", 100) for _ in range(int(FORWARDS_BURST)))
    assert not news.may_forward(b"f", 100)
    assert sum(news.may_forward(b"f", 101) for _ in range(20)) == 10
    assert news.may_forward(b"other", 100)


def test_the_author_heard_longest_ago_is_forgotten_first() -> None:
    news = News()
    for number in range(TRACKED_AUTHORS + 1):
        news.judge(facts(1, b"%d" % number), b"v", 0)
    assert news.judge(facts(1, b"1"), b"v", 0) is Verdict.OLD
    assert news.judge(facts(1, b"0"), b"v", 9) is Verdict.NEWS
