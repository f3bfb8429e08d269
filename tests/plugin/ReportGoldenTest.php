<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\ReportPage\BacklogChart;
use SlaBridge\ReportPage\Health;
use SlaBridge\ReportPage\HeatMap;
use SlaBridge\ReportPage\MonthsChart;
use SlaBridge\ReportPage\ReportCsv;
use SlaBridge\ReportPage\ReportHtml;
use SlaBridge\ReportPage\TicketsList;
use SlaBridge\ReportPage\View;

/**
 * The report as people read it, and its pictures tag by tag. `SLA_BRIDGE_WRITE_GOLDENS=1 phpunit -c tests/plugin` writes them anew,
 * for a diff to be read.
 */
final class ReportGoldenTest extends TestCase
{
    /** @dataProvider parts */
    public function testThePageIsAsItWas(string $file, string $drawn): void
    {
        $path = __DIR__ . "/golden/$file";
        if (getenv('SLA_BRIDGE_WRITE_GOLDENS')) {
            file_put_contents($path, $drawn);
        }
        self::assertStringEqualsFile($path, $drawn);
    }

    /** @return iterable<string, array{string, string}> */
    public static function parts(): iterable
    {
        $stale = new Health(ReportCases::at('2026-11-29 20:00'), 60, ReportCases::at('2026-11-20 03:10'), true, ['held' => 0,
            'refused' => 0, 'unknown' => 0]);
        $limited = new Health(ReportCases::at('2026-11-30 08:44'), 60, null, false, null);
        $charts = static fn (View $view): string => (new MonthsChart($view))->html() . (new BacklogChart($view))->html()
            . (new HeatMap($view))->html();
        $rows = [['ticket_id' => '7', 'number' => '838007', 'dept_id' => '1', 'staff_id' => '0',
            'created' => (string) ReportCases::at('2026-11-26 10:00'),
            'state' => 'overdue', 'level' => 'standard', 'due' => '2026-11-27 07:15:00', 'since' => null, 'customer' => 'c-1',
            'customer_name' => 'СПК «Колос»', 'agent' => null, 'department' => 'Поддержка', 'subject' => 'Не печатает'],
            ['ticket_id' => '8', 'number' => '838008', 'dept_id' => '1', 'staff_id' => '14',
                'created' => (string) ReportCases::at('2026-11-20 10:00'),
            'state' => 'paused', 'level' => 'general', 'due' => null, 'since' => '2026-11-21 07:15:00', 'customer' => null,
                'customer_name' => null,
            'agent' => 'Соколова Анна', 'department' => 'Поддержка', 'subject' => null]];
        $view = ReportCases::view('ru', [], ['list' => 'open']);
        $pages = [
            'report-ru.txt' => ReportHtml::page(ReportCases::view('ru')),
            'report-en.txt' => ReportHtml::page(ReportCases::view('en')),
            'report-empty-ru.txt' => ReportHtml::page(ReportCases::view('ru', ReportCases::nothing())),
            'report-stale-en.txt' => ReportHtml::page(ReportCases::view('en', ['missed' => [], 'more' => []], [], true, $stale)),
            'report-limited-en.txt' => ReportHtml::page(ReportCases::view('en', [], ['level' => 'standard'], false, $limited)),
            'report-missed-ru.txt' => ReportHtml::page(ReportCases::view('ru', [], ['list' => 'missed'])),
            'report-certificates-en.txt' => ReportHtml::page(ReportCases::view('en', [], ['list' => 'certificates'])),
            'report-tickets-ru.txt' => ReportHtml::listed($view, (new TicketsList($view))->html('open', 51, $rows)),
        ];
        foreach ($pages as $file => $html) {
            yield $file => [$file, self::read($html)];
        }
        yield 'charts' => ['report-charts-ru.html', str_replace('><', ">\n<", $charts(ReportCases::view('ru'))) . "\n"];
        yield 'figures' => ['report-figures-ru.csv', (new ReportCsv(ReportCases::view('ru')))->figures()];
        yield 'breaches' => ['report-breaches-en.csv', (new ReportCsv(ReportCases::view('en')))->missed()];
    }

    /** A line for each thing that people read, cells of a row in one. */
    private static function read(string $html): string
    {
        $html = (string) preg_replace(
            ['~<svg class="sla-sprite".*?</svg>~s', '~</t[dh]><t[dh][^>]*>~',
                '~</(?:p|li|tr|h\d|caption|option|label|summary|title|desc|text)>~'],
            ['', ' | ', "\n"],
            $html
        );
        $lines = array_map(static fn (string $line): string => PanelReader::plain($line), explode("\n", html_entity_decode(strip_tags(
            str_replace('<', ' <', $html)
        ), ENT_QUOTES | ENT_HTML5)));
        return implode("\n", array_filter($lines, static fn (string $line): bool => $line !== '')) . "\n";
    }
}
