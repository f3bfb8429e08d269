<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** Reads what was stored or published, whatever became of it on the way: a value of another kind is taken as absent. */
final class Json
{
    private const TEXT_AT_MOST = 2000;

    /** @return array<mixed> */
    public static function map(mixed $holder, string|int ...$path): array
    {
        $value = self::at($holder, ...$path);
        return is_array($value) ? $value : [];
    }

    public static function text(mixed $holder, string|int ...$path): ?string
    {
        $value = self::at($holder, ...$path);
        if (is_int($value) || is_float($value)) {
            $value = (string) $value;
        }
        return is_string($value) && $value !== '' ? mb_substr($value, 0, self::TEXT_AT_MOST) : null;
    }

    public static function number(mixed $holder, string|int ...$path): ?int
    {
        $value = self::at($holder, ...$path);
        return is_int($value) ? $value : null;
    }

    public static function flag(mixed $holder, string|int ...$path): bool
    {
        return self::at($holder, ...$path) === true;
    }

    /** An instant as it travels (`2026-11-20T07:00:00Z`) in seconds since 1970. */
    public static function instant(mixed $holder, string|int ...$path): ?int
    {
        return self::seconds(self::at($holder, ...$path));
    }

    public static function seconds(mixed $wire): ?int
    {
        if (!is_string($wire) || !preg_match('/^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/D', $wire, $p)) {
            return null;
        }
        $at = gmmktime((int) $p[4], (int) $p[5], (int) $p[6], (int) $p[2], (int) $p[3], (int) $p[1]);
        return $at === false ? null : $at;
    }

    /** A text of both languages in the one asked for, in the other where that is missing. */
    public static function title(mixed $holder, string $language, string|int ...$path): ?string
    {
        $found = self::at($holder, ...$path);
        if (!is_array($found)) {
            return self::text($found);
        }
        [$first, $other] = $language === 'ru' ? ['ru', 'en'] : ['en', 'ru'];
        return self::text($found, $first) ?? self::text($found, $other);
    }

    /**
     * Spans as `[["…Z", "…Z"]]`, of which the last may have no end.
     *
     * @return ?list<array{int, ?int}> in order; null where they are not recorded
     */
    public static function spans(mixed $holder, string|int ...$path): ?array
    {
        $value = self::at($holder, ...$path);
        if (!is_array($value)) {
            return null;
        }
        $spans = [];
        foreach ($value as $one) {
            $from = self::instant($one, 0);
            $to = self::instant($one, 1);
            if ($from !== null && ($to === null || $to > $from)) {
                $spans[] = [$from, $to];
            }
        }
        usort($spans, static fn (array $a, array $b): int => $a[0] <=> $b[0]);
        return $spans;
    }

    private static function at(mixed $holder, string|int ...$path): mixed
    {
        foreach ($path as $step) {
            if (!is_array($holder)) {
                return null;
            }
            $holder = $holder[$step] ?? null;
        }
        return $holder;
    }
}
