"""`python -m persona`: the same as `persona`."""

from persona.cli import main

main()
