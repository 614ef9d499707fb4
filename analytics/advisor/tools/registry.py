"""The table of tools: name, what it is for, what it takes, what looks it up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from analytics.advisor.looked import Looked
from analytics.advisor.reader import Asked, Nowhere, Reader, Whose
from analytics.advisor.tools import advice, content, money, moving, people, posts, sums


@dataclass(frozen=True)
class Tool:
    """A tool. `tells`: what it says, for whoever chooses one."""

    name: str
    tells: str
    takes: type[BaseModel]
    look: Callable[[Reader, Any], Looked]


_ALL = (
    Tool("totals", "Sums of a span against as many days before: views, reach, engagement and its rate, clicks, likes, "
         "comments, shares, saves, followers, streams, conversions, posts published.", Asked, sums.totals),
    Tool("by_day", "One figure by day, week or month, with its sum, mean, highest and lowest.", sums.ByDay,
         sums.by_day),
    Tool("moved", "Why a figure rose or fell: its change against the days before, which accounts it comes from, and "
         "how many posts went live.", moving.Moved, moving.moved),
    Tool("compared", "The same figures told apart by platform, account, client or brand, against the days before.",
         sums.Compared, sums.compared),
    Tool("of_platform", "Every figure that one platform's accounts tell of their days.", sums.OfPlatform,
         sums.of_platform),
    Tool("streams", "Streams, listeners' accounts and followers of music accounts.", Asked, sums.streams),
    Tool("posts", "The best, worst or newest posts of a span by a metric.", posts.Posts, posts.posts),
    Tool("one_post", "All numbers of one post, found by words of its title or text.", posts.OnePost, posts.one_post),
    Tool("meaning", "What a metric means and how it is reckoned.", posts.Meaning, posts.meaning),
    Tool("works", "What posts of each kind, format, length, caption length, platform, weekday, hour, category or "
         "language did against the account's usual; groups of fewer than five posts are not judged.", content.Works,
         content.works),
    Tool("hashtags", "What posts with each hashtag did against posts without it.", content.Tags, content.tags),
    Tool("best_times", "The best hours of the week, or of one weekday, to post.", content.Times, content.best_times),
    Tool("people", "The audience by country, city, age or gender.", people.People, people.people),
    Tool("conversions", "Sign-ups, subscriptions and purchases, their value, and how far people came.", Asked,
         money.conversions),
    Tool("earned", "Which posts, channels or campaigns earned conversions.", money.Earned, money.earned),
    Tool("returns", "What originals cost and brought.", money.Returned, money.returns),
    Tool("searched", "Keywords or pages by which searching people came.", money.Searched, money.searched),
    Tool("insights", "Findings that stood a statistical test.", Whose, advice.insights),
    Tool("anomalies", "Days, and changes from a day on, that were out of the ordinary.", Asked, advice.anomalies),
    Tool("goals", "Goals, where they stand and what is expected.", Whose, advice.goals),
    Tool("suggestions", "What is advised for the next post.", Whose, advice.suggestions),
    Tool("back_test", "Whether posts that followed advice did better than the others.", Whose,
         advice.back_test),
)  # fmt: skip
TOOLS: Mapping[str, Tool] = {tool.name: tool for tool in _ALL}


def look(reader: Reader, name: str, given: Mapping[str, Any]) -> Looked:
    """Look something up; raise Nowhere, in words for whoever asked, for what there is not or what makes no sense."""
    tool = TOOLS.get(name)
    if tool is None:
        raise Nowhere(f"There is no tool {name!r}.")
    try:
        asked = tool.takes.model_validate(dict(given))
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise Nowhere(f"That cannot be asked: {problems}.") from error
    return tool.look(reader, asked)
