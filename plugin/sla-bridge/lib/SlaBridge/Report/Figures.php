<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\ApiError;
use SlaBridge\Db;
use SlaBridge\Publication;

/**
 * The figures of a report, as `GET /report` answers and the staff page shows them.
 *
 * @phpstan-type Row array{key: string, name: string, metric: string, met: int, breached: int, open: int, open_breached: int,
 *     median_seconds: ?int, p90_seconds: ?int}
 */
final class Figures
{
    /**
     * @return array<string, mixed> period {from, until, zone}, filters {metric, level, department, customer, agent}, as_of, by,
     *     rows [Row], total [Row, one a metric], tickets {met, breached, last_breached, reopened, cancelled, excluded,
     *     open_breached}, now {open, new_today, at_risk, next_due, overdue, most_late {ticket, due_at}, paused, no_sla, unknown},
     *     backlog [{from_days, until_days, ours, waiting}], arrivals, breaches, working (seven days from Monday of 24 numbers),
     *     spent {status, department: [{key, name, seconds, cycles}]}, missed, excluded, unknown (lists), registry, more {missed,
     *     excluded, unknown} (how long the lists are in whole). Instants are texts like 2026-11-20T07:00:00Z.
     * @throws ApiError 409 `not_published` while the bridge has not said by which calendar reports count
     */
    public static function of(Db $db, Question $question, int $now): array
    {
        return array_diff_key(self::counted($db, $question, [$question->by], $now), ['every' => 1]);
    }

    /**
     * As `of`, and besides `every`: the rows by each dimension at once (level, customer, department, agent, month), for a page
     * that shows them all. One reading of the table serves them.
     *
     * @return array<string, mixed>
     */
    public static function every(Db $db, Question $question, int $now): array
    {
        return self::counted($db, $question, Question::DIMENSIONS, $now);
    }

    /** @param list<string> $dimensions @return array<string, mixed> */
    private static function counted(Db $db, Question $question, array $dimensions, int $now): array
    {
        $content = Publication::latest($db)['content'] ?? [];
        $named = $content['report']['calendar'] ?? null;
        $published = is_string($named) ? $content['calendars'][$named] ?? null : null;
        if (!is_array($published)) {
            throw new ApiError(409, 'not_published', 'no calendar of reports is published', 'Let the bridge run: sla-bridge sync.');
        }
        $calendar = new ReportCalendar($published, $content['report']['zone']);
        $period = new Period($question, $calendar->time, $now);
        $sieve = new Sieve($db, $question);
        $exclusions = new Exclusions($db);
        [$rows, $breaches, $missed] = [new Dimensions($dimensions, $period), new WeekCount($calendar->time), new MissedList()];
        $ended = new EndedCycles($db, $sieve, $period, $exclusions->reasons, $rows, $breaches, $missed, $question);
        $ended->count();
        $open = new OpenClocks($db, $sieve, $period, $exclusions->reasons, $rows, $breaches, $missed);
        $open->count();
        $rows->months?->countBesidePeriod($db, $sieve, $exclusions->reasons);
        $tickets = new StandingTickets($db, $sieve, $calendar->time);
        $backlog = new Backlog($calendar, $calendar->time, $now);
        $standing = $tickets->now($backlog, $now);
        $names = new Names($db);
        $called = $names->of($rows, $ended);
        $every = [];
        foreach ($dimensions as $one) {
            $every[$one] = $rows->tallies[$one]->rows($called[$one] ?? []);
        }
        $excluded = array_keys($ended->excluded + $open->excluded);
        return [
            'period' => ['from' => $period->from, 'until' => $period->until, 'zone' => $calendar->time->zone->getName()],
            'filters' => $question->filters, 'as_of' => gmdate('Y-m-d\TH:i:s\Z', $now), 'by' => $question->by,
            'rows' => $every[$question->by], 'total' => $rows->tallies['']->rows(),
            'tickets' => $ended->tickets->counts() + ['excluded' => count($excluded), 'open_breached' => count($open->overdue)],
            'now' => $standing, 'backlog' => $backlog->bands,
            'arrivals' => $tickets->arrivals($period)->hours, 'breaches' => $breaches->hours,
            'working' => $calendar->workingWeek($period->from, $period->until), 'spent' => $ended->spent->told($names),
            'missed' => $missed->told($db, $names, $question->limit), 'excluded' => $exclusions->told($excluded, $question->limit),
            'unknown' => $standing['unknown'] ? $tickets->unknown($question->limit) : [],
            'more' => ['missed' => $missed->count(), 'excluded' => count($excluded), 'unknown' => $standing['unknown']],
            'registry' => $question->departments === null ? $content['registry'] ?? null : null, 'every' => $every,
        ];
    }
}
