"""How much a set of replies reads like one person: a calibrated style score with an interval.

Torch-free; numpy only at run time. Start with `eval.style.scorer.build_scale`. What is measured, on
which data and how well it holds is in docs/methods.md. Content, likelihood, copying and privacy are
other axes and not here.
"""
