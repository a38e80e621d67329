"""The web page: one file per view, plain functions behind them.

`server` starts it, `layout` puts the views together: `chat`, `compare`, `vote`, `report`, `corpus`
and `training`. `stage`, `contexts`, `dialogue`, `ballots`, `markup` and `curve` know no gradio and
are where the work is done.
"""
