<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/**
 * The days of a clock from its start to its deadline, its end or now, whichever is last; neighbouring days off are one row. Of many
 * rows only the first and the last are made: a clock may last for a year.
 *
 * @phpstan-type Row array{dates: list<string>, spans: list<array{string, int, int}>}
 */
final class DayRows
{
    private const ROWS = 10;
    private const FIRST = 2;
    private const LAST = 7;

    /** @var list<Row> */
    public readonly array $head;

    /** @var list<Row> empty where no day is left out */
    public readonly array $tail;

    /** How many days lie between the two, and the seconds that were counted on them. */
    public readonly int $hiddenDays;
    public readonly int $hiddenSeconds;
    private readonly int $hiddenFrom;
    private readonly int $hiddenTo;

    private readonly Calendar $calendar;
    private readonly DaySpans $spans;
    private readonly int $from;

    public function __construct(private readonly Reckoning $reckoning)
    {
        $this->calendar = $reckoning->calendar;
        $this->spans = new DaySpans($reckoning);
        $clock = $reckoning->clock;
        $due = $clock->isPaused() && $clock->state !== 'overdue' ? null : $clock->dueAt;
        $last = max($reckoning->to, min($due ?? 0, $this->calendar->until));
        $this->from = max($clock->startedAt, $this->calendar->from);
        $first = $this->calendar->date($this->from);
        // A deadline at midnight belongs to the day that ends with it.
        $end = $this->calendar->date(max($this->from, $last - 1));
        $head = $this->rows($first, $end, 1, self::ROWS);
        if (count($head) <= self::ROWS) {
            [$this->head, $this->tail, $this->hiddenDays, $this->hiddenSeconds] = [$head, [], 0, 0];
            [$this->hiddenFrom, $this->hiddenTo] = [0, 0];
            return;
        }
        $this->head = array_slice($head, 0, self::FIRST);
        $this->tail = array_reverse(array_slice($this->rows($end, $first, -1, self::LAST), 0, self::LAST));
        $begin = Calendar::next($this->head[self::FIRST - 1]['dates'][count($this->head[self::FIRST - 1]['dates']) - 1]);
        $resumed = $this->tail[0]['dates'][0];
        $this->hiddenDays = self::days($begin, $resumed);
        [$this->hiddenFrom, $this->hiddenTo] = [$this->calendar->midnight($begin), $this->calendar->midnight($resumed)];
        $this->hiddenSeconds = $reckoning->between($this->hiddenFrom, $this->hiddenTo);
    }

    /** @return list<Row> those that are shown */
    public function shown(): array
    {
        return [...$this->head, ...$this->tail];
    }

    /** Whether an instant lies on one of the days that are left out. */
    public function hides(int $at): bool
    {
        return $at >= $this->hiddenFrom && $at < $this->hiddenTo;
    }

    /** @return list<string> */
    public function dates(): array
    {
        return array_merge(...array_column($this->shown(), 'dates'));
    }

    /** Seconds counted on all these days, shown or not. */
    public function counted(): int
    {
        return $this->reckoning->between($this->from, $this->reckoning->to);
    }

    /**
     * Rows from one date to another, forward (1) or backward (-1), until there is one more than `$most`: then those are whole.
     *
     * @return list<Row>
     */
    private function rows(string $from, string $to, int $step, int $most): array
    {
        $rows = [];
        for ($date = $from; $step * ($date <=> $to) <= 0 && count($rows) <= $most; $date = Calendar::next($date, $step)) {
            $spans = $this->spans->of($date);
            $before = count($rows) - 1;
            if ($spans || $before < 0 || $rows[$before]['spans']) {
                $rows[] = ['dates' => [$date], 'spans' => $spans];
            } else {
                $dates = $rows[$before]['dates'];
                $rows[$before]['dates'] = $step > 0 ? [...$dates, $date] : [$date, ...$dates];
            }
        }
        return $rows;
    }

    private static function days(string $from, string $to): int
    {
        $utc = new \DateTimeZone('UTC');
        return (int) (new \DateTimeImmutable($from, $utc))->diff(new \DateTimeImmutable($to, $utc))->format('%r%a');
    }
}
