<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Csv;
use SlaBridge\Panel\Json;

/** The figures as tables for a spreadsheet: no cell of it is a formula. Pure. */
final class ReportCsv
{
    private const PARTS = ['level', 'department', 'customer', 'agent', 'month'];

    public function __construct(private readonly View $view)
    {
    }

    /** Every table of the page, one row a key and metric. */
    public function figures(): string
    {
        $view = $this->view;
        $heads = ['part', 'key', 'name', 'metric', 'met', 'breached', 'compliance', 'open', 'open_breached', 'median', 'p90', 'from',
            'until'];
        $period = [Json::text($view->figures, 'period', 'from'), Json::text($view->figures, 'period', 'until')];
        $lines = [];
        foreach (self::PARTS as $part) {
            foreach (Json::map($view->figures, 'every', $part) as $row) {
                $lines[] = [$view->words->say("report.one.$part"), $row['key'], $part === 'month' ? $view->month($row['key'])
                    : $view->name($part, $row['key'], $row['name']), ...$this->numbers($row), ...$part === 'month' ? [null, null]
                        : $period];
            }
        }
        foreach (Json::map($view->figures, 'total') as $row) {
            $lines[] = [$view->words->say('report.csv.total'), null, null, ...$this->numbers($row), ...$period];
        }
        return $this->table($heads, $lines);
    }

    /** Breaches, each with all that is known of it. */
    public function missed(): string
    {
        $view = $this->view;
        $heads = ['ticket', 'level', 'customer_id', 'customer', 'department', 'agent', 'metric', 'started', 'due', 'breached_at', 'stopped',
            'late', 'late_days', 'elapsed', 'calendar', 'target', 'cause', 'policy', 'inputs'];
        $lines = [];
        foreach (Json::map($view->figures, 'missed') as $one) {
            $lines[] = [
                Json::text($one, 'number'), $view->name('level', Json::text($one, 'level'), null), Json::text($one, 'customer'),
                $view->name('customer', Json::text($one, 'customer'), Json::text($one, 'customer_name')),
                Json::text($one, 'department', 'name'),
                $view->name('agent', Json::text($one, 'agent', 'id'), Json::text($one, 'agent', 'name')),
                $view->name('metric', Json::text($one, 'metric'), null),
                ...array_map(fn (string $name): ?string => $this->instant($one, $name), ['started_at', 'due_at', 'breached_at',
                    'stopped_at']),
                $this->hours(Json::number($one, 'late_seconds')), Json::text($one, 'late_days'),
                $this->hours(Json::number($one, 'elapsed_seconds')),
                Json::text($one, 'calendar'), Json::text($one, 'target'), BreachTable::cause($view, $one),
                Json::text($one, 'policy_digest'), Json::text($one, 'inputs'),
            ];
        }
        return $this->table($heads, $lines);
    }

    /**
     * @param array<string, mixed> $row
     * @return list<int|string|null>
     */
    private function numbers(array $row): array
    {
        $decided = $row['met'] + $row['breached'];
        return [$this->view->name('metric', $row['metric'], null), $row['met'], $row['breached'],
            $decided === 0 ? null : $this->view->tenths($row['met'] / $decided), $row['open'], $row['open_breached'],
            $this->hours($row['median_seconds']), $this->hours($row['p90_seconds'])];
    }

    private function hours(?int $seconds): ?string
    {
        return $seconds === null ? null : number_format($seconds / 3600, 2, $this->view->language === 'ru' ? ',' : '.', '');
    }

    private function instant(mixed $one, string $name): ?string
    {
        return $this->at(Json::instant($one, $name));
    }

    /** With the whole date, in the zone of the report. */
    public function at(?int $at): ?string
    {
        return $at === null ? null : \SlaBridge\Panel\Instants::local($at, \SlaBridge\Panel\Instants::zone($this->view->zone()))->format(
            $this->view->language === 'ru' ? 'd.m.Y H:i' : 'Y-m-d H:i'
        );
    }

    /**
     * @param list<string> $heads
     * @param list<list<int|string|null>> $lines
     */
    private function table(array $heads, array $lines): string
    {
        return $this->lines(array_map(fn (string $head): string => $this->view->words->say("report.csv.$head"), $heads), $lines);
    }

    /**
     * @param list<string> $heads as they are shown
     * @param list<list<int|string|null>> $lines
     */
    public function lines(array $heads, array $lines): string
    {
        return Csv::of($this->view->language, [$heads, ...$lines]);
    }
}
