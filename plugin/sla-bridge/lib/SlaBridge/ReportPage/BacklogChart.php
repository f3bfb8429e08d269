<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Json;

/** Open tickets by age in working days, what waits for the customer apart. */
final class BacklogChart
{
    private const WIDTH = 320;
    private const LEFT = 82;
    private const ROW = 30;
    private const BAR = 20;

    public function __construct(private readonly View $view)
    {
    }

    public function html(): string
    {
        $words = $this->view->words;
        $bands = array_values(Json::map($this->view->figures, 'backlog'));
        [$ours, $waiting] = [self::sum($bands, 'ours'), self::sum($bands, 'waiting')];
        $title = $words->say('report.backlog.title');
        if ($ours + $waiting === 0) {
            return Table::section('backlog', $title, '', Table::none($words->say('report.backlog.empty')));
        }
        $desc = $words->say('report.backlog.desc', ['ours' => $ours, 'waiting' => $waiting]);
        $height = self::ROW * count($bands) + 6;
        $chart = Svg::chart('backlog', self::WIDTH, $height, $title, $desc, $this->bars($bands));
        $legend = '';
        foreach (['ours' => $ours, 'waiting' => $waiting] as $kind => $count) {
            $legend .= Html::tag('li', [], Svg::swatch("sla-r-$kind"), Html::escape($words->say("report.backlog.$kind") . ' '
                . $this->view->count($count)));
        }
        return Table::section(
            'backlog',
            $title,
            '',
            $chart,
            Html::tag('ul', ['class' => 'sla-r-legend'], $legend),
            Svg::beside($words->say('report.table'), $this->table($bands))
        );
    }

    /** @param list<mixed> $bands */
    private static function sum(array $bands, string $kind): int
    {
        return array_sum(array_map(static fn (mixed $band): int => (int) Json::number($band, $kind), $bands));
    }

    /** @param list<mixed> $bands */
    private function bars(array $bands): string
    {
        $most = max(1, ...array_map(static fn (mixed $band): int => Json::number($band, 'ours') + Json::number($band, 'waiting'), $bands));
        $room = self::WIDTH - self::LEFT - 44;
        $drawn = '';
        foreach ($bands as $index => $band) {
            $y = $index * self::ROW + 4;
            [$ours, $waiting] = [(int) Json::number($band, 'ours'), (int) Json::number($band, 'waiting')];
            $x = self::LEFT + $room * $ours / $most;
            $end = $x + $room * $waiting / $most;
            $drawn .= Svg::text('sla-r-axis', self::LEFT - 10, $y + self::BAR / 2 + 4, $this->age($band), 'end')
                . ($ours > 0 ? Svg::rect('sla-r-ours', self::LEFT, $y, $x - self::LEFT, self::BAR) : '')
                . ($waiting > 0 ? Svg::rect('sla-r-waiting', $x + 0.5, $y + 0.5, max(1, $end - $x - 1), self::BAR - 1) : '')
                . Svg::text('sla-r-value sla-r-bold', $end + 7, $y + self::BAR / 2 + 4, $this->view->count($ours + $waiting), 'start');
        }
        return $drawn;
    }

    private function age(mixed $band): string
    {
        [$from, $until] = [(int) Json::number($band, 'from_days'), Json::number($band, 'until_days')];
        $places = ['a' => $from, 'b' => (int) $until];
        return $this->view->words->say('report.backlog.' . match (true) {
            $until === null => 'last',
            $from === 0 => 'first',
            $until < 5 => 'days_few',
            default => 'days',
        }, $places);
    }

    /** @param list<mixed> $bands */
    private function table(array $bands): string
    {
        $words = $this->view->words;
        $rows = [];
        foreach ($bands as $band) {
            [$ours, $waiting] = [(int) Json::number($band, 'ours'), (int) Json::number($band, 'waiting')];
            $rows[] = array_map(Html::escape(...), [$this->age($band), $this->view->count($ours), $this->view->count($waiting),
                $this->view->count($ours + $waiting)]);
        }
        return Table::html('sla-r-small', $words->say('report.backlog.title'), ['sla-r-c-name' => $words->say('report.backlog.age'),
            'sla-r-c-number' => $words->say('report.backlog.ours'), 'sla-r-c-number sla-r-2' => $words->say('report.backlog.waiting'),
            'sla-r-c-number sla-r-3' => $words->say('report.backlog.all')], $rows);
    }
}
