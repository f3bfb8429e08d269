<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The words of one language, out of assets/words.json, which the page's script reads too. */
final class Words
{
    /** What the page's script needs of them. */
    private const OF_THE_SCRIPT = ['states', 'amount', 'instant', 'line', 'stale', 'status', 'end'];

    /** @var ?array<string, array<string, mixed>> */
    private static ?array $file = null;

    /** @var array<string, mixed> by key: the same few are asked for again and again */
    private array $found = [];

    /** @param array<string, mixed> $words */
    private function __construct(public readonly string $language, private readonly array $words)
    {
    }

    public static function in(string $language): self
    {
        $language = $language === 'ru' ? 'ru' : 'en';
        self::$file ??= json_decode(
            (string) file_get_contents(dirname(__DIR__, 3) . '/assets/words.json'),
            true,
            16,
            JSON_THROW_ON_ERROR
        );
        return new self($language, self::$file[$language]);
    }

    /**
     * The sentence at `$key` (`line.paused.due`) with its places filled. The result is text and not yet escaped.
     *
     * @param array<string, string|int> $places
     */
    public function say(string $key, array $places = []): string
    {
        return self::filled((string) $this->find($key), $places);
    }

    /**
     * The form that goes with the number, by CLDR; the number itself fills `{n}`.
     *
     * @param array<string, string|int> $places
     */
    public function count(string $key, int $number, array $places = []): string
    {
        $forms = (array) $this->find($key);
        return self::filled((string) ($forms[self::form($this->language, $number)] ?? $forms['other']), ['n' => $number] + $places);
    }

    public function has(string $key): bool
    {
        return $this->find($key) !== null;
    }

    /** @return list<string> */
    public function list(string $key): array
    {
        return array_values((array) $this->find($key));
    }

    /** The words for `$id` in a table of words, else the id itself: a later bridge may know more kinds of things. */
    public function named(string $table, string $id): string
    {
        $found = $this->find($table)[$id] ?? null;
        return is_string($found) ? $found : $id;
    }

    /** @return array<string, mixed> */
    public function ofTheScript(): array
    {
        return array_intersect_key($this->words, array_flip(self::OF_THE_SCRIPT));
    }

    public static function form(string $language, int $number): string
    {
        $number = abs($number);
        if ($language !== 'ru') {
            return $number === 1 ? 'one' : 'other';
        }
        if ($number % 10 === 1 && $number % 100 !== 11) {
            return 'one';
        }
        return in_array($number % 10, [2, 3, 4], true) && !in_array($number % 100, [12, 13, 14], true) ? 'few' : 'many';
    }

    /** @param array<string, string|int> $places */
    private static function filled(string $template, array $places): string
    {
        // At once, so that what fills one place cannot name another.
        $pairs = [];
        foreach ($places as $place => $value) {
            $pairs['{' . $place . '}'] = (string) $value;
        }
        return strtr($template, $pairs);
    }

    private function find(string $key): mixed
    {
        if (!array_key_exists($key, $this->found)) {
            $found = $this->words;
            foreach (explode('.', $key) as $step) {
                $found = is_array($found) ? $found[$step] ?? null : null;
            }
            $this->found[$key] = $found;
        }
        return $this->found[$key];
    }
}
