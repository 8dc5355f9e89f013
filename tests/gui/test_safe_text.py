"""Foreign text is text: nothing is opened, loaded or laid out from it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from pytestqt.qtbot import QtBot

from bazaar.rpc.schema.listings import Block
from gui.pages.order.act_bar import said
from gui.widgets.button import Button, IconButton
from gui.widgets.dialogs import Question
from gui.widgets.safe_text import MAX_CHARACTERS, MAX_LINES, SafeText
from gui.widgets.text import ShortText, Text
from tests.rpc_samples import ORDER_VIEW


class Watching(SafeText):
    """Counts what a document asks for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__()

    def loadResource(self, kind: int, name: QUrl | str) -> QImage:  # noqa: N802 - Qt's name
        self.asked.append(str(name))
        return super().loadResource(kind, name)


def payloads(folder: Path) -> list[str]:
    secret = folder / "secret.png"
    QImage(9, 9, QImage.Format.Format_RGB32).save(str(secret))
    return [
        f'<img src="{secret}">',
        f'<img src="file://{secret}">',
        f"![x](file://{secret})",
        f"![x]({secret})",
        "<b>bold</b><style>*{color:red}</style><script>alert(1)</script>",
        f'<link rel="stylesheet" href="{secret}">',
        "<a href='https://example.org'>press</a>",
        "\u202egnp.exe\u202c",
    ]


def paragraph(text: str) -> Block:
    return Block(kind="paragraph", runs=(("plain", text),))


def test_hostile_descriptions_are_shown_as_they_are_typed(
    qtbot: QtBot, tmp_path: Path
) -> None:
    for payload in payloads(tmp_path):
        view = Watching()
        qtbot.addWidget(view)
        view.show_blocks(
            (paragraph(payload), Block(kind="code", runs=(("bold", payload),)))
        )
        view.show()
        view.grab()
        assert view.asked == []
        assert view.toPlainText() == f"{payload}\n{payload}"


def test_a_resource_that_is_asked_for_all_the_same_is_a_clear_pixel(
    qtbot: QtBot, tmp_path: Path
) -> None:
    view = SafeText()
    qtbot.addWidget(view)
    payloads(tmp_path)
    kind = QTextDocument.ResourceType.ImageResource.value
    image = view.loadResource(kind, QUrl.fromLocalFile(str(tmp_path / "secret.png")))
    assert (image.width(), image.height(), image.pixelColor(0, 0).alpha()) == (1, 1, 0)


def test_descriptions_are_cut_at_their_limits(qtbot: QtBot) -> None:
    view = SafeText()
    qtbot.addWidget(view)
    view.show_blocks((paragraph("x" * MAX_CHARACTERS),))
    assert len(view.toPlainText()) == MAX_CHARACTERS
    view.show_blocks((paragraph("x" * (MAX_CHARACTERS + 1)),))
    assert len(view.toPlainText()) == MAX_CHARACTERS
    view.show_blocks((paragraph("x"),) * (MAX_LINES + 1))
    assert view.document().blockCount() == MAX_LINES


@pytest.mark.parametrize("kind", [Text, ShortText])
def test_labels_show_markup_as_text(
    qtbot: QtBot, tmp_path: Path, kind: type[Text]
) -> None:
    for payload in payloads(tmp_path):
        label = kind(payload)
        qtbot.addWidget(label)
        label.resize(2_000, 30)
        label.show()
        label.grab()
        assert label.text() == payload


def test_buttons_show_markup_and_ampersands_as_text(qtbot: QtBot) -> None:
    button = Button("<b>Ana & Ben</b>")
    qtbot.addWidget(button)
    assert button.text() == "<b>Ana && Ben</b>"
    assert button.accessibleName() == "<b>Ana & Ben</b>"


def test_tips_are_escaped(qtbot: QtBot) -> None:
    button = IconButton("x", '<img src="/etc/hostname">')
    qtbot.addWidget(button)
    assert button.toolTip() == "&lt;img src=&quot;/etc/hostname&quot;&gt;"


def test_a_question_names_its_act_and_the_safe_answer_is_the_default(
    qtbot: QtBot,
) -> None:
    parent = Text("")
    qtbot.addWidget(parent)
    act = said("move", "confirm", ORDER_VIEW)
    question = Question(parent, "Release?", "<b>words</b>", act)
    assert question.go.text() == "Got it, release 30.15 EUR"
    assert not question.go.isDefault()
