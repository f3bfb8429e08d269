<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** How much time an agreement gives: `8h`, `24wd`, `2d`, `36h calendar`, or `promise` for a date that an agent gave. */
final class Target
{
    private const SECONDS = ['w' => 604800, 'd' => 86400, 'h' => 3600, 'm' => 60, 's' => 1];

    /** @param 'working'|'days'|'calendar'|'promise'|'other' $kind */
    private function __construct(public readonly string $kind, public readonly ?int $seconds, public readonly ?int $days)
    {
    }

    /** @param ?int $seconds what the bridge itself says of it, where it does */
    public static function read(string $text, ?int $seconds, ?int $days): self
    {
        if ($text === 'promise') {
            return new self('promise', $seconds, null);
        }
        if ($days !== null || preg_match('/^(\d{1,6})wd(?: same-time)?$/D', $text, $found)) {
            return new self('days', null, $days ?? (int) $found[1]);
        }
        if (!preg_match('/^((?:\d{1,9}[wdhms] ?)+)( ?calendar)?$/D', $text, $found)) {
            return new self('other', $seconds, null);
        }
        preg_match_all('/(\d+)([wdhms])/', $found[1], $parts, PREG_SET_ORDER);
        $sum = 0;
        foreach ($parts as [, $number, $unit]) {
            $sum += (int) $number * self::SECONDS[$unit];
        }
        $calendar = isset($found[2]) || preg_match('/[wd]/', $found[1]);
        return new self($calendar ? 'calendar' : 'working', $seconds ?? $sum, null);
    }

    /** As it is told beside the metric: „8 рабочих часов“. Empty for one that says nothing. */
    public function words(Words $words): string
    {
        $seconds = $this->seconds;
        return match (true) {
            $this->kind === 'promise' => $words->say('clock.promise'),
            $this->kind === 'days' => $words->count('clock.target_days', (int) $this->days),
            $seconds === null || $seconds <= 0 => '',
            $this->kind === 'calendar' && $seconds % 86400 === 0 => $words->count('clock.target_calendar_days', intdiv($seconds, 86400)),
            $this->kind === 'calendar' => $words->say('clock.target_calendar_time', ['A' => (new Amounts($words))->set($seconds)]),
            $seconds % 3600 === 0 => $words->count('clock.target_hours', intdiv($seconds, 3600)),
            $seconds < 3600 && $seconds % 60 === 0 => $words->count('clock.target_minutes', intdiv($seconds, 60)),
            default => $words->say('clock.target_time', ['A' => (new Amounts($words))->set($seconds)]),
        };
    }

    /** As it stands after „из“: „8 ч“, „24 рабочих дней“; null where the target is no amount. */
    public function amount(Words $words): ?string
    {
        if ($this->kind === 'days') {
            return $words->count('amount.of_days', (int) $this->days);
        }
        return $this->seconds === null || $this->seconds <= 0 ? null : (new Amounts($words))->set($this->seconds);
    }
}
