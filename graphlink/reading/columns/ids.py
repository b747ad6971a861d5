"""Account ids of one source brought to the form that other sources write: texts and zeros around them are cut."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.arrays import Bools


@dataclass(frozen=True, slots=True)
class IdRule:
    """What becomes of the account ids of a source. Texts are literal: no pattern can take more than it shows."""

    prefix: str = ""
    suffix: str = ""
    drop_zeros: bool = False
    lower_case: bool = False

    @property
    def cuts(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.prefix or self.suffix or self.drop_zeros or self.lower_case)


def cut_ids(ids: pa.StringArray, rule: IdRule) -> tuple[pa.StringArray, Bools]:
    """Cut ids, and say which of them lack a text that was to be cut; those stay as they are.

    Examples
    --------
    >>> cut_ids(pa.array(["auth0|7", "sms|7"]), IdRule(prefix="auth0|"))[0].to_pylist()
    ['7', 'sms|7']
    >>> cut_ids(pa.array(["007.0", "000"]), IdRule(suffix=".0", drop_zeros=True))[0].to_pylist()
    ['7', '0']
    >>> cut_ids(pa.array(["A0EE-9C0B"]), IdRule(lower_case=True))[0].to_pylist()
    ['a0ee-9c0b']
    """
    lacks = np.zeros(len(ids), dtype=np.bool_)
    if rule.prefix:
        begins = pc.starts_with(ids, rule.prefix)
        ids = pc.if_else(begins, pc.utf8_slice_codeunits(ids, len(rule.prefix)), ids)
        lacks |= ~begins.to_numpy(zero_copy_only=False)
    if rule.suffix:
        ends = pc.ends_with(ids, rule.suffix)
        ids = pc.if_else(ends, pc.utf8_slice_codeunits(ids, 0, -len(rule.suffix)), ids)
        lacks |= ~ends.to_numpy(zero_copy_only=False)
    ids = without_zeros(ids) if rule.drop_zeros else ids
    return (pc.utf8_lower(ids) if rule.lower_case else ids), lacks


def without_zeros(ids: pa.StringArray) -> pa.StringArray:
    """Drop the zeros in front of ids that are numbers; an id of zeros alone keeps one."""
    plain = pc.utf8_ltrim(ids, "0")
    plain = pc.if_else(pc.equal(plain, ""), pa.scalar("0", ids.type), plain)
    return pc.if_else(pc.match_substring_regex(ids, "^0+[0-9]+$"), plain, ids)
