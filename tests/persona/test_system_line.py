"""The three shapes of the system line."""

from persona.system_line import system_line


def test_who_is_spoken_to_is_part_of_the_line() -> None:
    assert system_line("Sam") == "You are Sam. Reply the way Sam writes in chat."
    assert system_line("Mia", ["Tom"]) == "You are Mia, chatting with Tom."
    assert system_line("Ana", ["Ben", "Cleo"]) == "You are Ana in a group chat with Ben, Cleo."
