<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

use SlaBridge\Tickets\FlatText;

/**
 * Finds phrases in a text as people would: whatever their letters' case, `ё` or `е`, one blank or three; whole words at both ends.
 *
 * A phrase is looked for only where each of its words stands somewhere in the text, and then as a string among words that are set
 * apart: no text makes that slow.
 */
final class PhraseMatcher
{
    /** In bytes: a hundred characters of four. */
    private const LONGEST = 400;
    /** Signs that are written in more than one way, each by one other: places stay where they are. */
    private const SAME = ['ё' => 'е', '’' => "'", '‘' => "'", 'ʼ' => "'", '`' => "'", '‐' => '-', '‑' => '-', '‒' => '-', '–' => '-',
        '—' => '-', '―' => '-', '«' => '"', '»' => '"', '“' => '"', '”' => '"', '„' => '"'];
    /** What is no part of a word: a hyphen or an apostrophe is one between letters. */
    private const SIGN = "/ ?((?<![\p{L}\p{N}\p{M}])['-]|['-](?![\p{L}\p{N}\p{M}])|[^\p{L}\p{N}\p{M} '-]) ?/u";
    private const AROUND = 60;
    /** So many are simply looked for. */
    private const FEW = 10;
    /** So often a phrase may stand within other words before its place is given up. */
    private const TRIES = 50;

    /** @var array<string, string> by what is looked for: words set apart by single blanks, one before the first and after the last */
    private array $phrases = [];
    /** @var array<string, list<string>> the same keys: the words */
    private array $words = [];

    /** @param list<string> $phrases */
    public function __construct(array $phrases)
    {
        foreach ($phrases as $phrase) {
            $phrase = FlatText::of($phrase, 'text', self::LONGEST);
            $apart = self::apart(self::folded($phrase));
            if (trim($apart) !== '') {
                $this->phrases[$apart] ??= $phrase;
                $this->words[$apart] = explode(' ', trim($apart));
            }
        }
    }

    /**
     * @param string $text as `FlatText` returns it
     * @return list<array{phrase: string, excerpt: string}> each phrase once, in the order of the list
     */
    public function found(string $text): array
    {
        if (!$this->phrases || $text === '') {
            return [];
        }
        $folded = self::folded($text);
        $apart = self::apart($folded);
        $found = [];
        foreach ($this->possible($apart) as $wanted => $parts) {
            // A word that is there is there: only several have to stand side by side.
            if (count($parts) === 1 || str_contains($apart, (string) $wanted)) {
                $phrase = $this->phrases[$wanted];
                $found[] = ['phrase' => $phrase, 'excerpt' => self::excerpt($text, $folded, self::folded($phrase)) ?? $phrase];
            }
        }
        return $found;
    }

    /** What may stand in the text: each of its words does, and where many such are left, each pair of them. @return array<string, list<string>> */
    private function possible(string $apart): array
    {
        $list = explode(' ', trim($apart));
        $words = array_flip($list);
        $has = static fn (array $wanted): bool => count(array_intersect_key(array_flip($wanted), $words)) === count(array_flip($wanted));
        $possible = array_filter($this->words, $has);
        if (count($possible) > self::FEW) {
            $words = array_flip(self::pairs($list));
            $has = static function (array $parts) use ($words): bool {
                $pairs = array_flip(self::pairs($parts));
                return count(array_intersect_key($pairs, $words)) === count($pairs);
            };
            $possible = array_filter($possible, $has);
        }
        return $possible;
    }

    /** @param list<string> $words @return list<string> */
    private static function pairs(array $words): array
    {
        $pairs = [];
        $before = null;
        foreach ($words as $word) {
            if ($before !== null) {
                $pairs[] = "$before $word";
            }
            $before = $word;
        }
        return $pairs;
    }

    /** As many characters as the text has. */
    private static function folded(string $text): string
    {
        return str_replace(array_keys(self::SAME), array_values(self::SAME), mb_convert_case($text, MB_CASE_LOWER_SIMPLE, 'UTF-8'));
    }

    private static function apart(string $folded): string
    {
        $apart = preg_replace(self::SIGN, ' $1 ', $folded);
        return ' ' . trim(str_replace('  ', ' ', (string) $apart)) . ' ';
    }

    /** The place as it was written, with some words before and behind it; null where it is not written as the phrase is. */
    private static function excerpt(string $text, string $folded, string $phrase): ?string
    {
        $from = 0;
        for ($try = 0; $try < self::TRIES && ($at = strpos($folded, $phrase, $from)) !== false; $try++) {
            $from = $at + strlen($phrase);
            $around = mb_substr(substr($folded, max(0, $at - 4), min(4, $at)), -1) . ' ' . mb_substr(substr($folded, $from, 4), 0, 1);
            if (!preg_match('/^[\p{L}\p{N}\p{M}] | [\p{L}\p{N}\p{M}]$/u', $around)) {
                $place = mb_strlen(substr($folded, 0, $at), 'UTF-8');
                $length = mb_strlen($phrase, 'UTF-8');
                return self::ending(mb_substr($text, 0, $place, 'UTF-8')) . mb_substr($text, $place, $length, 'UTF-8')
                    . self::beginning(mb_substr($text, $place + $length, self::AROUND + 1, 'UTF-8'));
            }
        }
        return null;
    }

    private static function ending(string $text): string
    {
        if (mb_strlen($text, 'UTF-8') <= self::AROUND) {
            return $text;
        }
        $kept = mb_substr($text, -self::AROUND, null, 'UTF-8');
        $blank = strpos(rtrim($kept), ' ');
        return '…' . ($blank === false ? $kept : substr($kept, $blank + 1));
    }

    private static function beginning(string $text): string
    {
        if (mb_strlen($text, 'UTF-8') <= self::AROUND) {
            return $text;
        }
        $kept = mb_substr($text, 0, self::AROUND, 'UTF-8');
        $blank = strrpos($kept, ' ');
        return ($blank ? substr($kept, 0, $blank) : $kept) . '…';
    }
}
