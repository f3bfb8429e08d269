<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The dated exceptions that hold for the ticket; one line where there are none. */
final class Exceptions
{
    private readonly Words $words;

    public function __construct(private readonly Situation $situation)
    {
        $this->words = $situation->words;
    }

    public function html(): string
    {
        $rows = array_map($this->row(...), array_filter(Json::map($this->situation->view->detail, 'exceptions'), is_array(...)));
        $heading = Html::text('h3', 'sla-title', $this->words->say('exceptions.title'));
        $none = $rows ? '' : Html::text('span', 'sla-sub', $this->words->say('exceptions.none'));
        $heads = array_map(
            fn (string $one): string => Html::text('th', null, $this->words->say("exceptions.$one"), scope: 'col'),
            ['level', 'reason', 'approver', 'until']
        );
        return Html::tag(
            'section',
            ['class' => 'sla-part'],
            Html::tag('div', ['class' => 'sla-head'], $heading, $none),
            $rows ? Html::tag(
                'table',
                ['class' => 'sla-table sla-cards'],
                Html::tag('thead', [], Html::tag('tr', [], ...$heads)),
                Html::tag('tbody', [], ...$rows)
            ) : ''
        );
    }

    /** @param array<string, mixed> $one */
    private function row(array $one): string
    {
        $what = $this->situation->levelTitle(Json::text($one, 'level')) ?? Json::text($one, 'id') ?? '';
        return Html::tag(
            'tr',
            [],
            Html::text('th', null, $what, scope: 'row'),
            Html::text('td', null, Json::text($one, 'reason') ?? ''),
            Html::text('td', null, Json::text($one, 'approver') ?? ''),
            Html::text('td', null, self::until($this->situation, Json::text($one, 'until')))
        );
    }

    /** „по 31.01.2027, ещё 46 дней“: the last day counts. */
    public static function until(Situation $situation, ?string $until): string
    {
        $words = $situation->words;
        $date = $until === null ? null : $situation->instants->date($until);
        if ($until === null || $date === null) {
            return $words->say('exceptions.endless');
        }
        $days = $situation->instants->daysUntil($until);
        return $days < 0 ? $words->say('exceptions.ended', ['date' => $date])
            : $words->say('exceptions.until_date', ['date' => $date]) . ', ' . self::daysLeft($words, $days);
    }

    /** „ещё 46 дней“ before the last day, which counts. */
    public static function daysLeft(Words $words, int $days): string
    {
        return $days === 0 ? $words->say('exceptions.last_day') : $words->count('exceptions.days_left', $days);
    }
}
