"""How any command is explained, and how it ends: the exit statuses of the whole program.

0 done, 1 a PersonaError, 2 wrong usage (typer's own), 4 a gate asked for was not met, 130 Ctrl-C.
"""

import os
import re
import sys
import traceback
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from persona.console import show_error
from persona.errors import MissingExtraError, PersonaError, extra_of


class Command(TyperCommand):
    """A command whose help names its arguments as its usage line does, without Python's types."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The usage line in parts: 'PATH...', which typer has as '{PATH...}...'."""
        pieces = super().collect_usage_pieces(ctx)
        return [re.sub(r"\{(.+\.\.\.)\}\.\.\.", r"\1", piece) for piece in pieces]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Adds the arguments and the options."""
        found: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for parameter in self.get_params(ctx):
            if record := parameter.get_help_record(ctx):
                found[parameter.param_type_name].append(record)
        named = [(name.partition(" <")[0], meaning) for name, meaning in found["argument"]]
        for title, rows in (("Arguments", named), ("Options", found["option"])):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class Commands(TyperGroup):
    """The table of commands; turns what they raise into one line and an exit status."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command chosen on the command line."""
        try:
            return super().invoke(ctx)
        except PersonaError as error:
            show_error(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt as stopped:
            then = f"; {stopped}" if stopped.args else ""
            show_error(f"stopped by Ctrl-C; what was finished is kept{then}")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except MemoryError:
            show_error("out of memory; use a smaller base or a smaller part of the logs")
            raise typer.Exit(1) from None
        except ModuleNotFoundError as error:
            extra = extra_of(error.name)
            missing = extra and MissingExtraError(extra, command=str(ctx.invoked_subcommand))
            show_error(str(missing or describe_bug(error)))
            raise typer.Exit(1) from None
        except Exception as error:
            show_error(describe_bug(error))
            raise typer.Exit(1) from None


def describe_bug(error: BaseException) -> str:
    """Where an unexpected exception came from, without its message: that may quote a chat."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-5:]))
    return f"a bug of ours ({type(error).__name__}); please report this line: {places}"
