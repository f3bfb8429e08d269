<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

use SlaBridge\Panel\Words;

/** The list for spreadsheets: UTF-8 with its mark, so that they read Cyrillic letters. Pure. */
final class WordingCsv
{
    /** What a spreadsheet may take for the beginning of a formula, also behind what it does not show; the wide forms count, too. */
    private const FORMULA = '/^[\s\p{Z}\p{C}]*[=+\-@\x{2212}\x{FE62}\x{FE63}\x{FE66}\x{FE6B}\x{FF0B}\x{FF0D}\x{FF1D}\x{FF20}]/u';

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
        // Russian spreadsheets take a comma for the decimal one.
        $separator = $words->language === 'ru' ? ';' : ',';
        $line = static fn (array $cells): string => implode($separator, array_map(self::cell(...), $cells)) . "\r\n";
        return "\u{FEFF}" . implode('', array_map($line, $lines));
    }

    private static function cell(string $text): string
    {
        $text = mb_scrub($text, 'UTF-8');
        $text = str_replace(["\0", "\r", "\n", "\t"], ['', ' ', ' ', ' '], $text);
        return '"' . str_replace('"', '""', preg_match(self::FORMULA, $text) ? "'$text" : $text) . '"';
    }
}
