"""The browser's counters agree with the server's."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.core.test_counting import X_LENGTHS
from trenddrop.core import platforms
from trenddrop.core.platforms import RULES
from trenddrop.core.text.data import words

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "limits.js"
CORPUS = [
    *X_LENGTHS,
    "Kesar soap: 100% saffron. 🧡 https://kesar.in/soap?a=1&b=(2) @asha@kesar.example #SlowBeauty",
    "नमस्ते दोस्तों, आज हम साबुन बनाते हैं।",
    "\u0000\u200f\u061c مرحبا بالعالم 🌍",
    "👩🏽‍🚀🏳️‍🌈🏴‍☠️ *_~[x](y)|{z}",
    "ſ.com K.org ǅ.net kesar.IN KESAR.COM",
    "a@b.co ,b.co;c.io—d.dev/é/ü?q=ñ",
    "मैंने @ben@a.b.c और @x@y z@w.de",
    "\r\n\t\u2028\u3000。！",
]


def test_the_browsers_table_is_the_servers() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    table = re.search(r"export const limits = (\{.*?\n\});", source, re.DOTALL)
    assert table
    shown = json.loads(table[1])
    for key, row in RULES.items():
        assert shown[key.value] == {
            "name": row.name,
            "title": row.title_limit,
            "text": row.text_limit,
            "unit": row.text_unit.value,
            "bytes": row.byte_limit,
            "hashtags": row.hashtag_limit,
            "mentions": row.mention_limit,
            "tags": row.tags_limit,
            "forbidden": row.forbidden,
        }
    endings = re.search(r"new Set\(`(.*?)`", source, re.DOTALL)
    assert endings
    assert set(endings[1].split()) == words("tlds")


@pytest.mark.browser
def test_the_browser_counts_as_the_server_does() -> None:
    node = shutil.which("node")
    assert node, "this test needs node"
    program = (
        f"import {{ measure, compose }} from {json.dumps(SCRIPT.as_uri())};"
        "const {keys, texts} = JSON.parse(await new Promise((done) => {let all = '';"
        "process.stdin.on('data', (part) => all += part).on('end', () => done(all));}));"
        "console.log(JSON.stringify([keys.map((key) => texts.map((text) => measure(key, text))),"
        "texts.map((text) => compose({text, hashtags: ['SlowBeauty', '#soap', 'so ap', '12'],"
        "callToAction: ' Go ', mentions: ['@Asha', 'ben@a.b.c', ' x.y. ', '@'], label: 'Made with AI.'}))]));"
    )
    keys = [key.value for key in RULES]
    done = subprocess.run(
        [node, "--input-type=module", "-e", program],
        input=json.dumps({"keys": keys, "texts": CORPUS}),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lengths, composed = json.loads(done.stdout)
    assert lengths == [[platforms.measure(key, text) for text in CORPUS] for key in keys]
    tags = ["SlowBeauty", "#soap", "so ap", "12"]
    more: dict[str, Any] = {
        "call_to_action": " Go ",
        "mentions": ["@Asha", "ben@a.b.c", " x.y. ", "@"],
        "label": "Made with AI.",
    }
    assert composed[:-1] == [platforms.compose(text=text, hashtags=tags, **more) for text in CORPUS[:-1]]


@pytest.mark.browser
def test_the_browser_takes_hashtags_apart_as_the_server_does() -> None:
    node = shutil.which("node")
    assert node, "this test needs node"
    written = [
        "skin care, #monsoon",
        "#skin #care",
        "#skin#care",
        "skin care",
        "a b; c\nd e",
        " #, ,# ",
        "",
        "सुंदर त्वचा, #बारिश",
    ]
    program = (
        f"import {{ writtenHashtags }} from {json.dumps(SCRIPT.as_uri())};"
        f"console.log(JSON.stringify({json.dumps(written)}.map(writtenHashtags)));"
    )
    done = subprocess.run(
        [node, "--input-type=module", "-e", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert json.loads(done.stdout) == [platforms.written_hashtags(words) for words in written]
