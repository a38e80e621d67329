"""Starts the web page of the latest run; the same as `persona app`, with the same options."""

import sys

from persona.cli import app

if __name__ == "__main__":
    app(["app", *sys.argv[1:]])
