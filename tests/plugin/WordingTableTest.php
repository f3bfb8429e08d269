<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Words;
use SlaBridge\Wording\WordingCsv;
use SlaBridge\Wording\WordingPeriod;
use SlaBridge\Wording\WordingTable;

/** The managers' page of discouraged phrases: what it says, that nothing on it is more than text, and what spreadsheets get. */
final class WordingTableTest extends TestCase
{
    private const NOW = 1795856400; // 2026-11-28 12:00 in Moscow
    private const ROW = ['at' => 1795852800, 'ticket' => 7, 'number' => '100007', 'department' => 'Support', 'agent' => 'Анна Ли',
        'phrase' => 'не знаю', 'excerpt' => '…а я Не Знаю, что…'];
    private const EVIL = ['<script>q7x()</script>', '"><img src=x onerror=q7x()>', "' onmouseover='q7x()", 'javascript:q7x()',
        '</mark></td><svg onload=q7x()>', '<!--<script>q7x', '&lt;script&gt;q7x&#60;b&#x3e;', "q7x\u{202E}\u{2066}gnp.exe\u{200F}",
        "q7x\0<b\0>bold", "q7x\xC3\x28\xFF<i>", '{n}{excerpt}q7x', '</style><style>*{background:url(//q7x)}'];

    public function testARowTellsWhenWhereWhoAndWhatWithThePhraseMarked(): void
    {
        foreach (['ru' => 'сегодня', 'en' => 'today'] as $language => $today) {
            $page = self::page($language, [self::ROW]);
            self::assertStringContainsString('href="/scp/tickets.php?id=7"', $page);
            self::assertStringContainsString('<mark>Не Знаю</mark>', $page);
            self::assertStringContainsString('Анна Ли', $page);
            self::assertStringContainsString($today, $page);
            foreach (['title', 'by_phrase', 'by_agent', 'head.when', 'head.excerpt'] as $key) {
                self::assertStringContainsString(Words::in($language)->say("wording.$key"), $page);
            }
        }
    }

    public function testThePhraseIsMarkedWhateverItsCaseAndItsYo(): void
    {
        $page = self::page('ru', [['phrase' => 'ещё раз', 'excerpt' => 'и ЕЩЕ РАЗ <b>'] + self::ROW]);
        self::assertStringContainsString('и <mark>ЕЩЕ РАЗ</mark> &lt;b&gt;', $page);
        self::assertStringNotContainsString('<mark>', self::page('ru', [['phrase' => 'ну, вот', 'excerpt' => 'Ну , вот'] + self::ROW]));
    }

    public function testAPageWithoutRowsSaysSoAndOffersNoTables(): void
    {
        foreach (['ru', 'en'] as $language) {
            $page = self::page($language, []);
            self::assertStringContainsString(Words::in($language)->say('wording.nothing'), $page);
            self::assertStringNotContainsString('<table', $page);
            self::assertStringNotContainsString('csv=1', $page);
            self::assertStringNotContainsString('sla-wording-off', $page);
            self::assertStringContainsString('discouraged_phrases', self::page($language, [], isOn: false));
        }
    }

    public function testWhatIsCutIsTold(): void
    {
        self::assertStringContainsString(Words::in('en')->say('wording.more', ['n' => 1]), self::page('en', [self::ROW], total: 2));
        self::assertStringNotContainsString('latest', self::page('en', [self::ROW]));
        self::assertStringContainsString('21 случай<', self::page('ru', [self::ROW], total: 21));
    }

    public function testAnAgentWhoIsGoneIsNoEmptyCell(): void
    {
        self::assertStringContainsString('agent removed', self::page('en', [['agent' => ''] + self::ROW]));
    }

    public function testNothingBecomesMarkUp(): void
    {
        foreach (self::EVIL as $evil) {
            foreach ([['number', 'department', 'agent', 'phrase', 'excerpt'], ['excerpt']] as $where) {
                $page = self::page('ru', [array_fill_keys($where, $evil) + self::ROW]);
                $document = new DOMDocument();
                self::assertTrue($document->loadXML(str_replace(' required', ' required=""', $page)), $evil);
                self::assertDoesNotMatchRegularExpression('~<(?:script|img|svg|style|i|b)\b|<[^>]+\son\w+=~i', $page);
                self::assertDoesNotMatchRegularExpression('/[\x00\x{202A}-\x{202E}\x{2066}-\x{2069}\x{200F}]/u', $page);
            }
        }
    }

    public function testAPeriodIsOfWholeDaysInTheZoneOfWhoeverLooks(): void
    {
        $zone = new DateTimeZone('Europe/Moscow');
        $month = WordingPeriod::of(['from' => '2026-11-01', 'until' => '2026-11-28'], $zone, self::NOW);
        self::assertSame(['2026-11-01', '2026-11-28'], [$month->from, $month->until]);
        self::assertSame(28 * 86400, $month->ends - $month->begins);
        self::assertSame('2026-10-31T21:00:00', gmdate('Y-m-d\TH:i:s', $month->begins));
        $usual = WordingPeriod::of([], $zone, self::NOW);
        self::assertSame(['2026-10-30', '2026-11-28'], [$usual->from, $usual->until]);
        foreach ([['from' => ['x']], ['until' => '2026-02-30'], ['from' => "2026-11-01\n"], ['from' => '1e9', 'until' => '']] as $asked) {
            self::assertEquals($usual, WordingPeriod::of($asked, $zone, self::NOW));
        }
        $turned = WordingPeriod::of(['from' => '2026-11-28', 'until' => '2026-11-01'], $zone, self::NOW);
        self::assertEquals($month, $turned);
        self::assertSame('2025-11-27', WordingPeriod::of(['from' => '1970-01-01'], $zone, self::NOW)->from);
        $change = WordingPeriod::of(['from' => '2026-10-25', 'until' => '2026-10-25'], new DateTimeZone('Europe/Berlin'), self::NOW);
        self::assertSame(25 * 3600, $change->ends - $change->begins);
    }

    public function testSpreadsheetsGetTextAndNoFormulas(): void
    {
        $zone = new DateTimeZone('Europe/Moscow');
        $formulas = ['=1+1', '+7', '-1', '@x', "\t=1", ' =1', "\u{A0}=1", '＝1', "\r\n=1", "\u{200B}=1", "\u{2212}1", "\u{FF20}x"];
        foreach ($formulas as $text) {
            $csv = WordingCsv::of(Words::in('en'), [['phrase' => $text, 'excerpt' => $text] + self::ROW], $zone);
            $cells = str_getcsv(explode("\r\n", $csv, 2)[1], ',', '"', '');
            self::assertSame(["'$text", "'$text"], [$cells[4], rtrim((string) $cells[5], "\r\n")], json_encode($text) ?: '');
        }
        $csv = WordingCsv::of(Words::in('ru'), [['excerpt' => 'он "так" и, вот'] + self::ROW], $zone);
        self::assertSame(
            "\u{FEFF}Когда;Заявка;Отдел;Сотрудник;Выражение;\"В ответе\"\r\n"
                . "\"2026-11-28 11:00\";100007;Support;\"Анна Ли\";\"не знаю\";\"он \"\"так\"\" и, вот\"\r\n",
            $csv
        );
    }

    /** @param list<array<string, mixed>> $rows */
    private static function page(string $language, array $rows, bool $isOn = true, ?int $total = null): string
    {
        $words = Words::in($language);
        $zone = new DateTimeZone('Europe/Moscow');
        $counts = static fn (string $by): array => array_map(
            static fn (array $row): array => ['name' => $row[$by], 'count' => $total ?? 1],
            $rows
        );
        return (new WordingTable(
            $words,
            new Instants($words, 'Europe/Moscow', self::NOW),
            WordingPeriod::of([], $zone, self::NOW),
            $rows,
            $counts('phrase'),
            $counts('agent'),
            $isOn,
            '/scp/ajax.php/sla-bridge/wording',
            '/scp/tickets.php?id='
        ))->html();
    }
}
