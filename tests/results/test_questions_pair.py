"""Two accounts: the evidence is that of the analysis, and the verdict says why."""

import itertools
from dataclasses import replace
from functools import partial
from itertools import compress
from operator import not_

import numpy as np

from graphlink.model.graph import BIT_SCALE
from graphlink.results.questions.known import count_bits
from graphlink.results.questions.pair import describe_pair, explain_pair


def told(answer):
    return " ".join(describe_pair(answer, 80).split())


def test_the_evidence_of_every_link_is_what_the_analysis_counted(run, asked):
    links = run.findings.groups.projection
    some = range(0, links.n_edges, 7)
    for edge in some:
        answer = explain_pair(asked, int(links.source[edge]), int(links.target[edge]))
        assert answer.evidence_bits == links.bits[edge] / BIT_SCALE
        assert answer.is_linked
        assert answer.is_enough
        assert answer.path is None
    assert len(some) > 20


def test_a_further_signal_of_a_family_adds_a_fraction_and_all_of_them_what_the_projection_counts(asked, number):
    signal = partial(replace, explain_pair(asked, number["s1"], number["x3"]).shared[0].signal)
    random = np.random.default_rng(5)
    for _ in range(200):
        signals = [
            signal(
                bits=int(random.integers(0, 30 * BIT_SCALE)) / BIT_SCALE,
                family=family,
                adds_up=bool(random.integers(2)),
            )
            for family in random.choice(["network", "identity", "payment"], size=int(random.integers(0, 7)))
        ]
        counted = count_bits(signals, 0.25)
        total = 0
        for family in ("network", "identity", "payment"):
            mine = [each for each in signals if each.family == family]
            strongest = max(mine, key=lambda each: (each.bits, each.adds_up), default=None)
            in_full = [each.adds_up or each is strongest for each in mine]
            units = [round(each.bits * BIT_SCALE) for each in mine]
            total += sum(compress(units, in_full)) + sum(compress(units, map(not_, in_full))) * 64 // 256
        assert sum(counted) == total / BIT_SCALE
        assert all(0 <= bits <= each.bits for bits, each in zip(counted, signals, strict=True))


def test_order_makes_no_difference(asked, number):
    one, two = (explain_pair(asked, number[a], number[b]) for a, b in (("s1", "s7"), ("s7", "s1")))
    assert [each.signal for each in one.shared] == [each.signal for each in two.shared]
    assert one.evidence_bits == two.evidence_bits
    assert one.accounts == two.accounts[::-1]


def test_strangers_behind_one_gateway_are_told_why_that_is_not_enough(asked, number):
    answer = explain_pair(asked, number["s1"], number["x3"])
    shared = [each.signal for each in answer.shared if each.signal.signal_value == "gateway"]
    assert len(shared) == 1
    assert not shared[0].passes
    assert not answer.is_linked
    assert not answer.is_enough
    text = told(answer)
    assert "s1 and x3 are not linked: what they share is worth" in text
    assert "ip=gateway does not link by itself" in text
    assert "No chain of links joins them either." in text
    assert "x3 is in no ring" in text


def test_accounts_that_share_nothing_are_told_so(run, asked, number):
    read = run.reading.sightings
    borne = {name: set(read.signal[read.account == i].tolist()) for name, i in number.items() if name[:1] == "x"}
    other = next(name for name in borne if name != "x1" and not borne["x1"] & borne[name] - {gateway(run)})
    shared = explain_pair(asked, number["x1"], number[other]).shared
    assert [each.signal.signal_value for each in shared] == ["gateway"]
    stranger = next(
        name
        for name, i in number.items()
        if name.startswith("crowd") and not borne["x1"] & set(read.signal[read.account == i].tolist())
    )
    answer = explain_pair(asked, number["x1"], number[stranger])
    assert (answer.shared, answer.evidence_bits, answer.is_linked) == ((), 0, False)
    assert f"x1 and {stranger} are not linked: they share no signal, apart from placeholders" in told(answer)


def gateway(run) -> int:
    return run.reading.sightings.signal_value.to_pylist().index("gateway")


def test_members_of_a_large_group_may_be_linked_through_others(run, asked, number):
    links = run.findings.groups.projection
    direct = set(zip(links.source.tolist(), links.target.tolist(), strict=True))
    names = [f"s{i}" for i in range(1, 31)]
    pairs = [
        (one, two)
        for one, two in itertools.combinations(names, 2)
        if tuple(sorted((number[one], number[two]))) not in direct
    ]
    answer = explain_pair(asked, number[pairs[0][0]], number[pairs[0][1]])
    assert answer.is_enough
    assert not answer.is_linked
    assert len({account.ring.ring_id for account in answer.accounts}) == 1
    assert len(answer.path.steps) > 1
    text = told(answer)
    assert "are linked through others" in text
    assert "template=stem links its accounts by itself" in text


def test_when_each_first_bore_it_is_told_where_the_export_says(asked, number):
    answer = explain_pair(asked, number["s1"], number["s2"])
    assert all(each.first_seen == (None, None) for each in answer.shared)
    assert "On record since" not in told(answer)
