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

    public function testAPictureOfDaysOffAloneHasTheHoursOfTheWorkingDaysAroundThem(): void
    {
        $saturday = PanelCases::at('2026-10-31 12:00');
        $paused = PanelCases::clock('paused', '2026-10-31 10:00', null, ['pauses' => [[PanelCases::wire('2026-10-31 11:00'), null]]]);
        $read = self::read($paused, 'en', ['now' => $saturday, 'lastPass' => $saturday]);
        $rows = $read->rows('sla-days');
        self::assertSame('Day | Hours05:0008:0011:0014:00 | Counted | What happened', PanelReader::plain($rows[0]));
        self::assertStringStartsWith('Sat 31 Oct | | —', PanelReader::plain($rows[1]));
        self::assertStringContainsString('outside hours', $read->text('sla-legend'));
        $lost = ['published' => PanelCases::published(['windows' => [['2027-03-01T06:00:00Z', '2027-03-01T10:00:00Z']]])];
        $rows = self::read($paused, 'en', $lost + ['now' => $saturday, 'lastPass' => $saturday])->rows('sla-days');
        self::assertStringContainsString('00:00', $rows[0], 'a calendar that is not worked for weeks has no usual hours');
    }

    public function testInARowOfSeveralDaysEachTimeHasItsWeekday(): void
    {
        $sunday = PanelCases::at('2026-11-01 12:00');
        $clock = PanelCases::clock('running', '2026-10-31 10:00', '2026-11-02 12:00');
        $expected = ['ru' => 'сб 10:00 начало отсчёта; вс 12:00 сейчас', 'en' => 'Sat 10:00 the clock starts; Sun 12:00 now'];
        foreach ($expected as $language => $told) {
            self::assertStringContainsString($told, self::read($clock, $language, ['now' => $sunday, 'lastPass' => $sunday])
                ->rows('sla-days')[1]);
        }
    }

    public function testALegendOfStaleDataKnowsOfNoNow(): void
    {
        $marks = static fn (string $name, string $language): string => (new PanelReader(Panel::html(PanelCases::view(
            $name,
            $language
        ))))->text('sla-legend');
        self::assertStringContainsString('сейчас', $marks('running', 'ru'));
        self::assertStringNotContainsString('сейчас', $marks('stale', 'ru'));
        self::assertStringContainsString('последний расчёт', $marks('stale', 'ru'));
        self::assertStringContainsString('last assessment', $marks('stale', 'en'));
    }

    /** @return list<string> what happened, row by row */
    private static function events(array $clocks, string $language, array $changes = []): array
    {
        $html = Panel::html(PanelCases::view('running', $language, ['detail' => PanelCases::detail($clocks)] + $changes));
        return array_map(
            static fn (DOMElement $one): string => PanelReader::plain($one->textContent),
            (new PanelReader($html))->found('//section[@data-clock="0"]//td[@class="sla-what"]')
        );
    }

    public function testWhatOtherClocksSawIsToldToo(): void
    {
        $other = static fn (string $metric, string $state, string $from, ?string $to, array $changes = []): array =>
            $changes + PanelCases::clock($state, $from, '2026-11-06 12:00', ['metric' => $metric, 'stopped_at' => PanelCases::wire($to)]);
        $clocks = [
            PanelCases::clock('at_risk', '2026-10-12 09:15', '2026-11-06 13:00', ['metric' => 'resolution', 'target' => '150h',
                'target_seconds' => 540000, 'pauses' => [[PanelCases::wire('2026-11-03 06:10'), PanelCases::wire('2026-11-03 11:30')],
                    [PanelCases::wire('2026-11-05 06:00'), PanelCases::wire('2026-11-05 07:00')]]]),
            $other('first_response', 'met', '2026-10-12 09:15', '2026-10-12 12:40'),
            $other('next_response', 'met', '2026-11-03 11:30', '2026-11-03 12:10'),
            $other('next_response', 'running', '2026-11-05 08:05', null, ['cycle' => 2]),
        ];
        $ru = implode("\n", self::events($clocks, 'ru'));
        foreach (
            ['09:15 заявка создана; 12:40 ответ', '06:10 пауза, ждём клиента; 11:30 клиент ответил; 12:10 ответ',
            '07:00 отсчёт продолжен; 08:05 сообщение клиента; 08:45 сейчас'] as $expected
        ) {
            self::assertStringContainsString($expected, $ru);
        }
        $en = implode("\n", self::events($clocks, 'en'));
        foreach (
            ['09:15 ticket created; 12:40 answered', '11:30 customer answered; 12:10 answered',
            "08:05 customer's message; 08:45 now"] as $expected
        ) {
            self::assertStringContainsString($expected, $en);
        }
        self::assertSame(1, substr_count($ru, 'клиент ответил'));
        self::assertSame(1, substr_count($ru, 'сообщение клиента'), 'the message that ended the pause is told as that');
    }

    public function testOfABusyDayOnlyAFewEventsOfOtherClocksAreTold(): void
    {
        $clocks = [PanelCases::clock('at_risk', '2026-11-05 05:00', '2026-11-05 13:00')];
        for ($i = 1; $i < 10; $i++) {
            $clocks[] = PanelCases::clock('met', sprintf('2026-11-05 05:%d0', $i % 6), '2026-11-06 12:00', ['metric' => 'next_response',
                'cycle' => $i, 'stopped_at' => PanelCases::wire(sprintf('2026-11-05 06:0%d', $i))]);
        }
        [$row] = self::events($clocks, 'en');
        self::assertSame(2 + 3 + 1, count(explode(';', $row)), 'start, three of others, now and due');
    }

    /** @dataProvider begins */
    public function testTheStartOfAClockSaysWhatBeganIt(array $first, array $others, string $ru, string $en): void
    {
        foreach (['ru' => $ru, 'en' => $en] as $language => $expected) {
            $clocks = [PanelCases::clock('overdue', '2026-11-03 07:00', '2026-11-05 07:00', $first), ...$others];
            self::assertStringStartsWith($expected, self::events($clocks, $language)[0]);
        }
    }

    /** @return list<array{array<string, mixed>, list<array<string, mixed>>, string, string}> */
    public static function begins(): array
    {
        $again = static fn (string $at): array => [PanelCases::clock('running', $at, '2026-11-20 12:00', ['metric' => 'resolution',
            'cycle' => 2])];
        return [
            [[], [], '07:00 начало отсчёта', '07:00 the clock starts'],
            [['metric' => 'next_response'], [], '07:00 сообщение клиента', "07:00 customer's message"],
            [['cycle' => 2], $again('2026-11-03 07:00'), '07:00 заявка снова открыта', '07:00 ticket reopened'],
            [['cycle' => 2], $again('2026-11-03 06:00'), '07:00 начало цикла 2', '07:00 cycle 2 starts'],
            [['metric' => 'resolution', 'cycle' => 3], [], '07:00 заявка снова открыта', '07:00 ticket reopened'],
        ];
    }

    public function testAPromisedDateAndABreachByAChangeAreCalledSo(): void
    {
        $promised = PanelCases::clock('running', '2026-11-05 06:00', '2026-11-05 12:00', ['target' => 'promise', 'target_seconds' => null]);
        self::assertStringContainsString('12:00 обещанный срок', implode(self::events([$promised], 'ru')));
        self::assertStringContainsString('12:00 promised date', implode(self::events([$promised], 'en')));
        $changed = PanelCases::clock('overdue', '2026-11-05 05:00', '2026-11-05 07:00', [
            'breached_at' => PanelCases::wire('2026-11-05 08:00'), 'cause' => 'target_changed']);
        self::assertStringContainsString('07:00 срок истёк; 08:00 признано просроченным', implode(self::events([$changed], 'ru')));
        self::assertStringContainsString('07:00 deadline passed; 08:00 counted as overdue', implode(self::events([$changed], 'en')));
        $plain = ['breached_at' => PanelCases::wire('2026-11-05 07:00')] + $changed;
        self::assertStringNotContainsString('признано', implode(self::events([$plain], 'ru')));
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
        $late = PanelCases::clock('overdue', '2026-10-05 09:00', '2026-10-12 09:00');
        self::assertStringEndsWith('; срок истёк пн 12.10.2026, 09:00', self::read($late)->rows('sla-days')[3]);
        self::assertStringEndsWith('; deadline passed Mon 12 Oct 2026, 09:00', self::read($late, 'en')->rows('sla-days')[3]);
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
