<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** How lengths of time are told: two units at most, rounded down. */
final class Amounts
{
    public function __construct(private readonly Words $words)
    {
    }

    public function of(int $seconds): string
    {
        $seconds = max(0, $seconds);
        $minutes = intdiv($seconds, 60);
        if ($minutes < 1) {
            return $this->words->say('amount.less');
        }
        if ($minutes < 60) {
            return $this->words->say('amount.minutes', ['m' => $minutes]);
        }
        return $this->words->say('amount.hours_minutes', ['h' => intdiv($minutes, 60), 'mm' => sprintf('%02d', $minutes % 60)]);
    }

    /** A length that has been counted: of nothing one knows that it is nothing. */
    public function spent(int $seconds): string
    {
        return $seconds === 0 ? $this->words->say('amount.minutes', ['m' => 0]) : $this->of($seconds);
    }

    /** As it stands in a narrow column. */
    public function cell(int $seconds): string
    {
        return $seconds > 0 && $seconds < 60 ? $this->words->say('amount.less_cell') : $this->spent($seconds);
    }

    /** A length that somebody has set, not measured: whole hours without minutes. */
    public function set(int $seconds): string
    {
        return $seconds > 0 && $seconds % 3600 === 0 ? $this->words->say('amount.hours', ['h' => intdiv($seconds, 3600)])
            : $this->of($seconds);
    }

    /** Working days, and the seconds besides: whole days from two on, one with its hours. */
    public function days(int $days, int $seconds): string
    {
        $whole = $this->words->count('amount.days', $days);
        $hours = intdiv(max(0, $seconds), 3600);
        return $days === 1 && $hours > 0 ? $this->words->say('amount.day_hours', ['days' => $whole, 'h' => $hours]) : $whole;
    }
}
