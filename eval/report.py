"""What an evaluation found, as one record that is the JSON report.

The figures only: `eval.markdown`, `eval.html_report` and `eval.wording` say them in words.
None where something could not be measured here; that is never a pass.
"""

from datetime import datetime

import msgspec

from eval.metrics.classical import Classical
from eval.metrics.content import ContentFigures
from eval.metrics.copying import CopyingGate
from eval.metrics.diversity import DiversityGate
from eval.metrics.fluency import FluencyGate
from eval.metrics.form import Form
from eval.metrics.form_gate import FormGate
from eval.metrics.leakage import LeakageGate
from eval.metrics.likelihood import LikelihoodFigures
from eval.metrics.privacy import PrivacyFigures
from eval.metrics.relevance import RelevanceGate

ENDS = ("person", "others")
"""The arms that are the two ends of the scale: real replies, always there, never struck."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """The scale: raw scores at 0 and 100, how many impostors set the 0, and how well it separates.

    auc: of the person's own replies against impostors', at this number of replies.
    impostor_scores, own_low and own_high: where single other people and 95 % of the person's own
    batches stand on the scale.
    """

    floor: float | None
    ceiling: float | None
    impostors: int
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    replies_needed: int | None
    impostor_scores: list[float] = []
    own_low: float | None = None
    own_high: float | None = None


class StyleFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The style score, 0 = other people, 100 = the person, unclipped, with its 95 % interval.

    share_self: share of equally large draws of the person's own replies that score no higher.
    over_typical: above 97.5 % of those. struck: why the score does not count, None where it does.
    """

    score: float | None = None
    low: float | None = None
    high: float | None = None
    share_self: float | None = None
    over_typical: bool | None = None
    struck: str | None = None


class Gates(msgspec.Struct, frozen=True, kw_only=True):
    """What a clone must not do to be scored."""

    copying: CopyingGate
    diversity: DiversityGate
    fluency: FluencyGate
    form: FormGate
    relevance: RelevanceGate
    leakage: LeakageGate


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Words that one side uses more than the other: times per 1,000 messages."""

    words: str
    person: float
    replies: float


class Explanations(msgspec.Struct, frozen=True, kw_only=True):
    """Where replies depart from the person: sentences, the strongest first, and words."""

    sentences: list[str]
    over_used: list[Usage]
    under_used: list[Usage]


class PluginFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One arm by a style embedding, 0 to 100; the interval holds the ends' own error too."""

    score: float
    low: float | None
    high: float | None


class Arm(msgspec.Struct, frozen=True, kw_only=True):
    """Everything found about one set of replies."""

    replies: int
    style: StyleFigures
    form: Form
    content: dict[str, ContentFigures]
    likelihood: LikelihoodFigures
    gates: Gates
    privacy: PrivacyFigures
    classical: Classical
    explanations: Explanations | None = None
    plugins: dict[str, PluginFigures] = {}


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Arm a less arm b on one axis, paired by context; p is Holm's over all comparisons.

    detectable: the smallest true difference this many contexts would find in 80 % of tries.
    """

    a: str
    b: str
    axis: str
    difference: float
    low: float | None
    high: float | None
    p: float | None
    detectable: float | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One evaluation. run: None for replies that came from anywhere.

    warning: a sentence where the score itself did not pass its self-test on these data.
    """

    subject: str
    run: str | None
    data_sha256: str
    created_at: datetime
    calibration: Calibration
    arms: dict[str, Arm]
    comparisons: list[Comparison]
    refused: str | None = None
    notes: list[str] = []
    warning: str | None = None


def struck_reason(gates: Gates) -> str | None:
    """Why the gates take a score away; None when none of them failed."""
    failed = [
        f"{name}: {gate.why}"
        for name in Gates.__struct_fields__
        if (gate := getattr(gates, name)).passed is False
    ]
    return "; ".join(failed) or None
