<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Words;
use SlaBridge\ReportPage\Asked;
use SlaBridge\ReportPage\Health;
use SlaBridge\ReportPage\MonthsChart;
use SlaBridge\ReportPage\Periods;
use SlaBridge\Report\Question;
use SlaBridge\ReportPage\ReportHtml;
use SlaBridge\ReportPage\Tally;

/** What the report asks, counts together and leaves out. */
final class ReportTest extends TestCase
{
    public function testAnAddressSaysWhatIsAskedAndNothingElseIsTaken(): void
    {
        $asked = new Asked(['from' => '2026-11-01', 'until' => '2026-11-30', 'level' => 'standard', 'agent' => '-', 'customer' => '',
            'department' => ['1'],
            'list' => 'drop table', 'p' => '-3', 'as' => 'exe', 'whole' => 'customer', 'metric' => "\xff"]);
        self::assertSame(['level' => 'standard', 'agent' => '-'], $asked->filters);
        self::assertSame(['level' => 'standard', 'agent' => ''], $asked->keys());
        self::assertSame([null, 1, null, 'customer'], [$asked->list, $asked->page, $asked->as, $asked->whole]);
        self::assertSame('?list=missed&from=2026-11-01&until=2026-11-30&level=standard&agent=-', $asked->query(['list' => 'missed']));
        self::assertSame('?level=general&from=2026-11-01&until=2026-11-30&agent=-', $asked->query(['level' => 'general']));
        self::assertSame('', (new Asked([]))->query());
        self::assertSame(['2026-11-05', '2026-11-05'], [(new Asked(['until' => '2026-11-05']))->from,
            (new Asked(['from' => '2026-11-05']))->until]);
    }

    public function testReadyPeriodsAreWholeMonthsQuartersAndYears(): void
    {
        self::assertSame(['this_month' => ['2026-11-01', '2026-11-30'], 'last_month' => ['2026-10-01', '2026-10-31'],
            'quarter' => ['2026-10-01', '2026-12-31'], 'year' => ['2026-01-01', '2026-12-31']], Periods::ready('2026-11-29'));
        self::assertSame(['2023-12-01', '2023-12-31'], Periods::ready('2024-01-31')['last_month']);
        self::assertSame(['2024-02-01', '2024-02-29'], Periods::ready('2024-03-31')['last_month']);
        self::assertSame('2025-12', Periods::before('2026-01'));
        foreach (Periods::ready('2028-12-31') as [$from, $until]) {
            new Question($from, $until);
            self::assertLessThan($until, $from);
        }
    }

    public function testWorstStandsFirstAndWhatSaysLittleBehind(): void
    {
        $rows = static fn (string $key, int $met, int $breached): array => ['key' => $key, 'name' => $key, 'metric' => 'm', 'met' => $met,
            'breached' => $breached, 'open' => 0, 'open_breached' => 0, 'median_seconds' => null, 'p90_seconds' => null];
        $sorted = Tally::worstFirst(Tally::of([$rows('good', 20, 0), $rows('few', 1, 1), $rows('fewer', 0, 3), $rows('none', 0, 0),
            $rows('bad', 9, 1),
            $rows('worse', 5, 20), $rows('split', 6, 0), $rows('split', 5, 2)]));
        self::assertSame(['worse', 'split', 'bad', 'good', 'fewer', 'few', 'none'], array_map(
            static fn (Tally $one): string => $one->key,
            $sorted
        ));
        self::assertSame([11, 2], [$sorted[1]->met, $sorted[1]->breached]);
        self::assertSame(0, Tally::total([])->decided());
    }

    public function testOneBreachIsNeverAHundredPerCent(): void
    {
        $view = ReportCases::view('ru');
        self::assertSame("99,9\u{a0}%", $view->percent(9999 / 10000));
        self::assertSame("100,0\u{a0}%", $view->percent(1.0));
        self::assertSame('94.6', ReportCases::view('en')->tenths(262 / 277));
        self::assertSame('0.0', ReportCases::view('en')->tenths(0));
    }

    public function testOnlyAMonthIsComparedWithTheOneBefore(): void
    {
        $told = static fn (string $from, string $until): string => (new PanelReader(ReportHtml::page(ReportCases::view('en', ['period' => [
            'from' => $from, 'until' => $until, 'zone' => ReportCases::ZONE]]))))->text('sla-r-tiles');
        self::assertStringContainsString('October 97.8%', $told('2026-11-01', '2026-11-30'));
        self::assertStringContainsString('October 97.8%', $told('2026-11-10', '2026-11-20'));
        self::assertStringNotContainsString('October 97.8%', $told('2026-10-01', '2026-12-31'));
        self::assertStringNotContainsString('November 2026 95', $told('2026-10-01', '2026-12-31'));
    }

    public function testTheAxisHoldsEveryValueInFewSteps(): void
    {
        foreach ([[100.0], [0.0], [94.6, 90.1], [0.0, 100.0], [99.2, 100.0], [37.5, 92.0], [66.67]] as $values) {
            [$low, $step, $high] = MonthsChart::axis($values);
            self::assertLessThanOrEqual(min($values), $low);
            self::assertGreaterThanOrEqual(max($values), $high);
            self::assertGreaterThan($low, $high);
            self::assertLessThanOrEqual(4, ($high - $low) / $step);
        }
    }

    public function testWhoDoesNotSeeEveryDepartmentFindsNothingOfTheRegistry(): void
    {
        $health = new Health(ReportCases::at('2026-11-30 08:44'), 60, ReportCases::at('2026-11-30 03:10'), false, null);
        foreach (['', 'certificates', 'entitlements', 'versions', 'exceptions'] as $list) {
            $html = ReportHtml::page(ReportCases::view('ru', [], ['list' => $list], false, $health));
            foreach (
                ['20.12.2026', 'Элеватор', 'Переход на 4.2', 'Громов', 'Реестр на', 'Сертификаты истекают</h2>',
                'sla-bridge/actions'] as $told
            ) {
                self::assertStringNotContainsString(
                    $told,
                    $list === '' ? $html : str_replace('Сертификаты истекают', '', $html),
                    "$list: $told"
                );
            }
        }
        self::assertStringContainsString('Элеватор', ReportHtml::page(ReportCases::view('ru')));
    }

    public function testAnOldPassAndAnOldRegistryAreSaidOnTop(): void
    {
        $view = static fn (string $passed, string $registry): string => ReportHtml::page(ReportCases::view('en', [], [], true, new Health(
            ReportCases::at($passed),
            60,
            ReportCases::at($registry),
            true,
            null
        )));
        $note = explode('{', Words::in('en')->say('report.health.registry_old'))[0];
        self::assertStringContainsString('Answers and status changes since then are not counted', $view(
            '2026-11-30 05:00',
            '2026-11-30 03:10'
        ));
        self::assertStringNotContainsString('sla-r-note', $view('2026-11-30 08:44', '2026-11-30 03:10'));
        self::assertStringContainsString($note, $view('2026-11-30 08:44', '2026-11-20 03:10'));
        self::assertStringNotContainsString($note, $view('2026-11-30 08:44', '2026-11-30 03:10'));
    }

    public function testEveryPictureHasANameADescriptionAndATable(): void
    {
        $read = new PanelReader(ReportHtml::page(ReportCases::view('ru')));
        $pictures = $read->found('//svg[@role="img"]');
        self::assertCount(3, $pictures);
        foreach ($pictures as $picture) {
            foreach (explode(' ', $picture->getAttribute('aria-labelledby')) as $id) {
                self::assertCount(1, $read->found("//*[@id='$id']"), $id);
            }
        }
        self::assertCount(3, $read->found('//details//table'));
        $ids = array_map(static fn (DOMAttr $one): string => $one->value, $read->found('//@id'));
        self::assertSame($ids, array_unique($ids));
    }

    public function testEveryBreachLeadsToItsTicketAndItsReceipt(): void
    {
        $read = new PanelReader(ReportHtml::page(ReportCases::view('ru', [], ['list' => 'missed'])));
        foreach (ReportCases::figures('ru')['missed'] as $one) {
            self::assertCount(1, $read->found("//table//a[@href='/scp/tickets.php?id={$one['ticket']}']"));
            self::assertCount(1, $read->found("//table//a[@href='/scp/tickets.php?id={$one['ticket']}#sla-receipt']"));
        }
        self::assertStringContainsString('1 ч 05 мин, открыта', implode("\n", $read->rows('sla-r-missed')));
        self::assertStringContainsString('2 рабочих дня', implode("\n", $read->rows('sla-r-missed')));
    }

    public function testCausesAreCountedWhereAllBreachesAreKnownAndNotElsewhere(): void
    {
        foreach (['', 'missed'] as $list) {
            $whole = ReportHtml::page(ReportCases::view('en', ['more' => ['missed' => 9]], ['list' => $list]));
            self::assertMatchesRegularExpression('~By cause:.*In work, not in time: <b>2</b>~', $whole);
            self::assertStringNotContainsString('By cause:', ReportHtml::page(ReportCases::view('en', [], ['list' => $list])));
        }
    }

    public function testEveryCauseOfABreachHasWords(): void
    {
        foreach (['ru', 'en'] as $language) {
            foreach (['level_raised', 'transferred', 'unassigned', 'mail_failed', 'curator_absent', 'in_work', 'not_recorded'] as $cause) {
                self::assertTrue(Words::in($language)->has("report.cause.$cause"), $cause);
            }
        }
    }

    public function testEveryWordThatTheReportAsksForIsThere(): void
    {
        $asked = 0;
        foreach (glob(dirname(__DIR__, 2) . '/plugin/sla-bridge/lib/SlaBridge/ReportPage/*.php') as $file) {
            preg_match_all('/->(?:say|count|list|named)\(\s*\'([a-z_.]+)\'/', (string) file_get_contents($file), $found);
            foreach ($found[1] as $key) {
                self::assertTrue(Words::in('en')->has(rtrim($key, '.')), basename($file) . " asks for $key");
                $asked++;
            }
        }
        self::assertGreaterThan(80, $asked);
    }
}
