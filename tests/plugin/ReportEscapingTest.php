<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\ReportPage\Download;
use SlaBridge\ReportPage\Health;
use SlaBridge\ReportPage\ReportCsv;
use SlaBridge\ReportPage\ReportHtml;
use SlaBridge\ReportPage\TicketsList;

/** Whatever people wrote stands in the report as text, and in its spreadsheets as no formula. */
final class ReportEscapingTest extends TestCase
{
    private const PAYLOADS = [
        'script' => '<script>q7x()</script>', 'attribute' => '"><img src=x onerror=q7x()>', 'single quote' => "' onmouseover='q7x()",
        'address' => 'javascript:q7x()', 'entity' => '&lt;script&gt;q7x&#60;b&#x3e;', 'comment' => '<!--<script>q7x',
            'nul' => "q7x\0<b\0>bold",
        'direction' => "q7x\u{202E}\u{2066}gnp.exe\u{200F}", 'broken bytes' => "q7x\xC3\x28\xFF<i>",
            'svg' => '<svg><use href="#q7x" onload=q7x()></svg>',
        'style' => '</style><style>*{background:url(//q7x)}', 'place of a sentence' => '{n}{T}{A}{met}q7x{all}',
            'end of the picture' => '</title></desc></svg><script>q7x',
        'path of an address' => '../../../q7x?x=1&y=2#z', 'blanks' => " q7x\t\r\n ",
    ];
    private const FORMULAS = ['=cmd|\' /C calc\'!A0', '+1+1', '-2+3', '@SUM(1)', "\t=1+1", "\r=1", "\n=1", ' =1', "\u{A0}=1", "\u{FF1D}1",
        "\u{FE62}1",
        "\u{2212}1", '=HYPERLINK("http://x","y")'];
    /** What is compared, and no text of anybody's. */
    private const KEPT = ['zone', 'from', 'until', 'metric', 'state'];

    /** @return iterable<string, array{string}> */
    public static function payloads(): iterable
    {
        foreach (self::PAYLOADS as $name => $payload) {
            yield $name => [$payload];
        }
    }

    /** @dataProvider payloads */
    public function testTextsOfPeopleBecomeNoMarkUp(string $payload): void
    {
        foreach (['ru', 'en'] as $language) {
            $spoilt = self::spoilt(ReportCases::figures($language), $payload);
            foreach ([null, 'missed', 'excluded', 'unknown', 'certificates', 'entitlements', 'versions', 'exceptions'] as $list) {
                $address = ['list' => (string) $list, 'customer' => $payload, 'level' => $payload, 'from' => $payload, 'until' => $payload];
                $html = ReportHtml::page(ReportCases::view($language, $spoilt, $address));
                self::assertHarmless($html, "$language $list");
            }
            $row = array_fill_keys(['number', 'state', 'level', 'customer', 'customer_name', 'agent', 'department', 'subject'], $payload)
                + ['ticket_id' => '7', 'dept_id' => '1', 'staff_id' => '2', 'created' => '1795852800', 'due' => $payload,
                    'since' => $payload];
            $view = ReportCases::view($language, $spoilt, ['list' => 'open']);
            self::assertHarmless(ReportHtml::listed($view, (new TicketsList($view))->html('open', 1, [$row])), "$language, tickets");
        }
    }

    private static function assertHarmless(string $html, string $where): void
    {
        $document = new DOMDocument();
        self::assertTrue($document->loadXML((string) preg_replace('/ (hidden|selected)(?=[ >])/', ' $1=""', $html)), $where);
        $read = new PanelReader($html);
        foreach ($read->found('//@*') as $attribute) {
            self::assertStringStartsNotWith('on', $attribute->nodeName, $where);
            if ($attribute->nodeName === 'href' || $attribute->nodeName === 'action') {
                self::assertMatchesRegularExpression(
                    '~^/scp/(ajax\.php/sla-bridge/|tickets\.php\?id=\d+)~',
                    (string) $attribute->nodeValue,
                    $where
                );
            } elseif (str_contains((string) $attribute->nodeValue, 'q7x')) {
                self::assertContains($attribute->nodeName, ['aria-label', 'title', 'value'], $where);
            }
        }
        self::assertSame([], $read->found('//script|//img|//style|//iframe|//object|//i'), $where);
        self::assertDoesNotMatchRegularExpression('/[\x00-\x08\x{202A}-\x{202E}\x{2066}-\x{2069}\x{200F}]/u', $html, $where);
    }

    public function testNoCellOfASpreadsheetIsAFormula(): void
    {
        foreach (self::FORMULAS as $formula) {
            foreach (['ru', 'en'] as $language) {
                $view = ReportCases::view($language, self::spoilt(ReportCases::figures($language), $formula));
                foreach (['figures', 'missed'] as $table) {
                    $found = 0;
                    foreach (self::cells((new ReportCsv($view))->$table(), $language === 'ru' ? ';' : ',') as $cell) {
                        self::assertDoesNotMatchRegularExpression(
                            '/^[\s\x{A0}]*[=+\-@\t\r\x{FF1D}\x{FE62}\x{2212}]/u',
                            $cell,
                            "$table: $formula"
                        );
                        $found += $cell === "'$formula" ? 1 : 0;
                    }
                    self::assertGreaterThan(3, $found, "the text itself stands there, told as text: $table, $formula");
                }
            }
        }
    }

    public function testEveryListIsDownloadedAsTextToo(): void
    {
        $lists = ['', 'missed', 'excluded', 'unknown', 'open', 'certificates', 'entitlements', 'versions', 'exceptions'];
        foreach (self::FORMULAS as $formula) {
            $row = array_fill_keys(['number', 'state', 'level', 'customer', 'customer_name', 'agent', 'department', 'subject'], $formula)
                + ['ticket_id' => '7', 'dept_id' => '1', 'staff_id' => '2', 'created' => '1795852800', 'due' => null, 'since' => null];
            foreach ($lists as $list) {
                $view = ReportCases::view('en', self::spoilt(ReportCases::figures('en'), $formula), ['list' => $list, 'as' => 'csv']);
                $file = Download::of($view, [$row, $row]);
                self::assertSame('text/csv', $file->type);
                self::assertMatchesRegularExpression('/^sla-[0-9-]+(-[a-z]+)?\.csv$/D', $file->name);
                $cells = self::cells($file->body, ',');
                self::assertContains("'$formula", $cells, $list);
                self::assertSame([], preg_grep('/^[\s\x{A0}]*[=+\-@\x{FF1D}\x{FE62}\x{2212}]/u', $cells), "$list: $formula");
            }
        }
    }

    public function testTheRegistryIsInNoFileOfWhoDoesNotSeeEveryDepartment(): void
    {
        $health = new Health(1795852800, 60, null, false, null);
        foreach (['csv', 'json'] as $as) {
            foreach (['', 'certificates', 'versions', 'exceptions', 'entitlements'] as $list) {
                $body = Download::of(ReportCases::view('ru', [], ['list' => $list, 'as' => $as], false, $health), [])->body;
                foreach (['Элеватор', 'Громов', '2026-12-20', '20.12.2026'] as $told) {
                    self::assertStringNotContainsString($told, $body, "$as $list");
                }
            }
        }
    }

    public function testASpreadsheetHasItsMarkAndTheSameNumberOfCellsInEachLine(): void
    {
        $names = ['СПК; «Колос», "Юг"', "две\nстроки", "' or 1=1", 'plain'];
        foreach ($names as $name) {
            $csv = (new ReportCsv(ReportCases::view('ru', self::spoilt(ReportCases::figures('ru'), $name))))->figures();
            self::assertStringStartsWith("\u{FEFF}", $csv);
            $file = fopen('php://memory', 'w+');
            fwrite($file, $csv);
            rewind($file);
            $lengths = [];
            while ($row = fgetcsv($file, null, ';', '"', '')) {
                $lengths[] = count($row);
            }
            self::assertSame([13], array_values(array_unique($lengths)), $name);
        }
    }

    /** @return list<string> */
    private static function cells(string $csv, string $separator): array
    {
        $file = fopen('php://memory', 'w+');
        fwrite($file, substr($csv, 3));
        rewind($file);
        $cells = [];
        while ($row = fgetcsv($file, null, $separator, '"', '')) {
            array_push($cells, ...$row);
        }
        return $cells;
    }

    private static function spoilt(mixed $value, string $payload): mixed
    {
        if (!is_array($value)) {
            return is_string($value) && !preg_match('/^\d{4}-\d\d(-\d\dT.*)?$/', $value) ? $payload : $value;
        }
        $spoilt = [];
        foreach ($value as $name => $inner) {
            $spoilt[$name] = in_array($name, self::KEPT, true) && !is_array($inner) ? $inner : self::spoilt($inner, $payload);
        }
        return $spoilt;
    }
}
