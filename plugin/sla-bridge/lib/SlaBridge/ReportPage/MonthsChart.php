<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Json;

/** Compliance over twelve months: a line that says its numbers at each point, above an axis that need not begin at nothing. */
final class MonthsChart
{
    private const WIDTH = 590;
    private const LEFT = 46;
    private const TOP = 26;
    private const HEIGHT = 206;
    private const DEEP = 142;
    private const STEPS = [1, 2, 4, 5, 10, 20, 25, 50];

    public function __construct(private readonly View $view)
    {
    }

    public function html(): string
    {
        $words = $this->view->words;
        $months = $this->months();
        $decided = array_values(array_filter($months, static fn (Tally $one): bool => $one->decided() > 0));
        $title = $words->say('report.months.title');
        if (!$decided) {
            return Table::section('months', $title, '', Table::none($words->say('report.months.empty')));
        }
        [$low, $step, $high] = self::axis(array_map(static fn (Tally $one): float => 100 * $one->share(), $decided));
        $desc = $words->say('report.months.desc', ['last' => $this->view->percent(end($decided)->share()),
            'low' => $words->say('report.percent', ['p' => $low])]);
        $drawn = Svg::chart('months', self::WIDTH, self::HEIGHT, $title, $desc, $this->grid($low, $step, $high), $this->points(
            $months,
            $low,
            $high
        ));
        return Table::section('months', $title, '', $drawn, Svg::beside($words->say('report.table'), $this->table($months)));
    }

    /** Twelve of them up to the period's last, also those in which nothing was decided. @return list<Tally> */
    private function months(): array
    {
        $known = [];
        foreach ($this->view->tallies('month') as $tally) {
            $known[$tally->key] = $tally;
        }
        $month = substr((string) Json::text($this->view->figures, 'period', 'until'), 0, 7);
        $months = [];
        for ($count = 0; $count < 12; $count++) {
            array_unshift($months, $known[$month] ?? Tally::none($month));
            $month = Periods::before($month);
        }
        return $months;
    }

    /**
     * @param list<float> $values per cent
     * @return array{int, int, int} lowest, step, highest
     */
    public static function axis(array $values): array
    {
        foreach (self::STEPS as $step) {
            $high = max($step, (int) ceil(max($values) / $step) * $step);
            $low = min($high - $step, (int) floor(min($values) / $step) * $step);
            if ($high <= 100 && $high - $low <= 4 * $step) {
                return [$low, $step, $high];
            }
        }
        return [0, 25, 100];
    }

    private function grid(int $low, int $step, int $high): string
    {
        $lines = '';
        for ($value = $low; $value <= $high; $value += $step) {
            $y = self::y($value, $low, $high);
            $lines .= Svg::line('sla-r-grid', self::LEFT, $y, self::WIDTH - 6, $y)
                . Svg::text('sla-r-axis', self::LEFT - 8, $y + 4, $this->view->words->say('report.percent', ['p' => $value]), 'end');
        }
        return $lines;
    }

    /** @param list<Tally> $months */
    private function points(array $months, int $low, int $high): string
    {
        $wide = (self::WIDTH - self::LEFT - 6) / max(1, count($months));
        $axis = $this->view->words->list('report.month_axis');
        [$paths, $marks, $isJoined] = ['', '', false];
        $shares = array_map(static fn (Tally $one): ?float => $one->decided() > 0 ? $one->share() : null, $months);
        foreach ($months as $index => $month) {
            $x = self::LEFT + $wide * ($index + 0.5);
            $marks .= Svg::text('sla-r-axis', $x, self::TOP + self::DEEP + 34, $axis[(int) substr($month->key, 5) - 1] ?? '');
            if ($month->decided() === 0) {
                $isJoined = false;
                continue;
            }
            $y = self::y(100 * $month->share(), $low, $high);
            $paths .= ($isJoined ? 'L' : 'M') . Svg::n($x) . ' ' . Svg::n($y);
            $isJoined = true;
            $isLast = $index === count($months) - 1;
            $class = $isLast ? 'sla-r-point sla-r-last' : 'sla-r-point';
            $marks .= Html::tag('circle', ['class' => $class, 'cx' => Svg::n($x), 'cy' => Svg::n($y), 'r' => $isLast ? 5 : 3.5 . ''])
                . Svg::text(
                    'sla-r-value' . ($isLast ? ' sla-r-bold' : '') . ($month->isFew() ? ' sla-r-faint' : ''),
                    $x,
                    self::isValley($shares, $index) ? $y + 19 : $y - 9,
                    $this->view->tenths($month->share())
                );
        }
        return Html::tag('path', ['class' => 'sla-r-line', 'd' => $paths]) . $marks;
    }

    /** Where the line goes up on both sides a number above the point would stand in it. @param list<?float> $shares */
    private static function isValley(array $shares, int $index): bool
    {
        [$before, $here, $after] = [$shares[$index - 1] ?? null, $shares[$index], $shares[$index + 1] ?? null];
        return ($before !== null || $after !== null) && ($before ?? 2) > $here && ($after ?? 2) > $here;
    }

    private static function y(float $value, int $low, int $high): float
    {
        return self::TOP + self::DEEP * ($high - $value) / max(1, $high - $low);
    }

    /** @param list<Tally> $months */
    private function table(array $months): string
    {
        $words = $this->view->words;
        $rows = [];
        foreach ($months as $month) {
            $isDecided = $month->decided() > 0;
            $rows[] = array_map(Html::escape(...), [
                $this->view->month($month->key),
                $isDecided ? $this->view->percent($month->share()) : $words->say('report.none'),
                $this->view->count($month->met), $this->view->count($month->breached),
            ]);
        }
        return Table::html('sla-r-small', $words->say('report.months.title'), ['sla-r-c-name' => $words->say('report.one.month'),
            'sla-r-c-number' => $words->say('report.head.compliance'), 'sla-r-c-number sla-r-2' => $words->say('report.head.met'),
            'sla-r-c-number sla-r-3' => $words->say('report.head.breached')], $rows);
    }
}
