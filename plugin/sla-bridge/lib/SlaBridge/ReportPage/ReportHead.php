<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Icons;
use SlaBridge\Panel\Instants;

/** Title, as of when, and how far all of it can be trusted. */
final class ReportHead
{
    public function __construct(private readonly View $view)
    {
    }

    public function html(): string
    {
        $words = $this->view->words;
        $title = $this->view->asked->list === null ? $words->say('report.title')
            : $words->say('report.title') . ': ' . mb_strtolower(mb_substr($this->list(), 0, 1)) . mb_substr($this->list(), 1);
        $passed = $this->view->health->passed;
        $asOf = $passed === null ? Html::escape($words->say('report.never')) : Html::fill($words->say('report.as_of'), [
            'T' => Instants::time($passed, $this->view->instants->absolute($passed)), 'zone' => Html::escape($this->view->zoneName()),
        ]);
        return Html::tag(
            'div',
            ['class' => 'sla-r-head'],
            Html::tag('div', [], Html::text('h1', 'sla-r-title', $title), $this->period()),
            Html::tag('p', ['class' => 'sla-r-as-of'], $asOf)
        ) . $this->stale() . $this->health();
    }

    /** A list of what stands now has none. */
    private function period(): string
    {
        $list = $this->view->asked->list;
        return TicketRows::has($list) || RegistryParts::has((string) $list) ? ''
            : Html::text('p', 'sla-r-period', $this->view->period());
    }

    private function list(): string
    {
        $list = (string) $this->view->asked->list;
        $key = $this->view->words->has("report.list.$list") ? "report.list.$list" : "report.$list.title";
        return $this->view->words->say($key);
    }

    /** The same note as on a panel and a queue. */
    private function stale(): string
    {
        $health = $this->view->health;
        if ($health->passed === null || !$health->isStale($this->view->now)) {
            return '';
        }
        $note = $this->view->words->say('stale.note', [
            'time' => $this->view->instants->brief($health->passed),
            'A' => $this->view->amounts->of($this->view->now - $health->passed),
        ]);
        return Html::tag('p', ['class' => 'sla-r-note'], Icons::drawn('stale', 'sla-r-icon'), Html::text('span', null, $note));
    }

    private function health(): string
    {
        $told = array_filter([$this->registry(), $this->actions()]);
        $items = array_map(static fn (string $one): string => Html::tag('li', [], $one), $told);
        return $items ? Html::tag(
            'ul',
            ['class' => 'sla-r-health', 'aria-label' => $this->view->words->say('report.health.label')],
            ...$items
        ) : '';
    }

    private function registry(): string
    {
        $health = $this->view->health;
        if (!$health->tellsRegistry) {
            return '';
        }
        $words = $this->view->words;
        if ($health->registry === null) {
            return Html::escape($words->say('report.health.no_registry'));
        }
        $at = Instants::time($health->registry, $this->view->instants->at($health->registry));
        $told = Html::fill($words->say('report.health.registry'), ['T' => $at]);
        if (!$health->hasOldRegistry($this->view->now)) {
            return $told;
        }
        $age = $words->say('report.health.registry_old', ['A' => $this->view->amounts->of($this->view->now - $health->registry)]);
        return $told . ' ' . Html::tag('strong', ['class' => 'sla-r-warned'], Icons::drawn('limited', 'sla-r-icon'), Html::escape($age));
    }

    private function actions(): string
    {
        $actions = $this->view->health->actions;
        if ($actions === null) {
            return '';
        }
        $words = $this->view->words;
        $kinds = array_filter($actions);
        if (!$kinds) {
            return Html::escape($words->say('report.health.actions_none'));
        }
        $each = [];
        foreach ($kinds as $state => $number) {
            $each[] = $words->say("report.health.$state", ['n' => $this->view->count($number)]);
        }
        return Html::link($this->view->addresses['actions'], $words->count('report.health.actions', array_sum($kinds)))
            . Html::escape(': ' . implode(', ', $each));
    }
}
