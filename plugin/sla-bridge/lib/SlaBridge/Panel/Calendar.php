<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** A published calendar: its windows, and what is remarkable about its days. */
final class Calendar
{
    /** The name under which a clock that counts every second goes to the page's script. */
    public const ALWAYS = '*';

    public readonly \DateTimeZone $zone;

    /** @var array<string, int> by date */
    private array $midnights = [];

    /** @var array<string, list<array{int, int}>> by date */
    private array $shifts = [];

    /**
     * @param array<string, mixed> $days by date
     */
    private function __construct(
        public readonly string $id,
        public readonly ?string $title,
        public readonly string $zoneName,
        public readonly WorkedTime $time,
        public readonly int $from,
        public readonly int $until,
        public readonly ?int $provisionalFrom,
        private readonly array $days
    ) {
        $this->zone = Instants::zone($zoneName);
    }

    /** @param array<string, mixed> $published content of a publication */
    public static function of(array $published, string $id, string $language): ?self
    {
        $raw = Json::map($published, 'calendars', $id);
        if (!$raw) {
            return null;
        }
        $time = WorkedTime::published($raw['windows'] ?? null);
        [$first, $last] = $time->span() ?? [0, 0];
        return new self(
            $id,
            Json::title($raw, $language, 'title'),
            Json::text($raw, 'zone') ?? 'UTC',
            $time,
            Json::instant($raw, 'from') ?? $first,
            Json::instant($raw, 'until') ?? $last,
            Json::instant($raw, 'provisional_from'),
            Json::map($raw, 'days')
        );
    }

    /** The calendar of a target in calendar time: every second counts, days are those of `$zone`. */
    public static function always(string $zone, int $from, int $until): self
    {
        return new self(self::ALWAYS, null, $zone, new WorkedTime([[$from, $until]]), $from, $until, null, []);
    }

    public function local(int $at): \DateTimeImmutable
    {
        return Instants::local($at, $this->zone);
    }

    public function date(int $at): string
    {
        return $this->local($at)->format('Y-m-d');
    }

    /** The first instant of a date in the calendar's zone. */
    public function midnight(string $date): int
    {
        return $this->midnights[$date] ??= (new \DateTimeImmutable($date . ' 00:00:00', $this->zone))->getTimestamp();
    }

    public static function next(string $date, int $days = 1): string
    {
        [$year, $month, $day] = explode('-', $date);
        return gmdate('Y-m-d', (int) gmmktime(12, 0, 0, (int) $month, (int) $day + $days, (int) $year));
    }

    /** @return list<array{int, int}> the windows of a date */
    public function windowsOf(string $date): array
    {
        return $this->time->within($this->midnight($date), $this->midnight(self::next($date)));
    }

    /** @return list<array{int, int}> the windows that open on a date: a night's work is of the day on which it began */
    public function shiftOf(string $date): array
    {
        return $this->shifts[$date] ??= $this->time->opening($this->midnight($date), $this->midnight(self::next($date)));
    }

    /** The working day that an instant belongs to; its date where nobody works then. */
    public function workday(int $at): string
    {
        foreach ($this->time->within($at - 86400, $at + 1) as [$open, $close]) {
            if ($close > $at) {
                return $this->date($open);
            }
        }
        return $this->date($at);
    }

    /** What the publication calls the day; null of one that is like its weekday. */
    public function kind(string $date): ?string
    {
        return Json::text($this->days, $date, 'kind');
    }

    public function dayTitle(string $date, string $language): ?string
    {
        return Json::title($this->days, $language, $date, 'title');
    }
}
