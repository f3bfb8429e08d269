<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The cycles before those that are shown whole, closed until asked for. */
final class EarlierCycles
{
    private const ROWS = 50;

    private readonly Words $words;

    public function __construct(private readonly Situation $situation)
    {
        $this->words = $situation->words;
    }

    public function html(): string
    {
        $all = $this->situation->earlier;
        if (!$all) {
            return '';
        }
        $isOne = count(array_unique(array_map(static fn (Clock $one): string => $one->metric, $all))) === 1
            && count($this->situation->clocks) === 1;
        $rows = array_map(fn (Clock $one): string => $this->row($one, $isOne), array_slice($all, 0, self::ROWS));
        $rest = count($all) - self::ROWS;
        return Html::tag(
            'section',
            ['class' => 'sla-part'],
            Html::tag(
                'details',
                ['class' => 'sla-earlier'],
                Html::tag(
                    'summary',
                    [],
                    Html::text('h3', 'sla-title', $this->words->say('earlier.title')),
                    Html::text('span', 'sla-sub', $this->words->count('earlier.count', count($all))),
                    self::hint($this->words)
                ),
                Html::tag(
                    'table',
                    ['class' => $isOne ? 'sla-table sla-cards sla-few' : 'sla-table sla-cards'],
                    $this->head($isOne),
                    Html::tag('tbody', [], ...$rows)
                ),
                $rest > 0 ? Html::text('p', 'sla-note', $this->words->count('earlier.older', $rest)) : ''
            )
        );
    }

    /** The words beside a summary that say what a click does. */
    public static function hint(Words $words): string
    {
        return Html::tag(
            'span',
            ['class' => 'sla-hint'],
            Html::text('span', 'sla-hint-show', $words->say('panel.show')),
            Html::text('span', 'sla-hint-hide', $words->say('panel.hide')),
            Icons::of('chevron', 'sla-chevron')
        );
    }

    private function head(bool $isOne): string
    {
        $heads = ['cycle', 'opened', 'due', 'end', 'worked', 'outcome'];
        $cells = $isOne ? '' : Html::text('th', null, $this->words->say('earlier.metric'), scope: 'col');
        foreach ($heads as $head) {
            $cells .= Html::text('th', null, $this->words->say("earlier.$head"), scope: 'col');
        }
        return Html::tag('thead', [], Html::tag('tr', [], $cells));
    }

    private function row(Clock $clock, bool $isOne): string
    {
        $target = $clock->target->amount($this->words);
        $seconds = $clock->target->kind === 'days' ? null : $clock->anchorSeconds;
        $worked = $seconds === null ? null : $this->situation->amounts->of($seconds);
        $told = match (true) {
            $worked === null => $target ?? $this->words->say('clock.not_recorded'),
            $target === null => $worked,
            default => $this->words->say('earlier.worked_of', ['A' => $worked, 'B' => $target]),
        };
        return Html::tag(
            'tr',
            [],
            $isOne ? '' : Html::text('td', 'sla-strong', $this->situation->metricTitle($clock->metric)),
            Html::tag(
                'td',
                ['class' => 'sla-card-head'],
                Html::text('span', 'sla-narrow', $this->words->say('earlier.card', ['n' => $clock->cycle])),
                Html::text('span', 'sla-wide', (string) $clock->cycle)
            ),
            $this->instant('opened_card', $clock->startedAt),
            $this->instant('due_card', $clock->dueAt),
            $this->instant('end_card', $clock->stoppedAt),
            Html::text('td', null, $told),
            Html::tag('td', ['class' => 'sla-card-badge'], $this->outcome($clock))
        );
    }

    private function instant(string $card, ?int $at): string
    {
        if ($at === null) {
            return Html::text('td', null, $this->words->say('panel.none'));
        }
        $label = trim(str_replace('{T}', '', $this->words->say("earlier.$card")));
        return Html::tag('td', [], Html::text('span', 'sla-narrow', $label . ' '), $this->situation->instants->html($at));
    }

    private function outcome(Clock $clock): string
    {
        $text = match (true) {
            $clock->isCancelled() => $this->words->say('earlier.cancelled'),
            $clock->state === 'missed' && $clock->lateSeconds !== null
                => $this->words->say('earlier.missed_by', ['A' => (string) $this->situation->overInWords($clock)]),
            default => null,
        };
        $cause = $clock->cause === null ? '' : Html::text('div', 'sla-note', $this->words->named('causes', $clock->cause));
        return Line::badge($this->words, $clock->state, $text, 'sla-small') . $cause;
    }
}
