<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

use SlaBridge\Csv;
use SlaBridge\Panel\Words;

/** The list for spreadsheets. Pure. */
final class WordingCsv
{
    /**
     * @param list<array{at: int, number: string, department: string, agent: string, phrase: string, excerpt: string}> $rows
     */
    public static function of(Words $words, array $rows, \DateTimeZone $zone): string
    {
        $heads = ['when', 'ticket', 'department', 'agent', 'phrase', 'excerpt'];
        $lines = [array_map(static fn (string $head): string => $words->say("wording.head.$head"), $heads)];
        foreach ($rows as $row) {
            $at = (new \DateTimeImmutable('@' . $row['at']))->setTimezone($zone)->format('Y-m-d H:i');
            $lines[] = [$at, $row['number'], $row['department'], $row['agent'], $row['phrase'], $row['excerpt']];
        }
        return Csv::of($words->language, $lines);
    }
}
