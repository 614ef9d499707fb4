"""What the cast says in its videos: the material of the tests on understanding, matching and writing."""

import random
from dataclasses import dataclass

SAFFRON_LINES = """\
so today i want to talk about something nobody tells you when you start a skin care brand
um we spent three years and almost ten lakh rupees before we sold a single bar of soap
everybody said natural skin care is a crowded market and they were right
but here is what changed everything for us
we stopped selling soap and started teaching people about saffron
saffron is the most expensive spice in the world and it takes one hundred and fifty flowers to make a single gram
and most brands use a synthetic color instead of real saffron
how do you know if your saffron is real
you put a few threads in cold water
if the water turns red in ten seconds it is fake
real saffron takes fifteen minutes and the water turns golden
we posted that test on instagram and it got two million views in a week we sold out in nine days
our biggest mistake was waiting for a perfect product
your customers do not want perfect they want honest
so if you are starting a brand today teach first and sell later
and never ever lie about what is inside the bottle
that is the only marketing advice you will ever need thank you for watching"""
KESAR_HINGLISH = """\
Doston, aaj main aapko bataungi ki ghar par asli kesar kaise pehchane. Market mein sattar percent kesar nakli
hota hai. Sirf ek glass thanda paani lo aur usme do teen dhaage daalo. Agar paani turant laal ho gaya toh
samajh jao kesar nakli hai. Asli kesar ka rang pandrah minute mein dheere dheere sunehra hota hai. Maine khud
paanch saal tak nakli kesar use kiya, aur mujhe pata hi nahi tha! Sabse badi galti log ye karte hain ki sasta
dekh ke khareed lete hain. Kya aapne kabhi apna kesar test kiya hai? Ye video us dost ko bhejo jo har din
kesar wala doodh peeta hai.
"""
LISBON_ROOFTOPS = """\
Rooftops in Lisbon are having a moment, and most visitors see the wrong ones. I have lived in Alfama for
eleven years and I run a small company called Lisbon Rooftops. The famous terraces near Rossio charge fourteen
euros for a drink, and you queue for an hour to stand next to a heater. Walk ten minutes uphill to Graça
instead. At the Miradouro da Senhora do Monte you get the best sunset in the city for free. Why does nobody
tell you that? Because nobody earns money from it. My rule is simple: if there is a printed menu in six
languages, keep walking. Last summer we counted 212 rooftops and only 19 of them were owned by people who live
in Lisbon. Tourism does not have to push locals out, but it will if we only reward the loudest bars. Book a
table with a family in Mouraria, bring cash, and learn to say obrigado. The city gives you back exactly the
attention you pay to it.
"""
SMALL_MODELS = """\
Everyone thinks you need a GPU to run a language model. You don't. This laptop is five years old, it has 8
gigabytes of memory, and it is running a model right now with no internet. The trick is called quantization:
instead of storing every weight as 16 bits, you store it as 4 bits. You lose about two percent of quality and
you save seventy five percent of the memory. I tested four models from Mistral, Google and Meta on the same
forty questions. The smallest one got thirty one right. The biggest one got thirty four right and took nine
times longer. So which one should you use? Start with the smallest model that passes your own test, not
somebody's leaderboard. And never paste customer data into a website you don't control. Privacy is not a
feature. It is the default you give up without noticing.
"""
NINETY_DAYS = """\
I stopped counting calories for ninety days. Here is what actually happened. In the first two weeks I gained
one kilo and I panicked. Then I noticed I was sleeping better than I had in years. By day forty I was eating
the same breakfast every morning: two eggs, dal and a banana. It's boring. It works. Most diets fail because
they are exciting. If you remember one thing, remember this: consistency beats intensity, every single time. I
lost four kilos without one hungry evening. Would I do it again? Yes, but I would start with sleep.
"""
PRICING = """\
Most first-time founders price their product too low. We did, too. Our first plan was nine dollars a month,
and it attracted customers who asked for everything and stayed for nothing. When we tripled the price, support
tickets fell by half and churn dropped from eight percent to three. Why? Because people who pay more pay
attention. Before you change a price, talk to ten customers and ask what they would do if you disappeared
tomorrow. If they shrug, the price isn't your problem. If they panic, you are too cheap. Raise the price for
new customers first. Keep your promise to the old ones.
"""


@dataclass(frozen=True)
class Heard:
    """A recognised word, as the recogniser gives it."""

    start: float
    end: float
    text: str
    confidence: float | None = None


def spoken(lines: str, *, seed: int = 1) -> list[Heard]:
    """The words of `lines` with times: pauses after each line, and some hesitation within."""
    chance, now, heard = random.Random(seed), 0.4, list[Heard]()
    for line in lines.splitlines():
        words = line.split()
        for n, word in enumerate(words):
            length = 0.18 + 0.05 * len(word) * chance.random()
            heard.append(Heard(round(now, 2), round(now + length, 2), word))
            hesitation = 0.5 if chance.random() < 0.02 else chance.choice([0.02, 0.05, 0.1, 0.2])
            now += length + (chance.uniform(0.5, 0.9) if n == len(words) - 1 else hesitation)
    return heard
