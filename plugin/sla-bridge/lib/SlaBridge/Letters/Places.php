<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/**
 * The places that only the helpdesk can fill: they stand as U+E000 NAME U+E001. They are filled in one pass, so what fills one of
 * them is never looked at again, and nothing else is expanded.
 */
final class Places
{
    private const PLACE = '/\x{E000}([a-z_]{1,40})\x{E001}/u';

    /** @param array<string, ?string> $values by name; null, or no value at all: what the place stands in is left out */
    public function __construct(private readonly array $values)
    {
    }

    /** One line. */
    public function line(string $template, int $limit): string
    {
        return CleanText::line($this->filled($template, static fn (string $value): string => CleanText::line($value, 500)), $limit);
    }

    /** Plain text. A line whose place has no value is left out, and with a bare address the words above it that announce it. */
    public function text(string $template): string
    {
        $kept = [];
        foreach (explode("\n", str_replace(["\r\n", "\r"], "\n", $template)) as $line) {
            if (!$this->lacks($line)) {
                $kept[] = $line;
            } elseif (preg_replace(self::PLACE, '', trim($line)) === '' && str_ends_with((string) end($kept), ':')) {
                array_pop($kept);
            }
        }
        $text = $this->filled(implode("\n", $kept), static fn (string $value): string => CleanText::line($value, 2000));
        return trim(preg_replace('/\n{3,}/', "\n\n", CleanText::text($text)) ?? '') . "\n";
    }

    /** HTML. The paragraph or the row whose place has no value is left out, where it stands in none: the link. */
    public function html(string $template): string
    {
        foreach (['p', 'tr', 'a'] as $element) {
            // Innermost: no other of its kind begins inside. Possessive: a long letter must not be tried in every way.
            $template = preg_replace_callback(
                "~<$element\b[^>]*+>(?:(?!</?$element\b).)*+</$element>~su",
                fn (array $match): string => $this->lacks($match[0]) ? '' : $match[0],
                $template
            ) ?? $template;
        }
        $filled = $this->filled($template, static fn (string $value): string
            => htmlspecialchars(CleanText::line($value, 2000), ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8'));
        return CleanText::text($filled);
    }

    private function lacks(string $part): bool
    {
        preg_match_all(self::PLACE, $part, $found);
        foreach ($found[1] as $name) {
            if (!isset($this->values[$name])) {
                return true;
            }
        }
        return false;
    }

    private function filled(string $template, callable $value): string
    {
        return preg_replace_callback(self::PLACE, fn (array $match): string => $value($this->values[$match[1]] ?? ''), $template)
            ?? '';
    }
}
