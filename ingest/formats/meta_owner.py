"""Whose account a Facebook or Instagram download is, from the profile that lies in it."""

import msgspec

from ingest.json_elements import decode_part
from ingest.source import READ_ERRORS, Source

PLACES = (
    "../../../../personal_information/profile_information/profile_information.json",
    "../../../../personal_information/personal_information/personal_information.json",
    "../../../profile_information/profile_information.json",
    "../../../account_information/personal_information.json",
)
"""Beside a thread's folder: Facebook and Instagram since 2023, then both before."""


class _Value(msgspec.Struct, gc=False):
    value: str | None = None


def owner_name(thread: Source) -> str | None:
    """The owner's name as it stands in the profile, mangled or not; None if there is none."""
    for place in PLACES:
        profile = thread.beside(place)
        try:
            raw = profile.head() if profile else b""
        except READ_ERRORS:
            continue
        named = decode_part(raw, "full_name", str)
        if named is None and (value := decode_part(raw, "Name", _Value)):
            named = value.value
        if named:
            return named
    return None
