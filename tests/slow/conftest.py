"""The slow lane needs the training libraries; without them its files are not even imported."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") else ["test_*.py"]
