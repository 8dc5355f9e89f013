"""The seller's tools: the table, bulk edits with a way back, moving in, templates, the slip."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.licences import LicencePut
from bazaar.rpc.schema.listings import ListingList
from bazaar.rpc.schema.merchant import (
    DefaultsSet,
    ImportFault,
    ListingBulk,
    ListingExport,
    ListingImport,
    ListingImportStop,
    ListingUndo,
    TemplateList,
    TemplatePut,
    TemplateRemove,
)
from bazaar.rpc.schema.node import Event
from bazaar.rpc.schema.papers import OrderExport, OrderSlip
from gui.app.window import Window
from gui.pages.editor.view import EditorPage
from gui.pages.manage.bulk_dialog import BulkDialog
from gui.pages.manage.history_dialog import HistoryDialog
from gui.pages.manage.licence_dialog import LicenceDialog
from gui.pages.manage.view import ManagePage
from gui.pages.moving.presenter import Step, grouped
from gui.pages.moving.view import MovingPage
from gui.pages.order.slip import SlipDialog, drawn, save_pdf
from gui.pages.order.view import OrderPage
from gui.pages.orders.view import OrdersPage
from gui.pages.templates.view import TemplatesPage
from gui.widgets.dialogs import Question
from tests.gui.deals import orders
from tests.gui.fake_node import FakeNode, RefusedError
from tests.rpc_samples import BULK, IMPORTED, LICENCES, SLIP

Calm = Callable[[], None]
C = TypeVar("C", bound=Call)
W = TypeVar("W", bound=QWidget)


def asked(node: FakeNode, kind: type[C]) -> list[C]:
    return [call for call in node.asked if isinstance(call, kind)]


def page(window: Window, name: str, kind: type[W], calm: Calm) -> W:
    window.go(name)
    calm()
    found = window.findChild(kind)
    assert isinstance(found, kind)
    return found


def press(inside: QWidget, name: str) -> None:
    buttons = inside.findChildren(QAbstractButton)
    (button,) = (one for one in buttons if one.accessibleName() == name)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def mark(manage: ManagePage, *rows: int) -> None:
    for row in rows:
        manage.table.selectionModel().select(
            manage.narrowed.index(row, 0),
            QItemSelectionModel.SelectionFlag.Select
            | QItemSelectionModel.SelectionFlag.Rows,
        )


def test_a_price_typed_into_the_table_is_published_and_taken_back(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    manage = page(window, "manage", ManagePage, calm)
    index = manage.narrowed.index(0, 1)
    card = manage.goods.card(manage.narrowed.mapToSource(index))
    assert card is not None
    before = index.data()
    manage.narrowed.setData(index, before, Qt.ItemDataRole.EditRole)
    assert asked(node, ListingBulk) == []
    manage.narrowed.setData(index, "12,50", Qt.ItemDataRole.EditRole)
    calm()
    assert asked(node, ListingBulk) == [
        ListingBulk(edit={"price": "12.50 EUR"}, slugs=(card.slug,))
    ]
    press(window, "Undo")
    calm()
    assert asked(node, ListingUndo) == [ListingUndo(number=BULK.number)]


def test_the_table_is_searched_and_marked(
    window: Window, calm: Calm, node: FakeNode
) -> None:
    assert node.asked
    manage = page(window, "manage", ManagePage, calm)
    whole = manage.narrowed.rowCount()
    assert manage.bar.isHidden()
    mark(manage, 0, 1)
    assert (len(manage.slugs()), manage.bar.isHidden()) == (2, False)
    QTest.keyClicks(manage.search, manage.narrowed.index(0, 0).data()[:12])
    assert 0 < manage.narrowed.rowCount() < whole
    assert len(manage.slugs()) == 1
    manage.search.setText("no such thing")
    assert (manage.slugs(), manage.bar.isHidden()) == ((), True)


EDITS: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    ("price", "price_percent", "-10", {"price_percent": "-10"}),
    ("price", "price_add", "1,50 EUR", {"price_add": "1.50 EUR"}),
    ("stock", "stock", "7", {"stock": "7"}),
    ("stock", "stock_add", "-2", {"stock_add": -2}),
    ("stock", "unlimited", "", {"stock": "unlimited"}),
    ("tags", "", "red, blue", {"tags_add": ["red", "blue"]}),
    ("state", "vacation", "", {"state": "vacation"}),
    ("shipping", "Post", "", {}),
)


def test_marked_listings_are_changed_together(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    manage = page(window, "manage", ManagePage, calm)
    mark(manage, 0, 2)
    for kind, how, text, edit in EDITS:
        node.asked.clear()
        manage.open_bulk(kind)
        calm()
        dialog = manage.findChildren(BulkDialog)[-1]
        dialog.how.choose(how)
        field = dialog.value.editor
        assert isinstance(field, QLineEdit)
        field.setText(text)
        press(dialog, "Show what changes")
        calm()
        press(dialog, "Change them")
        calm()
        look, deed = asked(node, ListingBulk)
        assert (look.dry_run, deed.dry_run, deed.edit) == (True, False, edit)
        assert deed.template == ("Post" if kind == "shipping" else "")
        assert len(deed.slugs) == 2


def test_what_was_changed_together_is_taken_back_from_the_history(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    manage = page(window, "manage", ManagePage, calm)
    press(manage, "History")
    calm()
    dialog = manage.findChild(HistoryDialog)
    assert isinstance(dialog, HistoryDialog)
    press(dialog, "Undo")
    calm()
    assert asked(node, ListingUndo) == [ListingUndo(number=BULK.number)]


def test_codes_are_put_into_the_list_of_a_download(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    before = node.answers

    def answers(call: Call) -> object:
        found = before(call)
        if isinstance(call, ListingList):
            first, *others = found
            return (replace(first, type="digital", slug=LICENCES.slug), *others)
        return found

    node.answers = answers
    manage = page(window, "manage", ManagePage, calm)
    rows = range(manage.narrowed.rowCount())
    types = [manage.goods.cards[row].type for row in rows]
    for row in rows:
        manage.table.clearSelection()
        mark(manage, row)
        card = manage._card(manage.narrowed.index(row, 0))
        assert card is not None
        assert manage.codes.isHidden() == (card.type != "digital")
        if card.slug == LICENCES.slug:
            break
    assert "digital" in types
    manage.open_codes()
    calm()
    dialog = manage.findChild(LicenceDialog)
    assert isinstance(dialog, LicenceDialog)
    assert dialog.left.text() == "12 left, 3 sold."
    press(dialog, "Add codes")
    assert dialog.problem.text() == "Type or paste at least one code."
    QTest.keyClicks(dialog.codes, "AAA-1")
    QTest.keyClick(dialog.codes, Qt.Key.Key_Return)
    QTest.keyClicks(dialog.codes, "BBB-2")
    press(dialog, "Add codes")
    calm()
    assert asked(node, LicencePut) == [
        LicencePut(slug=LICENCES.slug, codes=("AAA-1", "BBB-2"))
    ]


def test_an_empty_bulk_edit_asks_nothing(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    manage = page(window, "manage", ManagePage, calm)
    mark(manage, 0)
    manage.open_bulk("price")
    dialog = manage.findChild(BulkDialog)
    assert isinstance(dialog, BulkDialog)
    press(dialog, "Change them")
    calm()
    assert asked(node, ListingBulk) == []
    dialog.reject()


def test_what_is_marked_is_exported(
    window: Window, node: FakeNode, calm: Calm, monkeypatch: pytest.MonkeyPatch
) -> None:
    manage = page(window, "manage", ManagePage, calm)
    place = "PySide6.QtWidgets.QFileDialog.getSaveFileName"

    def chosen(*_: object) -> tuple[str, str]:
        return "/tmp/shop.zip", ""

    monkeypatch.setattr(place, chosen)
    mark(manage, 0)
    press(manage, "Export")
    calm()
    assert asked(node, ListingExport) == [
        ListingExport(file="/tmp/shop.zip", slugs=manage.slugs())
    ]


def test_a_file_is_looked_at_corrected_and_published(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    before = node.answers

    def answers(call: Call) -> object:
        if isinstance(call, ListingImport):
            return replace(IMPORTED, done=not call.dry_run)
        return before(call)

    node.answers = answers
    moving = page(window, "moving", MovingPage, calm)
    moving.chooser.take("/tmp/shop.csv")
    calm()
    state = moving.state
    assert (state.step, state.can_publish()) == (Step.PREVIEW, False)
    assert not moving.preview.go.isEnabled()
    assert moving.preview.faults.item(0, 2).text() == "'NaN' is no amount"
    state.columns["Farbcode"] = "tags"
    press(moving, "Check again")
    calm()
    moving.preview.sound.setChecked(True)
    QTest.mouseClick(moving.preview.go, Qt.MouseButton.LeftButton)
    calm()
    assert state.step is Step.RESULT
    assert [
        (call.dry_run, call.only_sound, call.columns, call.unit)
        for call in asked(node, ListingImport)
    ] == [
        (True, False, {}, "EUR"),
        (True, False, {"Farbcode": "tags"}, "EUR"),
        (False, True, {"Farbcode": "tags"}, "EUR"),
    ]
    press(moving, "See my shop")
    calm()


def test_progress_is_shown_and_an_import_cancelled(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    moving = page(window, "moving", MovingPage, calm)
    state = moving.state
    state.file = "/tmp/shop.csv"
    state.publish()
    job = state._job
    for name, done in ((job, 3), ("other", 9)):
        data = {"job": name, "stage": "pictures", "done": done, "total": 10}
        moving.heard(Event(seq=1, topic="job", at=0, data=data))
    assert (moving.bar.value(), moving.bar.maximum()) == (3, 10)
    assert moving.count.text() == "3 of 10"
    press(moving, "Cancel")
    qtbot.waitUntil(lambda: bool(asked(node, ListingImportStop)))
    assert asked(node, ListingImportStop) == [ListingImportStop(job=job)]
    calm()


def test_a_file_that_is_refused_can_be_chosen_again(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    before = node.answers

    def answers(call: Call) -> object:
        if isinstance(call, ListingImport):
            raise RefusedError("input", "file: it has no header and no rows")
        return before(call)

    node.answers = answers
    moving = page(window, "moving", MovingPage, calm)
    moving.chooser.take("/tmp/empty.csv")
    calm()
    assert moving.state.step is Step.CHOOSE
    assert "no header" in moving.chooser.problem.text()


def test_a_template_is_changed_with_its_listings_and_deleted(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    templates = page(window, "templates", TemplatesPage, calm)
    assert templates.name.text() == "Post"
    (way,) = templates.rows.ways()
    assert (way["countries"], way["services"][0]["first"]) == (["ZZ"], "4.00 EUR")
    press(templates, "Add a row")
    fields = templates.rows.findChildren(QLineEdit)
    for field, text in zip(fields[-6:], ("Post", "", "Express", "9 EUR"), strict=False):
        field.setText(text)
    press(templates, "Save")
    calm()
    (put,) = asked(node, TemplatePut)
    names = [one["name"] for one in put.shipping[0]["services"]]
    assert (put.update, names) == (True, ["Standard", "Express"])
    assert templates.first.isChecked()
    assert asked(node, DefaultsSet)[0].defaults["template"] == "Post"
    press(templates, "Delete")
    question = templates.findChild(Question)
    assert isinstance(question, Question)
    QTest.mouseClick(question.go, Qt.MouseButton.LeftButton)
    calm()
    assert asked(node, TemplateRemove) == [TemplateRemove(name="Post")]


def test_the_slip_is_plain_text_and_a_pdf(tmp_path: Path, qapp: object) -> None:
    assert qapp
    evil = replace(SLIP, note="<b>bold</b><img src='http://x'>")
    document = drawn(evil, has_bill=False)
    assert "<b>bold</b>" in document.toPlainText()
    assert "53111 Bonn" in document.toPlainText()
    assert "30.15" not in document.toPlainText()
    bill = drawn(SLIP, has_bill=True)
    assert "30.15 EUR" in bill.toPlainText()
    path = tmp_path / "slip.pdf"
    save_pdf(bill, str(path))
    assert path.read_bytes().startswith(b"%PDF")


def test_only_the_seller_is_offered_the_slip(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    for role in ("buyer", "seller"):
        view = next(one for one in orders().values() if one.role == role)
        window.go("order", view.order_id)
        calm()
        shown = window.findChild(OrderPage)
        assert isinstance(shown, OrderPage)
        buttons = shown.findChildren(QAbstractButton)
        (slip,) = (one for one in buttons if one.accessibleName() == "Packing slip")
        assert slip.isHidden() == (role == "buyer")
    QTest.mouseClick(slip, Qt.MouseButton.LeftButton)
    calm()
    assert len(asked(node, OrderSlip)) == 1
    dialog = shown.findChild(SlipDialog)
    assert isinstance(dialog, SlipDialog)
    dialog.reject()


def test_sales_and_purchases_are_exported(
    window: Window, node: FakeNode, calm: Calm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chosen(*_: object) -> tuple[str, str]:
        return "/tmp/sales.csv", ""

    place = "PySide6.QtWidgets.QFileDialog.getSaveFileName"
    monkeypatch.setattr(place, chosen)
    window.go("orders", "seller")
    calm()
    orders_page = window.findChild(OrdersPage)
    assert isinstance(orders_page, OrdersPage)
    press(orders_page, "Export")
    calm()
    assert asked(node, OrderExport) == [
        OrderExport(file="/tmp/sales.csv", role="seller")
    ]
    window.go("orders", "arbiter")
    calm()
    assert orders_page.export.isHidden()


def test_the_same_fault_of_many_rows_stands_once() -> None:
    faults = [ImportFault(row=row, column="price", words="gone") for row in range(2, 9)]
    faults.insert(3, ImportFault(row=4, column="stock", words="bad"))
    many, one = grouped(faults)
    assert (many.places, len(many.rows), many.column) == ("2, 3, 4 …", 7, "price")
    assert (one.places, one.words) == ("4", "bad")


def test_who_has_no_template_says_what_shipping_costs_and_gives_a_spare_picture(
    window: Window, node: FakeNode, calm: Calm, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = node.answers

    def answers(call: Call) -> object:
        return () if isinstance(call, TemplateList) else before(call)

    def chosen(*_: object) -> tuple[str, str]:
        return "/tmp/spare.png", ""

    node.answers = answers
    place = "PySide6.QtWidgets.QFileDialog.getOpenFileName"
    monkeypatch.setattr(place, chosen)
    moving = page(window, "moving", MovingPage, calm)
    QTest.keyClicks(moving.chooser.first, "4,90")
    QTest.keyClicks(moving.chooser.to, "de; at")
    press(moving, "Choose a picture")
    moving.chooser.take("/tmp/shop.csv")
    calm()
    (put,) = asked(node, TemplatePut)
    (way,) = put.shipping
    assert way["countries"] == ["DE", "AT"]
    assert way["services"] == [{"name": "Standard", "first": "4.90 EUR"}]
    (asked_for,) = asked(node, ListingImport)
    assert (asked_for.template, asked_for.spare) == ("Standard", "/tmp/spare.png")


def test_what_new_listings_start_with_is_kept_and_copied(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    templates = page(window, "templates", TemplatesPage, calm)
    card = templates.start
    assert card.language.value() == "de"
    card.country.choose("DE")
    QTest.keyClicks(card.postal, "10115")
    QTest.keyClicks(card.processing, "2 days")
    card.days["ship_days"].clear()
    QTest.keyClicks(card.days["ship_days"], "5")
    QTest.keyClicks(card.terms, "As always.")
    press(card, "Keep these")
    calm()
    (kept,) = asked(node, DefaultsSet)
    assert kept.defaults == {
        "language": "de",
        "template": "Post",
        "ships_from": {"country": "DE", "postal_code": "10115"},
        "processing_time": "2 days",
        "terms": "As always.",
        "refund_policy": "",
        "deadlines": {"ship_days": 5, "inspect_days": 14},
    }
    editor = page(window, "editor", EditorPage, calm)
    assert editor.form.draft().language == "de"
    assert not editor.unsaved()
