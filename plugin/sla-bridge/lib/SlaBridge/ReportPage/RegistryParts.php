<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Json;

/** What the registry of customers says, as the bridge published it: for those who see every department. */
final class RegistryParts
{
    private const PARTS = ['certificates', 'entitlements', 'versions', 'exceptions', 'obligations'];
    /** Shown only where there is any: not every agreement has them. */
    private const SELDOM = ['obligations'];
    private const BRIEF = 8;
    private const HORIZONS = [30, 60, 90];

    /** @var ?array<mixed> */
    private readonly ?array $registry;

    public function __construct(private readonly View $view)
    {
        $registry = $view->seesAll ? $view->figures['registry'] ?? null : null;
        $this->registry = is_array($registry) ? $registry : null;
    }

    /** How many certificates end within 30, 60 and 90 days. @param array<mixed> $registry @return array{int, int, int} */
    public static function ending(array $registry): array
    {
        $days = array_map(static fn (mixed $one): int => Json::number($one, 'days') ?? 999, array_values(Json::map(
            $registry,
            'certificates'
        )));
        return array_map(
            static fn (int $within): int => count(array_filter($days, static fn (int $one): bool => $one <= $within)),
            self::HORIZONS
        );
    }

    public function html(): string
    {
        return $this->registry === null ? '' : implode('', array_map(
            fn (string $part): string => $this->part($part, self::BRIEF),
            self::PARTS
        ));
    }

    public static function has(string $list): bool
    {
        return in_array($list, self::PARTS, true);
    }

    /** One of them whole, as far as it was published. */
    public function list(string $part): string
    {
        return $this->registry === null ? Table::none($this->view->words->say('report.health.no_registry')) . Paging::back($this->view)
            : $this->part($part, PHP_INT_MAX) . Paging::back($this->view);
    }

    /** One of them as text. @return array{list<string>, list<list<string>>} headings and rows */
    public function told(string $part): array
    {
        $rows = array_map(fn (mixed $one): array => $this->$part($one), array_values(Json::map($this->registry, $part)));
        return [array_values($this->heads($part)), $rows];
    }

    private function part(string $part, int $limit): string
    {
        $words = $this->view->words;
        $all = array_values(Json::map($this->registry, $part));
        $known = max(count($all), (int) Json::number($this->registry, 'more', $part));
        $title = $words->say("report.$part.title");
        if ($known === 0 && $limit === self::BRIEF && in_array($part, self::SELDOM, true)) {
            return '';
        }
        if ($known === 0) {
            return Table::section($part, $title, '', Table::none($words->say("report.$part.none")));
        }
        $told = array_slice($this->told($part)[1], 0, $limit);
        $rows = array_map(static fn (array $cells): array => array_map(Html::escape(...), $cells), $told);
        $isMore = $known > count($rows);
        $more = !$isMore ? '' : ($limit === self::BRIEF ? Html::tag('p', ['class' => 'sla-r-more'], Html::link(
            $this->view->url(['list' => $part]),
            $words->say('report.show_all', ['n' => $this->view->count($known)])
        )) : Html::text('p', 'sla-r-how', $words->count('report.list.first', count($rows))));
        $note = $part === 'certificates' ? $this->horizons() : $this->view->count($known);
        return Table::section($part, $title, $note, Table::html("sla-r-lines sla-r-$part", $title, $this->heads($part), $rows), $more);
    }

    private function horizons(): string
    {
        $told = [];
        foreach (array_combine(self::HORIZONS, self::ending((array) $this->registry)) as $days => $count) {
            $told[] = $this->view->words->say('report.certificates.within', ['n' => $days, 'count' => $this->view->count($count)]);
        }
        return implode(', ', $told);
    }

    /** @return array<string, string> */
    private function heads(string $part): array
    {
        $columns = [
            'certificates' => ['certificates.customer', 'certificates.until', 'certificates.days'],
            'entitlements' => ['certificates.customer', 'entitlements.entitlement', 'entitlements.period', 'entitlements.used',
                'entitlements.left'],
            'versions' => ['certificates.customer', 'versions.product', 'versions.version', 'versions.state', 'versions.latest'],
            'exceptions' => ['exceptions.for', 'exceptions.level', 'exceptions.reason', 'exceptions.approver', 'exceptions.until'],
            'obligations' => ['certificates.customer', 'obligations.what', 'obligations.period', 'obligations.kept',
                'obligations.state', 'obligations.last_day'],
        ];
        $heads = [];
        foreach ($columns[$part] as $column) {
            $heads['sla-r-g-' . str_replace('.', '-', $column)] = $this->view->words->say("report.$column");
        }
        return $heads;
    }

    /** @return list<string> */
    private function certificates(mixed $one): array
    {
        $until = (string) Json::text($one, 'until');
        return [$this->customer($one), $this->view->instants->date($until) ?? $until, $this->text($one, 'days')];
    }

    /** @return list<string> */
    private function entitlements(mixed $one): array
    {
        [$what, $unit, $of] = [$this->text($one, 'entitlement'), Json::text($one, 'unit'), Json::text($one, 'of')];
        $amount = fn (?string $number): string => $this->view->language === 'ru' ? strtr((string) $number, '.', ',') : (string) $number;
        return [$this->customer($one), $unit === null || $unit === $what ? $what : "$what, $unit", $this->period($one),
            $amount(Json::text($one, 'used')) . ($of === null ? '' : ' ' . $this->view->words->say(
                'report.entitlements.of',
                ['of' => $amount($of)]
            )),
            $amount(Json::text($one, 'left'))];
    }

    /** Two dates as people write them; what else a period may be called stays. */
    private function period(mixed $one): string
    {
        $told = $this->text($one, 'period');
        $dates = explode('..', $told);
        $from = $this->view->instants->date($dates[0]);
        $until = $this->view->instants->date($dates[1] ?? '');
        return $from === null || $until === null ? $told
            : $this->view->words->say('report.period_of', ['from' => $from, 'until' => $until]);
    }

    /** @return list<string> */
    private function versions(mixed $one): array
    {
        $state = (string) Json::text($one, 'state');
        $told = in_array($state, ['outdated', 'unreadable'], true) ? $this->view->words->say("report.versions.$state") : $state;
        return [$this->customer($one), $this->text($one, 'product'), $this->text($one, 'version'), $told, $this->text($one, 'latest')];
    }

    /** @return list<string> */
    private function exceptions(mixed $one): array
    {
        $until = Json::text($one, 'until');
        $for = Json::text($one, 'name') ?? Json::text($one, 'customer') ?? $this->view->words->say('report.exceptions.everybody');
        $level = Json::text($one, 'level');
        return [$for, $level === null ? $this->view->words->say('report.none') : $this->view->name('level', $level, null),
            $this->text($one, 'reason'), $this->text($one, 'approver'), $until === null ? $this->view->words->say('report.none')
                : $this->view->instants->date($until) ?? $until];
    }

    /** @return list<string> */
    private function obligations(mixed $one): array
    {
        $words = $this->view->words;
        $what = array_filter([Json::text($one, $this->view->language === 'ru' ? 'title_ru' : 'title_en'), Json::text($one, 'paper')]);
        $period = Json::text($one, 'period');
        $kept = Json::number($one, 'kept');
        $day = (string) Json::text($one, 'last_day');
        $state = (string) Json::text($one, 'state');
        return [$this->customer($one), implode(', ', $what),
            $period === null ? $words->say('report.obligations.at_start') : $this->period($one),
            $kept === null ? $words->say('report.none')
                : $words->say('report.obligations.of', ['n' => $kept, 'm' => (string) Json::text($one, 'at_least')]),
            in_array($state, ['due', 'kept', 'missed', 'unknown'], true) ? $words->say("report.obligations.states.$state") : $state,
            $this->view->instants->date($day) ?? $day];
    }

    private function customer(mixed $one): string
    {
        return Json::text($one, 'name') ?? Json::text($one, 'customer') ?? $this->view->words->say('report.nobody.customer');
    }

    private function text(mixed $one, string $name): string
    {
        return Json::text($one, $name) ?? $this->view->words->say('report.none');
    }
}
