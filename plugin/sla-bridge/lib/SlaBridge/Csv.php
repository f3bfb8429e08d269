<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** A table for spreadsheets: UTF-8 with its mark, so that they read Cyrillic letters, and no cell of it is a formula. Pure. */
final class Csv
{
    /** What a spreadsheet may take for the beginning of a formula, also behind what it does not show; the wide forms count, too. */
    private const FORMULA = '/^(?:[\t\r\n]|[\s\p{Z}\p{C}]*'
        . '[=+\-@\x{2212}\x{FE62}\x{FE63}\x{FE66}\x{FE6B}\x{FF0B}\x{FF0D}\x{FF1D}\x{FF20}])/u';

    /**
     * @param list<list<int|string|null>> $lines the heads first; a number is one of ours, whatever people wrote is text
     */
    public static function of(string $language, array $lines): string
    {
        // Russian spreadsheets take a comma for the decimal one.
        $separator = $language === 'ru' ? ';' : ',';
        $line = static fn (array $cells): string => implode($separator, array_map(self::cell(...), $cells)) . "\r\n";
        return "\u{FEFF}" . implode('', array_map($line, $lines));
    }

    private static function cell(int|string|null $value): string
    {
        if (is_int($value)) {
            return (string) $value;
        }
        $text = str_replace("\0", '', mb_scrub((string) $value, 'UTF-8'));
        $text = preg_match(self::FORMULA, $text) ? "'$text" : $text;
        return preg_match('/[;,"\s\']/u', $text) ? '"' . str_replace('"', '""', $text) . '"' : $text;
    }
}
