"""What Apple Messages and imessage-exporter write in a message's place."""

import re

STAMP = re.compile(r"[A-Z][a-z]{2} \d\d?, \d{4} +\d{1,2}:\d\d:\d\d [AP]M")
"""A time as imessage-exporter writes it: 'Feb 01, 2024  9:30:05 AM'."""

TOLD_TAPBACK = re.compile(
    r"(?:(?:Loved|Liked|Disliked|Laughed at|Emphasi[sz]ed|Questioned|Reacted \S{1,12} to)"
    r"|Removed an? .{1,30} from)"
    r" (?:“.*”|an? (?:image|photo|movie|video|attachment|audio message|link|sticker))",
    re.DOTALL,
)
"""A tapback as a text, which is how it comes by SMS: 'Loved “see you”'."""
