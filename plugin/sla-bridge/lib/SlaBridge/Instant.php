<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** Instants on the wire are `2026-11-20T07:00:00Z`; in custom date fields osTicket keeps `2026-11-20 07:00:00` (UTC). */
final class Instant
{
    /** Seconds since 1970 as they come out of SQL's UNIX_TIMESTAMP(); it answers NULL or 0 for "never". */
    public static function fromUnix(string|int|float|null $seconds): ?string
    {
        $seconds = (int) $seconds;
        return $seconds > 0 ? gmdate('Y-m-d\TH:i:s\Z', $seconds) : null;
    }

    /** What a date field holds: our own writes without a zone (UTC), an agent's input with one (`… MSK`), '0' for empty. */
    public static function fromStored(?string $value): ?string
    {
        if ($value === null || $value === '' || $value === '0') {
            return null;
        }
        if (preg_match('/^([1-9]\d{3}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/', $value, $parts)) {
            return "$parts[1]T$parts[2]Z";
        }
        try {
            $at = new \DateTimeImmutable($value, new \DateTimeZone('UTC'));
        } catch (\Exception) {
            return null;
        }
        return $at->getTimestamp() > 0 ? gmdate('Y-m-d\TH:i:s\Z', $at->getTimestamp()) : null;
    }

    /** The stored form of a wire instant, or null when the text is none (also for a 30th of February). */
    public static function toStored(string $wire): ?string
    {
        if (!preg_match('/^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)Z$/D', $wire, $p)) {
            return null;
        }
        if ((int) $p[1] < 1970 || !checkdate((int) $p[2], (int) $p[3], (int) $p[1])) {
            return null;
        }
        return "$p[1]-$p[2]-$p[3] $p[4]:$p[5]:$p[6]";
    }

    /** The seconds since 1970 of a wire instant, or null when the text is none. */
    public static function toUnix(string $wire): ?int
    {
        $stored = self::toStored($wire);
        return $stored === null ? null : (new \DateTimeImmutable($stored, new \DateTimeZone('UTC')))->getTimestamp();
    }
}
