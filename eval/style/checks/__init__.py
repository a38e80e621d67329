"""The measurements of docs/methods.md, one file each; run them with python -m eval.style.check."""
