import pytest

from bridge.customers import NO_REGISTRY
from bridge.decisions import Outcome, SupportVerdict
from bridge.policies.checks.completeness import ready_reply
from bridge.tickets import Attachment, Reference

GOOD = {"operating_system": "Windows 10 Pro x64", "device": "android 13", "platform_version": "8.3.24.1467"}


def test_recommended_surroundings_pass(desk):
    assert desk.check("conditions", fields=GOOD).reason == "conditions_met"


@pytest.mark.parametrize(
    ("field", "value", "outcome", "reason"),
    [
        ("operating_system", "Windows 1", "warn", "system_not_recommended"),
        ("operating_system", "Windows 7", "warn", "system_not_recommended"),
        ("device", "Android 9", "warn", "device_not_recommended"),
        ("platform_version", "Предприятие 8.3.20", "warn", "platform_not_recommended"),
        ("platform_version", "8.3", "unknown", "platform_unreadable"),
        ("platform_version", "новая", "unknown", "platform_unreadable"),
        ("platform_version", "", "unknown", "conditions_not_stated"),
    ],
)
def test_what_is_merely_not_recommended_warns_and_what_is_not_said_is_unknown(desk, field, value, outcome, reason):
    check = desk.check("conditions", fields=GOOD | {field: value})
    assert (check.outcome, check.reason) == (outcome, reason)


def test_what_was_not_said_about_the_surroundings_is_named(desk):
    check = desk.check("conditions", language="ru")
    assert check.evidence["missing"] == ["system", "device", "platform"]
    assert check.remedy == "Укажите, пожалуйста: операционная система, устройство, версия платформы."


def test_conditions_of_an_unknown_product_are_unknown(desk):
    assert desk.check("conditions", fields={"product": "Другое"}).reason == "product_unlisted"
    assert desk.check("conditions", NO_REGISTRY, fields={"product": ""}).reason == "product_not_stated"


def test_missing_facts_are_named(desk):
    check = desk.check("completeness", fields={"product_version": ""}, body="Не работает")
    assert (check.outcome, check.reason) == (Outcome.FAIL, "facts_missing")
    assert check.evidence["missing"] == ["product_version", "platform_version", "description"]
    assert check.message == (
        "The request lacks: the product's version, the platform's version, a description of the problem"
    )


def test_a_complete_ticket_passes(desk):
    assert desk.check("completeness", fields={"platform_version": "8.3.24"}).reason == "facts_complete"


def test_each_topic_may_ask_for_its_own_facts(desk):
    options = {"options": {"facts": (), "by_topic": {"Сообщение об ошибке": ("steps_to_reproduce",)}}}
    topic = Reference(id=3, name="сообщение об  ошибке")
    assert desk.check("completeness", definition=options, topic=topic).evidence["missing"] == ["steps_to_reproduce"]
    assert (
        desk.check("completeness", definition=options, topic=Reference(id=4, name="Общие вопросы")).outcome
        is Outcome.PASS
    )
    assert desk.check("completeness", definition=options).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "body",
    [
        "1. Открыть документ\n2. Нажать «Провести»",
        "Шаги: открыть, провести",
        "Steps to reproduce: open it",
        "- открыть\n- провести",
    ],
)
def test_steps_that_stand_in_the_text_are_not_asked_for_again(desk, body):
    options = {"options": {"facts": ("steps_to_reproduce",)}}
    assert desk.check("completeness", definition=options, body=body).outcome is Outcome.PASS


def test_a_version_that_stands_in_the_text_is_not_asked_for_again(desk):
    options = {"options": {"facts": ("product_version",)}}
    said = desk.check(
        "completeness", definition=options, fields={"product_version": ""}, body="У нас стоит 3.0.52.35, не проводится."
    )
    other = desk.check(
        "completeness",
        definition=options,
        fields={"product_version": ""},
        body="С 20.11.2026 сервер 192.168.1.1 молчит.",
    )
    assert (said.outcome, other.outcome) == (Outcome.PASS, Outcome.FAIL)
    unlisted = {"product_version": "", "product": "Другое"}
    assert desk.check("completeness", definition=options, fields=unlisted, body="3.0.52.35").outcome is Outcome.FAIL


def test_a_product_that_the_registry_implies_is_not_asked_for(desk):
    options = {"options": {"facts": ("product",)}}
    assert desk.check("completeness", definition=options, fields={"product": ""}).outcome is Outcome.PASS
    assert desk.check("completeness", NO_REGISTRY, definition=options, fields={"product": ""}).outcome is Outcome.FAIL


def test_a_link_is_wanted_only_when_the_ticket_is_about_a_document_or_an_earlier_case(desk):
    options = {"options": {"facts": ("link",)}}

    def outcome(body):
        return desk.check("completeness", definition=options, body=body).outcome

    assert outcome("Просто вопрос об отчёте") is Outcome.PASS
    assert outcome("Сделал по инструкции, не получилось") is Outcome.FAIL
    assert outcome("Сделал по инструкции https://docs.example/1, не получилось") is Outcome.PASS
    assert outcome("Это предыдущее обращение № 481516 снова") is Outcome.PASS


def test_settings_are_demanded_once_staff_ask_for_more(desk):
    options = {"options": {"facts": ()}}
    asked = desk.check(
        "completeness", definition=options, ticket=desk.ticket(), fields={"sla_set_deferral": "needs_facts"}
    )
    assert asked.evidence["missing"] == ["server_settings", "client_settings"]
    assert desk.check("completeness", definition=options).outcome is Outcome.PASS


def test_facts_of_the_policys_own_have_titles_of_their_own(desk):
    options = {"options": {"facts": ("farm",), "titles": {"farm": ("номер поля", "the number of the field")}}}
    assert desk.check("completeness", definition=options).message == "The request lacks: the number of the field"
    assert desk.check("completeness", definition=options, fields={"farm": "7"}).outcome is Outcome.PASS


def test_one_letter_asks_for_everything_politely_in_both_languages():
    russian = ready_reply(["product_version", "steps_to_reproduce"], language="ru", number="481516")
    english = ready_reply(["product_version", "farm"], language="en", titles={"farm": ("поле", "the field")})
    assert "Спасибо за обращение № 481516." in russian
    assert "— версия продукта;\n— действия, после которых возникает проблема.\n" in russian
    assert "thank you for your request. " in english
    assert "— the product's version;\n— the field.\n" in english
    assert ready_reply([], language="ru") == ""


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("a.png", "image/png"),
        ("A.JPG", "image/jpeg"),
        ("a.jpeg", ""),
        ("a.gif", "application/octet-stream"),
        ("снимок", "image/png; q=1"),
    ],
)
def test_screenshots_in_the_accepted_formats_pass(desk, name, type_):
    files = (Attachment(name=name, type=type_, size=100),)
    assert desk.check("attachments", attachments=files).reason == "attachments_fine"


@pytest.mark.parametrize(
    ("name", "type_"), [("a.bmp", "image/bmp"), ("a.docx", ""), ("a.png", "application/x-msdownload"), ("файл", "")]
)
def test_other_formats_are_named(desk, name, type_):
    check = desk.check(
        "attachments", attachments=(Attachment(name=name, type=type_), Attachment(name="b.png")), language="ru"
    )
    assert (check.outcome, check.reason, check.evidence["files"]) == (Outcome.FAIL, "attachment_format", [name])
    assert check.message == f"Вложения не в принятом формате: {name}"
    assert "JPG, GIF, PNG" in check.remedy


def test_very_large_files_should_come_as_a_link(desk):
    check = desk.check("attachments", attachments=(Attachment(name="a.png", size=10_000_001),))
    assert (check.reason, check.evidence["largest_megabytes"]) == ("attachment_too_large", 10.0)
    assert check.remedy == "Please send files above 10 MB as a link."


def test_a_policy_may_accept_further_formats(desk):
    options = {"options": {"formats": ("png", "log")}}
    assert desk.check(
        "attachments", definition=options, attachments=(Attachment(name="a.log", type="text/plain"),)
    ).outcome is (Outcome.PASS)


def test_attachments_alone_refuse_nobody_unless_the_policy_says_so(desk):
    files = (Attachment(name="a.bmp"),)
    support = desk.judge([desk.define("attachments", effect="none")], attachments=files)
    assert support.verdict is SupportVerdict.FULL
    assert desk.check("attachments").reason == "attachments_none"
