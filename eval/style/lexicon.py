"""Which words count as function words: an English list, or the commonest of another language.

The words feed two feature families: their rates (Burrows 2002) and the topic mask (Stamatatos
2017), which keeps them and turns every other word into x's. No stemming, no part-of-speech tags.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# A run of letters with inner apostrophes; kana and Han, written without spaces, count one by one.
WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+(?:['’][^\W\d_]+)*"
)
LEARNED_WORDS = 300
ENGLISH_SHARE = 0.33  # of the tokens; English chat reaches .45 to .60, German chat .05 to .15

_ENGLISH = """
the a an and or but if then than so because as of at by for with about against between into through
during before after above below to from up down in out on off over under again further once here
there when where why how all any both each few more most other another some such no nor not only own
same too very can will just should now i me my mine myself we us our ours you your yours yourself he
him his himself she her hers it its itself they them their themselves what which who whose whom this
that these those am is are was were be been being have has had having do does did doing done would
could might must shall may ought also even still yet maybe perhaps well like else ever never always
often sometimes usually already almost enough quite rather instead either neither whether while
until since though although unless without within upon onto around back away yeah yes yep yup yea
aye nah nope ok okay oh ah eh uh um hm hmm huh lol lmao rofl xd haha hehe heh hey hi hello bye idk
imo imho btw tbh afaik iirc pls plz please thx thanks thank ty np yw sorry sry u ur r y im dont cant
wont didnt doesnt isnt wasnt arent couldnt wouldnt shouldnt havent hasnt thats whats theres its ive
ill id youre youve youll theyre were i'm don't can't won't didn't doesn't isn't wasn't aren't
couldn't wouldn't shouldn't haven't hasn't that's what's there's it's i've i'll i'd you're you've
you'll they're we're we'll let's he's she's gonna wanna gotta kinda sorta dunno lemme gimme actually
really probably basically literally anyway anyways honestly obviously definitely exactly something
anything nothing everything someone anyone everyone somebody nobody every much many lot lots bit
little less least several thing things stuff way kind sort one two first last next new old good bad
better best nice great cool fine right wrong sure true same different big small long think know want
need get got gets getting make made see saw say said tell go goes going gone come came take give put
try trying tried use used using find found look looks work works mean means guess feel let keep seem
seems tho cuz cause rn wtf omg damn shit bruh bro man dude guys people ppl rip gg
"""
ENGLISH = tuple(dict.fromkeys(_ENGLISH.split()))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words whose rates are measured, in the order of the feature columns."""

    words: tuple[str, ...]
    language: str  # "english" or "learned"
    index: Mapping[str, int]


def lexicon_of(words: Iterable[str], *, language: str) -> Lexicon:
    """A lexicon over the given words, in their order."""
    kept = tuple(words)
    return Lexicon(kept, language, {word: column for column, word in enumerate(kept)})


ENGLISH_LEXICON = lexicon_of(ENGLISH, language="english")


def choose_lexicon(texts_by_speaker: Mapping[str, Iterable[str]]) -> Lexicon:
    """The English list where the log is English, else the words that its speakers share most.

    A word is ranked by the sum over speakers of its share of that speaker's tokens, so that one
    talkative speaker with one topic does not decide the list.
    """
    shares: Counter[str] = Counter()
    known = total = 0
    for texts in texts_by_speaker.values():
        counts = Counter(word.lower() for text in texts for word in WORD.findall(text))
        tokens = counts.total()
        total += tokens
        known += sum(count for word, count in counts.items() if word in ENGLISH_LEXICON.index)
        for word, count in counts.items():
            shares[word] += count / tokens  # type: ignore[assignment]
    if total == 0 or known / total >= ENGLISH_SHARE:
        return ENGLISH_LEXICON
    ranked = sorted(shares, key=lambda word: (-shares[word], word))
    return lexicon_of(ranked[:LEARNED_WORDS], language="learned")
