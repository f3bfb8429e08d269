<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

use SlaBridge\Panel\Words;

/** The list for spreadsheets: UTF-8 with its mark, so that they read Cyrillic letters. Pure. */
final class WordingCsv
{
    /** What a spreadsheet would take for the beginning of a formula, also behind blanks and signs that it does not show. */
    private const FORMULA = '/^[\s\p{Z}\p{C}]*[=+\-@＝＋－＠]/u';

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
        return "\u{FEFF}" . implode('', array_map(self::line(...), $lines));
    }

    /** @param list<string> $cells */
    private static function line(array $cells): string
    {
        return implode(',', array_map(self::cell(...), $cells)) . "\r\n";
    }

    private static function cell(string $text): string
    {
        $text = mb_scrub($text, 'UTF-8');
        $text = str_replace(["\0", "\r", "\n", "\t"], ['', ' ', ' ', ' '], $text);
        return '"' . str_replace('"', '""', preg_match(self::FORMULA, $text) ? "'$text" : $text) . '"';
    }
}
