<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\ApiError;
use SlaBridge\Db;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Json;
use SlaBridge\Publication;
use SlaBridge\Report\LocalTime;
use SlaBridge\Report\Period;
use SlaBridge\Report\Question;

/** What of the figures needs no counting: enough for a list of what stands now. */
final class Outline
{
    /**
     * @return array<string, mixed> `period` and `registry` as `Figures` tells them
     * @throws ApiError 409 as there
     */
    public static function of(Db $db, Question $question, int $now): array
    {
        $content = Publication::latest($db)['content'] ?? [];
        $zone = Json::text($content, 'report', 'zone');
        if ($zone === null) {
            throw new ApiError(409, 'not_published', 'no calendar of reports is published', 'Let the bridge run: sla-bridge sync.');
        }
        $period = new Period($question, new LocalTime(Instants::zone($zone)), $now);
        return [
            'period' => ['from' => $period->from, 'until' => $period->until, 'zone' => $zone],
            'registry' => $question->departments === null ? $content['registry'] ?? null : null,
        ];
    }
}
