<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Icons;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Json;

/** What a manager looks at first; each leads to its list. */
final class Tiles
{
    private const ALSO = ['paused', 'no_sla', 'unknown'];

    public function __construct(private readonly View $view)
    {
    }

    public function html(): string
    {
        $now = Json::map($this->view->figures, 'now');
        $words = $this->view->words;
        $tiles = [
            $this->tile('open', $words->say('report.tile.open'), $this->number($now, 'open'), $words->count(
                'report.tile.new_today',
                (int) Json::number($now, 'new_today')
            )),
            $this->tile(
                'at_risk',
                $words->say('report.tile.at_risk'),
                $this->number($now, 'at_risk'),
                $this->dated('next_due', Json::instant($now, 'next_due'), 'nothing_at_risk')
            ),
            $this->tile(
                'overdue',
                $words->say('report.tile.overdue'),
                $this->number($now, 'overdue'),
                $this->dated('most_late', Json::instant($now, 'most_late', 'due_at'), 'nothing_overdue')
            ),
            $this->compliance(),
            $this->tickets(),
            $this->certificates(),
        ];
        return Html::tag('ul', ['class' => 'sla-r-tiles'], ...$tiles) . $this->also($now) . $this->note();
    }

    /** @param array<mixed> $now */
    private function number(array $now, string $name): string
    {
        return $this->view->count((int) Json::number($now, $name));
    }

    /** @param string $told under the figure, HTML already where it holds an instant */
    private function tile(string $list, string $title, string $figure, string $told, bool $isHtml = false): string
    {
        $icon = in_array($list, ['at_risk', 'overdue'], true) && $figure !== '0' ? Icons::drawn($list, 'sla-r-icon') : '';
        $state = $icon === '' ? 'plain' : $list;
        return Html::tag(
            'li',
            ['class' => 'sla-r-tile', 'data-tile' => $state],
            Html::tag(
                'a',
                ['href' => $this->view->url(['list' => $list])],
                Html::text('span', 'sla-r-tile-title', $title),
                Html::tag('span', ['class' => 'sla-r-figure'], $icon, Html::escape($figure))
            ),
            Html::tag('span', ['class' => 'sla-r-told'], $isHtml ? $told : Html::escape($told))
        );
    }

    private function dated(string $key, ?int $at, string $else): string
    {
        return $at === null ? $this->view->words->say("report.tile.$else")
            : $this->view->words->say("report.tile.$key", ['T' => $this->view->instants->at($at)]);
    }

    private function compliance(): string
    {
        $words = $this->view->words;
        $total = $this->view->total();
        $title = $words->say('report.tile.compliance_in', ['period' => $this->view->period()]);
        if ($total->decided() === 0) {
            return $this->tile('missed', $title, $words->say('report.none'), $words->say('report.empty'));
        }
        $told = $words->say('report.tile.compliance_of', ['met' => $this->view->count($total->met),
            'all' => $this->view->count($total->decided())]);
        $before = $this->before();
        return $this->tile('missed', $title, $this->view->percent($total->share()), $before === '' ? $told : "$told; $before");
    }

    /** The month before, where the period lies in one month and anything was decided in that before it. */
    private function before(): string
    {
        $period = Json::map($this->view->figures, 'period');
        [$from, $until] = [(string) Json::text($period, 'from'), (string) Json::text($period, 'until')];
        if (substr($from, 0, 7) !== substr($until, 0, 7)) {
            return '';
        }
        $month = Periods::before(substr($until, 0, 7));
        foreach ($this->view->tallies('month') as $tally) {
            if ($tally->key === $month && $tally->decided() > 0) {
                $name = $this->view->words->list('report.month_names')[(int) substr($month, 5) - 1];
                return $this->view->words->say('report.tile.before', ['month' => $name,
                    'percent' => $this->view->percent($tally->share())]);
            }
        }
        return '';
    }

    private function tickets(): string
    {
        $tickets = Json::map($this->view->figures, 'tickets');
        [$met, $breached] = [(int) Json::number($tickets, 'met'), (int) Json::number($tickets, 'breached')];
        $words = $this->view->words;
        $figure = $met + $breached === 0 ? $words->say('report.none') : $this->view->percent($met / ($met + $breached));
        $told = $words->say('report.tile.tickets_of', ['met' => $this->view->count($met), 'all' => $this->view->count($met + $breached)]);
        $late = (int) Json::number($tickets, 'open_breached');
        return $this->tile('missed', $words->say('report.tile.tickets'), $figure, $late === 0 ? $told
            : $told . '; ' . $words->count('report.tile.late_now', $late));
    }

    private function certificates(): string
    {
        $registry = $this->view->seesAll ? $this->view->figures['registry'] ?? null : null;
        if (!is_array($registry)) {
            return '';
        }
        [$a, $b, $c] = RegistryParts::ending($registry);
        return $this->tile(
            'certificates',
            $this->view->words->say('report.tile.certificates'),
            $this->view->count($a),
            $this->view->words->say('report.tile.certificates_of', ['b' => $this->view->count($b), 'c' => $this->view->count($c)])
        );
    }

    /** @param array<mixed> $now */
    private function also(array $now): string
    {
        $counts = array_map(static fn (string $list): int => (int) Json::number($now, $list), array_combine(self::ALSO, self::ALSO));
        $counts['excluded'] = (int) Json::number($this->view->figures, 'tickets', 'excluded');
        $items = '';
        foreach ($counts as $list => $count) {
            $told = $this->view->words->say("report.also.$list") . ': ';
            $items .= Html::tag('li', [], Html::escape($told), $count === 0 ? '0'
                : Html::link($this->view->url(['list' => $list]), $this->view->count($count)));
        }
        return Html::tag('ul', ['class' => 'sla-r-also'], $items);
    }

    private function note(): string
    {
        $words = $this->view->words;
        $legend = '';
        foreach (['met', 'breached'] as $kind) {
            $legend .= Html::tag('li', [], Svg::swatch("sla-r-$kind"), Html::escape($words->say("report.legend.$kind")));
        }
        return Html::tag(
            'div',
            ['class' => 'sla-r-how'],
            Html::text('p', null, $words->say('report.note')),
            Html::tag('ul', ['class' => 'sla-r-legend'], $legend)
        );
    }
}
