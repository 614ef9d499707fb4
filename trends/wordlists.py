"""Words that weigh little, turn a sentence round, or tell two names apart. Singular forms, as likeness folds them."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONNECTORS = _words("vs v versus")
FILLERS = _words(
    """a an the of in on at to for by with from and or as is are was were be been has have had its it his her their this
    that will would says said say
    live latest today update updates news official viral trending hashtag trend watch video
    के का की को में से पर और है हैं ने
    de la le les el los las des du der die das und et y"""
)
UNTOLD = _words(  # add little to what a headline tells
    """new first now more over after amid near ahead late early set get make become big full still here how why
    what when who all set year day week report amid time top aged least people"""
)
NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        (
            "one first i_", "two second ii", "three third iii", "four fourth iv", "five fifth", "six sixth vi",
            "seven seventh vii", "eight eighth viii", "nine ninth ix", "ten tenth", "eleven eleventh xi",
            "twelve twelfth xii",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
NUMBERS |= {"दो": "2", "तीन": "3", "चार": "4", "पांच": "5", "छह": "6", "सात": "7", "आठ": "8", "नौ": "9", "दस": "10"}
_AGAINST = tuple(
    (first, second)
    for line in (
        "win lose|won lost|win loss|victory defeat|rise fall|rise drop|gain lose|gain loss|up down|high low|cut raise",
        "cut hike|increase decrease|grow shrink|surge plunge|approve reject|accept reject|allow ban|open close",
        "reopen shut|start end|begin end|launch end|arrest release|arrested released|arrested freed|born died|buy sell",
        "hire fire|hired fired|confirm deny|enter exit|join leave|men women|mens womens|male female|boy girl|man woman",
        "north south|east west|left right|before after|with without|improve worsen|severe improve|old young|day night",
        "summer winter|good bad|best worst|hot cold|true false|legal illegal|guilty innocent|guilty acquitted|to from",
        "injured win",
    )
    for first, second in (pair.split() for pair in line.split("|"))
)
OPPOSITES = {
    word: frozenset(other for pair in _AGAINST if word in pair for other in pair if other != word)
    for word in {word for pair in _AGAINST for word in pair}
}
DIRECTED = _words(
    """beat beats beaten defeat thrash crush edge stun rout down overcome outplay attack bomb strike hit kill shoot sue
    accuse blame slam ban arrest fire replace divorce marry save buy acquire invade threaten warn praise follow over
    bite lead trail host visit criticise criticize against to from"""
)
TELLING_APART = _words(
    """pro max plus mini ultra lite air fold women woman womens men mens junior senior youth u19 trailer teaser song
    poster sequel prequel review recap result semifinal quarterfinal final qualifier not no never deny denied fake hoax
    without against reopen launch debate again jr sr ug pg"""
)
PROPER_PLURALS = _words(
    """friends eagles warriors mavericks rangers raiders titans giants saints bears lions tigers bulls kings royals
    nuggets rockets hawks hornets spurs suns wolves knicks nets celtics lakers clippers pacers bucks pistons dolphins
    patriots bills jets ravens steelers browns bengals texans colts jaguars chiefs chargers broncos cowboys commanders
    packers vikings falcons panthers buccaneers cardinals rams seahawks bruins penguins flyers sharks predators canucks
    flames oilers senators maple devils islanders capitals stars blues yankees mets dodgers padres brewers twins
    guardians rays marlins braves nationals phillies pirates reds cubs astros athletics mariners angels rockies orioles
    beatles stones doors killers strokes cars minions eternals avengers simpsons suits gremlins goonies aliens monsters
    wings dolls villains heroes survivors traitors bears sinners wicked thunderbolts blazers wizards thunders"""
)
