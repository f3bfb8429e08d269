<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The picture of a target in working days: a row for each week, a cell for each day with its number. */
final class WeekTable
{
    private const ROWS = 10;
    private const FIRST = 2;
    private const LAST = 7;

    private readonly Words $words;
    private readonly Calendar $calendar;
    private readonly Clock $clock;
    private readonly WeekDays $days;

    /** @var array<string, true> */
    private array $kinds = [];

    public function __construct(private readonly Situation $situation, Reckoning $reckoning)
    {
        $this->words = $situation->words;
        $this->calendar = $reckoning->calendar;
        $this->clock = $reckoning->clock;
        $this->days = $reckoning->weekDays();
    }

    public function html(): string
    {
        $metric = $this->situation->metricTitle($this->clock->metric);
        $heads = array_map(
            static fn (string $one): string => Html::text('th', null, $one, scope: 'col'),
            $this->words->list('instant.weekdays')
        );
        $body = $this->body();
        return Html::tag(
            'table',
            ['class' => 'sla-weeks'],
            Html::tag('caption', ['class' => 'sla-unseen'], Html::escape($this->words->say('table.weeks', ['metric' => $metric]))),
            Html::tag('thead', [], Html::tag(
                'tr',
                [],
                Html::tag('th', ['scope' => 'col', 'class' => 'sla-week'], Html::unseen($this->words->say('table.week'))),
                ...$heads
            )),
            Html::tag('tbody', [], ...$body)
        ) . Legend::ofDays($this->situation, $this->calendar, $this->kinds);
    }

    /** @return list<string> */
    private function body(): array
    {
        $mondays = [];
        $first = max($this->days->start, $this->calendar->date($this->calendar->from));
        for ($monday = self::monday($first); $monday <= $this->days->last(); $monday = Calendar::next($monday, 7)) {
            $mondays[] = $monday;
        }
        $hidden = count($mondays) > self::ROWS ? count($mondays) - self::FIRST - self::LAST : 0;
        $rows = [];
        foreach ($mondays as $i => $monday) {
            if ($hidden && $i === self::FIRST) {
                $told = $this->words->count('table.weeks_more', $hidden);
                $rows[] = Html::tag('tr', ['class' => 'sla-summed'], Html::text('td', null, $told, colspan: 8));
            }
            if (!$hidden || $i < self::FIRST || $i >= self::FIRST + $hidden) {
                $rows[] = $this->week($monday);
            }
        }
        return $rows;
    }

    private function week(string $monday): string
    {
        $cells = '';
        for ($i = 0; $i < 7; $i++) {
            $cells .= $this->cell(Calendar::next($monday, $i));
        }
        $label = $this->date($monday) . '–' . $this->date(Calendar::next($monday, 6));
        return Html::tag('tr', [], Html::text('th', 'sla-week', $label, scope: 'row'), $cells);
    }

    private function cell(string $date): string
    {
        $kind = $this->kind($date);
        if ($kind === null) {
            return '<td></td>';
        }
        $number = $this->days->numbers[$date] ?? null;
        $isToday = $this->clock->isOpen() && $date === $this->days->today;
        $isDue = $date === $this->days->due;
        $this->kinds += [$kind => true] + ($isToday ? ['today' => true] : []) + ($isDue ? ['due' => true] : []);
        $said = array_filter([
            $this->words->say("table.{$kind}_cell", ['n' => (int) $number]),
            $isToday ? $this->words->say('table.today_cell') : '', $isDue ? $this->words->say('table.due_cell') : '',
        ]);
        $class = "sla-cell sla-c-$kind" . ($isToday ? ' sla-c-today' : '') . ($isDue ? ' sla-c-due' : '');
        $isEdge = $kind === 'begin' || $kind === 'end';
        $shown = $isEdge ? $this->words->say("table.$kind") : (string) $number;
        return Html::tag(
            'td',
            ['class' => $class],
            Html::drawing('sla-fill', '100%', '100%', Html::tag('rect', ['width' => '100%', 'height' => '100%', 'rx' => 3])),
            Html::text('span', 'sla-date', $this->date($date)),
            $isDue ? self::flag() : '',
            Html::tag('b', ['class' => $isEdge ? 'sla-begin' : 'sla-count', 'aria-hidden' => 'true'], Html::escape($shown)),
            Html::unseen(implode(', ', $said))
        );
    }

    /** What a day is: null of one before the start, or after the end that matters. */
    private function kind(string $date): ?string
    {
        if ($date === $this->days->start) {
            return 'begin';
        }
        if ($date < $this->days->start || $date > $this->days->last()) {
            return null;
        }
        if (!$this->calendar->shiftOf($date)) {
            return 'off';
        }
        if ($this->days->isPaused($date)) {
            return 'pause';
        }
        if ($this->days->isOver($date)) {
            return isset($this->days->numbers[$date]) ? 'passed' : 'late';
        }
        if (!$this->clock->isOpen()) {
            return 'end';
        }
        $lawOnly = $this->calendar->provisionalFrom;
        return $lawOnly !== null && $this->calendar->midnight($date) >= $lawOnly ? 'provisional' : 'ahead';
    }

    private function date(string $date): string
    {
        return $this->situation->instants->dateIn($this->calendar, $this->calendar->midnight($date), 'cell');
    }

    private static function flag(): string
    {
        $drawing = Html::tag('path', ['class' => 'sla-flag', 'd' => 'M1 0h2v14H1zM3 0h8L8 3.5 11 7H3z']);
        return Html::drawing('sla-cell-flag', 12, 14, $drawing);
    }

    private static function monday(string $date): string
    {
        $day = new \DateTimeImmutable($date . ' 12:00:00', new \DateTimeZone('UTC'));
        return Calendar::next($date, 1 - (int) $day->format('N'));
    }
}
