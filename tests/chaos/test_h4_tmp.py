import tests.chaos.rows as r
from tests.chaos.row import Row
from publishing.platforms.base import Token
from tests.peers import fake_youtube as fy
tik=[one for one in r.ROWS if one.key=="tiktok"]
r.ROWS[:] = tik+[Row(key="youtube", adapter="publishing.platforms.youtube.YouTube", wire=fy.FakeYouTube,
  token=lambda _s: Token(fy.TOKEN, fy.REFRESH, None, {"channel": fy.CHANNEL, "uploads": fy.UPLOADS, "scope": ""}),
  public=lambda s: s.posts, comments=lambda s: s.comments,
  settings=lambda s: {**{n: s.url for n in ("YOUTUBE_API_URL","YOUTUBE_UPLOAD_URL","YOUTUBE_HUB_URL","GOOGLE_AUTH_URL","GOOGLE_TOKEN_URL")}, "YOUTUBE_CLIENT_ID": fy.CLIENT, "YOUTUBE_CLIENT_SECRET": fy.SECRET},
  flows=("video","video+comment"))]
from tests.chaos.test_every_request import *
