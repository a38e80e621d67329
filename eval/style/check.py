"""Measures the style score on a message file; docs/methods.md says which figure came how.

python -m eval.style.check --messages FILE --what separation [--authors held-out] [--seed 1]
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.style.checks.cipher import cipher_town
from eval.style.checks.coverage import KNOWN, coverage_table
from eval.style.checks.invented import invented_table
from eval.style.checks.levels import levels_table
from eval.style.checks.scales import scales_table
from eval.style.checks.scene import Town, choose_authors, settle
from eval.style.checks.separation import separation
from eval.style.checks.zero_point import zero_point_table
from eval.style.corpus import Author, Said, read_authors, read_speakers
from eval.style.model import load_model

AUTHORS = {"held-out": False, "fitted": True, "all": None}
LEAST_SIDE = 60
MOST_MESSAGES = 1000


def separate(speakers: dict[str, list[Said]], options: argparse.Namespace) -> Iterator[str]:
    """AUC by number of messages, random and same-day impostors."""
    authors = cut_authors(speakers, options)
    for same_day in (False, True):
        yield f"\n{'same-day' if same_day else 'random'} impostors, {len(authors)} authors\n"
        yield from separation(
            load_model(),
            authors,
            seed=options.seed,
            reference=options.reference,
            same_day=same_day,
        )


def place(speakers: dict[str, list[Said]], options: argparse.Namespace) -> Iterator[str]:
    """Where the person, others and mixtures land."""
    yield from levels_table(settled(speakers, options), replies=options.replies, seed=options.seed)


def compare_scales(speakers: dict[str, list[Said]], options: argparse.Namespace) -> Iterator[str]:
    """How sure each author's scale is."""
    yield from scales_table(settled(speakers, options), replies=options.replies, seed=options.seed)


def cover(speakers: dict[str, list[Said]], options: argparse.Namespace) -> Iterator[str]:
    """Coverage of the intervals."""
    yield from coverage_table(
        settled(speakers, options), trials=options.trials, known=options.known, seed=options.seed
    )


def zero(speakers: dict[str, list[Said]], options: argparse.Namespace) -> Iterator[str]:
    """Error of the zero point in logs of few people."""
    yield from zero_point_table(load_model(), cut_authors(speakers, options), seed=options.seed)


def invent(speakers: dict[str, list[Said]], options: argparse.Namespace) -> Iterator[str]:
    """Error of the zero point of two-person logs in invented communities."""
    fitted = choose_authors(speakers, messages=options.least, fitted=True)
    yield from invented_table(
        load_model(), speakers, fitted, communities=options.communities, seed=options.seed
    )


CHECKS = {
    "separation": separate,
    "levels": place,
    "scales": compare_scales,
    "coverage": cover,
    "zero": zero,
    "zero-invented": invent,
}


def settled(speakers: dict[str, list[Said]], options: argparse.Namespace) -> Town:
    """The chosen authors' replies."""
    town = settle(speakers, messages=options.least, fitted=AUTHORS[options.authors])
    return cipher_town(town, seed=options.seed) if options.cipher else town


def cut_authors(speakers: dict[str, list[Said]], options: argparse.Namespace) -> list[Author]:
    """The chosen authors with their two sides."""
    names = choose_authors(speakers, messages=options.least, fitted=AUTHORS[options.authors])
    return read_authors(speakers, names, most=MOST_MESSAGES, least=LEAST_SIDE)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m eval.style.check", description=__doc__)
    parser.add_argument("--messages", type=Path, required=True, help="JSONL or JSONL.zst")
    parser.add_argument("--what", choices=CHECKS, required=True)
    parser.add_argument("--authors", choices=AUTHORS, default="held-out")
    parser.add_argument("--least", type=int, default=200, help="messages an author must have")
    parser.add_argument("--reference", type=int, default=300, help="messages of the profile")
    parser.add_argument("--replies", type=int, default=100, help="replies scored")
    parser.add_argument("--trials", type=int, default=240)
    parser.add_argument("--communities", type=int, default=48, help="invented ones")
    parser.add_argument("--known", type=int, default=KNOWN, help="others in the log, for coverage")
    parser.add_argument("--cipher", action="store_true", help="in a made-up language")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    for line in CHECKS[options.what](read_speakers(options.messages), options):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
