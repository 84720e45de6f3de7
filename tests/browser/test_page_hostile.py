"""An article that attacks the page is text like any other."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.articles import HOSTILE, body_of
from tests.browser.desk import Desk

# The `open_desk` fixture fails a test whose page asks another origin for anything, opens a dialog
# or logs a breach of its policy: each test here rests on that as well.
MARKUP = "script:not([src]), img, iframe, b, svg[onload], [onerror], [onload], [onmouseover]"


def test_a_hostile_article_is_shown_to_the_letter(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("/?article=hostile")
    expect(desk.pane.get_by_role("heading")).to_have_text(str(HOSTILE["title"]))
    expect(desk.pane.locator(".byline .source")).to_have_text(str(HOSTILE["source"]))
    expect(desk.pane.locator(".byline .author")).to_have_text(str(HOSTILE["author"]))
    assert desk.pane.locator(".body").text_content() == body_of(HOSTILE)
    assert desk.page.locator(MARKUP).count() == 0


def test_its_link_is_shown_by_its_host_and_leads_where_it_says(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk("/?article=hostile")
    link = desk.pane.get_by_role("link", name="Original at evil.example")
    href = str(link.get_attribute("href"))
    assert href.startswith("https://evil.example/%E2%80%AE%3Cscript%3E")


def test_asked_about_it_is_quoted_like_any_other(desk: Desk) -> None:
    entry = desk.ask("Who invented the Zorblatt engine?")
    assert any(c["article_id"] == "hostile" for c in desk.kept_answer()["citations"])
    assert desk.page.locator(MARKUP).count() == 0
    entry.locator(".citation .title").first.hover()
    desk.cite(entry)
    assert desk.marked_text() == desk.kept_answer()["citations"][0]["quote"]


def test_its_title_turns_the_direction_of_nothing_around_it(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk("/?article=hostile")
    for foreign in desk.pane.locator("h2 > *, .byline .source, .byline .author").all():
        assert foreign.evaluate("(each) => getComputedStyle(each).unicodeBidi") == "isolate"


def test_a_hostile_question_and_name_of_a_file_are_text(desk: Desk) -> None:
    question = "<img src=x onerror=alert(9)> \u202ewho?"
    entry = desk.ask(question)
    expect(entry.locator(".question")).to_have_text(question)
    desk.page.get_by_role("button", name="Add", exact=True).click()
    name = "<img src=x onerror=alert(10)>.txt"
    desk.page.locator("#files").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": b""}
    )
    expect(desk.pane.locator(".uploads .name")).to_have_text(name)
    expect(desk.pane.locator(".uploads li")).to_have_attribute("data-state", "refused")
    assert desk.page.locator(MARKUP).count() == 0


def test_a_link_that_is_no_web_address_is_not_a_link(desk: Desk) -> None:
    made = desk.page.evaluate(
        """async () => {
          const { webLink } = await import("/static/words.js");
          return ["javascript:alert(1)", "data:text/html,x", "//x", "", null, " https://a.example/"]
            .map((address) => webLink(address)?.href ?? null);
        }"""
    )
    assert made == [None, None, None, None, None, "https://a.example/"]


def test_the_export_makes_markup_stand_for_itself(desk: Desk) -> None:
    escaped = desk.page.evaluate(
        """async (text) => (await import("/static/copy.js")).escapeMarkdown(text)""",
        "<img src=x> [a](javascript:1) *b* _c_ `d`\n- e",
    )
    assert "<img" not in escaped.replace("\\<", "")
    assert "[a](" not in escaped.replace("\\[", "").replace("\\]", "").replace("\\(", "")
    assert "*b*" not in escaped


def test_the_policy_is_sent_and_holds(browser, service: str) -> None:
    page = browser.new_page()
    policy = page.goto(service).headers["content-security-policy"]
    for part in ("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"):
        assert part in policy
    ran = page.evaluate(
        """async () => {
          const outcomes = {};
          try { document.body.innerHTML = "<p>x</p>"; outcomes.markup = "taken"; }
          catch (error) { outcomes.markup = error.name; }
          const inline = document.createElement("script");
          try { inline.textContent = "window.ran = true"; document.body.append(inline); } catch {}
          outcomes.inline = window.ran ?? false;
          try { await fetch("https://evil.example/"); outcomes.fetch = "sent"; }
          catch { outcomes.fetch = "refused"; }
          return outcomes;
        }"""
    )
    page.close()
    assert ran == {"markup": "TypeError", "inline": False, "fetch": "refused"}
