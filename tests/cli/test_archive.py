"""`state archive` and `state forget`: from a finished cycle back to what it was decided by, and what is erased of a person."""

import hashlib
import json

import pytest

from bridge.cli.wiring.configuration import read_settings
from bridge.sync.memory.archive import archive_folder
from bridge.sync.memory.journal import beside
from tests.faults import Fault


def state_path(desk):
    return read_settings(desk.folder).state_path


def cycles(helpdesk):
    rows = helpdesk.store.rows("SELECT ticket_id, cycles FROM records")
    return {row["ticket_id"]: json.loads(row["cycles"]) for row in rows}


def people(helpdesk, count=3):
    """Tickets of people, each of them answered: a cycle of each is over."""
    found = []
    for one in range(count):
        ticket = helpdesk.people.create_ticket(f"question {one}", email=f"user{one}@kolos.example")
        helpdesk.people.agent_reply(ticket)
        found.append(ticket)
    return found


@pytest.fixture
def desk(desk_cli, helpdesk):
    desk_cli("setup")
    people(helpdesk)
    assert desk_cli("sync", "--json").json["written"] == 3
    return desk_cli


def test_a_finished_cycle_leads_to_the_registry_s_answer_the_policy_and_its_files(desk, helpdesk):
    for told in cycles(helpdesk).values():
        cycle = told[0]
        policy_digest, said = json.loads(desk("state", "archive", cycle["inputs"]).out)
        assert policy_digest == cycle["policy_digest"]
        assert said["presence"]
        policy = json.loads(desk("state", "archive", policy_digest).out)
        for name, digest in (policy["policies"] | policy["catalogue"]).items():
            content = (archive_folder(state_path(desk)) / digest).read_bytes()
            assert content == (desk.folder / name).read_bytes()
        for digest in policy["calendars"].values():
            calendar = json.loads(desk("state", "archive", digest).out)
            assert calendar["definition"]["zone"]
            for part in calendar["files"].values():
                assert (archive_folder(state_path(desk)) / part).exists()


def test_every_file_is_named_by_its_bytes_and_is_for_its_owner(desk):
    files = list(archive_folder(state_path(desk)).iterdir())
    assert files
    assert all(hashlib.sha256(one.read_bytes()).hexdigest() == one.name for one in files)
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
    assert archive_folder(state_path(desk)).stat().st_mode & 0o777 == 0o700


def test_the_old_policy_stays_readable_when_another_one_is_in_force(desk, helpdesk):
    before = next(iter(cycles(helpdesk).values()))[0]["policy_digest"]
    (policy,) = sorted((desk.folder / "policies").glob("*.yaml"))[:1]
    old = policy.read_bytes()
    policy.write_bytes(old + b"\n# another\n")
    people(helpdesk, 1)
    assert desk("sync").code == 0
    assert {one["policy_digest"] for told in cycles(helpdesk).values() for one in told} > {before}
    kept = json.loads(desk("state", "archive", before).out)
    name = policy.relative_to(desk.folder).as_posix()
    assert (archive_folder(state_path(desk)) / kept["policies"][name]).read_bytes() == old


def test_a_plan_keeps_nothing(desk_cli, helpdesk):
    desk_cli("setup")
    people(helpdesk)
    assert desk_cli("plan").code == 0
    assert not archive_folder(state_path(desk_cli)).exists()


def test_with_the_archive_off_nothing_is_kept_and_that_is_said(desk_cli, helpdesk):
    text = (desk_cli.folder / "bridge.yaml").read_text(encoding="utf-8")
    (desk_cli.folder / "bridge.yaml").write_text(text + "\narchive: off\n", encoding="utf-8")
    desk_cli("setup")
    people(helpdesk)
    assert desk_cli("sync").code == 0
    digest = next(iter(cycles(helpdesk).values()))[0]["inputs"]
    told = desk_cli("state", "archive", digest)
    assert (told.code, "never recorded here" in told.err) == (4, True)


def test_a_file_that_is_damaged_is_not_shown_and_is_written_anew(desk, helpdesk):
    digest = next(iter(cycles(helpdesk).values()))[0]["policy_digest"]
    path = archive_folder(state_path(desk)) / digest.removeprefix("sha256:")
    path.write_bytes(path.read_bytes()[:-1])
    assert desk("state", "archive", digest).code == 4
    people(helpdesk, 1)
    desk("sync")
    assert desk("state", "archive", digest).code == 0


def test_a_folder_that_cannot_be_used_stops_the_pass_before_it_writes(desk_cli, helpdesk):
    desk_cli("setup")
    people(helpdesk)
    archive_folder(state_path(desk_cli)).parent.mkdir(parents=True, exist_ok=True)
    archive_folder(state_path(desk_cli)).write_bytes(b"")
    told = desk_cli("sync")
    assert (told.code, "archive: off" in told.err) == (9, True)
    assert cycles(helpdesk) == {}


def test_a_person_is_erased_from_the_journal_and_others_can_still_be_undone(desk, helpdesk):
    told = desk("state", "forget", "--email", "USER1@kolos.example", "--json")
    assert (told.code, told.json["records"]) == (0, 1)
    assert desk("state", "forget", "--email", "user1@kolos.example", "--json").json["records"] == 0
    undone = desk("state", "undo", "1", "--json")
    assert (undone.code, undone.json["put_back"]) == (0, 2)


def test_a_customer_is_erased_from_the_archive_and_a_mark_says_so(desk, helpdesk, known_customer):
    ident, email = known_customer
    ticket = helpdesk.people.create_ticket("question", email=email)
    helpdesk.people.agent_reply(ticket)
    desk("sync")
    digest = cycles(helpdesk)[ticket][0]["inputs"]
    assert json.loads(desk("state", "archive", digest).out)[1]["customer"]["id"] == ident
    folder, others = archive_folder(state_path(desk)), len(desk("state", "archive", "--json").json)
    told = desk("state", "forget", "--customer", ident.lower(), "--json").json
    assert told["answers"] == 1
    assert told["records"] == 1
    gone = desk("state", "archive", digest)
    assert (gone.code, "was erased" in gone.err) == (4, True)
    listed = desk("state", "archive", "--json").json
    assert (len(listed), sum(one["erased"] for one in listed)) == (others, 1)
    everything = b"".join(one.read_bytes() for one in folder.iterdir())
    assert email.encode() not in everything


@pytest.fixture
def known_customer(desk_cli):
    """The id and an address of a customer whom the shipped registry knows by it."""
    from bridge.cli.wiring.configuration import load_configuration

    load = load_configuration(desk_cli.folder).registry_load
    for row in load.registry.customers():
        if row.emails:
            return row.id, row.emails[0]
    raise AssertionError("the shipped registry knows nobody by an address")


def test_a_damaged_journal_that_was_set_aside_is_named_since_it_cannot_be_searched(desk):
    aside = beside(state_path(desk)).with_name(beside(state_path(desk)).name + ".damaged-20261129T000000Z")
    aside.write_bytes(b"user1@kolos.example")
    assert str(aside) in desk("state", "forget", "--email", "user1@kolos.example").err


@pytest.mark.parametrize("arguments", [(), ("--email", " "), ("--customer", "")])
def test_nobody_named_is_wrong_use(desk_cli, arguments):
    assert desk_cli("state", "forget", *arguments).code == 2


def test_what_a_cycle_names_is_on_the_disk_before_the_cycle_is_written(desk_cli, helpdesk):
    desk_cli("setup")
    people(helpdesk)
    seen = []
    folder = archive_folder(state_path(desk_cli))
    helpdesk.faults.next(
        "writes", Fault.RACE, edit=lambda: seen.append({f"sha256:{one.name}" for one in folder.iterdir()})
    )
    desk_cli("sync")
    assert {told[0]["inputs"] for told in cycles(helpdesk).values()} <= seen[0]
