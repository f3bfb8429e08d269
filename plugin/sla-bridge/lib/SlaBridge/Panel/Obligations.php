<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What the agreement owes this customer in the periods that run: how many of how many, until when, and the working time left. */
final class Obligations
{
    private readonly View $view;
    private readonly Words $words;

    public function __construct(private readonly Situation $situation)
    {
        $this->view = $situation->view;
        $this->words = $situation->words;
    }

    /** Nothing where nothing is owed to him, or where nobody knows who he is. */
    public function html(): string
    {
        $customer = Json::text($this->view->detail, 'customer', 'id');
        $items = '';
        foreach (Json::map($this->view->published, 'registry', 'obligations') as $one) {
            if ($customer !== null && Json::text($one, 'customer') === $customer) {
                $items .= Html::text('li', null, $this->told($one));
            }
        }
        return $items === '' ? '' : Html::tag(
            'section',
            ['class' => 'sla-part sla-obligations'],
            Html::text('h3', 'sla-caption', $this->words->say('panel.obligations')),
            Html::tag('ul', [], $items)
        );
    }

    private function told(mixed $one): string
    {
        $title = Json::text($one, $this->view->language === 'ru' ? 'title_ru' : 'title_en') ?? '';
        $paper = Json::text($one, 'paper');
        $kept = Json::text($one, 'kept');
        $what = $title . ($paper === null ? '' : " ($paper)");
        $told = $kept === null ? $this->words->say('panel.owed.unknown', ['what' => $what]) : $this->words->say('panel.owed.of', [
            'what' => $what, 'n' => $kept, 'm' => (string) Json::text($one, 'at_least')]);
        return match (Json::text($one, 'state')) {
            'kept' => $told . ', ' . $this->words->say('panel.owed.kept'),
            'missed' => $told . ', ' . $this->words->say('panel.owed.missed', ['date' => $this->lastDay($one)]),
            'due' => $told . ', ' . $this->left($one),
            default => $told,
        };
    }

    /** Until when, and the working time that is left by the published calendar; without it the day alone. */
    private function left(mixed $one): string
    {
        $date = $this->lastDay($one);
        $due = Json::instant($one, 'due_at');
        $calendar = Calendar::of((array) $this->view->published, (string) Json::text($one, 'calendar'), $this->view->language);
        $counts = $calendar !== null && $due !== null && $due <= $calendar->until && $this->view->now >= $calendar->from;
        if (!$counts || $this->view->isStale()) {
            return $this->words->say('panel.owed.until', ['date' => $date]);
        }
        $left = $calendar->time->between($this->view->now, max($this->view->now, $due));
        return $this->words->say('panel.owed.left', ['date' => $date, 'A' => $this->situation->amounts->of($left)]);
    }

    private function lastDay(mixed $one): string
    {
        $day = (string) Json::text($one, 'last_day');
        return $this->situation->instants->date($day) ?? $day;
    }
}
