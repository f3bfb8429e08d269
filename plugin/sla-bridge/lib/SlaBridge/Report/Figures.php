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
        return array_diff_key(self::every($db, $question, $now), ['every' => 1]);
    }

    /**
     * As `of`, and besides `every`: the rows by each dimension at once (level, customer, department, agent, month), for a page
     * that shows them all. One reading of the table serves them.
     *
     * @return array<string, mixed>
     */
    public static function every(Db $db, Question $question, int $now): array
    {
        $content = Publication::latest($db)['content'] ?? null;
        if (!is_array($content['report'] ?? null)) {
            throw new ApiError(409, 'not_published', 'no calendar of reports is published', 'Let the bridge run: sla-bridge sync.');
        }
        $zone = $content['report']['zone'];
        $rows = array_fill_keys(Question::DIMENSIONS, []);
        return [
            'period' => ['from' => $question->from, 'until' => $question->until, 'zone' => $zone],
            'filters' => $question->filters, 'as_of' => gmdate('Y-m-d\TH:i:s\Z', $now), 'by' => $question->by,
            'rows' => $rows[$question->by], 'total' => [],
            'tickets' => ['met' => 0, 'breached' => 0, 'last_breached' => 0, 'reopened' => 0, 'cancelled' => 0, 'excluded' => 0,
                'open_breached' => 0],
            'now' => ['open' => 0, 'new_today' => 0, 'at_risk' => 0, 'next_due' => null, 'overdue' => 0, 'most_late' => null,
                'paused' => 0, 'no_sla' => 0, 'unknown' => 0],
            'backlog' => [], 'arrivals' => [], 'breaches' => [], 'working' => [], 'spent' => ['status' => [], 'department' => []],
            'missed' => [], 'excluded' => [], 'unknown' => [], 'registry' => $content['registry'] ?? null,
            'more' => ['missed' => 0, 'excluded' => 0, 'unknown' => 0], 'every' => $rows,
        ];
    }
}
