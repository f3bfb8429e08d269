<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

/** An instant in as few characters as a narrow column has, in the reader's language and zone. */
final class ShortInstant
{
    private const DAYS = [
        'ru' => ['вс', 'пн', 'вт', 'ср', 'чт', 'пт', 'сб'], 'en' => ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
    ];
    private const NEAR = [
        'ru' => ['-1' => 'вчера', '0' => 'сегодня', '1' => 'завтра'], 'en' => ['-1' => 'yesterday', '0' => 'today', '1' => 'tomorrow'],
    ];
    /** This year, another year; in the letters of PHP's date(). */
    private const DATE = ['ru' => ['d.m', 'd.m.Y'], 'en' => ['j M', 'j M Y']];

    /** @param int $now POSIX seconds; which days are near, and which year is this one, follows from it */
    public function __construct(private readonly string $language, private readonly \DateTimeZone $zone, private readonly int $now)
    {
    }

    /** With the time of day, but for another year: "пт 06.11, 05:45", "today, 09:30", "6 Nov 2027". */
    public function withTime(int $at): string
    {
        $then = $this->local($at);
        $near = self::NEAR[$this->language][(string) $this->daysFromToday($then)] ?? null;
        if ($near === null && !$this->isThisYear($then)) {
            return $this->date($at);
        }
        $day = $near ?? self::DAYS[$this->language][(int) $then->format('w')] . ' ' . $this->date($at);
        return "$day, {$then->format('H:i')}";
    }

    /** The day alone, or the time of day where it is today. */
    public function day(int $at): string
    {
        $then = $this->local($at);
        return $this->daysFromToday($then) === 0 ? $then->format('H:i') : $this->date($at);
    }

    private function date(int $at): string
    {
        $then = $this->local($at);
        return $then->format(self::DATE[$this->language][$this->isThisYear($then) ? 0 : 1]);
    }

    private function isThisYear(\DateTimeImmutable $then): bool
    {
        return $then->format('Y') === $this->local($this->now)->format('Y');
    }

    /** By the calendar, not by hours: a day may have 23 or 25 of them. */
    private function daysFromToday(\DateTimeImmutable $then): int
    {
        $utc = new \DateTimeZone('UTC');
        $today = new \DateTimeImmutable($this->local($this->now)->format('Y-m-d'), $utc);
        return (int) $today->diff(new \DateTimeImmutable($then->format('Y-m-d'), $utc))->format('%r%a');
    }

    private function local(int $at): \DateTimeImmutable
    {
        return (new \DateTimeImmutable("@$at"))->setTimezone($this->zone);
    }
}
