<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Icons;
use SlaBridge\Panel\Instants;

/** Open tickets as a list of the report. Pure. */
final class TicketsList
{
    private const STATES = ['running', 'at_risk', 'overdue', 'paused', 'met', 'missed', 'none'];

    public function __construct(private readonly View $view)
    {
    }

    /** @param list<array<string, ?string>> $rows those of the page */
    public function html(string $list, int $all, array $rows): string
    {
        $words = $this->view->words;
        $title = $words->say("report.list.$list");
        if ($all === 0) {
            return Table::section($list, $title, '', Table::none($words->say("report.list.none.$list")), Paging::back($this->view));
        }
        $table = Table::html('sla-r-tickets', $title, $this->heads(), array_map($this->row(...), $rows));
        return Table::section($list, $title, $this->view->count($all), $table, Paging::html($this->view, $list, $all, $all));
    }

    /** @return array<string, string> */
    private function heads(): array
    {
        $words = $this->view->words;
        return ['sla-r-m-ticket' => $words->say('report.missed.ticket'), 'sla-r-l-subject' => $words->say('report.list.subject'),
            'sla-r-m-customer' => $words->say('report.missed.customer'), 'sla-r-m-level' => $words->say('report.missed.level'),
            'sla-r-l-state' => $words->say('report.list.state'), 'sla-r-m-due' => $words->say('report.list.due'),
            'sla-r-l-department' => $words->say('report.missed.department'), 'sla-r-m-agent' => $words->say('report.missed.agent'),
            'sla-r-l-created' => $words->say('report.list.created')];
    }

    /**
     * The same as text, for a spreadsheet.
     *
     * @param list<array<string, ?string>> $rows
     * @return array{list<string>, list<list<?string>>} headings and rows
     */
    public function told(array $rows, ReportCsv $csv): array
    {
        $cells = fn (array $row): array => [$row['number'], $row['subject'],
            $this->view->name('customer', $row['customer'], $row['customer_name']), $this->view->name('level', $row['level'], null),
            $this->state((string) $row['state']), $csv->at(self::seconds($row['due'])),
            $this->view->name('department', $row['dept_id'], $row['department'] ?? null), $this->agent($row),
            $csv->at((int) $row['created'])];
        return [array_values($this->heads()), array_map($cells, $rows)];
    }

    /** @param array<string, ?string> $row */
    private function agent(array $row): string
    {
        return $this->view->name('agent', $row['staff_id'] === '0' ? '' : $row['staff_id'], $row['agent'] ?? null);
    }

    private function state(string $state): string
    {
        $words = $this->view->words;
        return $state === '' ? $words->say('queue.pending') : $words->named('states', $state);
    }

    /** Dates of the narrow table are UTC. */
    private static function seconds(?string $stored): ?int
    {
        return $stored === null || ($at = strtotime("$stored UTC")) === false ? null : $at;
    }

    /** @param array<string, ?string> $row @return list<string> */
    private function row(array $row): array
    {
        return [
            Html::link($this->view->ticketUrl((int) $row['ticket_id']), (string) $row['number'], 'sla-r-name'),
            Html::escape($row['subject'] ?? $this->view->words->say('report.none')),
            Html::escape($this->view->name('customer', $row['customer'], $row['customer_name'])),
            Html::escape($this->view->name('level', $row['level'], null)),
            $this->badge((string) $row['state']),
            $this->due($row),
            Html::escape($this->view->name('department', $row['dept_id'], $row['department'] ?? null)),
            Html::escape($this->agent($row)),
            Html::escape($this->view->instants->day((int) $row['created'])),
        ];
    }

    private function badge(string $state): string
    {
        $shape = $state === '' ? 'pending' : (in_array($state, self::STATES, true) ? $state : 'none');
        return Html::tag(
            'span',
            ['class' => 'sla-badge sla-small', 'data-state' => $shape],
            Icons::drawn($shape, 'sla-badge-icon'),
            Html::text('span', 'sla-badge-word', $this->state($state))
        );
    }

    /** @param array<string, ?string> $row */
    private function due(array $row): string
    {
        $due = self::seconds($row['due'] ?? null);
        $since = $due === null ? self::seconds($row['since'] ?? null) : null;
        if ($due !== null) {
            return Instants::time($due, $this->view->instants->at($due));
        }
        $key = 'queue.since.' . $row['state'];
        return $since === null || !$this->view->words->has($key) ? Html::escape($this->view->words->say('report.none'))
            : Instants::time($since, $this->view->words->say($key, ['day' => $this->view->instants->day($since)]));
    }
}
