"""Follow-ups: read with the thread in mind, said so, and undone."""

from playwright.sync_api import expect

from tests.browser.desk import Desk


def test_a_follow_up_is_read_with_the_thread_in_mind_and_can_be_undone(desk: Desk) -> None:
    desk.ask("When was the satellite Heron-1 launched?")
    entry = desk.ask("and how much does it weigh?")
    read_as = entry.locator(".read-as")
    expect(read_as).to_contain_text("Read as:")
    expect(read_as).to_contain_text("Heron-1")
    entry.get_by_role("button", name="Undo").click()
    expect(entry).to_contain_text("Read exactly as written")
    desk.settled()
    assert desk.kept_answer()["read_as"] == "and how much does it weigh?"
    expect(desk.entries).to_have_count(2)


def test_an_undo_can_itself_be_undone(desk: Desk) -> None:
    desk.ask("When was the satellite Heron-1 launched?")
    entry = desk.ask("and how much does it weigh?")
    entry.get_by_role("button", name="Undo").click()
    entry.get_by_role("button", name="Read as a follow-up").click()
    expect(entry.locator(".read-as")).to_contain_text("Heron-1")


def test_a_question_that_stands_alone_is_not_read_otherwise(desk: Desk) -> None:
    desk.ask("When was the satellite Heron-1 launched?")
    entry = desk.ask("Who opened the Lindholm bridge?")
    expect(entry.locator(".read-as")).to_have_count(0)
