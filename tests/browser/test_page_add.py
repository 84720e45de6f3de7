"""Adding by dropping and pasting; deleting with a way back."""

from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk

DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const { name, bytes } of files) transfer.items.add(new File([new Uint8Array(bytes)], name));
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(
      new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  }
}"""


def test_dropped_files_are_taken_in_one_by_one_and_a_broken_one_is_refused_with_its_reason(
    desk: Desk,
) -> None:
    good = b"# The quince of Dorrow\n\nThe quince of Dorrow weighs four kilograms.\n"
    drop(desk, {"quince.md": good, "broken.pdf": b"%PDF-1.7 and then nothing of the kind"})
    expect(row(desk, "quince.md")).to_have_attribute("data-state", "done", timeout=30_000)
    expect(row(desk, "quince.md")).to_contain_text("Added")
    broken = row(desk, "broken.pdf")
    expect(broken).to_have_attribute("data-state", "refused", timeout=30_000)
    assert len(str(broken.locator(".said").text_content())) > len("Refused: ")
    desk.page.keyboard.press("Escape")
    entry = desk.ask("How much does the quince of Dorrow weigh?")
    expect(entry.locator("blockquote.answer")).to_contain_text("four kilograms")
    remove(desk, "quince of Dorrow")


def test_what_is_there_already_is_said_to_be(desk: Desk) -> None:
    text = b"The heron of Dorrow stands on one leg."
    for expected in ("Added", "Already in the archive"):
        drop(desk, {"heron.txt": text})
        expect(row(desk, "heron.txt").first).to_contain_text(expected, timeout=30_000)
    remove(desk, "heron")


def test_an_empty_file_is_refused(desk: Desk) -> None:
    drop(desk, {"empty.txt": b""})
    expect(row(desk, "empty.txt")).to_have_attribute("data-state", "refused", timeout=30_000)


def test_a_pasted_text_becomes_an_article_with_what_is_said_of_it(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Add", exact=True).click()
    form = desk.pane.locator("form.paste")
    form.get_by_label("Text").fill("The lamp of Dorrow burns whale oil.\n\nIt always has. 🐋")
    form.get_by_label("Title").fill("The lamp of Dorrow")
    form.get_by_label("Source").fill("Dorrow Leaflet")
    form.get_by_label("Date").fill("2024-05-05")
    form.get_by_role("button", name="Add this text").click()
    expect(row(desk, "The lamp of Dorrow")).to_contain_text("Added", timeout=30_000)
    expect(form.get_by_label("Text")).to_have_value("")
    found = desk.call("GET", "/v1/articles?q=lamp")["articles"]
    assert [(each["source"], each["published_at"]) for each in found] == [
        ("Dorrow Leaflet", "2024-05-05")
    ]
    expect(desk.page.locator("#source-choices")).to_contain_text("Dorrow Leaflet")
    desk.call("DELETE", f"/v1/articles/{found[0]['id']}")


def test_a_refused_text_stays_in_the_form(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Add", exact=True).click()
    form = desk.pane.locator("form.paste")
    form.get_by_label("Text").fill("Some words.")
    form.get_by_label("Link").fill("ftp://old.example/words")
    form.get_by_role("button", name="Add this text").click()
    refused = desk.pane.locator(".uploads li")
    expect(refused).to_have_attribute("data-state", "refused")
    expect(refused).to_contain_text("http")
    expect(form.get_by_label("Text")).to_have_value("Some words.")


def test_a_deleted_article_is_put_back_with_all_its_versions(desk: Desk) -> None:
    first = {"id": "undone", "title": "Tide table", "body": "High water at six.", "source": "Tides"}
    desk.ingest(first)
    desk.ingest({**first, "body": "High water at seven."})
    before = desk.call("GET", "/v1/articles/undone")
    desk.open("/?article=undone")
    desk.pane.get_by_role("button", name="Delete").click()
    expect(desk.page.locator("#toasts")).to_contain_text("Deleted “Tide table”")
    expect(desk.pane).to_be_hidden()
    assert desk.call("GET", "/v1/articles?q=Tide")["total"] == 0
    desk.page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(desk.page.locator("#toasts")).to_contain_text("is back", timeout=30_000)
    after = desk.call("GET", "/v1/articles/undone")
    texts = [[each["version"] for each in article.pop("versions")] for article in (before, after)]
    assert texts[0] == texts[1]
    assert after == before
    desk.call("DELETE", "/v1/articles/undone")


def drop(desk: Desk, files: dict[str, bytes]) -> None:
    """Let go of some files over the page."""
    desk.page.evaluate(DROP, [{"name": name, "bytes": list(data)} for name, data in files.items()])


def row(desk: Desk, name: str) -> Locator:
    """What is said of one file."""
    return desk.pane.locator(".uploads li").filter(has_text=name)


def remove(desk: Desk, title: str) -> None:
    """Take an article out again, past the page."""
    for article in desk.call("GET", "/v1/articles?limit=100")["articles"]:
        if title in article["title"]:
            desk.call("DELETE", f"/v1/articles/{article['id']}")
