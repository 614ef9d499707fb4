"""Which topics fit which brands: 12 brands × 80 topics, each judged by reading both, before any score was looked at.

The judgement: would somebody who runs this brand's accounts be glad to be told of this topic today? The first six
brands are for tuning, the other six are held out: nothing in the product was changed because of them.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Topic:
    """A topic as sources tell it."""

    title: str
    context: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A brand and the numbers of the topics that fit it; no other does."""

    name: str
    industry: str
    keywords: tuple[str, ...]
    fits: frozenset[int]
    interests: tuple[str, ...] = ()
    pains: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    about: str = ""
    guidelines: str = ""
    country: str = "IN"
    languages: frozenset[str] = field(default=frozenset({"en", "hi"}))


TOPICS = {
    number: Topic(title, tuple(context))
    for number, (title, *context) in enumerate(
        [
            ("#MonsoonSkincare",),
            ("sunscreen for oily skin",),
            ("glass skin routine",),
            ("Delhi AQI crosses 450", "Dermatologists see more eczema and acne as the air turns severe"),
            ("#GRWM wedding edition", "Get ready with me: make-up and hair before the sangeet"),
            ("hair fall in winter",),
            ("शादी से पहले स्किन केयर",),
            ("ceramide milk", "A light lotion that repairs the barrier after too much exfoliation"),
            ("Lakmé Fashion Week: handloom opens the season",),
            ("#SareeNotSorry",),
            ("Met Gala look breaks the internet", "The gown took 400 hours of embroidery"),
            ("thrift haul Bandra",),
            ("#OnamSadya",),
            ("filter coffee foam",),
            ("Why chai prices are rising this winter", "Milk and ginger cost more than last year"),
            ("#PaniPuri",),
            ("sourdough starter died",),
            ("चाय के साथ क्या खाएं",),
            ("Zomato adds a fee for late-night orders",),
            ("Mango season begins early in Ratnagiri",),
            ("zone 2 training",),
            ("#SuryaNamaskarChallenge",),
            ("Tata Mumbai Marathon registrations open",),
            ("protein in dal", "How much protein a bowl of dal really has"),
            ("10,000 steps myth",),
            ("how to sleep in a heatwave",),
            ("Dengue cases rise in Bengaluru",),
            ("tooth sensitivity ice water",),
            ("#NoSugarNovember",),
            ("gut health kanji",),
            ("Portugal changes its digital nomad visa",),
            ("Web Summit draws 70,000", "Hotels in Lisbon are full for the week"),
            ("#SunsetRooftop",),
            ("Sintra day trip by train",),
            ("long weekend getaways from Mumbai",),
            ("Ladakh homestays fully booked",),
            ("Porto named Europe's best city break",),
            ("visa-free countries for Indians",),
            ("ChatGPT outage",),
            ("UPI limit raised",),
            ("iPhone camera leak",),
            ("#BuildInPublic", "Makers share the numbers of their software every week"),
            ("Data breach at airline exposes passports",),
            ("GTA 6 delayed again",),
            ("Python 3.15 released",),
            ("Return to office: 5 days from January",),
            ("Four-day week: results of the largest trial",),
            ("#StartupFails",),
            ("Quick commerce start-up raises Series C",),
            ("resume tips for freshers",),
            ("RBI cuts repo rate",),
            ("gold price today",),
            ("Income tax: new regime calculator",),
            ("SIP vs lump sum",),
            ("CBSE board exam date sheet",),
            ("JEE Main admit card",),
            ("study with me", "Students film hours of quiet work before the exams"),
            ("स्पोकन इंग्लिश टिप्स",),
            ("toddler tantrum trick",),
            ("lunch box ideas for kids",),
            ("Screen time for children: new guidelines",),
            ("small balcony garden",),
            ("#PlantParent", "Monstera cuttings and what they need in winter"),
            ("Diwali cleaning hacks",),
            ("damp walls after rain",),
            ("Ban on single-use plastic extended",),
            ("rooftop solar subsidy",),
            ("India win the T20 series",),
            ("Virat Kohli century",),
            ("Champions League draw",),
            ("Bus accident kills 12 near Pune",),
            ("Bihar exit poll",),
            ("Shah Rukh Khan teaser",),
            ("#BTScomeback",),
            ("dog scared of firecrackers",),
            ("Chandrayaan-4 launch date",),
            ("lunar eclipse tonight",),
            ("electric scooter catches fire",),
            ("Wedding season: traffic jams in Delhi",),
            ("simple mehndi designs",),
        ],
        start=1,
    )
}
TUNED = (
    Case(
        "Kesar Naturals", "skincare", ("skincare", "monsoon", "skin barrier", "ceramides"),
        frozenset({1, 2, 3, 4, 5, 6, 7, 8}), ("weddings", "hair care"), ("Oily skin in humid weather",),
        ("Mumbai", "Delhi"),
        guidelines="Avoid fairness and whitening.",
    ),
    Case(
        "Chai Point", "tea café chain", ("chai", "tea", "snacks", "office breaks"),
        frozenset({14, 15, 16, 18, 29, 46}), ("street food", "filter coffee"), ("Afternoon slump at the office",),
    ),
    Case(
        "Lisbon Rooftops", "short stays in Lisbon", ("lisbon", "rooftop", "apartments", "city break"),
        frozenset({31, 32, 33, 34, 37}), ("remote work", "travel"), (), ("Portugal",), country="PT",
        languages=frozenset({"en", "pt"}),
    ),
    Case("Metro Dental", "dental clinic", ("teeth", "braces", "gum care"), frozenset({28, 29}), ("family health",)),
    Case(
        "PaisaPath", "fintech", ("SIP", "tax saving", "mutual funds", "UPI"), frozenset({40, 51, 52, 53, 54}),
        ("first job", "freelancers"), ("No idea where the salary goes",),
    ),
    Case(
        "Fit with Rhea", "fitness coaching", ("strength training", "home workout", "nutrition"),
        frozenset({21, 22, 23, 24, 25, 29, 30}), ("running", "protein"), ("No time for the gym",),
    ),
)  # fmt: skip
HELD_OUT = (
    Case(
        "Greenhouse Studio", "houseplants", ("indoor plants", "balcony garden", "compost"), frozenset({62, 63}),
        ("small homes",), ("Plants that die in winter",),
    ),
    Case(
        "Little Steps", "parenting", ("toddlers", "weaning", "bedtime", "play"), frozenset({59, 60, 61}),
        ("school lunch",), ("Tantrums at the table",),
    ),
    Case(
        "DevLoft", "developer tools", ("python", "open source", "api", "saas"), frozenset({39, 42, 43, 45, 48}),
        ("remote work", "startups"), ("Outages at night",),
    ),
    Case(
        "Rangoli Weds", "wedding planning", ("destination wedding", "mehndi", "sangeet", "decor"),
        frozenset({5, 7, 79, 80}), ("lehenga",), ("Guests stuck in traffic",),
    ),
    Case(
        "ExamMitra", "exam preparation", ("JEE", "NEET", "board exams", "study plan"), frozenset({55, 56, 57}),
        ("students",), ("Fear of the exam",), languages=frozenset({"hi"}),
    ),
    Case(
        "Urban Thread", "sustainable fashion", ("handloom", "cotton", "slow fashion", "thrift"),
        frozenset({9, 10, 11, 12}), ("zero waste",), (), ("Mumbai",),
    ),
)  # fmt: skip
