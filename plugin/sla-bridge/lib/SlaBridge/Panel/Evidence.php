<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What a check looked at, as one line of names and values: only what has a name for people, the rest is for programs. */
final class Evidence
{
    private const PAIRS = 8;
    private const CHARACTERS = 120;

    public function __construct(private readonly Situation $situation)
    {
    }

    /** @param array<mixed> $evidence */
    public function told(array $evidence): string
    {
        $told = [];
        foreach ($evidence as $name => $value) {
            $text = $this->situation->words->has("evidence.$name") ? $this->value($value) : '';
            if ($text !== '') {
                $told[] = $this->situation->words->named('evidence', (string) $name) . ': ' . $text;
            }
        }
        return implode(' · ', array_slice($told, 0, self::PAIRS));
    }

    private function value(mixed $value): string
    {
        if (is_bool($value)) {
            return $this->situation->words->say($value ? 'checks.yes' : 'checks.no');
        }
        if (is_array($value)) {
            // A text of both languages, or a list.
            $title = Json::title($value, $this->situation->view->language);
            $value = $title ?? implode(', ', array_map($this->value(...), array_slice(array_values($value), 0, self::PAIRS)));
        }
        if (!is_scalar($value)) {
            return '';
        }
        $text = $this->situation->instants->date((string) $value) ?? (string) $value;
        return mb_strlen($text) > self::CHARACTERS ? mb_substr($text, 0, self::CHARACTERS - 1) . '…' : $text;
    }
}
