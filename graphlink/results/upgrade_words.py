"""What a new method changed by itself, in sentences for the report and the terminal."""

from graphlink.model.sweeps import MethodChange, Upgrade
from graphlink.results.ring_sentences import explanation_words
from graphlink.words.sentences import counted, listed


def tell_upgrade(upgrade: Upgrade) -> tuple[str, ...]:
    """What is new since the week before, and how many rings it changed there.

    Examples
    --------
    >>> tell_upgrade(Upgrade(("graphlink 0.1.0 (now 0.2.0)",), "2026-W47", n_same=3))[1]
    'In the same exports of 2026-W47, analysed both ways, no listed ring differs and 3 are the same.'
    """
    what = f"New since {upgrade.week}: {listed(upgrade.new)}."
    if upgrade.unknown:
        why = upgrade.unknown.rstrip(".")
        return what, f"{upgrade.week} could not be analysed both ways ({why}), so any change may be the method's."
    n, same = len(upgrade.changes), upgrade.n_same
    differ = "no listed ring differs" if not n else f"{counted(n, 'listed ring')} {'differs' if n == 1 else 'differ'}"
    others = f"; {upgrade.n_unlisted:,} that neither report lists differ too" if upgrade.n_unlisted else ""
    are = f"{same:,} {'is' if same == 1 else 'are'} the same"
    return what, f"In the same exports of {upgrade.week}, analysed both ways, {differ} and {are}{others}."


def tell_assessments(change: MethodChange) -> str:
    """How a ring was assessed, and how the new method assesses it in the same exports."""
    before, by_new = (
        explanation_words(each) if each else "no ring" for each in (change.assessment_before, change.assessment_by_new)
    )
    return before if before == by_new else f"{before} → {by_new}"
