"""The template engine for the pages and the pictures: it escapes everything and makes hidden characters visible.

A page's policy names its own style and scripts, and allows nothing else.
"""

import base64
import hashlib
import math
from collections.abc import Callable, Sequence
from functools import cache

import jinja2

from graphlink.model.findings import SUREST
from graphlink.model.graph import BIT_SCALE
from graphlink.model.signals import Provenance
from graphlink.results import ring_sentences as sentences
from graphlink.results import text
from graphlink.results.alerts import history_word
from graphlink.results.pictures.families import N_STYLES, shape_path
from graphlink.results.upgrade_words import tell_assessments
from graphlink.words.glossary import GLOSSARY
from graphlink.words.sentences import about, percent, shorten, unlike_sentence


@cache
def template_environment() -> jinja2.Environment:
    """Make the engine once: a missing name is an error, and no string reaches a page unescaped.

    It is kept, since reading its templates takes as long as a small page.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("graphlink.results.page"),
        autoescape=True,
        finalize=_show,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    own = (text.abbreviate, text.count, text.count_by_chance, text.day, text.decimal, text.iso, text.minute)
    more = (text.signed, text.span, text.visible, sentences.assessment_word, sentences.kind, sentences.score_word)
    filters: tuple[Callable[..., str], ...] = (about, percent, shorten, *own, *more)
    environment.filters |= {each.__name__: each for each in filters}
    environment.filters |= {
        "by_new": tell_assessments,
        "provenance_word": lambda provenance: sentences.PROVENANCE_WORDS[Provenance(provenance)],
        "tier_word": sentences.TIER_WORDS.__getitem__,
        "unlike": unlike_sentence,
        "within": _within,
    }
    environment.tests["mixed_script"] = text.is_mixed_script
    environment.globals |= {
        "bit_scale": BIT_SCALE,
        "glossary": GLOSSARY,
        "n_styles": N_STYLES,
        "history_word": history_word,
        "sentences": sentences,
        "shape_path": shape_path,
        "surest": SUREST,
    }
    return environment


def _show(value: object) -> object:
    """Make every plain string visible before it is escaped; text that a template escaped already is kept."""
    return text.visible(value) if type(value) is str else value


def _within(share: float) -> float:
    """Limit the length of a bar to 0 to 1; a value that is no number gives none."""
    return round(min(max(share, 0.0), 1.0), 3) if math.isfinite(share) else 0.0


def policy(scripts: Sequence[bytes] = ()) -> str:
    """Allow the page's own style and some scripts by their digests, and nothing else."""
    style = template_environment().get_template("report.css").render().encode()
    allowed = " ".join(f"'{_source(script)}'" for script in scripts)
    return (
        f"default-src 'none'; {f'script-src {allowed}; ' if scripts else ''}style-src '{_source(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _source(content: bytes) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()
