"""The ways in which things go wrong beside somebody's helpdesk, what the bridge does about each, and the tests that show it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One way: `trouble` is what happens, `answer` what the bridge does, `tests` are ids as pytest takes them."""

    number: int
    group: str
    trouble: str
    answer: str
    tests: tuple[str, ...]


_NETWORK, _DATA = "the network", "data, and others at work on them"
_HOST, _SECURITY = "state, processes and time", "security"

_SYNC = "tests/integration/sync"
_CONNECTORS = "tests/unit/connectors"
_TROUBLE = f"{_SYNC}/test_trouble.py"
_PASSES = f"{_SYNC}/test_passes.py"
_QUICKER = f"{_SYNC}/test_people_are_quicker.py"
_OWNERSHIP = f"{_SYNC}/test_ownership.py"
_STATE = f"{_SYNC}/test_state_and_processes.py"
_UNDO = f"{_SYNC}/test_undo.py"
_BOUNDS = f"{_CONNECTORS}/test_bounds.py"
_RETRIES = f"{_CONNECTORS}/test_retries.py"
_SECRECY = f"{_CONNECTORS}/test_secrecy.py"
_FULL = "tests/cli/test_full_disk.py"
_RUN = "tests/cli/test_run.py"
_LEASE = "tests/cli/test_lease.py"
_ERRORS = "tests/cli/test_operator_errors.py"

ROWS = (
    Row(
        1,
        _NETWORK,
        "an answer is lost after the write was done",
        "The write is sent again under the same revision and finds its work done; no letter leaves a second time.",
        (
            f"{_TROUBLE}::test_an_answer_lost_after_the_write_was_done_has_no_second_effect",
            f"{_SYNC}/test_actions_over_http.py::test_a_lost_answer_sends_no_second_letter",
        ),
    ),
    Row(
        2,
        _NETWORK,
        "the helpdesk asks to be left alone for a while (429, 503), in seconds, by a date, or absurdly long",
        "It is obeyed up to a bound, with some chance added, so that several bridges do not come back in step.",
        (
            f"{_RETRIES}::test_what_the_helpdesk_asks_for_is_obeyed_and_capped",
            f"{_RETRIES}::test_a_date_without_the_helpdesks_own_is_measured_on_ours",
            f"{_RETRIES}::test_two_bridges_do_not_wait_in_step",
        ),
    ),
    Row(
        3,
        _NETWORK,
        "the server fails without end (5xx)",
        "Waits double up to a bound, a pass may repeat only so many requests, the command ends with 5, the state"
        " stays as it was.",
        (
            f"{_RETRIES}::test_a_pass_has_a_budget_of_retries",
            f"{_RETRIES}::test_waits_are_drawn_from_a_range_that_doubles_up_to_the_cap",
            f"{_TROUBLE}::test_a_page_that_does_not_come_whole_leaves_everything_as_it_was",
            f"{_ERRORS}::test_a_mistake_ends_with_its_code_one_sentence_and_the_next_step",
        ),
    ),
    Row(
        4,
        _NETWORK,
        "half of an answer comes",
        "All of it is thrown away, and the place in the change feed does not move.",
        (
            f"{_BOUNDS}::test_an_answer_that_is_cut_is_tried_again_and_thrown_away_whole",
            f"{_TROUBLE}::test_a_page_that_does_not_come_whole_leaves_everything_as_it_was",
        ),
    ),
    Row(
        5,
        _NETWORK,
        "a login page, JSON of another shape, an endless answer or a packed one that unfolds without end",
        "Size and shape are checked before anything is used; the error shows the beginning of what came, escaped.",
        (
            f"{_BOUNDS}::test_the_beginning_of_an_unusable_answer_is_shown_escaped",
            f"{_BOUNDS}::test_an_endless_answer_is_stopped_at_the_size_limit",
            f"{_BOUNDS}::test_a_gzip_bomb_is_stopped_while_it_unfolds",
            f"{_CONNECTORS}/test_osticket.py::test_a_page_outside_of_the_contract_is_refused_whole",
            f"{_SYNC}/test_list.py::test_a_page_that_cannot_be_read_is_never_taken_for_an_empty_one",
        ),
    ),
    Row(
        6,
        _NETWORK,
        "the server cannot prove who it is, or sends the bridge elsewhere",
        "Nothing is sent: a certificate that ended, of another name, signed by itself or by a stranger, and any"
        " redirect end the pass with 5, and the key stays here. An authority of one's own is named in"
        " `helpdesk.ca_file`.",
        (
            "tests/cli/test_identity.py::test_a_helpdesk_that_cannot_prove_who_it_is_gets_nothing_and_is_told_with_the_setting",
            "tests/cli/test_identity.py::test_a_helpdesk_of_an_authority_of_ones_own_is_served_once_bridge_yaml_names_it",
            "tests/cli/test_identity.py::test_a_redirect_is_followed_nowhere_and_names_where_it_leads",
            f"{_SECRECY}::test_an_authority_of_the_environment_opens_no_door",
            "tests/integration/registry/test_fetch.py::test_a_server_that_cannot_prove_itself_gets_no_secret",
        ),
    ),
    Row(
        7,
        _NETWORK,
        "the helpdesk's name is unknown to DNS for a while",
        "The pass ends with 5 and says so; the next one that finds the name makes up for it.",
        (
            "tests/cli/test_identity.py::test_a_name_that_dns_forgets_costs_that_pass_and_the_next_one_makes_up_for_it",
            "tests/cli/test_doctor.py::test_a_name_that_no_dns_knows_is_told_with_the_setting_to_mend",
            f"{_RUN}::test_an_outage_is_told_once_with_its_end_and_each_pass_says_that_it_was_none",
        ),
    ),
    Row(
        8,
        _NETWORK,
        "an answer comes byte by byte",
        "A request has a deadline for the whole of its answer, headers included.",
        (
            f"{_BOUNDS}::test_a_byte_a_second_ends_at_the_deadline_of_the_request",
            f"{_BOUNDS}::test_headers_that_drip_end_at_the_deadline_too",
            f"{_BOUNDS}::test_all_attempts_together_end_at_the_total_deadline",
        ),
    ),
    Row(
        9,
        _NETWORK,
        "a cache in between gives an old page",
        "A write names the revision it was decided on, so an old page ends in a conflict and a second reading,"
        " never in an old value; where it stays old the ticket is named.",
        (
            f"{_QUICKER}::test_a_stale_page_of_a_cache_never_rolls_a_write_back",
            f"{_QUICKER}::test_old_answers_of_any_route_end_in_nothing_old",
            f"{_QUICKER}::test_an_old_answer_for_a_ticket_whose_change_was_read_already_ends_the_pass",
            f"{_QUICKER}::test_a_revision_that_the_helpdesk_shows_but_does_not_take_ends_in_a_reason",
        ),
    ),
    Row(
        10,
        _NETWORK,
        "another helpdesk answers under the same name",
        "Each helpdesk has an identity, which is remembered: the pass stops before it writes.",
        (
            f"{_TROUBLE}::test_another_helpdesk_at_the_same_address_stops_the_pass",
            f"{_TROUBLE}::test_a_helpdesk_that_turns_into_another_one_within_a_pass_is_noticed",
        ),
    ),
    Row(
        11,
        _DATA,
        "a ticket is deleted while a pass works on it",
        "Its write comes back as gone; it is forgotten and not tried again.",
        (
            f"{_QUICKER}::test_a_ticket_deleted_between_read_and_write_is_gone_without_a_retry",
            f"{_PASSES}::test_a_ticket_deleted_between_two_pages_is_neither_written_nor_remembered",
        ),
    ),
    Row(
        12,
        _DATA,
        "two tickets are merged",
        "The one leaves, the other is decided anew.",
        (f"{_PASSES}::test_a_merged_ticket_and_its_parent_are_both_decided_anew",),
    ),
    Row(
        13,
        _DATA,
        "an agent edits between reading and writing",
        "The write is refused as a conflict, the ticket is read and decided again, and what the agent entered stands.",
        (
            f"{_QUICKER}::test_an_edit_between_read_and_write_is_a_conflict_and_the_ticket_is_decided_anew",
            f"{_QUICKER}::test_the_agents_value_survives_every_conflict",
        ),
    ),
    Row(
        14,
        _DATA,
        "another tool writes into the bridge's fields again and again",
        "The configuration says for each field who wins; after three corrections the bridge gives in, and tells.",
        (
            f"{_OWNERSHIP}::test_a_fight_over_a_field_ends_after_three_corrections",
            f"{_OWNERSHIP}::test_a_field_to_report_keeps_the_other_value_and_is_told_at_every_look",
            f"{_OWNERSHIP}::test_a_field_to_yield_keeps_the_other_value_in_peace",
        ),
    ),
    Row(
        15,
        _DATA,
        "two bridges work on one helpdesk at once",
        "One leads. A write under an older epoch of the lease is refused in its own transaction.",
        (
            f"{_SYNC}/test_stopped_leaders.py::test_bridge_that_was_stopped_writes_nothing_stale_wherever_it_was",
            f"{_LEASE}::test_while_another_leads_nothing_is_written_and_the_next_run_catches_up",
            "tests/contract/test_lease.py::test_who_was_stopped_writes_nothing_once_another_leads",
        ),
    ),
    Row(
        16,
        _DATA,
        "two hosts have different policies, as while one is updated",
        "Policies have an order in the helpdesk, and an older one does not come back by itself.",
        (
            f"{_LEASE}::test_older_policy_does_not_come_back_by_itself",
            f"{_LEASE}::test_changed_policy_of_the_host_that_led_last_is_the_next_one",
            "tests/contract/test_lease.py::test_policy_is_replaced_only_by_who_has_seen_it",
        ),
    ),
    Row(
        17,
        _DATA,
        "several tickets share the second at which a page ends",
        "Pages are cut by ids and by numbers of the feed, which no two tickets share, and never by times.",
        (
            "tests/contract/test_paging.py::test_tickets_created_in_one_second_are_not_lost_at_a_page_boundary",
            "tests/contract/test_paging.py::test_pages_of_any_size_hold_every_ticket_once_and_in_order",
            "tests/contract/test_changes.py::test_feed_in_pages_of_one_tells_the_same_as_in_one",
        ),
    ),
    Row(
        18,
        _DATA,
        "a change is committed after a later one",
        "The feed's numbers come from one row that stays locked until the change is committed: a lower number"
        " never appears behind a higher one. What no number tells is found by the ends of osTicket's own tables,"
        " and by the sweep.",
        (
            "tests/contract/test_osticket_only.py::test_agents_and_the_bridge_at_once_lose_nothing",
            "tests/contract/test_osticket_only.py::test_rows_written_by_others_sql_are_in_the_feed",
            f"{_PASSES}::test_a_sweep_repairs_what_raw_sql_changed_behind_the_feed",
        ),
    ),
    Row(
        19,
        _DATA,
        "tickets move between two pages of a reading",
        "Whatever moved is in the feed behind the reading, and the latest revision of a ticket is the one that is"
        " decided.",
        (
            f"{_PASSES}::test_a_ticket_that_changes_between_two_pages_is_decided_on_its_latest_revision",
            f"{_SYNC}/test_first_sync.py::test_what_people_do_between_two_halves_of_a_first_sync_is_found",
        ),
    ),
    Row(
        20,
        _DATA,
        "a signal is lost, or somebody changes rows by SQL",
        "Once a day every open ticket is looked at, and is right afterwards.",
        (
            f"{_PASSES}::test_a_sweep_repairs_what_raw_sql_changed_behind_the_feed",
            "tests/contract/test_changes.py::test_lost_signal_is_not_in_the_feed_but_in_the_revision",
        ),
    ),
    Row(
        21,
        _DATA,
        "one ticket cannot be read or decided",
        "It is set aside with its reason and tried again after a rest, or as soon as it changes; all others go on.",
        (
            f"{_TROUBLE}::test_an_unreadable_ticket_is_skipped_with_its_reason_and_all_others_are_done",
            f"{_TROUBLE}::test_an_unreadable_ticket_rests_and_is_tried_again_after_the_back_off",
            f"{_TROUBLE}::test_an_odd_subject_is_written_once_as_the_helpdesk_can_keep_it",
        ),
    ),
    Row(
        22,
        _DATA,
        "one item spoils a whole batch of writes",
        "The batch is halved until the item stands alone; all others are written.",
        (
            f"{_TROUBLE}::test_one_item_that_breaks_a_whole_batch_is_found_and_the_others_are_written",
            f"{_CONNECTORS}/test_osticket.py::test_a_batch_refused_as_a_whole_is_halved_down_to_the_item",
        ),
    ),
    Row(
        23,
        _DATA,
        "a field of the bridge is missing in the helpdesk",
        "It is named with the command that makes it, and the other fields are written.",
        (f"{_TROUBLE}::test_a_missing_field_is_named_and_the_others_are_written",),
    ),
    Row(
        24,
        _DATA,
        "an administrator renames a field or a name that the agreement uses",
        "What the plugin made is known by its id and still guarded; a name that vanished from a condition stops"
        " the pass before it writes, and the new name is proposed.",
        (
            "tests/contract/test_osticket_only.py::test_own_field_that_an_administrator_renamed_is_still_guarded",
            "tests/cli/test_names.py::test_a_renaming_stops_the_pass_and_proposes_the_new_name_by_its_id",
            f"{_PASSES}::test_a_renamed_status_reaches_the_fields_although_no_ticket_moved",
        ),
    ),
    Row(
        25,
        _DATA,
        "a field has become one of another type and keeps something else than what is written",
        "The first write of a pass is read back: it is told at the first ticket of many.",
        (f"{_TROUBLE}::test_a_helpdesk_that_keeps_something_else_is_noticed_at_the_first_of_many",),
    ),
    Row(
        26,
        _DATA,
        "the helpdesk writes values in its own spelling",
        "Values are compared by what they mean, so nothing is written for ever.",
        (
            f"{_OWNERSHIP}::test_a_value_that_a_helpdesk_normalises_is_written_once",
            f"{_OWNERSHIP}::test_a_server_that_stores_something_else_is_not_written_to_for_ever",
        ),
    ),
    Row(
        27,
        _DATA,
        "the configuration is broken while the service runs",
        "The last good one stays in force, and that is told; a process that starts with a broken one does not begin.",
        (
            f"{_RUN}::test_a_broken_file_leaves_the_last_good_configuration_in_force",
            "tests/cli/test_main_job.py::test_a_broken_configuration_is_told_whole_with_places_and_exit_code_3",
        ),
    ),
    Row(
        28,
        _DATA,
        "a changed agreement touches very many tickets",
        "It can be planned before, a guard asks first, new tickets are written first, and a reading that was"
        " stopped goes on where it was.",
        (
            "tests/cli/test_main_job.py::test_plan_writes_nothing_and_tells_pending_changes_by_exit_code",
            f"{_TROUBLE}::test_a_policy_that_moves_most_levels_is_stopped_before_anything_is_written",
            f"{_PASSES}::test_newest_tickets_are_written_first",
            f"{_SYNC}/test_first_sync.py::test_a_first_sync_that_was_stopped_goes_on_where_it_was",
        ),
    ),
    Row(
        29,
        _DATA,
        "the helpdesk or the registry suddenly shows nothing, or much less",
        "Nothing is concluded from what is not there: the pass stops and names the option that means it.",
        (
            f"{_TROUBLE}::test_a_source_that_suddenly_shows_a_third_less_is_refused",
            f"{_TROUBLE}::test_a_source_that_shows_nothing_is_refused_by_the_plan_as_well",
            "tests/integration/registry/test_last_good_copy.py::test_losing_three_customers_in_ten_needs_a_confirmation",
        ),
    ),
    Row(
        30,
        _DATA,
        "next year's holidays are not decreed yet",
        "Deadlines beyond the published days follow the law alone and say that they are provisional; `doctor`"
        " warns sixty days before.",
        (
            "tests/unit/clocks/test_cases.py::test_case_25_a_deadline_beyond_the_published_year_is_provisional",
            "tests/unit/calendar/test_ru_production.py::test_a_new_decree_corrects_the_provisional_deadline",
            "tests/cli/test_doctor.py::test_holidays_that_end_within_sixty_days_are_warned_of",
        ),
    ),
    Row(
        31,
        _DATA,
        "time alone changes an answer",
        "Every decision says when; these tickets are read in that second, and no others.",
        (
            f"{_PASSES}::test_time_alone_changes_a_ticket_and_only_that_one_is_fetched",
            f"{_PASSES}::test_idle_passes_stay_idle_for_hours",
        ),
    ),
    Row(
        32,
        _DATA,
        "the bridge's own writes come back as changes",
        "They do not: neither feed nor revision counts them.",
        (
            f"{_PASSES}::test_own_writes_do_not_wake_the_next_pass_up",
            "tests/contract/test_changes.py::test_own_writes_do_not_wake_the_feed",
        ),
    ),
    Row(
        33,
        _HOST,
        "the disk is full",
        "What stood there stands, nothing is half written, and a sentence says where room is needed; with room"
        " the next pass makes up for it.",
        (
            f"{_STATE}::test_a_full_disk_is_told_and_the_old_state_stays",
            f"{_FULL}::test_a_pass_whose_disk_fills_up_converges_with_room",
            f"{_FULL}::test_what_was_written_before_the_disk_was_full_stands_and_is_found_to",
            f"{_FULL}::test_a_file_that_a_command_writes_is_the_old_one_or_the_new_one",
            f"{_FULL}::test_metrics_are_a_warning_and_what_stood_in_the_file_stands",
            f"{_FULL}::test_the_archive_keeps_a_file_whole_or_not_at_all",
            f"{_UNDO}::test_where_the_journal_takes_nothing_nothing_is_written",
            "tests/cli/test_metrics.py::test_a_file_that_cannot_be_written_is_a_warning_and_the_pass_stands",
            "tests/cli/test_endings.py::test_a_full_disk_behind_standard_output_is_told",
        ),
    ),
    Row(
        34,
        _HOST,
        "the state is damaged, cut, deleted, or an old copy of it was put back",
        "It is set aside and everything is read once; no field changes by it.",
        (
            f"{_STATE}::test_losing_the_state_costs_a_scan_and_not_one_write",
            f"{_STATE}::test_a_damaged_state_heals_within_two_runs_and_changes_no_field",
            f"{_STATE}::test_an_older_backup_of_the_state_costs_a_scan_and_no_write",
            "tests/unit/campaign/test_damaged_state.py::test_a_state_damaged_at_random_heals_within_two_passes",
        ),
    ),
    Row(
        35,
        _HOST,
        "the state would lie on a network file system",
        "It is refused: its locks cannot be trusted.",
        (f"{_STATE}::test_a_state_file_on_a_network_file_system_is_refused",),
    ),
    Row(
        36,
        _HOST,
        "a pass is killed anywhere (kill -9)",
        "The next pass makes everything right.",
        (
            f"{_STATE}::test_a_pass_killed_anywhere_converges_with_the_next_one",
            f"{_STATE}::test_an_ordinary_pass_killed_anywhere_converges_too",
            f"{_SYNC}/test_killed_desk.py::test_every_letter_leaves_once_or_is_listed_however_often_the_helpdesk_is_killed",
        ),
    ),
    Row(
        37,
        _HOST,
        "the power goes",
        "What was committed is on the disk: SQLite writes through its log, files are replaced whole and with"
        " their folder.",
        (
            f"{_STATE}::test_a_commit_lasts_beyond_a_power_cut",
            f"{_STATE}::test_what_may_be_put_back_lasts_beyond_a_power_cut_and_leaves_nothing_where_it_was_deleted",
            f"{_STATE}::test_a_file_that_is_replaced_is_written_through_with_its_folder",
            "tests/cli/test_archive.py::test_what_a_cycle_names_is_on_the_disk_before_the_cycle_is_written",
        ),
    ),
    Row(
        38,
        _HOST,
        "the service is asked to stop in the middle of a batch",
        "The request under way ends or is abandoned within ten seconds, the lease is given back, the process ends"
        " with 0.",
        (
            f"{_RUN}::test_a_signal_in_the_middle_of_writing_ends_it_between_two_requests_with_0",
            f"{_RUN}::test_a_request_that_hangs_is_abandoned_after_the_patience_and_the_first_sync_does_not_wait_for_its_lane",
            f"{_LEASE}::test_pass_that_is_asked_to_stop_gives_the_lease_back",
        ),
    ),
    Row(
        39,
        _HOST,
        "a pass hangs",
        "The watchdog is fed by progress alone, so systemd starts the service anew.",
        (
            f"{_RUN}::test_a_pass_that_hangs_lets_the_watchdog_starve_and_one_that_goes_on_feeds_it",
            f"{_CONNECTORS}/test_stopping.py::test_each_request_is_a_sign_of_life_and_a_wait_for_its_answer_is_none",
        ),
    ),
    Row(
        40,
        _HOST,
        "cron starts a pass while one is under way",
        "The second ends with 7 and leaves the work to the first.",
        (
            f"{_STATE}::test_a_second_run_on_the_same_state_is_busy_until_the_first_dies",
            "tests/cli/test_main_job.py::test_a_second_run_at_the_same_time_exits_with_7",
            f"{_RUN}::test_a_pass_of_another_command_makes_it_wait_and_is_no_trouble",
        ),
    ),
    Row(
        41,
        _HOST,
        "a clock jumps, here or at the helpdesk",
        "The helpdesk's clock decides and is guarded against leaps, a skew is told, waits go by a clock that"
        " nobody sets, and a missed deadline stays missed.",
        (
            f"{_TROUBLE}::test_a_helpdesk_whose_clock_leaps_ahead_of_this_hosts_is_refused_before_anything_is_written",
            f"{_TROUBLE}::test_a_helpdesk_clock_that_went_back_stops_the_pass",
            f"{_TROUBLE}::test_a_host_clock_hours_off_moves_no_deadline_and_no_fact",
            f"{_TROUBLE}::test_a_skewed_host_clock_is_told_and_the_helpdesks_clock_is_used",
            f"{_TROUBLE}::test_a_helpdesk_clock_that_went_back_a_little_does_not_turn_the_pass_back",
            f"{_BOUNDS}::test_a_host_clock_that_jumps_lengthens_no_request_and_shortens_none",
            "tests/property/test_clocks.py::test_a_breach_never_unhappens_and_an_end_is_final",
        ),
    ),
    Row(
        42,
        _HOST,
        "summer time begins or ends, a government changes its zone, or the database is not in UTC",
        "Instants travel in UTC and working time is counted in the calendar's zone, by the zones of now; `doctor`"
        " compares the database's clock with its zone.",
        (
            "tests/unit/calendar/test_horizon.py::test_edges_in_a_gap_or_a_fold_are_read_with_the_first_offset",
            "tests/cli/test_zone_update.py::test_every_ticket_is_looked_at_once_when_the_systems_zones_were_updated",
            "tests/cli/test_zone_update.py::test_a_process_that_stays_counts_by_the_new_zone_without_a_new_start",
            "tests/contract/test_writes.py::test_instant_comes_back_to_the_second_in_any_season",
            "tests/cli/test_doctor.py::test_a_database_whose_clock_is_not_of_its_zone_is_told",
        ),
    ),
    Row(
        43,
        _SECURITY,
        "a key gets into a log, a traceback, the list of processes, the state or a report",
        "It does not: it is put into a request at the last moment, and cut out of whatever comes back. The whole"
        " suite is watched for keys.",
        (
            f"{_SECRECY}::test_no_error_log_or_traceback_holds_the_key",
            f"{_SECRECY}::test_no_trace_of_the_key_is_left_by_a_whole_pass",
            "tests/integration/campaign/test_canary.py::test_no_output_of_commands_that_go_wrong_holds_a_key",
            "tests/unit/test_canary.py::test_a_test_that_leaves_a_key_fails_and_says_where",
            "tests/unit/settings/test_secrets.py::test_a_loaded_key_cannot_be_printed",
        ),
    ),
    Row(
        44,
        _SECURITY,
        "a key may do more than it should, or nearly the right key is tried",
        "Keys are compared exactly and in constant time, have scopes and departments, and a refusal shows no key.",
        (
            "tests/contract/test_keys.py::test_key_is_compared_exactly",
            "tests/contract/test_keys.py::test_reading_key_may_not_write",
            "tests/contract/test_keys.py::test_ticket_of_another_department_does_not_exist_for_the_key",
            "tests/contract/test_keys.py::test_refusal_names_the_address_seen_and_never_the_key",
        ),
    ),
    Row(
        45,
        _SECURITY,
        "what people write is mark-up, a formula, a line break, or a path to elsewhere",
        "It stays text: escaped on pages, no formula in a table, one line in a log, no path outside of its"
        " folder, and no address that the operator did not write.",
        (
            "tests/plugin/PanelEscapingTest.php::testTextsOfPeopleBecomeNoMarkup",
            "tests/unit/reports/test_report_page.py::test_whatever_others_wrote_stays_text",
            "tests/unit/reports/test_csv_tables.py::test_no_cell_is_a_formula_and_none_breaks_out_of_its_column",
            "tests/cli/test_logs.py::test_a_value_with_line_breaks_forges_no_field_and_a_name_no_other",
            "tests/unit/sync/test_archive.py::test_what_is_no_digest_reads_nothing",
            "tests/unit/settings/test_secrets.py::test_a_credentials_name_leads_nowhere_else",
            "tests/integration/registry/test_fetch.py::test_a_next_page_at_another_host_is_never_asked_for",
        ),
    ),
    Row(
        46,
        _SECURITY,
        "a file is made to explode: aliases, doubled keys, patterns, size",
        "Everything that is read has a bound, keys stand once, and patterns take time in proportion to the text.",
        (
            "tests/unit/files/test_yaml.py::test_a_bomb_of_342_bytes_is_refused_at_once",
            "tests/unit/files/test_yaml.py::test_duplicate_keys_are_reported_with_the_first_place_all_at_once",
            "tests/unit/language/test_patterns.py::test_patterns_that_explode_elsewhere_stay_linear",
            "tests/integration/registry/test_workbooks.py::test_what_unpacks_to_more_than_is_read_is_refused_before_it_is_unpacked",
            "tests/contract/test_requests.py::test_body_beyond_eight_mebibytes_is_too_large",
        ),
    ),
)
