<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Json;

/** The lists that the figures hold: breaches, excluded tickets, tickets of unknown eligibility; in brief, or page by page. */
final class FiguredLists
{
    public const A_PAGE = 50;
    private const BRIEF = 5;
    private const COLUMNS = ['excluded' => ['reason', 'by'], 'unknown' => ['checks']];

    public function __construct(private readonly View $view)
    {
    }

    public function html(string $list): string
    {
        $all = array_values(Json::map($this->view->figures, $list));
        $known = max(count($all), (int) Json::number($this->view->figures, 'more', $list));
        $shown = array_slice($all, ($this->view->asked->page - 1) * self::A_PAGE, self::A_PAGE);
        $title = $this->view->words->say("report.list.$list");
        if (!$all) {
            return Table::section($list, $title, '', Table::none($this->view->words->say("report.$list.none")), Paging::back($this->view));
        }
        $causes = $list === 'missed' ? (new BreachTable($this->view))->causes($all, $known) : '';
        $beside = $list === 'missed' ? (new BreachTable($this->view))->note() : $this->view->count($known);
        return Table::section($list, $title, $beside, $this->note($list) . $causes, $this->table($list, $shown), Paging::html(
            $this->view,
            $list,
            count($all),
            $known
        ));
    }

    public function brief(string $list): string
    {
        $all = array_values(Json::map($this->view->figures, $list));
        $known = max(count($all), (int) Json::number($this->view->figures, 'more', $list));
        $words = $this->view->words;
        $title = $words->say("report.$list.title");
        if ($known === 0) {
            return Table::section($list, $title, '', Table::none($words->say("report.$list.none")));
        }
        $more = $known <= self::BRIEF ? '' : Html::tag('p', ['class' => 'sla-r-more'], Html::link(
            $this->view->url(['list' => $list]),
            $words->say('report.show_all', ['n' => $this->view->count($known)])
        ));
        return Table::section(
            $list,
            $title,
            $this->view->count($known),
            $this->note($list),
            $this->table($list, array_slice($all, 0, self::BRIEF)),
            $more
        );
    }

    /** One of them as text, but for breaches. @return array{list<string>, list<list<?string>>} headings and rows */
    public function told(string $list): array
    {
        $columns = self::COLUMNS[$list];
        $heads = array_map(fn (string $column): string => $this->view->words->say("report.$list.$column"), $columns);
        $cells = fn (mixed $one): array => [Json::text($one, 'number'), ...array_map(
            fn (string $column): string => $this->cell($one, $column),
            $columns
        )];
        return [[$this->view->words->say('report.missed.ticket'), ...$heads],
            array_map($cells, array_values(Json::map($this->view->figures, $list)))];
    }

    private function note(string $list): string
    {
        return $list === 'excluded' ? Html::text('p', 'sla-r-how', $this->view->words->say('report.excluded.note')) : '';
    }

    /** @param list<mixed> $rows */
    private function table(string $list, array $rows): string
    {
        if ($list === 'missed') {
            return (new BreachTable($this->view))->table($rows);
        }
        $words = $this->view->words;
        $columns = self::COLUMNS[$list];
        $heads = ['sla-r-m-ticket' => $words->say('report.missed.ticket')];
        foreach ($columns as $column) {
            $heads["sla-r-x-$column"] = $words->say("report.$list.$column");
        }
        $cells = fn (mixed $one): array => array_merge([$this->ticket($one)], array_map(
            fn (string $column): string => Html::escape($this->cell($one, $column)),
            $columns
        ));
        return Table::html('sla-r-lines', $words->say("report.$list.title"), $heads, array_map($cells, $rows));
    }

    private function ticket(mixed $one): string
    {
        $ticket = (int) Json::number($one, 'ticket');
        return Html::link($this->view->ticketUrl($ticket), Json::text($one, 'number') ?? (string) $ticket, 'sla-r-name');
    }

    private function cell(mixed $one, string $column): string
    {
        if ($column !== 'checks') {
            // Who did it is told as a name, or as a reference with one.
            return Json::text($one, $column) ?? Json::text($one, $column, 'name') ?? $this->view->words->say('report.excluded.unknown');
        }
        return implode(', ', array_map(
            fn (mixed $id): string => $this->view->words->named('check_titles', (string) $id),
            array_filter(Json::map($one, 'checks'), is_scalar(...))
        )) ?: $this->view->words->say('report.none');
    }
}
