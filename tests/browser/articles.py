"""The articles the browser tests ask about, and a folder of them to ingest."""

import json
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "eval" / "data" / "articles"
SAMPLES_TAKEN = 8

BRIDGE_OPENED = {
    "id": "bridge-opened",
    "title": "Crowds cross the Lindholm bridge on its first day",
    "source": "Alder Valley Gazette",
    "author": "Tove Brandt",
    "url": "https://alder-valley-gazette.example/2024/lindholm-bridge",
    "published_at": "2024-04-06",
    "text": "Four years after ice carried the old one off, the town has a bridge. Mayor Ines "
    "Farrow opened the Lindholm bridge on Saturday.\n\nSome 3,000 people walked across it in the "
    "first hour, many of them with dogs.\n\nThe bridge cost 41 million crowns and was built by the "
    "company Norrbo.",
}
BRIDGE_AGAIN = {
    "id": "bridge-again",
    "title": "Lindholm has a bridge again",
    "source": "The Skerry Post",
    "author": None,
    "url": "https://skerry-post.example/lindholm",
    "published_at": "2024-04-07",
    "text": "\n\n".join(
        [
            "After four winters of ferries, the two halves of the town are joined once more. Mayor "
            "Ines Farrow opened the Lindholm bridge on Saturday.",
            *(
                f"Shopkeeper number {number} on the eastern bank said that trade had been slow "
                "while the river could be crossed by boat alone, and that it would pick up now."
                for number in range(1, 15)
            ),
            "A band played until dark. Mayor Ines Farrow opened the Lindholm bridge on Saturday.",
        ]
    ),
}
SATELLITE = {
    "id": "satellite",
    "title": "A small satellite goes up 🛰️",
    "source": "Orbit Weekly",
    "author": "J. Okafor",
    "url": "https://orbit-weekly.example/heron-1",
    "published_at": "2024-03-04",
    "text": "🚀🚀🚀 3… 2… 1… 👩🏽‍🚀\n\nThe satellite Heron-1 🛰️ was launched from the island of "
    "Andøya on Sunday by a rocket named Kestrel 🎉.\n\nHeron-1 weighs 34 kilograms and will "
    "count whales 🐋.",
}
LONG_PARAGRAPHS = 400
LONG = {
    "id": "long-report",
    "title": "The full report on the Marrow dam",
    "source": "The Skerry Post",
    "author": None,
    "url": None,
    "published_at": "2024-02-01",
    "text": "\n\n".join(
        f"Section {number}. The inspectors of the Marrow dam looked at gallery {number} in the "
        f"spring, found the drains open and the joints dry, and wrote down {number * 7} readings "
        "of pressure, none of which differed from those of the year before by more than the "
        "instruments themselves do from one another."
        for number in range(1, LONG_PARAGRAPHS + 1)
    ),
}
HOSTILE = {
    "id": "hostile",
    "title": "<script>alert('title')</script> \u202egnp.exe <img src=x onerror=alert(1)>",
    "source": "<b onmouseover=alert(2)>Evil Wire</b>\u202e",
    "author": "<svg onload=alert(3)>\u2066",
    "url": "https://evil.example/\u202e<script>alert(4)</script>?a=javascript:alert(5)",
    "published_at": "2024-01-01",
    "text": "<script>alert('body')</script> The Zorblatt engine was invented by "
    "<img src='https://evil.example/leak.png' onerror=\"alert(6)\"> Quentin \u202eFlobbert\u202c "
    "in 1871.\n\n<iframe src='https://evil.example/frame'></iframe> ${alert(7)} "
    "&lt;script&gt; javascript:alert(8) </p></div></body>",
}

OWN = [BRIDGE_OPENED, BRIDGE_AGAIN, SATELLITE, LONG, HOSTILE]


def write_articles(folder: Path) -> list[Path]:
    """Write the tests' own articles as a file; it and some of the samples are to be ingested."""
    own = folder / "own.jsonl"
    own.write_text("".join(f"{json.dumps(article)}\n" for article in OWN), encoding="utf-8")
    return [own, *sorted(SAMPLES.glob("*.md"))[:SAMPLES_TAKEN]]


def body_of(article: dict[str, Any]) -> str:
    """The text of one of the articles above."""
    return str(article["text"])
