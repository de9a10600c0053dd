"""The fixed words of the lessons on the page, in the user's language."""

from __future__ import annotations

from kubesim.language import say


def lesson_words() -> dict[str, str]:
    """Words by the name that the template calls them."""
    return {
        "lesson": say("Lesson"), "own_lessons": say("Your own lessons"), "shipped_lessons": say("Lessons of kubesim"),
        "whose_luck": say("Whose luck?"), "class_luck": say("one luck for the whole class"),
        "own_luck": say("a luck for each pupil, put together; pupils:"), "pupils": say("Number of pupils"),
        "luck_note": say("Luck is all that nobody plans: illness, a flood, a good market day. With one luck all see "
                         "the same story. With one for each pupil you see how often each answer is right."),
        "run": say("See what happens"), "choose_first": say("Choose an answer first."),
        "draw_first": say("Draw your sketch first."), "came_out": say("What came out"),
        "hit": say("That is what the model says on average."), "miss": say("The model says something else on average."),
        "mechanism": say("What is behind it?"), "evidence": say("What the evidence says"),
        "cannot": say("What the model cannot say"), "talk": say("What to ask"),
        "pupils_sheet": say("Sheet for pupils"), "teachers_sheet": say("Sheet for the teacher"),
        "once_more": say("Once more from the start"), "take_home": say("Take home"), "your_answer": say("your answer"),
        "who_right": say("Who was right?"), "by_pupil": say("Which answer is right for each pupil's luck"),
        "by_luck": say("Which answer is right under each luck"), "pupil": say("Pupil"), "luck": say("Luck"),
        **_sketch_words(), **_board_words()}


def _sketch_words() -> dict[str, str]:
    return {
        "sketch": say("Your sketch"), "sketch_how": say("Draw with finger, pen or mouse; or tap point by point."),
        "sketch_line": say("Which line do you draw?"), "sketch_undo": say("Undo"), "sketch_clear": say("Clear"),
        "sketch_keys": say("Draw with numbers instead"),
        "sketch_alt": say("Chart to draw in. With the keyboard, use the number fields below it."),
        "sketch_start": say("all begin here"), "sketch_optional": say("You may leave it out."),
        "sketch_result": say("Your sketch and the model"), "sketch_none": say("You drew nothing."),
        "sketch_key": say("Thick line: the model, mean of all lucks; pale: where 9 of 10 lucks lie. Dashed: your "
                          "sketch."),
        "sketch_key_few": say("Thin lines: the model under each luck, too few for a band; thick: their mean. Dashed: "
                              "your sketch.")}


def _board_words() -> dict[str, str]:
    return {
        "class": say("Class"), "teach": say("I teach: show the board"),
        "class_note": say("Your class has a name? Type it here, such as 7B, and see what the class predicts, without "
                          "names."),
        "class_joined": say("What you predict counts on the board of the class, without your name."),
        "class_teaches": say("This is the screen of the teacher: show it to the class. It counts no prediction of its "
                             "own."),
        "give": say("Give my prediction"),
        "given": say("Your prediction is on the board. You may still change it."),
        "stands": say("Your first prediction stays on the board."),
        "board": say("What the class predicts"),
        "board_hidden": say("The board opens when you have given your prediction."),
        "board_sketches": say("Sketches of the class"),
        "board_key": say("Thin lines: a sketch each. Thick line: the middle of the class, from 3 sketches on."),
        "board_key_model": say("Thin lines: a sketch each. Dashed: the middle of the class, from 3 sketches on. Thick "
                               "line: the model."),
        "board_link": say("Address for the pupils:"), "board_anew": say("Begin anew for the class"),
        "board_cover": say("Cover the counts"),
        "board_sure": say("All predictions on this board will be wiped. Go on?")}
