<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Panel;

/** The line of every state, as it stands without the script. */
final class PanelLineTest extends TestCase
{
    private const RU = [
        'running' => 'Идёт |  |  | срок сегодня в 12:35 |  | Оперативная | ',
        'at risk' => 'Под угрозой |  |  | срок сегодня в 09:30 |  | Стандартная | Поддержка ограничена',
        'overdue' => 'Просрочено |  |  | срок был сегодня в 07:40 |  | Стандартная | Можно отказать',
        'overdue and paused' => 'Просрочено | на 20 мин | не растёт: ждём клиента | срок был ср 28.10 в 11:15 |  | Стандартная | ',
        'paused' => 'На паузе | останется 2 ч 10 мин | после ответа клиента | ждём с пн 02.11, 06:10 |  | Стандартная | ',
        'outside' => 'Идёт |  |  | срок завтра в 08:50 |  | Оперативная | ',
        'customer not found' => 'Идёт |  |  | срок ср 11.11 в 09:40 |  | Общие вопросы | Клиент не найден',
        'unknown' => 'Идёт |  |  | срок завтра в 05:35 |  | Стандартная | Неизвестно',
        'calendar time' => 'Идёт |  |  | срок завтра в 06:35 |  | Стандартная | ',
        'promised' => 'Идёт |  |  | срок завтра в 06:35 |  | Стандартная | ',
        'met' => 'Выполнено | за 3 ч 25 мин | из 8 ч рабочего времени | ответ пн 12.10 в 12:40 |  | Стандартная | ',
        'missed' => 'Нарушено | на 35 мин | рабочего времени | срок вт 20.10 в 09:10, ответ в 09:45 |  | Стандартная | ',
        'merged' => 'Без срока |  | Объединена с заявкой № 834102: срок идёт там |  |  |  | ',
        'no rule' => 'Без срока |  | Ни одно правило соглашения не подходит |  |  |  | ',
        'closed unanswered' => 'Без срока |  | Закрыта без ответа до срока |  |  | Стандартная | ',
        'no target' => 'Без срока |  | Стандартная поддержка: нет срока «Первый ответ» для приоритета «Аварийный» |  |  | Стандартная | ',
        'not assessed' => 'Ждёт расчёта |  | Заявка создана 2 мин назад; срок появится после ближайшего прохода |  |  |  | ',
        'stale' => 'Идёт | срок сегодня в 12:35 | остаток не показан |  |  | Стандартная | ',
        'pass unknown' => 'Идёт |  |  | срок сегодня в 12:35 |  | Стандартная | ',
        'publication unknown' => 'Идёт |  |  | срок сегодня в 12:35 |  | standard | ',
        'no windows' => 'Идёт |  |  | срок сегодня в 12:35 |  | Стандартная | ',
        'cut' => 'Идёт |  |  | срок сегодня в 12:35 |  | Стандартная | ',
        'long texts' => 'Просрочено |  |  | срок был сегодня в 07:40 |  | llllllllllllllllllllllllllllllllllllllll | Поддержка ограничена',
        'open, overdue' => 'Просрочено |  |  | срок был сегодня в 07:40 |  | Стандартная | Можно отказать',
        'open, two clocks' => 'Идёт |  |  | срок завтра в 07:05 | ещё 1 срок | Разработка | ',
    ];
    private const EN = [
        'running' => 'Running |  |  | due today 12:35 |  | Operative | ',
        'at risk' => 'At risk |  |  | due today 09:30 |  | Standard | Limited support',
        'overdue' => 'Overdue |  |  | was due today 07:40 |  | Standard | May be refused',
        'overdue and paused' => 'Overdue | by 20 min | not growing: waiting for the customer | was due Wed 28 Oct, 11:15 |  | Standard | ',
        'paused' => 'Paused | 2 h 10 min left | when the customer answers | waiting since Mon 2 Nov, 06:10 |  | Standard | ',
        'outside' => 'Running |  |  | due tomorrow 08:50 |  | Operative | ',
        'customer not found' => 'Running |  |  | due Wed 11 Nov, 09:40 |  | General questions | Customer not found',
        'unknown' => 'Running |  |  | due tomorrow 05:35 |  | Standard | Unknown',
        'calendar time' => 'Running |  |  | due tomorrow 06:35 |  | Standard | ',
        'promised' => 'Running |  |  | due tomorrow 06:35 |  | Standard | ',
        'met' => 'Met | in 3 h 25 min | of 8 h working time | answered Mon 12 Oct, 12:40 |  | Standard | ',
        'missed' => 'Missed | by 35 min | of working time | due Tue 20 Oct, 09:10, answered 09:45 |  | Standard | ',
        'merged' => 'No SLA |  | Merged into #834102: its clock runs there |  |  |  | ',
        'no rule' => 'No SLA |  | No rule of the agreement applies |  |  |  | ',
        'closed unanswered' => 'No SLA |  | Closed unanswered before the deadline |  |  | Standard | ',
        'no target' => 'No SLA |  | Standard support: no target for First response at priority “Emergency” |  |  | Standard | ',
        'not assessed' => 'Not assessed yet |  | Created 2 min ago; the deadline appears after the next pass |  |  |  | ',
        'stale' => 'Running | due today 12:35 | time left not shown |  |  | Standard | ',
        'pass unknown' => 'Running |  |  | due today 12:35 |  | Standard | ',
        'publication unknown' => 'Running |  |  | due today 12:35 |  | standard | ',
        'no windows' => 'Running |  |  | due today 12:35 |  | Standard | ',
        'cut' => 'Running |  |  | due today 12:35 |  | Standard | ',
        'long texts' => 'Overdue |  |  | was due today 07:40 |  | llllllllllllllllllllllllllllllllllllllll | Limited support',
        'open, overdue' => 'Overdue |  |  | was due today 07:40 |  | Standard | May be refused',
        'open, two clocks' => 'Running |  |  | due tomorrow 07:05 | 1 more deadline | Development | ',
    ];

    /** @dataProvider lines */
    public function testTheLineSaysStateTimeAndLevel(string $name, string $language, string $line): void
    {
        self::assertSame($line, (new PanelReader(Panel::html(PanelCases::view($name, $language))))->line());
    }

    /** @return iterable<string, array{string, string, string}> */
    public static function lines(): iterable
    {
        foreach (['ru' => self::RU, 'en' => self::EN] as $language => $lines) {
            foreach ($lines as $name => $line) {
                yield "$name, $language" => [$name, $language, $line];
            }
        }
    }

    public function testEveryStateIsAmongThem(): void
    {
        self::assertSame(PanelCases::names(), array_keys(self::RU));
        self::assertSame(PanelCases::names(), array_keys(self::EN));
    }

    public function testALanguageThatHasNoWordsIsToldInEnglish(): void
    {
        $line = (new PanelReader(Panel::html(PanelCases::view('running', 'de'))))->line();
        self::assertSame(self::EN['running'], $line);
    }

    public function testInstantsAreTheViewersOwn(): void
    {
        $line = static fn (string $zone): string => (new PanelReader(Panel::html(PanelCases::view('outside', 'en', ['zone' => $zone]))))
            ->text('sla-due');
        self::assertSame('due tomorrow 08:50', $line('Europe/Moscow'));
        // There it is past midnight already.
        self::assertSame('due today 15:50', $line('Asia/Vladivostok'));
        self::assertSame('due tomorrow 05:50', $line('UTC'));
        self::assertSame('due tomorrow 05:50', $line('No/Such_Zone'));
    }

    /** @dataProvider days */
    public function testTodayTomorrowAndYesterdayAreToldByTheViewersDay(string $now, string $due, string $ru, string $en): void
    {
        $detail = PanelCases::detail([PanelCases::clock('running', '2026-01-01 10:00', $due)]);
        foreach (['ru' => $ru, 'en' => $en] as $language => $expected) {
            $at = PanelCases::at($now);
            $view = PanelCases::view('running', $language, ['detail' => $detail, 'now' => $at, 'lastPass' => $at]);
            self::assertSame($expected, (new PanelReader(Panel::html($view)))->text('sla-due'));
        }
    }

    /** @return list<array{string, string, string, string}> */
    public static function days(): array
    {
        return [
            ['2026-11-05 23:59', '2026-11-06 00:00', 'срок завтра в 00:00', 'due tomorrow 00:00'],
            ['2026-11-06 00:00', '2026-11-06 00:00', 'срок сегодня в 00:00', 'due today 00:00'],
            ['2026-11-06 00:00', '2026-11-05 23:59', 'срок вчера в 23:59', 'due yesterday 23:59'],
            ['2026-11-05 12:00', '2026-11-08 12:00', 'срок вс 08.11 в 12:00', 'due Sun 8 Nov, 12:00'],
            ['2026-12-30 12:00', '2027-01-11 09:05', 'срок пн 11.01.2027 в 09:05', 'due Mon 11 Jan 2027, 09:05'],
            ['2026-12-31 12:00', '2027-01-01 09:05', 'срок завтра в 09:05', 'due tomorrow 09:05'],
            ['2027-03-01 12:00', '2027-02-28 09:05', 'срок вчера в 09:05', 'due yesterday 09:05'],
        ];
    }

    public function testATicketOfAnotherDayThatNoPassHasSeenTellsWhenItWasMade(): void
    {
        $view = PanelCases::view('not assessed', 'ru', ['ticket' => PanelCases::ticket()]);
        $told = 'Заявка создана пн 12.10 в 09:15пн 12.10.2026, 09:15; срок появится';
        self::assertStringContainsString($told, (new PanelReader(Panel::html($view)))->line(), 'for the screen, and for paper');
        $ticket = PanelCases::ticket(['created_at' => PanelCases::at('2026-11-05 08:44')]);
        $view = PanelCases::view('not assessed', 'en', ['ticket' => $ticket]);
        self::assertStringContainsString('Created 1 min ago', (new PanelReader(Panel::html($view)))->line());
    }

    public function testPaperBearsWholeDatesInEachState(): void
    {
        foreach (PanelCases::names() as $name) {
            $read = new PanelReader(Panel::html(PanelCases::view($name, 'en')));
            $onPaper = static fn (DOMElement $one): string => $one->textContent;
            $screen = implode(' ', array_map($onPaper, $read->found("//*[@class='sla-amount' or @class='sla-words' or @class='sla-due']"
                . "//text()[not(ancestor::*[@class='sla-paper'])]/..")));
            $paper = array_map($onPaper, $read->found("//*[@class='sla-line']//*[@class='sla-paper']"));
            $isDated = preg_match('/today|tomorrow|yesterday|\d\d:\d\d/', $screen) === 1;
            self::assertSame($isDated, $paper !== [], "$name: $screen");
            foreach ($paper as $one) {
                self::assertMatchesRegularExpression('/\b\w{3}\s\d{1,2}\s\w{3}\s\d{4}, \d\d:\d\d/u', $one, $name);
            }
        }
        $stale = new PanelReader(Panel::html(PanelCases::view('stale', 'ru')));
        self::assertStringContainsString('· срок чт 05.11.2026, 12:35', $stale->told());
        self::assertStringContainsString('Данные на чт 05.11.2026, 07:45. Ответы', $stale->told());
    }

    public function testAMetWorkingDaysTargetIsToldInDays(): void
    {
        $clock = PanelCases::clock('met', '2026-10-12 09:15', '2026-11-16 14:00', ['target' => '24wd', 'target_seconds' => null,
            'target_days' => 24, 'stopped_at' => PanelCases::wire('2026-10-13 09:15'),
            'worked_to' => ['at' => PanelCases::wire('2026-10-13 09:15'), 'seconds' => 32400]]);
        $view = PanelCases::view('met', 'ru', ['detail' => PanelCases::detail([$clock])]);
        self::assertStringContainsString('за 9 ч 00 мин | из 24 рабочих дней |', (new PanelReader(Panel::html($view)))->line());
    }

    /** @dataProvider late */
    public function testAWorkingDaysTargetWasMissedByWorkingDays(string $end, int $seconds, string $ru, string $en): void
    {
        $clock = PanelCases::clock('missed', '2026-10-01 09:15', '2026-10-12 14:00', ['target' => '7wd', 'target_seconds' => null,
            'target_days' => 7, 'stopped_at' => PanelCases::wire($end), 'breached_at' => PanelCases::wire('2026-10-12 14:00'),
            'worked_to' => null, 'late_seconds' => $seconds, 'late_days' => 3]);
        foreach (['ru' => $ru, 'en' => $en] as $language => $expected) {
            $read = new PanelReader(Panel::html(PanelCases::view('missed', $language, ['detail' => PanelCases::detail([$clock])])));
            self::assertStringStartsWith($expected, $read->line());
            $earlier = ['cycles' => [['cycle' => 1] + $clock], 'detail' => PanelCases::detail([['cycle' => 2] + $clock])];
            $read = new PanelReader(Panel::html(PanelCases::view('missed', $language, $earlier)));
            $by = explode(' | ', $expected);
            self::assertStringContainsString("$by[0] $by[1]", implode("\n", $read->rows('sla-cards')));
            self::assertStringContainsString((string) preg_replace('/^\S+ /', '', $by[1]), $read->text('sla-figures'));
        }
    }

    /** @return list<array{string, int, string, string}> the end, seconds beyond the deadline, the line */
    public static function late(): array
    {
        return [
            ['2026-10-15 06:00', 2 * 32400 + 3600, 'Нарушено | на 2 рабочих дня |  |', 'Missed | by 2 working days |  |'],
            ['2026-10-13 06:00', 3600, 'Нарушено | на 1 ч 00 мин | рабочего времени |', 'Missed | by 1 h 00 min | of working time |'],
            ['2026-10-14 07:00', 32400 + 7200, 'Нарушено | на 1 рабочий день 2 ч |  |', 'Missed | by 1 working day 2 h |  |'],
        ];
    }

    public function testAPausedWorkingDaysTargetSaysHowManyDaysThereWillBe(): void
    {
        $clock = PanelCases::clock('paused', '2026-10-12 09:15', null, ['target' => '24wd', 'target_seconds' => null, 'target_days' => 24,
            'pauses' => [[PanelCases::wire('2026-11-05 05:00'), null]],
            'worked_to' => ['at' => PanelCases::wire('2026-11-05 05:00'), 'seconds' => 17100 + 16 * 32400 - 3600]]);
        foreach (['ru' => 'останется 8 рабочих дней', 'en' => '8 working days left'] as $language => $expected) {
            $view = PanelCases::view('paused', $language, ['detail' => PanelCases::detail([$clock])]);
            self::assertSame($expected, (new PanelReader(Panel::html($view)))->text('sla-amount'));
        }
    }

    public function testTheBadgeFollowsTheWorstClockAsTheQueueDoes(): void
    {
        $clocks = [PanelCases::clock('met', '2026-10-12 09:15', '2026-10-13 08:15', ['stopped_at' => PanelCases::wire('2026-10-12 12:40')]),
            PanelCases::clock('at_risk', '2026-11-03 09:30', '2026-11-05 09:30', ['metric' => 'next_response']),
            PanelCases::clock('running', '2026-11-03 09:30', '2026-11-05 09:00', ['metric' => 'resolution'])];
        $read = new PanelReader(Panel::html(PanelCases::view('running', 'en', ['detail' => PanelCases::detail($clocks)])));
        self::assertSame('At risk |  |  | due today 09:30 | 1 more deadline | Standard | ', $read->line());
        $titles = array_map(static fn (DOMElement $one): string => $one->textContent, $read->found('//section[@data-clock]//h3'));
        self::assertSame(['Answer to the last message', 'Resolution', 'First response'], $titles);
    }
}
