<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The picture of a clock in hours: a row for each day of the calendar, with its bar, what counted, and what happened. */
final class HoursTable
{
    private readonly Words $words;
    private readonly Calendar $calendar;
    private readonly DayRows $rows;
    private readonly DayEvents $events;

    public function __construct(private readonly Situation $situation, private readonly Reckoning $reckoning)
    {
        $this->words = $situation->words;
        $this->calendar = $reckoning->calendar;
        $this->rows = new DayRows($reckoning);
        $this->events = new DayEvents($situation, $reckoning);
    }

    public function html(): string
    {
        $axis = DayAxis::of($this->calendar, $this->rows->dates());
        $metric = $this->situation->metricTitle($this->reckoning->clock->metric);
        return Html::tag(
            'table',
            ['class' => 'sla-table sla-days'],
            Html::tag('caption', ['class' => 'sla-unseen'], Html::escape($this->words->say('table.caption', ['metric' => $metric]))),
            $this->head($axis),
            Html::tag('tbody', [], ...$this->body($axis)),
            $this->foot()
        ) . Legend::ofHours($this->situation, $this->calendar, $this->kinds($axis));
    }

    /** @return array<string, true> which kinds of time, and which marks, the bars show */
    private function kinds(DayAxis $axis): array
    {
        $kinds = [];
        foreach ($this->rows->shown() as $row) {
            $end = 0.0;
            foreach ($row['spans'] as [$kind, $from, $to]) {
                $kinds += [$kind => true] + ($axis->percent($row['dates'][0], $from) > $end ? ['off' => true] : []);
                $end = $axis->end($row['dates'][0], $to);
            }
            $kinds += ($end < 100.0 ? ['off' => true] : []) + array_fill_keys(array_keys($this->events->marks($row['dates'])), true);
        }
        return $kinds;
    }

    private function head(DayAxis $axis): string
    {
        $ticks = $axis->ticks();
        $labels = '';
        foreach ($ticks as $i => [$x, $label]) {
            $anchor = $i === 0 ? 'start' : ($i === count($ticks) - 1 ? 'end' : 'middle');
            $labels .= Html::text('text', null, $label, ...['x' => "$x%", 'y' => 11, 'text-anchor' => $anchor]);
        }
        return Html::tag('thead', [], Html::tag(
            'tr',
            [],
            Html::text('th', null, $this->words->say('table.day'), scope: 'col'),
            Html::tag(
                'th',
                ['scope' => 'col', 'class' => 'sla-axis-cell'],
                Html::unseen($this->words->say('table.hours')),
                Html::drawing('sla-axis', '100%', 14, $labels)
            ),
            Html::text('th', 'sla-number', $this->words->say('table.counted'), scope: 'col'),
            Html::text('th', null, $this->words->say('table.what'), scope: 'col')
        ));
    }

    /** @return list<string> */
    private function body(DayAxis $axis): array
    {
        $day = fn (array $row): string => $this->day($axis, $row);
        $before = $this->before();
        $amount = Html::escape($this->situation->amounts->cell($before));
        return [
            $before > 0 ? $this->row(Html::escape($this->words->say('table.before')), '', $amount, '') : '',
            ...array_map($day, $this->rows->head),
            $this->rows->tail ? $this->summed() : '',
            ...array_map($day, $this->rows->tail),
        ];
    }

    /** @param array{dates: list<string>, spans: list<array{string, int, int}>} $row */
    private function day(DayAxis $axis, array $row): string
    {
        $marks = $this->events->marks($row['dates']);
        $told = static fn (string $one): string => Html::text('span', 'sla-event', $one);
        return $this->row(
            Html::escape($this->label($row['dates'])),
            DayBar::html($axis, $row['dates'][0], $row['spans'], $marks),
            $this->counted(DaySpans::sum($row['spans'], 'counted'), DaySpans::sum($row['spans'], 'late')),
            implode(' ', array_map($told, $this->events->of($row['dates'])))
        );
    }

    /** Seconds within the deadline, and those beyond it. */
    private function counted(int $within, int $late): string
    {
        $amounts = $this->situation->amounts;
        $plus = $late > 0 ? Html::text('b', 'sla-plus', '+' . $amounts->cell($late)) : '';
        if ($within === 0 && $late > 0) {
            return $plus;
        }
        $told = $within > 0 ? $amounts->cell($within) : $this->words->say('panel.none');
        return Html::text('span', null, $told) . ($plus === '' ? '' : " $plus");
    }

    private function summed(): string
    {
        $amount = $this->situation->amounts->spent($this->rows->hiddenSeconds);
        $told = $this->words->count('table.days_more', $this->rows->hiddenDays, ['A' => $amount]);
        $due = $this->reckoning->clock->dueAt;
        $told .= $due === null || !$this->rows->hides($due) ? '' : '; ' . $this->words->say('table.hidden_passed', [
            'T' => $this->situation->instants->dateIn($this->calendar, $due, 'absolute')]);
        return Html::tag('tr', ['class' => 'sla-summed'], Html::text('td', null, $told, colspan: 4));
    }

    private function row(string $day, string $bar, string $counted, string $what): string
    {
        return Html::tag(
            'tr',
            [],
            Html::tag('th', ['scope' => 'row'], $day),
            Html::tag('td', ['class' => 'sla-bar-cell'], $bar),
            Html::tag('td', ['class' => 'sla-number'], $counted),
            Html::tag('td', ['class' => 'sla-what'], $what)
        );
    }

    /** @param list<string> $dates */
    private function label(array $dates): string
    {
        $instants = $this->situation->instants;
        $name = fn (string $date): string => $instants->dateIn($this->calendar, $this->calendar->midnight($date), 'day');
        $last = count($dates) - 1;
        return $name($dates[0]) . ($last === 0 ? '' : ($last === 1 ? ', ' : ' – ') . $name($dates[$last]));
    }

    /** What the clock had before the days that are published, or by a calendar it no longer has. */
    private function before(): int
    {
        $worked = $this->reckoning->worked();
        return $worked === null ? 0 : $worked - $this->rows->counted();
    }

    private function foot(): string
    {
        $clock = $this->reckoning->clock;
        $target = $clock->target->amount($this->words);
        $parts = $target === null ? [] : [$this->words->say('table.total_of', ['B' => $target])];
        $left = $this->reckoning->leftInWords($this->situation->amounts);
        $late = match ($clock->state) {
            'overdue' => $this->reckoning->late(),
            'missed' => $this->situation->over($clock),
            default => null,
        };
        $worked = $this->reckoning->worked();
        if ($late !== null) {
            $parts[] = $this->words->say('table.total_late', ['A' => $this->situation->amounts->of($late)]);
        } elseif ($left !== null && !$this->situation->view->isStale()) {
            $parts[] = $this->words->say('table.total_left', ['A' => $left]);
        }
        return Html::tag('tfoot', [], $this->row(
            Html::escape($this->total()),
            '',
            Html::escape($worked === null ? $this->words->say('panel.none') : $this->situation->amounts->cell($worked)),
            Html::escape(implode('; ', $parts))
        ));
    }

    /** What goes on is told of one instant, which stands beside it: the figures above go on with the clock, the table does not. */
    private function total(): string
    {
        $clock = $this->reckoning->clock;
        return !$clock->isOpen() || $clock->isPaused() ? $this->words->say('table.total')
            : $this->words->say('table.total_at', ['time' => $this->calendar->local($this->reckoning->to)->format('H:i')]);
    }
}
