"""Small closed lists of words that carry voice rather than subject."""

from functools import cache

from trenddrop.core.text.data import words
from trenddrop.core.text.language import AMBIGUOUS


def _set(written: str) -> frozenset[str]:
    return frozenset(written.split())


I_WORDS = _set("i me my mine myself i'm i've i'll i'd main mera meri mere mujhe मैं मेरा मेरी मुझे")
WE_WORDS = _set("we us our ours we're we've we'll hum humne hamara hamari hamare humare हम हमारा हमारी हमें")
YOU_WORDS = _set(
    "you your yours you're you've you'll u tum tumhe tumhara tumhari aap aapka aapki aapke आप आपका आपकी तुम"
)
SALES = _set(
    "unlock ultimate game-changing gamechanger amazing incredible best-ever exclusive hurry free sale offer deal shop"
    " limited revolutionary miracle transform glow-up elevate seamless unleash must-have perfect stunning"
)
CASUAL = _set(
    "lol omg yeah yep nope gonna wanna kinda sorta btw tbh ngl fyi hey hi ok okay stuff guys yaar arre oye bhai bro"
    " haan na nah honestly literally super dude folks ugh hmm ha haha lot"
)
FORMAL = _set(
    "therefore however moreover furthermore consequently accordingly regarding concerning kindly hereby whereas thus"
    " upon within pursuant approximately recommend considerably requirements applicable whom which shall"
)
HEDGES = _set(
    "quite rather perhaps maybe fairly somewhat bit suppose suspect probably mostly usually though almost seems"
)
ENDINGS = ("tion", "tions", "ment", "ments", "ity", "ities", "ance", "ence", "ism", "ness")


@cache
def function_words() -> frozenset[str]:
    """The words that stand in any text whatever it is about: they stay when the subject is masked."""
    held = I_WORDS | WE_WORDS | YOU_WORDS | CASUAL | FORMAL | HEDGES
    return held | words("stopwords_en") | words("stopwords_hi-Latn") | words("stopwords_hi")


@cache
def hinglish_words() -> frozenset[str]:
    """Hindi in Latin letters that means nothing in English."""
    return words("stopwords_hi-Latn") - AMBIGUOUS
