<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

/** Two dates of whoever looks, both included. */
final class WordingPeriod
{
    private const DAYS = 30;

    /**
     * @param string $from and `$until`: dates like 2026-11-01
     * @param int $begins and `$ends`: the instants in which the first day begins and the last one is over
     */
    private function __construct(
        public readonly string $from,
        public readonly string $until,
        public readonly int $begins,
        public readonly int $ends
    ) {
    }

    /**
     * What the form asked for; without it, or where that is no period, the last thirty days.
     *
     * @param array<mixed> $asked with `from` and `until`
     */
    public static function of(array $asked, \DateTimeZone $zone, int $now): self
    {
        $until = self::date($asked['until'] ?? null, $zone)
            ?? (new \DateTimeImmutable('@' . $now))->setTimezone($zone)->setTime(0, 0);
        $from = self::date($asked['from'] ?? null, $zone) ?? $until->modify('-' . (self::DAYS - 1) . ' days');
        if ($from > $until) {
            [$from, $until] = [$until, $from];
        }
        $oldest = $until->modify('-' . WordingRows::KEPT_DAYS . ' days');
        $from = max($from, $oldest);
        return new self(
            $from->format('Y-m-d'),
            $until->format('Y-m-d'),
            $from->getTimestamp(),
            $until->modify('+1 day')->getTimestamp()
        );
    }

    private static function date(mixed $text, \DateTimeZone $zone): ?\DateTimeImmutable
    {
        $isDate = is_string($text) && preg_match('/^(\d{4})-(\d\d)-(\d\d)$/D', $text, $p) === 1;
        return $isDate && checkdate((int) $p[2], (int) $p[3], (int) $p[1]) ? new \DateTimeImmutable("$text 00:00:00", $zone) : null;
    }
}
