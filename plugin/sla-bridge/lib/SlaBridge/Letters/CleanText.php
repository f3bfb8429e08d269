<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/** What people and other systems wrote, fit to stand in a header, a text or a page: nothing of it can be taken for a sign of ours. */
final class CleanText
{
    /** One line without control and private-use characters, at most so many characters. */
    public static function line(string $text, int $limit): string
    {
        $text = preg_replace('/[\p{Cc}\p{Zl}\p{Zp}]+/u', ' ', self::valid($text)) ?? '';
        return trim(mb_substr(self::bare($text), 0, $limit));
    }

    /** Lines ended by "\n", tabs kept, no other control and no private-use characters. */
    public static function text(string $text): string
    {
        $text = str_replace(["\r\n", "\r"], "\n", self::valid($text));
        return self::bare(preg_replace('/(?![\n\t])\p{Cc}/u', '', $text) ?? '');
    }

    /** Nothing that looks like the mark of a place, or that shows as an empty box. */
    private static function bare(string $text): string
    {
        return preg_replace('/\p{Co}/u', '', $text) ?? '';
    }

    private static function valid(string $text): string
    {
        return mb_scrub($text, 'UTF-8');
    }
}
