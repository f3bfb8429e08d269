<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Assets;
use SlaBridge\Panel\Panel;

final class PanelTest extends TestCase
{
    private static function read(string $name, string $language = 'ru', array $changes = []): PanelReader
    {
        return new PanelReader(Panel::html(PanelCases::view($name, $language, $changes)));
    }

    /** @return iterable<string, array{string, string}> */
    public static function states(): iterable
    {
        foreach (PanelCases::names() as $name) {
            yield "$name, ru" => [$name, 'ru'];
            yield "$name, en" => [$name, 'en'];
        }
    }

    /** @dataProvider states */
    public function testAPanelIsOneWellFormedElementWithWhatTheScriptHoldsOnTo(string $name, string $language): void
    {
        $html = Panel::html(PanelCases::view($name, $language));
        $document = new DOMDocument();
        self::assertTrue($document->loadXML(str_replace(' hidden>', ' hidden="">', $html)), 'every tag is closed, every sign escaped');
        self::assertSame('sla-panel', $document->documentElement->getAttribute('class'));
        $read = new PanelReader($html);
        foreach (
            ['sla-line', 'sla-badge', 'sla-amount', 'sla-words', 'sla-due', 'sla-toggle', 'sla-body', 'sla-stale',
            'sla-status', 'sla-data'] as $hook
        ) {
            self::assertGreaterThanOrEqual(1, count($read->all($hook)), $hook);
        }
        [$toggle] = $read->all('sla-toggle');
        self::assertSame($read->all('sla-body')[0]->getAttribute('id'), $toggle->getAttribute('aria-controls'));
        self::assertSame($toggle->getAttribute('aria-expanded') !== 'true', $read->all('sla-body')[0]->hasAttribute('hidden'));
        self::assertSame('status', $read->all('sla-status')[0]->getAttribute('role'));
        self::assertSame([], $read->found('//style'));
        self::assertCount(1, $read->found('//script'));
        self::assertStringNotContainsString('{', $read->told(), 'every place of a sentence is filled');
    }

    /** @dataProvider states */
    public function testTwoPanelsShareNoIdButThoseOfTheIcons(string $name, string $language): void
    {
        $first = self::read($name, $language, ['ticket' => PanelCases::ticket(['id' => 1])]);
        $second = self::read($name, $language, ['ticket' => PanelCases::ticket(['id' => 2])]);
        $ids = static fn (PanelReader $read): array => array_map(
            static fn (DOMElement $one): string => $one->getAttribute('id'),
            $read->found('//*[@id][not(ancestor-or-self::symbol or self::pattern)]')
        );
        self::assertSame($ids($first), array_unique($ids($first)));
        self::assertSame([], array_intersect($ids($first), $ids($second)));
    }

    /** @dataProvider states */
    public function testEveryIconThatIsUsedIsDrawn(string $name, string $language): void
    {
        $read = self::read($name, $language);
        foreach ($read->found('//use') as $use) {
            $id = substr($use->getAttribute('href'), 1);
            self::assertCount(1, $read->found("//symbol[@id='$id']"), $id);
        }
        foreach ($read->found('//*[local-name()="svg"][not(ancestor::*[local-name()="svg"])]') as $svg) {
            self::assertSame('true', $svg->getAttribute('aria-hidden'));
        }
    }

    /** @dataProvider states */
    public function testNothingRussianStandsInAnEnglishPanelButWhatPeopleWrote(string $name): void
    {
        $told = self::read($name, 'en', ['native' => null])->told();
        $written = ['СПК «Колос»', 'Соколова Анна', 'Орлов Дмитрий',
            'ООО «Рассвет»', 'Ким Елена', 'Переход на 4.2 запланирован на январь', 'Громов С. В.'];
        $told = str_replace($written, '', (string) preg_replace('/Щ+/u', '', $told));
        self::assertDoesNotMatchRegularExpression('/[а-яё]/iu', $told);
    }

    public function testAPanelOpensByItselfWhereSomebodyMustAct(): void
    {
        $open = static fn (string $name): string => self::read($name)->all('sla-toggle')[0]->getAttribute('aria-expanded');
        self::assertSame(['true', 'true', 'false', 'false'], array_map($open, ['overdue', 'overdue and paused', 'running', 'met']));
        $refusable = PanelCases::detail([PanelCases::clock('running', '2026-11-05 06:35', '2026-11-05 12:35')], ['verdict' => 'refusable']);
        [$toggle] = self::read('running', 'ru', ['detail' => $refusable])->all('sla-toggle');
        self::assertSame('true', $toggle->getAttribute('aria-expanded'));
    }

    public function testStaleDataAreSaidAndNothingIsCounted(): void
    {
        $read = self::read('stale');
        self::assertSame('Данные на 07:45: расчёт не обновлялся 1 ч 00 мин. Ответы и смены статуса после этого времени не учтены. '
            . 'Сообщите администратору.', $read->text('sla-stale-words'));
        self::assertFalse($read->all('sla-stale')[0]->hasAttribute('hidden'));
        self::assertSame([], $read->all('sla-left'));
        self::assertStringContainsString('07:45 последний расчёт', implode("\n", $read->rows('sla-days')));
        self::assertStringContainsString('1 ч 10 мин из 6 ч', $read->told());
    }

    /** @dataProvider passes */
    public function testDataAreStaleAfterAnHourOrThreePassesWhicheverIsLonger(int $age, ?int $every, bool $isStale): void
    {
        $now = PanelCases::at('2026-11-05 08:45');
        $read = self::read('running', 'ru', ['lastPass' => $now - $age, 'every' => $every]);
        self::assertSame(!$isStale, $read->all('sla-stale')[0]->hasAttribute('hidden'));
        self::assertSame($now - $age + max(3600, 3 * (int) $every), $read->data()['stale_from']);
    }

    /** @return list<array{int, ?int, bool}> */
    public static function passes(): array
    {
        return [[3599, 60, false], [3600, 60, true], [3600, null, true], [3600, 1201, false], [3603, 1201, true], [0, 60, false]];
    }

    public function testALastPassThatNobodyKnowsIsNeverStale(): void
    {
        $read = self::read('pass unknown');
        self::assertTrue($read->all('sla-stale')[0]->hasAttribute('hidden'));
        self::assertNull($read->data()['stale_from']);
        self::assertStringContainsString('время последнего прохода неизвестно', $read->told());
    }

    public function testWithoutThePublicationStoredDeadlinesStandWithoutAPicture(): void
    {
        $read = self::read('publication unknown', 'en');
        self::assertStringContainsString('is not published yet: stored deadlines are shown', $read->told());
        self::assertStringContainsString('Thu 5 Nov 2026, 12:35', $read->told());
        self::assertSame([[], [], []], [$read->all('sla-days'), $read->all('sla-left'), $read->data()['calendars']]);
        self::assertNull($read->data()['clocks'][0]['calendar']);
    }

    public function testACalendarWithoutWindowsIsSaid(): void
    {
        self::assertStringContainsString('В календаре нет рабочего времени', self::read('no windows')->told());
    }

    public function testACutDetailSaysSo(): void
    {
        self::assertStringContainsString('Запись заявки не поместилась целиком', self::read('cut')->told());
        self::assertStringNotContainsString('не поместилась', self::read('running')->told());
    }

    public function testChecksStandWorstFirstAndThosePassedInOneRow(): void
    {
        $rows = self::read('open, overdue')->rows('sla-checks');
        $outcomes = array_map(static fn (string $row): string => explode(' | ', $row)[0], array_slice($rows, 1));
        self::assertSame(['Можно отказать', 'Не пройдена', 'Внимание', 'Неизвестно', 'Пройдено 3'], $outcomes);
        self::assertStringContainsString('сертификат: SC-77 · действует до: 31.08.2026', $rows[1]);
        self::assertStringContainsString('Продлите, пожалуйста, сертификат поддержки.', $rows[1]);
        self::assertStringContainsString('Без замечаний: регистрация, лицензия, вложения.', $rows[5]);
        self::assertStringContainsString('Неизвестно | Условия эксплуатации | Операционная', $rows[4]);
    }

    public function testACheckIsCalledByItsTitleAndItsIdIsOnlyToBeFoundThere(): void
    {
        $check = static fn (string $id, string $ru, string $outcome = 'warn'): array => ['id' => $id, 'outcome' => $outcome,
            'title' => PanelCases::both($ru, 'E'), 'message' => PanelCases::both('м', 'm')];
        $read = self::read('running', 'ru', ['detail' => PanelCases::detail([], ['checks' => [
            $check('conditions-of-use', 'Условия эксплуатации (conditions-of-use)'), $check('first', 'Договор (first)'),
            $check('second', 'Договор (second)'), $check('own', 'Своя (наша)'),
            $check('os', 'ОС сервера (os)', 'pass'), $check('v', 'Версия', 'pass'), $check('y', '1С', 'pass'),
        ]])]);
        $told = static fn (DOMElement $one): array => [PanelReader::plain($one->textContent), $one->getAttribute('title')];
        self::assertSame([['Условия эксплуатации', 'conditions-of-use'], ['Договор (first)', 'first'], ['Договор (second)', 'second'],
            ['Своя (наша)', 'own']], array_map($told, $read->found('//table[contains(@class, "sla-checks")]//th[@scope="row"]')));
        self::assertStringContainsString('Без замечаний: ОС сервера, версия, 1С.', $read->text('sla-passed'));
        self::assertSame(['ОС сервера', 'os'], $told($read->found('//tr[@class="sla-passed"]//li/b')[0]));
    }

    public function testChecksOfTheBridgeAreNamedInTheViewersLanguageAndEvidenceForProgramsStaysOut(): void
    {
        $check = static fn (string $id, array $evidence): array => ['id' => $id, 'title' => ['ru' => $id, 'en' => $id], 'outcome' => 'fail',
            'message' => ['ru' => 'м', 'en' => 'm'], 'evidence' => $evidence];
        $checks = [$check('licence', ['licence' => 'L-1', 'matched_by' => 'e-mail', 'seats' => 5, 'valid_until' => '2026-12-31']),
            $check('own-check', [])];
        $rows = self::read('running', 'ru', ['detail' => PanelCases::detail([], ['checks' => $checks])])->rows('sla-checks');
        self::assertStringContainsString('| Лицензия | млицензия: L-1 · рабочих мест: 5 · действует до: 31.12.2026', $rows[1]);
        self::assertStringNotContainsString('matched', $rows[1]);
        self::assertStringContainsString('| own-check |', $rows[2]);
    }

    public function testWhatLiesBeforeThePublishedDaysIsNotMadeUp(): void
    {
        $published = PanelCases::published(['from' => PanelCases::wire('2026-11-01 00:00')]);
        $old = ['worked_to' => ['at' => PanelCases::wire('2025-05-05 09:00'), 'seconds' => 60],
            'breached_at' => PanelCases::wire('2025-05-06 09:00')];
        $clock = PanelCases::clock('overdue', '2025-05-05 09:00', '2025-05-06 09:00', $old);
        $read = self::read('running', 'en', ['detail' => PanelCases::detail([$clock]), 'published' => $published]);
        self::assertTrue($read->found('//b[@class="sla-late"]/ancestor::div[1]')[0]->hasAttribute('hidden'));
        self::assertStringNotContainsString('overdue by', $read->told());
        self::assertSame([], $read->all('sla-worked'));
        $days = ['target' => '24wd', 'target_seconds' => null, 'target_days' => 24] + $old;
        $read = self::read('running', 'en', ['detail' => PanelCases::detail([$days + $clock]), 'published' => $published]);
        self::assertSame([], $read->all('sla-weeks'), 'nobody knows which number today has');
        $paused = PanelCases::clock('paused', '2025-05-05 09:00', null, ['pauses' => [[PanelCases::wire('2025-05-05 10:00'), null]],
            'worked_to' => ['at' => PanelCases::wire('2025-05-05 10:00'), 'seconds' => 3600]]);
        $read = self::read('running', 'en', ['detail' => PanelCases::detail([$paused]), 'published' => $published]);
        self::assertSame('7 h 00 min left', $read->text('sla-amount'), 'what stands still is known');
    }

    /** @dataProvider lates */
    public function testLatenessOfAClockThatIsOverIsCountedAsThatOfAnOpenOne(array $clock, string $ru, string $en): void
    {
        // Due on Thursday at 07:00 and answered on Friday at 06:30, after a pause from 08:00 to Friday 06:00.
        $pauses = [[PanelCases::wire('2026-10-29 08:00'), PanelCases::wire('2026-10-30 06:00')]];
        foreach (['ru' => $ru, 'en' => $en] as $language => $expected) {
            $of = static fn (string $state, string $due, array $changes): string => self::read('running', $language, ['detail' =>
                PanelCases::detail([$changes + PanelCases::clock($state, '2026-10-28 08:00', $due, ['pauses' => $pauses] + $clock)]),
                'now' => PanelCases::at('2026-10-30 06:30'), 'lastPass' => PanelCases::at('2026-10-30 06:30')])->text('sla-clock');
            $over = ['stopped_at' => PanelCases::wire('2026-10-30 06:30'), 'breached_at' => PanelCases::wire('2026-10-29 07:00'),
                'late_seconds' => 30600, 'late_days' => 1];
            self::assertStringContainsString($expected, $of('overdue', '2026-10-29 07:00', ['worked_to' => null]));
            $told = $of('missed', '2026-10-29 07:00', $over);
            self::assertStringContainsString(($language === 'ru' ? 'Сверх срока' : 'Late by') . $expected, $told);
            $total = ($language === 'ru' ? 'просрочено на ' : 'overdue by ') . $expected;
            self::assertSame(isset($clock['target_days']) ? 0 : 1, substr_count($told, $total), 'and below the picture of hours');
        }
    }

    /** @return iterable<string, array{array<string, mixed>, string, string}> */
    public static function lates(): iterable
    {
        $end = ['worked_to' => ['at' => PanelCases::wire('2026-10-30 06:30'), 'seconds' => 28800 + 5400]];
        yield 'hours' => [$end, '1 ч 30 мин', '1 h 30 min'];
        yield 'hours without what was worked' => [['worked_to' => null], '1 ч 30 мин', '1 h 30 min'];
        yield 'a promised date' => [['target' => 'promise', 'target_seconds' => null] + $end, '1 ч 30 мин', '1 h 30 min'];
        yield 'working days' => [['target' => '1wd', 'target_seconds' => null, 'target_days' => 1] + $end, '1 ч 30 мин', '1 h 30 min'];
    }

    public function testWhereNobodyKnowsThePausesTheBridgesOwnLatenessStands(): void
    {
        $clock = PanelCases::clock('missed', '2026-10-28 08:00', '2026-10-29 07:00', ['pauses' => null, 'worked_to' => null,
            'stopped_at' => PanelCases::wire('2026-10-30 06:30'), 'late_seconds' => 30600]);
        self::assertStringContainsString('8 h 30 min', self::read('running', 'en', ['detail' => PanelCases::detail([$clock])])
            ->text('sla-figures'));
        $unknown = self::read('running', 'en', ['detail' => PanelCases::detail([['late_seconds' => null] + $clock])]);
        self::assertStringNotContainsString('Late by', $unknown->text('sla-figures'));
    }

    public function testEarlierCyclesStandClosedTheLatestFirst(): void
    {
        $read = self::read('open, overdue');
        self::assertFalse($read->all('sla-earlier')[0]->hasAttribute('open'));
        $rows = array_slice($read->rows('sla-few'), 1);
        self::assertCount(2, $rows);
        self::assertMatchesRegularExpression('/^Цикл 22 \| .*пн 19.10 в 10:10.* \| 8 ч 35 мин из 8 ч \| Нарушено на 35 мин$/', $rows[0]);
        self::assertMatchesRegularExpression('/^Цикл 11 \| .* \| 3 ч 25 мин из 8 ч \| Выполнено$/', $rows[1]);
    }

    public function testACycleThatTheDetailTellsIsNotToldAgainFromTheKeptOnes(): void
    {
        $kept = ['metric' => 'first_response', 'cycle' => 1, 'state' => 'missed', 'started_at' => PanelCases::wire('2026-10-12 09:15'),
            'stopped_at' => PanelCases::wire('2026-10-12 12:40'), 'target' => '8h', 'elapsed_seconds' => 1];
        self::assertSame([], self::read('met', 'ru', ['cycles' => [$kept]])->all('sla-earlier'));
        self::assertCount(1, self::read('met', 'ru', ['cycles' => [['cycle' => 2] + $kept]])->all('sla-earlier'));
    }

    public function testWhatACycleOfAnOlderVersionLacksIsSaidToBeUnrecorded(): void
    {
        $kept = ['metric' => 'first_response', 'cycle' => 7, 'state' => 'missed', 'started_at' => PanelCases::wire('2026-10-12 09:15'),
            'stopped_at' => PanelCases::wire('2026-10-12 12:40'), 'due_at' => null, 'target' => null];
        $row = self::read('running', 'en', ['cycles' => [$kept]])->rows('sla-few')[1];
        self::assertStringContainsString('not recorded | Missed', $row);
    }

    public function testOsTicketsOwnDateIsExplained(): void
    {
        $told = static fn (?array $native): string => self::read('running', 'en', ['native' => $native])->text('sla-foot');
        $due = PanelCases::at('2026-11-07 11:20');
        self::assertStringContainsString(
            'by “Default SLA”, Sat 7 Nov 2026, 11:20, knows no working time and does not apply here',
            $told(['plan' => 'Default SLA', 'due_at' => $due, 'ours' => false])
        );
        self::assertStringContainsString(
            'osTicket\'s due date, Sat 7 Nov 2026, 11:20, knows',
            $told(['plan' => null, 'due_at' => $due, 'ours' => false])
        );
        self::assertStringContainsString(
            'plan “Default SLA” does not apply here',
            $told(['plan' => 'Default SLA', 'due_at' => null, 'ours' => false])
        );
        self::assertStringContainsString(
            'is set from this one: Sat 7 Nov 2026, 11:20',
            $told(['plan' => 'X', 'due_at' => $due, 'ours' => true])
        );
        self::assertStringContainsString('there is none now', $told(['plan' => 'X', 'due_at' => null, 'ours' => true]));
        self::assertStringNotContainsString('osTicket', $told(null));
        self::assertStringNotContainsString('osTicket', $told(['plan' => null, 'due_at' => null, 'ours' => false]));
    }

    public function testTheReceiptSaysWhatTheDeadlineRestsOn(): void
    {
        $read = self::read('open, overdue');
        $told = $read->text('sla-receipt');
        foreach (
            ['Регламент поддержки', 'sha256:0b5e77d1429c', PanelCases::DIGEST, 'policies/agrosoft.yaml:81', 'commercial', 'Europe/Moscow',
            '01.10.2026 — 31.12.2027', 'по закону с 01.01.2027', '3 ч 50 мин на вт 03.11.2026, 11:30'] as $expected
        ) {
            self::assertStringContainsString($expected, $told);
        }
        self::assertStringContainsString(
            '«Регламент поддержки», редакция 0b5e 77d1 429c · календарь support-msk по 31.12.2027',
            $read->text('sla-foot')
        );
    }

    public function testLinksStandOnlyWhereTheyLead(): void
    {
        $hrefs = static fn (PanelReader $read): array => array_map(
            static fn (DOMElement $one): string => $one->getAttribute('href'),
            $read->found('//a')
        );
        self::assertSame(
            ['/scp/tickets.php?id=888#edit', '/scp/tickets.php?id=888#assign', '/kb/sla'],
            $hrefs(self::read('open, overdue'))
        );
        self::assertSame([], $hrefs(self::read('open, overdue', 'ru', ['links' => []])));
        self::assertSame(['/scp/tickets.php?id=102'], $hrefs(self::read('merged')));
        self::assertSame([], self::read('merged')->found('//button//a'), 'links of the line are beside the button');
    }

    public function testExceptionsTellHowLongTheyHold(): void
    {
        $until = static fn (?string $date): string => self::read('running', 'ru', ['detail' => PanelCases::detail([], ['exceptions' => [
            ['level' => 'urgent', 'reason' => 'r', 'approver' => 'a', 'until' => $date]]])])->rows('sla-cards')[3] ?? '';
        $rows = array_map($until, ['2026-11-05', '2026-11-06', '2026-11-04', null]);
        $ends = array_map(static fn (string $row): string => substr((string) strrchr($row, '|'), 2), $rows);
        self::assertSame(['по 05.11.2026, последний день', 'по 06.11.2026, ещё 1 день', 'истекло 04.11.2026', 'бессрочно'], $ends);
        self::assertStringContainsString('Исключения действующих нет', self::read('running')->told());
    }

    public function testAMissingLevelSaysWhyAndOthersAreExplained(): void
    {
        $told = self::read('open, two clocks')->told();
        self::assertStringContainsString('Почему не «Оперативная» (6 ч)? По правилу «critical-error» нужно:', $told);
        self::assertStringContainsString('Правило «development».', $told);
        self::assertStringContainsString('Уровень не присвоен Ни одно правило соглашения не подходит', self::read('no rule')->told());
        self::assertStringContainsString('Не найден среди клиентов', self::read('customer not found')->told());
        self::assertStringContainsString('Не определён', self::read('unknown')->told());
    }

    /** @return array{list<string>, list<string>, string} what is shown of other levels, what is folded, the summary above that */
    private static function levels(string $language, array $gaps, array $links = []): array
    {
        $read = self::read('running', $language, ['detail' => PanelCases::detail([], ['why_not' => $gaps]), 'links' => $links]);
        $told = static fn (string $where): array => array_map(
            static fn (DOMElement $one): string => PanelReader::plain($one->textContent),
            $read->found("//div[@class='sla-column'][1]$where")
        );
        return [$told('/p[b]'), $told('/details/p'), $told('/details/summary')[0] ?? ''];
    }

    /** @dataProvider languages */
    public function testTheNextBetterLevelIsShownAndAllOthersAreFolded(string $language, array $expected): void
    {
        $gaps = [
            PanelCases::gap('urgent', '6h', 65, ['Оперативная поддержка: нужно это', 'Operative support needs this']),
            PanelCases::gap('standard', null, 76, ['Стандартная поддержка: правило', 'Standard support: a rule.']),
            PanelCases::gap('development', '24wd', 61, ['На контроле отдела разработки: отдел', 'Under control of development: x'], [
                'better' => false]),
        ];
        self::assertSame($expected[0], self::levels($language, $gaps));
        self::assertSame($expected[1], self::levels($language, array_slice($gaps, 2)), 'where none is better all are folded');
        self::assertSame([[], [], ''], self::levels($language, []));
    }

    /** @return iterable<string, array{string, array<mixed>}> */
    public static function languages(): iterable
    {
        yield 'ru' => ['ru', [
            [['Почему не «Оперативная» (6 ч)? Нужно это.'], ['Почему не «Стандартная»? Правило.',
                'Почему не «Разработка» (24 рабочих дня)? Отдел.'], 'Ещё 2 уровня'],
            [[], ['Почему не «Разработка» (24 рабочих дня)? Отдел.'], 'Другие уровни: 1'],
        ]];
        yield 'en' => ['en', [
            [['Why not “Operative” (6 h)? Needs this.'], ['Why not “Standard”? A rule.',
                'Why not “Development” (24 working days)? X.'], '2 more levels'],
            [[], ['Why not “Development” (24 working days)? X.'], '1 other level'],
        ]];
    }

    public function testTheDialogueStandsBesideTheLevelThatItWouldBringAndThePlaceInTheAgreementIsATitle(): void
    {
        $links = ['edit_sla_set_critical' => '/c', 'edit_sla_set_level' => '/l'];
        $read = self::read('running', 'ru', ['links' => $links]);
        $told = static fn (DOMElement $one): string => PanelReader::plain($one->textContent) . ' ' . $one->getAttribute('href');
        self::assertSame(['Подтвердить… /c', 'Изменить… /l'], array_map($told, $read->found('//div[@class="sla-column"][1]//a')));
        self::assertSame(
            ['policies/agrosoft.yaml:81', 'policies/agrosoft.yaml:65', 'policies/agrosoft.yaml:57'],
            array_map(static fn (DOMElement $one): string => $one->getAttribute('title'), $read->found('//p[@title]'))
        );
        self::assertStringNotContainsString('.yaml', $read->text('sla-three'));
        $elsewhere = self::read('running', 'ru', ['links' => ['edit_sla_set_level' => '/l']]);
        self::assertCount(1, $elsewhere->found('//div[@class="sla-column"][1]//a'), 'nothing is confirmed in another dialogue');
    }

    public function testOfADetailThatDoesNotSayWhichLevelIsBetterTheFirstIsShown(): void
    {
        $gap = static fn (string $level): array => ['level' => $level, 'text' => PanelCases::both('Т', 'T')];
        [$shown, $folded] = self::levels('en', [$gap('urgent'), $gap('general')]);
        self::assertSame([1, 1], [count($shown), count($folded)]);
    }

    public function testALevelByExceptionSaysWhoAnswersForItAndUntilWhen(): void
    {
        $exception = ['id' => 'fair', 'level' => 'urgent', 'reason' => 'r', 'approver' => 'Громов С. В.', 'until' => '2026-11-20'];
        $told = static fn (string $language, array $changes): string => self::read('running', $language, [
            'detail' => PanelCases::detail([], $changes + ['rule' => 'fair', 'exceptions' => [$exception]])])->text('sla-three');
        self::assertStringContainsString('По исключению «fair». Утверждено: Громов С. В., по 20.11.2026, ещё 15 дней.', $told('ru', []));
        self::assertStringContainsString(
            'By the exception “fair”. Approved by Громов С. В., until 20 Nov 2026, 15 days left.',
            $told('en', [])
        );
        self::assertStringContainsString('Правило «rest».', $told('ru', ['rule' => 'rest']), 'another rule gave the level');
        self::assertStringContainsString('бессрочно.', $told('ru', ['exceptions' => [['until' => null] + $exception]]));
    }

    /** @dataProvider certificates */
    public function testTheCertificateIsALineWithItsEndAndTheDaysFromToday(string $reason, array $evidence, ?string $ru, ?string $en): void
    {
        foreach (['ru' => $ru, 'en' => $en] as $language => $expected) {
            $check = ['id' => 'support', 'outcome' => 'pass', 'reason' => $reason, 'evidence' => $evidence];
            $read = self::read('running', $language, ['detail' => PanelCases::detail([], ['checks' => [$check]])]);
            $lines = array_map(
                static fn (DOMElement $one): string => PanelReader::plain($one->textContent),
                $read->found('//div[@class="sla-column"][2]/p')
            );
            self::assertSame($expected, $lines[2] ?? null);
        }
    }

    /** @return list<array{string, array<string, string>, ?string, ?string}> */
    public static function certificates(): array
    {
        $until = static fn (string $date): array => ['certificate' => 'C', 'valid_until' => $date];
        return [
            ['certificate_active', $until('2026-12-31'), 'Сертификат до 31.12.2026, ещё 56 дней',
                'Certificate until 31 Dec 2026, 56 days left'],
            ['certificate_expiring', $until('2026-11-06'), 'Сертификат до 06.11.2026, ещё 1 день',
                'Certificate until 6 Nov 2026, 1 day left'],
            ['certificate_expiring', $until('2026-11-05'), 'Сертификат до 05.11.2026, последний день',
                'Certificate until 5 Nov 2026, last day'],
            ['certificate_expired', $until('2026-08-31'), 'Сертификат истёк 31.08.2026, 66 дней назад',
                'Certificate expired 31 Aug 2026, 66 days ago'],
            ['certificate_not_begun', ['valid_from' => '2026-12-01'], 'Сертификат с 01.12.2026', 'Certificate from 1 Dec 2026'],
            ['certificate_missing', [], 'Сертификата нет', 'No certificate'],
            ['certificate_not_stated', [], 'Сертификат не указан', 'Certificate not stated'],
            ['certificate_unverified', ['certificate' => 'C'], null, null],
            ['certificate_active', $until('31 August'), null, null],
            ['licence_valid', $until('2026-12-31'), null, null],
        ];
    }

    /** @dataProvider curators */
    public function testWhoStandsInForTheCuratorIsSaidWithTheLastDayOfIt(array $detail, string $ru, string $en): void
    {
        foreach (['ru' => $ru, 'en' => $en] as $language => $expected) {
            foreach (['Europe/Moscow', 'Asia/Vladivostok', 'America/New_York'] as $zone) {
                $read = self::read('running', $language, ['detail' => PanelCases::detail([], $detail), 'zone' => $zone]);
                self::assertSame($expected, PanelReader::plain($read->found('//div[@class="sla-column"][3]')[0]->textContent));
            }
        }
    }

    /** @return list<array{array<string, ?string>, string, string}> */
    public static function curators(): array
    {
        $until = ['curator_until' => PanelCases::wire('2026-11-14 00:00')];
        $absent = ['absent_curator' => 'Орлов Дмитрий'];
        return [
            [['curator' => 'Ким Елена'], 'КураторКим Елена', 'CuratorКим Елена'],
            [['curator' => 'Ким Елена'] + $until, 'КураторКим ЕленаНа месте по 13.11.2026', 'CuratorКим ЕленаHere until 13 Nov 2026'],
            [['curator' => 'Ким Елена', 'curator_until' => PanelCases::wire('2027-03-01 00:00')], 'КураторКим Елена', 'CuratorКим Елена'],
            [['curator' => 'Ким Елена'] + $absent + $until, 'КураторКим ЕленаВместо: Орлов Дмитрий, отсутствует по 13.11.2026',
                'CuratorКим ЕленаIn place of Орлов Дмитрий, away until 13 Nov 2026'],
            [['curator' => 'Ким Елена'] + $absent, 'КураторКим ЕленаВместо: Орлов Дмитрий', 'CuratorКим ЕленаIn place of Орлов Дмитрий'],
            [['curator' => null] + $absent + $until, 'Кураторне назначенОрлов Дмитрий: отсутствует по 13.11.2026, замены нет',
                'CuratornoneОрлов Дмитрий is away until 13 Nov 2026, nobody stands in'],
            [['curator' => null] + $absent, 'Кураторне назначенОрлов Дмитрий: отсутствует, замены нет',
                'CuratornoneОрлов Дмитрий is away, nobody stands in'],
        ];
    }

    public function testTheScriptGetsWhatItCountsWith(): void
    {
        $data = self::read('open, two clocks', 'en')->data();
        self::assertSame(['now', 'zone', 'language', 'stale_from', 'last_pass', 'words', 'line', 'clocks', 'calendars'], array_keys($data));
        self::assertSame([0, 'en', 'Europe/Moscow'], [$data['line'], $data['language'], $data['zone']]);
        self::assertSame([28800, null], [$data['clocks'][0]['target_seconds'], $data['clocks'][0]['target_days']]);
        self::assertSame([null, 24], [$data['clocks'][1]['target_seconds'], $data['clocks'][1]['target_days']]);
        $windows = $data['calendars']['support-msk']['windows'];
        self::assertLessThanOrEqual(PanelCases::at('2026-12-03 14:20'), $windows[0][0]);
        self::assertGreaterThan(PanelCases::at('2027-02-14 14:00'), $windows[count($windows) - 1][1]);
        self::assertSame('Overdue', $data['words']['states']['overdue']);
    }

    public function testACalendarTimeClockCountsEverySecond(): void
    {
        $data = self::read('calendar time')->data();
        self::assertSame('*', $data['clocks'][0]['calendar']);
        [[$from, $to]] = $data['calendars']['*']['windows'];
        self::assertLessThan($data['clocks'][0]['started_at'], $from);
        self::assertGreaterThan($data['clocks'][0]['due_at'], $to);
        self::assertStringContainsString('26 ч 10 мин из 48 ч', self::read('calendar time')->told());
    }

    public function testWhatIsOverOrCalledOffNeedsNoWindows(): void
    {
        foreach (['met', 'missed', 'merged', 'closed unanswered', 'not assessed'] as $name) {
            self::assertSame([], self::read($name)->data()['calendars'], $name);
        }
        self::assertNull(self::read('merged')->data()['line']);
        self::assertNull(self::read('not assessed')->data()['line']);
        self::assertSame(0, self::read('met')->data()['line']);
    }

    public function testAClockThatWasCalledOffIsNoTicketWithoutADeadline(): void
    {
        $cancelled = PanelCases::clock(
            'cancelled',
            '2026-11-05 06:35',
            '2026-11-05 12:35',
            ['metric' => 'resolution', 'cause' => 'closed']
        );
        $running = PanelCases::clock('running', '2026-11-05 06:35', '2026-11-05 12:35');
        $read = self::read('running', 'en', ['detail' => PanelCases::detail([$cancelled, $running])]);
        self::assertSame(['Running', 'Cancelled'], array_map(
            static fn (DOMElement $one): string => $one->textContent,
            $read->all('sla-badge-word')
        ));
        self::assertStringContainsString('Why: the ticket was closed', $read->told());
        self::assertCount(1, $read->all('sla-days'));
    }

    public function testADamagedDetailIsDrawnAsFarAsItGoes(): void
    {
        $damaged = [
            [], ['clocks' => 'x', 'checks' => 7, 'customer' => [], 'exceptions' => [1, 'x'], 'why_not' => [null]],
            ['clocks' => [null, 5, ['metric' => []], ['metric' => 'm', 'started_at' => '2026-13-45T00:00:00Z'],
                ['metric' => 'm', 'started_at' => '2026-11-05T05:00:00Z', 'state' => 'x', 'target' => ['8h'],
                    'pauses' => [[1], ['a', 'b']]]]],
            ['clocks' => [['metric' => 'm', 'started_at' => '2026-11-05T05:00:00Z', 'state' => 'running']], 'level' => ['x'],
                'verdict' => 3],
        ];
        foreach ($damaged as $detail) {
            foreach ([PanelCases::published(), null, ['calendars' => 5, 'portal' => 'x'], []] as $published) {
                $read = self::read('running', 'en', ['detail' => $detail, 'published' => $published, 'cycles' => [[], ['metric' => 1]]]);
                self::assertCount(1, $read->all('sla-line'));
            }
        }
    }

    public function testNothingIsFetchedFromElsewhere(): void
    {
        $css = Assets::css();
        self::assertStringNotContainsString('@import', $css);
        self::assertDoesNotMatchRegularExpression('/url\((?!#)/', $css);
        self::assertDoesNotMatchRegularExpression('/font-family/', $css, 'osTicket\'s font is inherited');
        // Each rule begins within the panel or the portal's block, so that osTicket's own pages stay as they are.
        $rules = (string) preg_replace(['~/\*.*?\*/~s', '/@media[^{]+\{/'], '', $css);
        preg_match_all('/([^{}]+)\{/', $rules, $found);
        foreach ($found[1] as $selectors) {
            foreach (explode(',', (string) preg_replace('/\([^)]*\)/', '', $selectors)) as $selector) {
                self::assertMatchesRegularExpression('/^(\.sla-|details\[open\] > summary \.sla-)/', trim($selector));
            }
        }
    }
}
