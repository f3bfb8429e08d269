<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Panel;

/** The pictures of a clock: rows of days for hours, cells of days for working days. */
final class PanelPictureTest extends TestCase
{
    private static function read(array $clock, string $language = 'ru', array $changes = []): PanelReader
    {
        return new PanelReader(Panel::html(PanelCases::view('running', $language, ['detail' => PanelCases::detail([$clock])] + $changes)));
    }

    public function testADayIsARowAndNeighbouringDaysOffAreOne(): void
    {
        $read = new PanelReader(Panel::html(PanelCases::view('open, overdue', 'ru')));
        self::assertSame([
            'День | Часы05:0008:0011:0014:00 | Засчитано | Что произошло',
            'пт 30.10 | | 2 ч 40 мин | 11:20 начало цикла 3', 'сб 31.10, вс 01.11 | | — | выходные',
                'пн 02.11 | | 1 ч 10 мин | 06:10 пауза, ждём клиента',
            'вт 03.11 | | 1 ч 30 мин | 11:30 отсчёт продолжен; короткий день, до 13:00', 'ср 04.11 | | — | День народного единства',
            'чт 05.11 | | 2 ч 40 мин +1 ч 05 мин | 07:40 срок истёк; 08:45 сейчас, ответа нет',
            'Итого на 08:45 | | 9 ч 05 мин | из 8 ч; просрочено на 1 ч 05 мин',
        ], array_map(PanelReader::plain(...), $read->rows('sla-days')));
        self::assertSame('засчитано сверх срока пауза, не засчитано нерабочее время срок сейчас время московское', implode(' ', array_map(
            static fn (DOMElement $one): string => PanelReader::plain($one->textContent),
            $read->found('//ul[@class="sla-legend"]/li')
        )));
    }

    public function testBarsLieWhereTheHoursAre(): void
    {
        $read = new PanelReader(Panel::html(PanelCases::view('open, overdue', 'ru')));
        $bar = $read->all('sla-bar')[2];
        $drawn = [];
        foreach ($bar->getElementsByTagName('rect') as $rect) {
            $drawn[] = $rect->getAttribute('class') . ' ' . $rect->getAttribute('x') . ' ' . $rect->getAttribute('width');
        }
        self::assertSame(['sla-rail 0 100%', 'sla-s-counted 0% 12.963%', 'sla-s-pause 12.963% 87.037%'], $drawn);
        self::assertCount(4, $bar->getElementsByTagName('line'));
    }

    public function testMoreThanTenRowsAreSummedInTheMiddle(): void
    {
        $rows = self::read(PanelCases::clock(
            'running',
            '2026-10-12 09:00',
            '2026-11-20 09:00',
            ['target' => '200h', 'target_seconds' => 720000]
        ))
            ->rows('sla-days');
        self::assertCount(1 + 2 + 1 + 7 + 1, $rows);
        self::assertStringStartsWith('пн 12.10', $rows[1]);
        self::assertMatchesRegularExpression('/^ещё \d+ (?:день|дня|дней), засчитано \d+ ч \d\d мин$/u', $rows[3]);
        self::assertStringStartsWith('пт 20.11', $rows[10]);
        self::assertStringStartsWith('Итого', $rows[11]);
    }

    public function testRowsAndTheDaysSummedAddUpToTheTotal(): void
    {
        $read = self::read(PanelCases::clock(
            'running',
            '2026-10-12 09:00',
            '2026-11-20 09:00',
            ['target' => '200h', 'target_seconds' => 720000]
        ), 'en');
        $minutes = 0;
        $rows = $read->rows('sla-days');
        preg_match_all('/(\d+) h (\d\d) min/', implode("\n", array_slice($rows, 1, -1)), $found, PREG_SET_ORDER);
        foreach ($found as [, $hours, $rest]) {
            $minutes += 60 * (int) $hours + (int) $rest;
        }
        self::assertStringContainsString(sprintf('| %d h %02d min |', intdiv($minutes, 60), $minutes % 60), $rows[count($rows) - 1]);
    }

    public function testWhatWasCountedBeforeThePublishedDaysHasARowOfItsOwn(): void
    {
        $clock = PanelCases::clock('running', '2026-06-01 09:00', '2026-11-05 12:00', [
            'worked_to' => ['at' => PanelCases::wire('2026-11-05 05:00'), 'seconds' => 1000000]]);
        $calendar = ['from' => PanelCases::wire('2026-11-01 00:00')];
        $rows = self::read($clock, 'ru', ['published' => PanelCases::published($calendar)])->rows('sla-days');
        self::assertStringStartsWith('раньше |', $rows[1]);
        self::assertStringStartsWith('вс 01.11', $rows[2]);
    }

    public function testWorkingDaysBearTheirNumbersAndMarks(): void
    {
        $read = new PanelReader(Panel::html(PanelCases::view('open, two clocks', 'ru')));
        $told = static fn (DOMElement $one): string => $one->getAttribute('class') . ' ' . PanelReader::plain($one->textContent);
        $cells = array_map($told, $read->all('sla-cell'));
        self::assertContains('sla-cell sla-c-begin 03.12началоначало отсчёта', $cells);
        self::assertContains('sla-cell sla-c-passed 15.128прошедший рабочий день 8', $cells);
        self::assertContains('sla-cell sla-c-ahead sla-c-today 16.129предстоящий рабочий день 9, сегодня', $cells);
        self::assertContains('sla-cell sla-c-off 31.12выходной', $cells);
        self::assertContains('sla-cell sla-c-provisional sla-c-due 15.0124по закону, рабочий день 24, срок', $cells);
        self::assertCount(44, $cells, 'from the start to the deadline');
        self::assertStringContainsString('Прошло 8 из 24 рабочих дней', $read->told());
        self::assertStringContainsString('Календаря на 2027 год ещё нет: дни с 01.01.2027 посчитаны по закону.', $read->told());
        self::assertSame('15 рабочих дней', PanelReader::plain($read->all('sla-left')[1]->textContent));
    }

    public function testAPictureOfDaysEndsWithTheAnswer(): void
    {
        $met = ['target' => '24wd', 'target_seconds' => null, 'target_days' => 24, 'stopped_at' => PanelCases::wire('2026-10-15 09:15'),
            'worked_to' => null];
        $clock = PanelCases::clock('met', '2026-10-12 09:15', '2026-11-16 14:00', $met);
        $read = self::read($clock, 'en');
        $cells = array_map(static fn (DOMElement $one): string => $one->getAttribute('class'), $read->all('sla-cell'));
        self::assertSame(['begin', 'passed', 'passed', 'end'], array_map(static fn (string $one): string => substr($one, 15), $cells));
        self::assertStringContainsString("15\u{a0}Octendend of the count", $read->all('sla-cell')[3]->textContent);
    }

    /** @dataProvider small */
    public function testWhatIsSmallStandsInItsColumn(int $seconds, string $ru, string $en): void
    {
        foreach (['ru' => $ru, 'en' => $en] as $language => $expected) {
            $end = ['stopped_at' => gmdate('Y-m-d\TH:i:s\Z', PanelCases::at('2026-11-05 06:00') + $seconds), 'worked_to' => null];
            $rows = self::read(PanelCases::clock('met', '2026-11-05 06:00', '2026-11-05 12:00', $end), $language)->rows('sla-days');
            self::assertStringContainsString(" | $expected | ", $rows[count($rows) - 1]);
        }
    }

    /** @return list<array{int, string, string}> */
    public static function small(): array
    {
        return [[0, '0 мин', '0 min'], [1, '< 1 мин', '< 1 min'], [59, '< 1 мин', '< 1 min'], [60, '1 мин', '1 min']];
    }

    public function testATotalThatGoesOnIsOfAnInstantThatStandsBesideIt(): void
    {
        $total = static fn (string $state, ?string $due, array $changes = []): string => strtok((string) array_slice(
            self::read(PanelCases::clock($state, '2026-11-05 06:00', $due, $changes), 'en')->rows('sla-days'),
            -1
        )[0], '|');
        self::assertSame('Total at 08:45 ', $total('running', '2026-11-05 12:00'));
        self::assertSame('Total ', $total('paused', null, ['pauses' => [[PanelCases::wire('2026-11-05 07:00'), null]]]));
        self::assertSame('Total ', $total('met', '2026-11-05 12:00', ['stopped_at' => PanelCases::wire('2026-11-05 07:00')]));
    }

    public function testAWorkingDayThatLayInAPauseIsNotCounted(): void
    {
        $clock = PanelCases::clock(
            'running',
            '2026-10-28 09:00',
            '2026-11-09 14:00',
            ['target' => '5wd', 'target_seconds' => null, 'target_days' => 5,
            'pauses' => [[PanelCases::wire('2026-10-29 14:00'),
            PanelCases::wire('2026-11-02 14:00')]]]
        );
        $cells = array_map(
            static fn (DOMElement $one): string => PanelReader::plain($one->textContent),
            self::read($clock)->all('sla-cell')
        );
        self::assertContains('29.101прошедший рабочий день 1', $cells);
        self::assertContains('30.10пауза', $cells);
        self::assertContains('02.11пауза', $cells);
        self::assertContains('03.112прошедший рабочий день 2', $cells);
        self::assertContains('09.115предстоящий рабочий день 5, срок', $cells);
    }

    public function testNightsBelongToTheDayOnWhichTheyBegin(): void
    {
        $windows = [];
        for ($day = 1; $day < 28; $day++) {
            $windows[] = [PanelCases::wire(sprintf('2026-11-%02d 22:00', $day)), PanelCases::wire(sprintf('2026-11-%02d 06:00', $day + 1))];
        }
        $clock = PanelCases::clock(
            'running',
            '2026-11-03 23:00',
            '2026-11-07 06:00',
            ['target' => '3wd', 'target_seconds' => null, 'target_days' => 3]
        );
        $read = self::read($clock, 'en', ['published' => PanelCases::published(['windows' => $windows])]);
        $cells = array_map(static fn (DOMElement $one): string => PanelReader::plain($one->textContent), $read->all('sla-cell'));
        self::assertSame(['3 Novstartthe clock starts', '4 Nov1working day 1, passed', '5 Nov2working day 2, ahead, today',
            '6 Nov3working day 3, ahead, due'], $cells);
    }

    public function testAroundTheClockEachDayIsARowOfTwentyFourHours(): void
    {
        $clock = PanelCases::clock('running', '2026-11-04 06:00', '2026-11-06 06:00', ['target' => '2d', 'target_seconds' => 172800]);
        $rows = self::read($clock, 'en')->rows('sla-days');
        self::assertStringContainsString('00:0003:0006:0009:0012:0015:0018:0021:0024:00', $rows[0]);
        self::assertStringStartsWith('Wed 4 Nov | | 18 h 00 min', PanelReader::plain($rows[1]));
        self::assertCount(5, $rows);
    }

    public function testADeadlineAtMidnightEndsItsDay(): void
    {
        $clock = PanelCases::clock('running', '2026-11-04 00:00', '2026-11-06 00:00', ['target' => '2d', 'target_seconds' => 172800]);
        $rows = self::read($clock, 'en')->rows('sla-days');
        self::assertCount(4, $rows, 'two days, head and total');
        self::assertStringContainsString('00:00 due', $rows[2]);
    }

    public function testWhereClocksChangeTheDayIsDrawnByTheWall(): void
    {
        $windows = [['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'], ['2026-10-25T23:00:00Z', '2026-10-26T23:00:00Z']];
        $at = (int) strtotime('2026-10-26T10:00:00Z');
        $clock = PanelCases::clock(
            'running',
            '2026-10-25 01:00',
            '2026-10-26 20:00',
            ['target' => '48h', 'target_seconds' => 172800, 'worked_to' => null]
        );
        $published = PanelCases::published(['windows' => $windows, 'zone' => 'Europe/Berlin', 'days' => []]);
        $rows = self::read($clock, 'en', ['published' => $published, 'now' => $at, 'lastPass' => $at])->rows('sla-days');
        self::assertStringStartsWith('Sun 25 Oct | | 25 h 00 min', PanelReader::plain($rows[1]), 'one hour comes twice');
    }

    public function testAnHoursTableIsARealTable(): void
    {
        $read = new PanelReader(Panel::html(PanelCases::view('open, two clocks', 'en')));
        foreach (
            ['sla-days' => 'Working time by day: Answer to the last message',
            'sla-weeks' => 'Working days by week: Answer of development'] as $table => $caption
        ) {
            self::assertSame($caption, PanelReader::plain($read->found("//table[contains(@class, '$table')]/caption")[0]->textContent));
            self::assertSame([], $read->found("//table[contains(@class, '$table')]//th[not(@scope)]"));
            self::assertNotSame([], $read->found("//table[contains(@class, '$table')]//th[@scope='row']"));
        }
    }
}
