<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Portal;

/** The customer sees what the agreement shows him, worded for him, and nothing else. */
final class PortalTest extends TestCase
{
    private static function told(string $name, string $language = 'ru', array $changes = []): string
    {
        return (new PanelReader(Portal::html(PanelCases::view($name, $language, ['customer' => true] + $changes))))->told();
    }

    /** @dataProvider states */
    public function testEachStateIsWordedForHim(string $name, string $ru, string $en): void
    {
        self::assertSame($ru, preg_replace('/ ([.,])/', '$1', self::told($name, 'ru')));
        self::assertSame($en, preg_replace('/ ([.,])/', '$1', self::told($name, 'en')));
    }

    /** @return iterable<string, array{string, string, string}> */
    public static function states(): iterable
    {
        yield 'running' => [
            'running',
            'Ответим до 12:35 сегодня, 5 ноября Время московское. Мы отвечаем по рабочим дням с 05:00 до 14:00; выходные и '
                . 'праздники в срок не входят. Уровень: Оперативная поддержка, ответ за 6 рабочих часов',
            'We will answer by 12:35 today, 5 November Moscow time. We answer on working days from 05:00 to 14:00; weekends '
                . 'and holidays do not count. Level: Operative support, answer within 6 working hours',
        ];
        yield 'overdue' => [
            'overdue',
            'Мы не успели ответить в срок Ответ ожидался 5 ноября в 07:40 (время московское). Приносим извинения: мы ответим, как '
                . 'только сможем. Уровень: Стандартная поддержка, ответ за 8 рабочих часов',
            'We did not answer in time The answer was due 5 November, 07:40 (Moscow time). We apologise and will answer as soon as '
                . 'we can. Level: Standard support, answer within 8 working hours',
        ];
        yield 'overdue and paused' => [
            'overdue and paused',
            'Ждём вашего ответа Как только вы ответите, мы продолжим. Уровень: Стандартная поддержка, ответ за 8 рабочих '
                . 'часов Ответить',
            'We are waiting for your answer As soon as you answer, we go on. Level: Standard support, answer within 8 working '
                . 'hours Reply',
        ];
        yield 'paused' => [
            'paused',
            'Ждём вашего ответа Как только вы ответите, срок продолжится: останется 2 ч 10 мин рабочего времени. Уровень: '
                . 'Стандартная поддержка, ответ за 8 рабочих часов Ответить',
            'We are waiting for your answer As soon as you answer, the clock goes on: 2 h 10 min of working time will be '
                . 'left. Level: Standard support, answer within 8 working hours Reply',
        ];
        yield 'outside' => [
            'outside',
            'Ответим до 08:50 завтра, 6 ноября Сейчас нерабочее время. Мы продолжим 6 ноября в 05:00. Время '
                . 'московское. Уровень: Оперативная поддержка, ответ за 6 рабочих часов',
            'We will answer by 08:50 tomorrow, 6 November We are outside our hours now. We go on 6 November, 05:00. '
                . 'Moscow time. Level: Operative support, answer within 6 working hours',
        ];
        yield 'customer not found' => [
            'customer not found',
            'Ответим до 09:40 11 ноября Время московское. Мы отвечаем по рабочим дням с 05:00 до 14:00; выходные и праздники '
                . 'в срок не входят. Мы не нашли вас среди зарегистрированных пользователей, поэтому срок общий. Укажите '
                . 'регистрационный номер, и мы уточним его. Уровень: Общие вопросы, ответ за 40 рабочих часов',
            'We will answer by 09:40 on 11 November Moscow time. We answer on working days from 05:00 to 14:00; weekends and '
                . 'holidays do not count. We did not find you among our registered users, so the general time applies. Tell us your '
                . 'registration number and we will check. Level: General questions, answer within 40 working hours',
        ];
        yield 'calendar time' => [
            'calendar time',
            'Ответим до 06:35 завтра, 6 ноября Время московское. Уровень: Стандартная поддержка, ответ за 2 календарных дня',
            'We will answer by 06:35 tomorrow, 6 November Moscow time. Level: Standard support, answer within 2 calendar days',
        ];
        yield 'promised' => [
            'promised',
            'Ответим до 06:35 завтра, 6 ноября Время московское. Мы отвечаем по рабочим дням с 05:00 до 14:00; выходные и '
                . 'праздники в срок не входят. Уровень: Стандартная поддержка',
            'We will answer by 06:35 tomorrow, 6 November Moscow time. We answer on working days from 05:00 to 14:00; '
                . 'weekends and holidays do not count. Level: Standard support',
        ];
        yield 'met' => [
            'met',
            'Мы ответили 12 октября в 12:40 Время московское. Если вопрос решён не до конца, напишите в эту заявку: она откроется снова. '
                . 'Уровень: Стандартная поддержка, ответ за 8 рабочих часов',
            'We answered 12 October, 12:40 Moscow time. If your question is not settled, write in this ticket: it opens again. '
                . 'Level: Standard support, answer within 8 working hours',
        ];
        yield 'missed' => [
            'missed',
            'Мы ответили 20 октября в 09:45 Время московское. Мы ответили позже срока. Приносим извинения. Если вопрос решён '
                . 'не до конца, напишите в эту заявку: она откроется снова. Уровень: Стандартная поддержка, ответ за 8 рабочих часов',
            'We answered 20 October, 09:45 Moscow time. We answered later than promised. We apologise. If your question is not '
                . 'settled, write in this ticket: it opens again. Level: Standard support, answer within 8 working hours',
        ];
        yield 'merged' => [
            'merged',
            'Заявка объединена с другой: ответ придёт там.',
            'Merged into another ticket: the answer will come there.',
        ];
        yield 'no rule' => [
            'no rule',
            '',
            '',
        ];
        yield 'no target' => [
            'no target',
            'Уровень поддержки Уровень: Стандартная поддержка',
            'Support level Level: Standard support',
        ];
        yield 'not assessed' => [
            'not assessed',
            '',
            '',
        ];
        yield 'publication unknown' => [
            'publication unknown',
            '',
            '',
        ];
        yield 'no windows' => [
            'no windows',
            'Ответим до 12:35 сегодня, 5 ноября Время московское. Выходные и праздники в срок не входят. Уровень: Стандартная '
                . 'поддержка, ответ за 6 рабочих часов',
            'We will answer by 12:35 today, 5 November Moscow time. Weekends and holidays do not count. Level: Standard '
                . 'support, answer within 6 working hours',
        ];
    }

    public function testNothingIsShownUnlessTheAgreementSaysSo(): void
    {
        foreach (PanelCases::names() as $name) {
            self::assertSame('', self::told($name, 'ru', ['published' => PanelCases::published([], [])]), $name);
            self::assertSame('', self::told($name, 'ru', ['published' => null]), $name);
        }
    }

    public function testEachPartIsShownAlone(): void
    {
        $told = static fn (string $name, array $show): string => self::told($name, 'en', ['published' => PanelCases::published([], $show)]);
        self::assertSame('Support level Level: Standard support', $told('overdue', ['level']));
        self::assertSame('We did not answer in time We apologise and will answer as soon as we can.', $told('overdue', ['state']));
        self::assertSame('', $told('overdue', ['due']), 'a deadline that has passed is a state');
        self::assertStringStartsWith('We will answer by 12:35 today, 5 November', $told('running', ['due']));
        self::assertStringNotContainsString('Level', $told('running', ['due']));
        self::assertSame('We are preparing an answer', $told('running', ['state']));
        self::assertSame('We are waiting for your answer As soon as you answer, we go on. Reply', $told('paused', ['state']));
        self::assertSame('', $told('paused', ['due']));
        self::assertSame('', $told('met', ['due']));
    }

    public function testChecksReasonsAndNamesNeverGetThere(): void
    {
        foreach (PanelCases::names() as $name) {
            $view = PanelCases::view($name, 'ru');
            $told = Portal::html($view);
            foreach (
                ['Сертификат', 'Соколова', 'Ким', 'Громов', 'critical-error', 'commercial', 'agrosoft', 'Колос', 'KUS-', 'Можно отказать',
                'ограничена', 'sha256', 'Default SLA', 'script'] as $secret
            ) {
                self::assertStringNotContainsString($secret, $told, "$name: $secret");
            }
        }
    }

    public function testADeadlineThatPassedSinceTheLastPassIsNotHeldAgainstAnybody(): void
    {
        $now = PanelCases::at('2026-11-05 12:36');
        self::assertStringStartsWith('We are preparing an answer', self::told('running', 'en', ['now' => $now, 'lastPass' => $now - 60]));
        self::assertStringStartsWith(
            'We are preparing an answer',
            self::told('overdue', 'en', ['lastPass' => $now - 99999]),
            'nor by stale data'
        );
    }

    public function testAWorkingDaysTargetPromisesADay(): void
    {
        $clock = PanelCases::clock(
            'running',
            '2026-12-03 14:20',
            '2027-01-15 14:00',
            ['target' => '24wd', 'target_seconds' => null, 'target_days' => 24,
            'provisional' => true]
        );
        $changes = ['detail' => PanelCases::detail([$clock]), 'now' => PanelCases::at('2026-12-16 10:15'),
            'lastPass' => PanelCases::at('2026-12-16 10:15')];
        self::assertStringStartsWith('Ответим до 15 января 2027 года', self::told('running', 'ru', $changes));
        self::assertStringContainsString(
            'Дата предварительная: календарь на 2027 год ещё не опубликован.',
            self::told('running', 'ru', $changes)
        );
        self::assertStringStartsWith('We will answer by 15 January 2027', self::told('running', 'en', $changes));
    }

    public function testWhatEndsWithoutAnAnswerIsWordedSo(): void
    {
        $clock = PanelCases::clock('running', '2026-11-05 06:35', '2026-11-05 12:35', ['metric' => 'resolution']);
        $told = self::told('running', 'en', ['detail' => PanelCases::detail([$clock])]);
        self::assertStringStartsWith('We will finish by 12:35 today', $told);
        self::assertStringNotContainsString('answer within', $told);
    }
}
