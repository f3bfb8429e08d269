<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;

/** How targets were kept by level, department, customer or agent: worst first, and what they are counted of. */
final class ComplianceTable
{
    private const AT_FIRST = ['level' => 50, 'department' => 20, 'customer' => 10, 'agent' => 20];
    private const MOST = 1000;
    private const BAR = 84;
    private const THICK = 12;

    /** @var list<string> whose times are shown */
    private readonly array $metrics;

    public function __construct(private readonly View $view)
    {
        $known = array_keys(array_filter(
            $view->total()->times,
            static fn (array $time): bool => $time['median'] !== null
        ));
        $wanted = array_values(array_intersect(['first_response', 'resolution'], $known));
        $this->metrics = array_slice($wanted ?: $known, 0, 2);
    }

    public function html(string $by): string
    {
        $words = $this->view->words;
        $tallies = Tally::worstFirst($this->view->tallies($by));
        $title = $words->say("report.by.$by");
        $isWhole = $this->view->asked->whole === $by;
        $shown = array_slice($tallies, 0, $isWhole ? self::MOST : self::AT_FIRST[$by]);
        $heads = $this->heads($by);
        $rows = array_map(fn (Tally $one): array => $this->cells($by, $one), $shown);
        $total = $by === 'level' ? $this->totalRow($heads) : '';
        $table = $this->grouped(Table::html('sla-r-compliance', $title, $heads, $rows, $total));
        $isEmpty = array_sum(array_map(static fn (Tally $one): int => $one->decided(), $tallies)) === 0;
        return Table::section($by, $title, $isEmpty ? $words->say('report.empty') : '', $table, $this->more(
            $by,
            count($tallies),
            $isWhole
        ));
    }

    private function more(string $by, int $all, bool $isWhole): string
    {
        if ($all <= self::AT_FIRST[$by]) {
            return '';
        }
        $words = $this->view->words;
        $told = $isWhole ? $words->say('report.show_fewer') : $words->say('report.show_all', ['n' => $this->view->count($all)]);
        $url = $this->view->url(['whole' => $isWhole ? null : $by]) . "#sla-r-$by";
        return Html::tag('p', ['class' => 'sla-r-more'], Html::link($url, $told));
    }

    /** @return array<string, string> */
    private function heads(string $by): array
    {
        $words = $this->view->words;
        $heads = ['sla-r-c-name' => $words->say("report.one.$by"), 'sla-r-c-bar' => $words->say('report.head.compliance'),
            'sla-r-c-share' => '%', 'sla-r-c-met' => $words->say('report.head.met'),
            'sla-r-c-breached' => $words->say('report.head.breached'), 'sla-r-c-open' => $words->say('report.head.open')];
        foreach ($this->metrics as $index => $metric) {
            $heads["sla-r-c-time sla-r-c-median-$index"] = $this->time($metric, 'median');
            $heads["sla-r-c-time sla-r-c-p90-$index"] = $this->time($metric, 'p90');
        }
        return $heads;
    }

    /** Each metric once over its two columns, which are short then: a name does not fit twice. */
    private function grouped(string $table): string
    {
        if (!$this->metrics) {
            return $table;
        }
        $tops = Html::tag('td', ['colspan' => 6]);
        $short = [];
        foreach ($this->metrics as $index => $metric) {
            $tops .= Html::text('th', 'sla-r-c-group', $this->view->name('metric', $metric, null), colspan: 2, scope: 'colgroup');
            foreach (['median', 'p90'] as $which) {
                $whole = Html::text('th', "sla-r-c-time sla-r-c-$which-$index", $this->time($metric, $which), scope: 'col');
                $short[$whole] = Html::text(
                    'th',
                    "sla-r-c-time sla-r-c-$which-$index",
                    $this->view->words->say("report.head.$which"),
                    scope: 'col'
                );
            }
        }
        return strtr($table, ['<thead>' => '<thead>' . Html::tag('tr', ['class' => 'sla-r-groups'], $tops)] + $short);
    }

    private function time(string $metric, string $which): string
    {
        return $this->view->words->say("report.head.{$which}_of", ['metric' => $this->view->name('metric', $metric, null)]);
    }

    /** @return list<string> */
    private function cells(string $by, Tally $one): array
    {
        $key = $one->key === '' ? Asked::EMPTY_KEY : $one->key;
        $name = $this->view->name($by, $one->key, $one->name);
        return [Html::link($this->view->url([$by => $key]), $name, 'sla-r-name'), ...$this->figures($one, [$by => $key])];
    }

    /** @param array<string, string> $of the filter that the row stands for */
    private function figures(Tally $one, array $of): array
    {
        $words = $this->view->words;
        $isDecided = $one->decided() > 0;
        $share = !$isDecided ? $words->say('report.none') : $this->view->percent($one->share());
        $few = $isDecided && $one->isFew() ? Html::text('span', 'sla-r-few', $words->say('report.few')) : '';
        $cells = [
            $isDecided ? self::bar($one) : '',
            Html::text('span', $few === '' ? 'sla-r-share' : 'sla-r-share sla-r-grey', $share) . $few,
            Html::escape($isDecided ? $words->say('report.of', ['met' => $this->view->count($one->met),
                'all' => $this->view->count($one->decided())]) : $words->say('report.none')),
            $one->breached === 0 ? Html::escape($words->say('report.none'))
                : Html::link($this->view->url(['list' => 'missed'] + $of), $this->view->count($one->breached)),
            $this->open($one),
        ];
        foreach ($this->metrics as $metric) {
            foreach (['median', 'p90'] as $which) {
                $seconds = $one->times[$metric][$which] ?? null;
                $cells[] = Html::escape($seconds === null ? $words->say('report.none') : $this->view->amounts->cell($seconds));
            }
        }
        return $cells;
    }

    private function open(Tally $one): string
    {
        $all = $one->open + $one->openBreached;
        if ($one->openBreached === 0) {
            return Html::escape($all === 0 ? $this->view->words->say('report.none') : $this->view->count($all));
        }
        $late = $this->view->words->say('report.overdue_of', ['n' => $this->view->count($one->openBreached)]);
        $title = $this->view->words->count('report.overdue_title', $one->openBreached);
        return Html::escape($this->view->count($all)) . Html::text('span', 'sla-r-late-now', $late, title: $title);
    }

    /** Met and breached in one bar; the numbers stand beside it. */
    private static function bar(Tally $one): string
    {
        $late = $one->breached === 0 ? 0.0 : max(4.0, self::BAR * $one->breached / $one->decided());
        $late = $one->met === 0 ? (float) self::BAR : min($late, self::BAR - 4.0);
        $met = self::BAR - $late;
        return Html::drawing(
            'sla-r-bar',
            self::BAR,
            self::THICK,
            $met > 0 ? Svg::rect('sla-r-met', 0, 0.5, $met, self::THICK - 1) : '',
            $late > 0 ? Svg::rect('sla-r-breached', $met + 0.5, 0.5, $late - 1, self::THICK - 1) : ''
        );
    }

    /** @param array<string, string> $heads */
    private function totalRow(array $heads): string
    {
        $name = Html::escape($this->view->words->say('report.total'));
        return Table::row(array_keys($heads), array_values($heads), [$name, ...$this->figures($this->view->total(), [])], 'sla-r-total');
    }
}
