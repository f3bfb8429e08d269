<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Json;

/** Tickets apart from targets, where they spent their time, what is left out of the figures, and what nobody could check. */
final class FurtherParts
{
    private const SPENT_AT_MOST = 8;
    private const TICKETS = ['met', 'breached', 'last_breached', 'open_breached', 'reopened', 'cancelled'];

    public function __construct(private readonly View $view)
    {
    }

    public function html(): string
    {
        $lists = new FiguredLists($this->view);
        $spent = Html::tag('div', ['class' => 'sla-r-stacked'], $this->spent('status'), $this->spent('department'));
        return Html::tag('div', ['class' => 'sla-r-two sla-r-even'], $this->tickets(), $spent)
            . $lists->brief('excluded') . $lists->brief('unknown');
    }

    private function tickets(): string
    {
        $words = $this->view->words;
        $counts = Json::map($this->view->figures, 'tickets');
        $all = (int) Json::number($counts, 'met') + (int) Json::number($counts, 'breached');
        $rows = [];
        foreach (self::TICKETS as $kind) {
            $count = (int) Json::number($counts, $kind);
            $isShare = $all > 0 && in_array($kind, ['met', 'breached', 'reopened'], true);
            $rows[] = [Html::escape($words->say("report.tickets.$kind")), Html::escape($isShare ? $words->say('report.tickets.share', [
                'n' => $this->view->count($count), 'all' => $this->view->count($all), 'percent' => $this->view->percent($count / $all),
            ]) : $this->view->count($count))];
        }
        $title = $words->say('report.tickets.title');
        return Table::section('tickets', $title, '', Table::html('sla-r-plain', $title, [
            'sla-r-c-name' => $words->say('report.tickets.what'), 'sla-r-c-number' => $words->say('report.tickets.count')], $rows));
    }

    private function spent(string $kind): string
    {
        $words = $this->view->words;
        $spent = array_values(Json::map($this->view->figures, 'spent', $kind));
        $title = $words->say("report.spent.$kind");
        $all = array_sum(array_map(static fn (mixed $one): int => (int) Json::number($one, 'seconds'), $spent));
        if ($all === 0) {
            return Table::section("spent-$kind", $title, '', Table::none($words->say('report.spent.none')));
        }
        $rows = [];
        foreach (array_slice($spent, 0, self::SPENT_AT_MOST) as $one) {
            [$seconds, $cycles] = [(int) Json::number($one, 'seconds'), (int) Json::number($one, 'cycles')];
            $rows[] = array_map(Html::escape(...), [
                Json::text($one, 'name') ?? Json::text($one, 'key') ?? $words->say('report.none'),
                $this->view->percent($seconds / $all), $this->view->amounts->cell($seconds),
                $this->view->amounts->cell(intdiv($seconds, max(1, $cycles))),
            ]);
        }
        $heads = ['sla-r-c-name' => $words->say("report.spent.{$kind}_head"), 'sla-r-c-number' => $words->say('report.spent.share'),
            'sla-r-c-number sla-r-2' => $words->say('report.spent.time'), 'sla-r-c-number sla-r-3' => $words->say('report.spent.mean')];
        return Table::section("spent-$kind", $title, '', Table::html('sla-r-plain', $title, $heads, $rows));
    }
}
