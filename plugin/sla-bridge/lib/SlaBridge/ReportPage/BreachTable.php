<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Amounts;
use SlaBridge\Panel\Html;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Json;
use SlaBridge\Panel\Target;

/** Targets that were missed, each with what made it so and the way to its ticket and receipt. */
final class BreachTable
{
    /** What the panel of a ticket opens with its receipt for. */
    public const RECEIPT = '#sla-receipt';
    private const AT_FIRST = 8;

    public function __construct(private readonly View $view)
    {
    }

    /** The latest of them, on the whole page. */
    public function latest(): string
    {
        $words = $this->view->words;
        $missed = array_values(Json::map($this->view->figures, 'missed'));
        $all = max(count($missed), (int) Json::number($this->view->figures, 'more', 'missed'));
        $title = $words->say('report.missed.title');
        if ($all === 0) {
            return Table::section('missed', $title, '', Table::none($words->say('report.missed.none')));
        }
        $shown = array_slice($missed, 0, self::AT_FIRST);
        $note = $this->note($all > count($shown) ? count($shown) : null);
        $more = $all > count($shown) ? Html::tag('p', ['class' => 'sla-r-more'], Html::link(
            $this->view->url(['list' => 'missed']),
            $words->say('report.show_all', ['n' => $this->view->count($all)])
        )) : '';
        return Table::section('missed', $title, $note, $this->causes($missed, $all), $this->table($shown), $more);
    }

    /** How many ended in the period, and how many are still open. @param ?int $shown how many are shown, where that is not all */
    public function note(?int $shown = null): string
    {
        $total = $this->view->total();
        $places = ['ended' => $this->view->count($total->breached), 'open' => $this->view->count($total->openBreached),
            'm' => (int) $shown];
        return $this->view->words->say($shown === null ? 'report.missed.count_all' : 'report.missed.count', $places);
    }

    /** @param list<mixed> $missed */
    public function table(array $missed): string
    {
        $words = $this->view->words;
        $heads = [];
        foreach (['ticket', 'customer', 'level', 'due', 'late', 'cause', 'agent'] as $column) {
            $heads["sla-r-m-$column"] = $words->say("report.missed.$column");
        }
        $heads['sla-r-m-receipt'] = $words->say('report.missed.receipt');
        return Table::html('sla-r-missed', $words->say('report.missed.title'), $heads, array_map($this->row(...), $missed));
    }

    /** @return list<string> */
    private function row(mixed $one): array
    {
        $words = $this->view->words;
        $ticket = (int) Json::number($one, 'ticket');
        $number = Json::text($one, 'number') ?? (string) $ticket;
        $due = Json::instant($one, 'due_at');
        $receipt = Html::text('a', 'sla-link', $words->say('report.missed.receipt'), ...[
            'href' => $this->view->ticketUrl($ticket, self::RECEIPT),
            'aria-label' => $words->say('report.missed.receipt_of', ['number' => $number]),
        ]);
        return [
            Html::link($this->view->ticketUrl($ticket), $number, 'sla-r-name'),
            Html::escape($this->view->name('customer', Json::text($one, 'customer'), Json::text($one, 'customer_name'))),
            Html::escape($this->view->name('level', Json::text($one, 'level'), null)) . $this->metric($one),
            $due === null ? Html::escape($words->say('report.none')) : Instants::time($due, $this->instant($due)),
            Html::escape(self::late($this->view, $one)),
            Html::escape(self::cause($this->view, $one)),
            Html::escape($this->view->name('agent', Json::text($one, 'agent', 'id'), Json::text($one, 'agent', 'name'))),
            $receipt,
        ];
    }

    /** Where the agreement measures more than one thing. */
    private function metric(mixed $one): string
    {
        $name = $this->view->name('metric', Json::text($one, 'metric'), null);
        return count($this->view->total()->times) < 2 ? '' : Html::text('span', 'sla-r-small-line', $name);
    }

    private function instant(int $at): string
    {
        $near = $this->view->instants->nearness($at);
        return $this->view->words->say('instant.short.' . $near, $this->view->instants->parts($at));
    }

    /** How late, and whether nobody has answered yet. */
    private static function late(View $view, mixed $one): string
    {
        [$seconds, $days] = [Json::number($one, 'late_seconds'), Json::number($one, 'late_days')];
        $inDays = Target::read((string) Json::text($one, 'target'), null, null)->kind === 'days';
        $amount = match (true) {
            $inDays && $days !== null && $days > 0 => (new Amounts($view->words))->days($days, 0),
            $seconds !== null => $view->amounts->of($seconds),
            default => null,
        };
        if (Json::text($one, 'stopped_at') !== null) {
            return $amount ?? $view->words->say('report.none');
        }
        return $amount === null ? $view->words->say('report.missed.open') : $view->words->say('report.missed.still_open', ['A' => $amount]);
    }

    public static function cause(View $view, mixed $one): string
    {
        return $view->words->named('report.cause', Json::text($one, 'breach_cause') ?? 'not_recorded');
    }

    /** Of how many each cause is told; nothing where not all of them are known here. @param list<mixed> $missed */
    public function causes(array $missed, int $all): string
    {
        if ($all !== count($missed)) {
            return '';
        }
        $counts = array_count_values(array_map(fn (mixed $one): string => self::cause($this->view, $one), $missed));
        arsort($counts);
        $items = '';
        foreach ($counts as $cause => $count) {
            $items .= Html::tag('li', [], Html::escape("$cause: "), Html::text('b', null, $this->view->count($count)));
        }
        $title = Html::text('span', null, $this->view->words->say('report.missed.by_cause') . ':');
        return Html::tag('div', ['class' => 'sla-r-also'], $title, Html::tag('ul', ['class' => 'sla-r-also'], $items));
    }
}
