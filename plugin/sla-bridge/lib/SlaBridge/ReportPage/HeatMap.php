<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Json;

/** Weekdays and hours: how many tickets came, how many targets were breached, and when people work. */
final class HeatMap
{
    private const LEFT = 34;
    private const TOP = 22;
    private const CELL = 37.6;
    private const ROW = 24;
    private const SHADES = 5;

    /** @var list<list<int>> seven days from Monday of 24 hours */
    private readonly array $arrivals;
    /** @var list<list<int>> */
    private readonly array $breaches;
    /** @var list<list<int>> */
    private readonly array $working;

    public function __construct(private readonly View $view)
    {
        $this->arrivals = $this->week('arrivals');
        $this->breaches = $this->week('breaches');
        $this->working = $this->week('working');
    }

    public function html(): string
    {
        $words = $this->view->words;
        $title = $words->say('report.heat.title');
        $all = array_sum(array_map(array_sum(...), $this->arrivals));
        $late = array_sum(array_map(array_sum(...), $this->breaches));
        if ($all + $late === 0) {
            return Table::section('heat', $title, '', Table::none($words->say('report.heat.empty')));
        }
        [$day, $hour, $most] = $this->busiest();
        $desc = $words->say('report.heat.desc', ['day' => $words->list('instant.weekdays')[$day], 'hour' => sprintf('%02d', $hour),
            'n' => $most, 'all' => $all, 'breaches' => $late]);
        $width = (int) ceil(self::LEFT + 24 * self::CELL + 2);
        $chart = Svg::chart(
            'heat',
            $width,
            self::TOP + 7 * self::ROW + 3,
            $title,
            $desc,
            $this->axes(),
            $this->cells($most),
            $this->outline()
        );
        $scroll = ['class' => 'sla-r-scroll', 'tabindex' => 0, 'role' => 'region', 'aria-label' => $words->say('report.heat.scroll')];
        return Table::section(
            'heat',
            $title,
            $words->say('report.heat.note'),
            Html::tag('div', $scroll, $chart),
            Svg::beside($words->say('report.table'), $this->table())
        );
    }

    /** @return list<list<int>> */
    private function week(string $name): array
    {
        $week = [];
        for ($day = 0; $day < 7; $day++) {
            for ($hour = 0; $hour < 24; $hour++) {
                $week[$day][$hour] = (int) Json::number($this->view->figures, $name, $day, $hour);
            }
        }
        return $week;
    }

    /** @return array{int, int, int} day, hour, how many */
    private function busiest(): array
    {
        $found = [0, 0, 0];
        foreach ($this->arrivals as $day => $hours) {
            foreach ($hours as $hour => $number) {
                $found = $number > $found[2] ? [$day, $hour, $number] : $found;
            }
        }
        return $found;
    }

    private function axes(): string
    {
        $drawn = '';
        for ($hour = 0; $hour < 24; $hour++) {
            $isWorked = array_sum(array_column($this->working, $hour)) > 0;
            $drawn .= Svg::text('sla-r-axis' . ($isWorked ? ' sla-r-bold' : ''), self::x($hour) + self::CELL / 2, 14, sprintf(
                '%02d',
                $hour
            ));
        }
        foreach ($this->view->words->list('instant.weekdays') as $day => $name) {
            $drawn .= Svg::text('sla-r-axis sla-r-day', 0, self::y($day) + 16, $name, 'start');
        }
        return $drawn;
    }

    private function cells(int $most): string
    {
        $drawn = '';
        foreach ($this->arrivals as $day => $hours) {
            foreach ($hours as $hour => $number) {
                $shade = $number === 0 ? 0 : max(1, (int) ceil(self::SHADES * $number / max(1, $most)));
                [$x, $y] = [self::x($hour), self::y($day)];
                $drawn .= Svg::rect("sla-r-shade-$shade", $x + 0.5, $y + 0.5, self::CELL - 1, self::ROW - 1);
                $drawn .= $this->numbers($x, $y, $shade, $number, $this->breaches[$day][$hour]);
            }
        }
        return $drawn;
    }

    /** How many came, and in a frame how many breaches; side by side where there are both. */
    private function numbers(float $x, float $y, int $shade, int $number, int $late): string
    {
        $middle = $x + self::CELL / 2;
        $wide = 6.0 + 7 * strlen((string) $late);
        $isClose = $number > 0 && $late > 9;
        $class = "sla-r-in sla-r-on-$shade" . ($isClose ? ' sla-r-close' : '');
        $beside = $late === 0 ? $middle : $x + ($isClose ? 8 : 11);
        $left = $number > 0 ? $x + self::CELL - $wide - ($isClose ? 1 : 3) : $middle - $wide / 2;
        $told = $number === 0 ? '' : Svg::text($class, $beside, $y + 16, (string) $number);
        return $late === 0 ? $told : $told . Svg::rect('sla-r-framed', $left, $y + 4, $wide, 16)
            . Svg::text('sla-r-in sla-r-framed-number' . ($isClose ? ' sla-r-close' : ''), $left + $wide / 2, $y + 16, (string) $late);
    }

    /** The edge of what is working time: between two cells of which one is. */
    private function outline(): string
    {
        $path = '';
        for ($day = 0; $day <= 7; $day++) {
            for ($hour = 0; $hour <= 24; $hour++) {
                $here = $this->isWorked($day, $hour);
                if ($hour < 24 && $here !== $this->isWorked($day - 1, $hour)) {
                    $path .= 'M' . Svg::n(self::x($hour)) . ' ' . Svg::n(self::y($day)) . 'h' . Svg::n(self::CELL);
                }
                if ($day < 7 && $here !== $this->isWorked($day, $hour - 1)) {
                    $path .= 'M' . Svg::n(self::x($hour)) . ' ' . Svg::n(self::y($day)) . 'v' . Svg::n(self::ROW);
                }
            }
        }
        return $path === '' ? '' : Html::tag('path', ['class' => 'sla-r-outline', 'd' => $path]);
    }

    private function isWorked(int $day, int $hour): bool
    {
        return ($this->working[$day][$hour] ?? 0) === 1;
    }

    private static function x(int $hour): float
    {
        return self::LEFT + $hour * self::CELL;
    }

    private static function y(int $day): float
    {
        return self::TOP + $day * self::ROW;
    }

    private function table(): string
    {
        $words = $this->view->words;
        $days = $words->list('instant.weekdays');
        $rows = [];
        for ($hour = 0; $hour < 24; $hour++) {
            $cells = [sprintf('%02d:00', $hour)];
            foreach (array_keys($days) as $day) {
                $late = $this->breaches[$day][$hour];
                $cells[] = $this->arrivals[$day][$hour] . ($late === 0 ? '' : " ($late)");
            }
            $rows[] = array_map(Html::escape(...), $cells);
        }
        $heads = ['sla-r-c-name' => $words->say('report.heat.hour')];
        foreach ($days as $day => $name) {
            $heads["sla-r-c-number sla-r-day-$day"] = $name;
        }
        $caption = $words->say('report.heat.title') . ': ' . $words->say('report.heat.arrived') . ' ('
            . $words->say('report.heat.breaches') . ')';
        return Table::html('sla-r-small', $caption, $heads, $rows);
    }
}
