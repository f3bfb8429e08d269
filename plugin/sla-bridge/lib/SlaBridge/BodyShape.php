<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** What the parts of a body must be, told at their place. */
final class BodyShape
{
    public const MAX_TEXT = 2000;
    public const MAX_LIST = 1000;
    private const MAX_NUMBER = 1e15;

    /** @param list<string> $of none but these, where any are named */
    public static function text(mixed $text, string $at, int $most = self::MAX_TEXT, array $of = []): void
    {
        if (!is_string($text) || mb_strlen($text) > $most) {
            throw self::wrong($at, "is no text of at most $most characters");
        }
        if ($of && !in_array($text, $of, true)) {
            throw self::wrong($at, 'is none of "' . implode('", "', $of) . '"');
        }
    }

    /** Two of them compare as the instants do. */
    public static function instant(mixed $instant, string $at): string
    {
        if (!is_string($instant) || Instant::toStored($instant) === null) {
            throw self::wrong($at, 'is no instant like 2026-11-20T07:00:00Z');
        }
        return $instant;
    }

    public static function date(mixed $date, string $at): void
    {
        if (!is_string($date) || Instant::toStored("{$date}T00:00:00Z") === null) {
            throw self::wrong($at, 'is no date like 2026-11-20');
        }
    }

    public static function number(mixed $number, string $at): void
    {
        if (!is_int($number) && !is_float($number) || !is_finite($number) || abs($number) > self::MAX_NUMBER) {
            throw self::wrong($at, 'is no number');
        }
    }

    public static function count(mixed $number, string $at): void
    {
        if (!is_int($number) || $number < 0 || $number > self::MAX_NUMBER) {
            throw self::wrong($at, 'is no whole number from 0 on');
        }
    }

    public static function object(mixed $value, string $at): \stdClass
    {
        return $value instanceof \stdClass ? $value : throw self::wrong($at, 'is no object');
    }

    /** @return array<string, mixed> */
    public static function members(mixed $value, string $at, int $most): array
    {
        $members = get_object_vars(self::object($value, $at));
        if (count($members) > $most) {
            throw self::wrong($at, "has more than $most members");
        }
        foreach (array_keys($members) as $name) {
            self::text((string) $name, $at);
        }
        return $members;
    }

    /** @return list<mixed> */
    public static function items(mixed $value, string $at, int $most = self::MAX_LIST): array
    {
        if (!is_array($value) || count($value) > $most) {
            throw self::wrong($at, "is no list of at most $most");
        }
        return $value;
    }

    public static function wrong(string $at, string $what): ApiError
    {
        return ApiError::wrongShape("`$at` $what");
    }
}
