<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use SlaBridge\Panel\View;

/** Every state a panel can be in, as the bridge and osTicket would hand it over; the tests and the documentation draw them. */
final class PanelCases
{
    public const DIGEST = 'sha256:7f3a91c204deaa00000000000000000000000000000000000000000000000001';
    private const POLICY = 'sha256:0b5e77d1429c000000000000000000000000000000000000000000000000000f';
    private const ZONE = 'Europe/Moscow';
    private const OFF = ['2026-11-04' => ['День народного единства', 'National Unity Day']];
    private const NEW_YEAR = ['Новогодние каникулы', 'New Year holidays'];

    /** An instant by Moscow's clocks. */
    public static function at(string $local): int
    {
        return (new DateTimeImmutable($local, new DateTimeZone(self::ZONE)))->getTimestamp();
    }

    public static function wire(?string $local): ?string
    {
        return $local === null ? null : gmdate('Y-m-d\TH:i:s\Z', self::at($local));
    }

    /** @return list<string> */
    public static function names(): array
    {
        return array_keys(self::all());
    }

    /** @param array<string, mixed> $changes of the view */
    public static function view(string $name, string $language, array $changes = []): View
    {
        return new View(...$changes + self::all()[$name] + ['language' => $language] + self::standing());
    }

    /** @return array<string, array<string, mixed>> members of the view by the state's name */
    private static function all(): array
    {
        return self::open() + self::over() + self::failing() + self::rich();
    }

    /** @return array<string, array<string, mixed>> */
    private static function open(): array
    {
        $evening = self::at('2026-11-05 20:10');
        return [
            'running' => ['detail' => self::detail([self::clock(
                'running',
                '2026-11-05 06:35',
                '2026-11-05 12:35',
                ['level' => 'urgent', 'target' => '6h', 'target_seconds' => 21600]
            )], ['level' => 'urgent'])],
            'at risk' => ['detail' => self::detail([self::clock('at_risk', '2026-11-03 09:30', '2026-11-05 09:30')], [
                'verdict' => 'limited'])],
            'overdue' => ['detail' => self::detail([self::clock('overdue', '2026-11-03 07:40', '2026-11-05 07:40')], [
                'verdict' => 'refusable'])],
            'overdue and paused' => ['detail' => self::detail([self::clock(
                'overdue',
                '2026-10-27 12:15',
                '2026-10-28 11:15',
                ['pauses' => [[self::wire('2026-10-28 11:35'), null]], 'worked_to' => self::worked('2026-10-28 11:35', 30000)]
            )])],
            'paused' => ['detail' => self::detail([self::clock(
                'paused',
                '2026-10-30 09:20',
                null,
                ['pauses' => [[self::wire('2026-11-02 06:10'), null]], 'worked_to' => self::worked('2026-11-02 06:10', 21000)]
            )])],
            'outside' => ['now' => $evening, 'lastPass' => $evening - 60, 'detail' => self::detail([self::clock(
                'running',
                '2026-11-05 11:50',
                '2026-11-06 08:50',
                ['level' => 'urgent', 'target' => '6h', 'target_seconds' => 21600]
            )], ['level' => 'urgent'])],
            'customer not found' => ['detail' => self::detail([self::clock(
                'running',
                '2026-11-05 05:40',
                '2026-11-11 09:40',
                ['level' => 'general', 'target' => '40h', 'target_seconds' => 144000]
            )], ['level' => 'general',
                'customer' => ['id' => null, 'name' => null, 'category' => 'unregistered'], 'curator' => null])],
            'unknown' => ['detail' => self::detail([self::clock('running', '2026-11-05 06:35', '2026-11-06 05:35')], [
                'verdict' => 'unknown', 'customer' => ['id' => null, 'name' => null, 'category' => null]])],
            'calendar time' => ['detail' => self::detail([self::clock(
                'running',
                '2026-11-04 06:35',
                '2026-11-06 06:35',
                ['target' => '2d', 'target_seconds' => 172800]
            )])],
            'promised' => ['detail' => self::detail([self::clock(
                'running',
                '2026-11-04 06:35',
                '2026-11-06 06:35',
                ['target' => 'promise', 'target_seconds' => null]
            )])],
        ];
    }

    /** @return array<string, array<string, mixed>> */
    private static function over(): array
    {
        $met = ['stopped_at' => self::wire('2026-10-12 12:40'), 'worked_to' => self::worked('2026-10-12 12:40', 12300)];
        $missed = ['stopped_at' => self::wire('2026-10-20 09:45'), 'worked_to' => self::worked('2026-10-20 09:45', 30900),
            'late_seconds' => 2100, 'late_days' => 0, 'breached_at' => self::wire('2026-10-20 09:10')];
        $cancelled = ['stopped_at' => self::wire('2026-11-05 08:00'), 'cause' => 'closed_unanswered'];
        $nothing = ['level' => null, 'rule' => null, 'rule_at' => null, 'checks' => [], 'why_not' => []];
        return [
            'met' => ['detail' => self::detail([self::clock('met', '2026-10-12 09:15', '2026-10-13 08:15', $met)])],
            'missed' => ['detail' => self::detail([self::clock('missed', '2026-10-19 10:10', '2026-10-20 09:10', $missed)])],
            'merged' => ['detail' => self::detail([], $nothing), 'ticket' => self::ticket(
                ['merged_into' => ['number' => '834102', 'url' => '/scp/tickets.php?id=102']]
            )],
            'no rule' => ['detail' => self::detail([], $nothing + ['reason' => self::both(
                'Ни одно правило соглашения не подходит',
                'No rule of the agreement applies'
            )])],
            'closed unanswered' => ['detail' => self::detail([
                self::clock('cancelled', '2026-11-05 06:35', '2026-11-05 12:35', $cancelled)])],
            'no target' => ['detail' => self::detail([], ['reason' => self::both('Стандартная поддержка: нет срока «Первый ответ» для '
                . 'приоритета «Аварийный»', 'Standard support: no target for First response at priority “Emergency”')])],
        ];
    }

    /** @return array<string, array<string, mixed>> */
    private static function failing(): array
    {
        $running = self::detail([self::clock('running', '2026-11-05 06:35', '2026-11-05 12:35', [
            'target' => '6h', 'target_seconds' => 21600])]);
        $new = self::at('2026-11-05 08:43');
        return [
            'not assessed' => ['detail' => null, 'published' => null, 'ticket' => self::ticket(['created_at' => $new])],
            'stale' => ['detail' => $running, 'lastPass' => self::at('2026-11-05 07:45')],
            'pass unknown' => ['detail' => $running, 'lastPass' => null, 'every' => null],
            'publication unknown' => ['detail' => $running, 'published' => null],
            'no windows' => ['detail' => $running, 'published' => self::published(['windows' => []])],
            'cut' => ['detail' => ['cut' => true, 'checks' => [], 'why_not' => []] + $running],
            'long texts' => ['detail' => self::long(), 'cycles' => [], 'published' => self::published()],
        ];
    }

    /** @return array<string, array<string, mixed>> the two that the target pictures show whole */
    private static function rich(): array
    {
        $december = self::at('2026-12-16 10:15');
        $pauses = [[self::wire('2026-11-02 06:10'), self::wire('2026-11-03 11:30')]];
        return [
            'open, overdue' => [
                'detail' => self::detail([self::clock('overdue', '2026-10-30 11:20', '2026-11-05 07:40', ['cycle' => 3, 'pauses' => $pauses,
                    'worked_to' => self::worked('2026-11-03 11:30', 13800), 'breached_at' => self::wire('2026-11-05 07:40')])], [
                    'verdict' => 'refusable', 'checks' => self::checks(), 'absent_curator' => 'Орлов Дмитрий',
                    'curator_until' => self::wire('2026-11-14 00:00'),
                ]),
                'cycles' => self::cycles(),
                'native' => ['plan' => 'Default SLA', 'due_at' => self::at('2026-11-01 11:20'), 'ours' => false],
                'links' => ['edit_sla_set_critical' => '/scp/tickets.php?id=888#edit', 'assign' => '/scp/tickets.php?id=888#assign',
                    'sla_help' => '/kb/sla'],
            ],
            'open, two clocks' => [
                'now' => $december, 'lastPass' => $december - 60,
                'detail' => self::detail([
                    self::clock('running', '2026-12-03 14:20', '2027-01-15 14:00', ['metric' => 'development', 'level' => 'development',
                        'target' => '24wd', 'target_seconds' => null, 'target_days' => 24, 'provisional' => true,
                        'risk_at' => self::wire('2026-12-29 14:00')]),
                    self::clock('running', '2026-12-16 08:05', '2026-12-17 07:05', ['metric' => 'next_response', 'level' => 'development',
                        'risk_at' => self::wire('2026-12-17 05:05')]),
                ], [
                    'level' => 'development', 'rule' => 'development', 'rule_at' => 'policies/agrosoft.yaml:62',
                    'customer' => ['id' => 'RS-114-020', 'name' => 'ООО «Рассвет»', 'category' => 'partner'], 'curator' => 'Ким Елена',
                    'exceptions' => [['id' => 'fair', 'level' => 'urgent', 'reason' => 'Переход на 4.2 запланирован на январь',
                        'approver' => 'Громов С. В.', 'until' => '2027-01-31']],
                ]),
                'native' => ['plan' => null, 'due_at' => self::at('2026-12-17 07:05'), 'ours' => true],
            ],
        ];
    }

    /**
     * Ready replies as a desk calls them, those of a customer who speaks Russian first.
     *
     * @return list<array{id: int, key: string, language: string, title: string, states: list<string>}>
     */
    public static function replies(): array
    {
        $reply = static fn (int $id, string $key, string $language, string $title, string ...$states): array
            => ['id' => $id, 'key' => $key, 'language' => $language, 'title' => $title, 'states' => $states];
        return [
            $reply(11, 'facts', 'ru', 'Просьба уточнить сведения (рус.)', 'running', 'at_risk', 'overdue', 'paused'),
            $reply(13, 'regret', 'ru', 'Извинение и срок ответа (рус.)', 'running', 'at_risk', 'overdue'),
            $reply(21, 'reminder', 'ru', 'Напоминание: ждём ваши сведения (рус.)', 'paused'),
            $reply(12, 'facts', 'en', 'Asking for missing facts (Eng.)', 'running', 'at_risk', 'overdue', 'paused'),
            $reply(14, 'regret', 'en', 'Apology and when we will answer (Eng.)', 'running', 'at_risk', 'overdue'),
            $reply(22, 'reminder', 'en', 'Reminder: we are waiting for your facts (Eng.)', 'paused'),
        ];
    }

    /** @return array<string, mixed> what all have in common */
    private static function standing(): array
    {
        return [
            'ticket' => self::ticket(), 'detail' => null, 'cycles' => [], 'published' => self::published(),
            'now' => self::at('2026-11-05 08:45'), 'lastPass' => self::at('2026-11-05 08:44'), 'every' => 60, 'language' => 'ru',
            'zone' => self::ZONE,
            'native' => ['plan' => 'Default SLA', 'due_at' => self::at('2026-11-07 11:20'), 'ours' => false],
        ];
    }

    /** @return array<string, mixed> */
    public static function ticket(array $changes = []): array
    {
        return $changes + ['id' => 888, 'number' => '834888', 'created_at' => self::at('2026-10-12 09:15'), 'state' => 'open',
            'merged_into' => null];
    }

    /** @return array<string, mixed> */
    public static function clock(string $state, string $started, ?string $due, array $changes = []): array
    {
        return $changes + [
            'metric' => 'first_response', 'cycle' => 1, 'level' => 'standard', 'calendar' => 'support-msk', 'target' => '8h',
            'target_seconds' => 28800, 'target_days' => null, 'started_at' => self::wire($started), 'due_at' => self::wire($due),
            'risk_at' => null, 'state' => $state, 'provisional' => false, 'stopped_at' => null, 'breached_at' => null, 'cause' => null,
            'worked_to' => self::worked($started, 0), 'pauses' => [], 'late_seconds' => null, 'late_days' => null,
        ];
    }

    /**
     * @param list<array<string, mixed>> $clocks
     * @return array<string, mixed>
     */
    public static function detail(array $clocks, array $changes = []): array
    {
        return $changes + [
            'v' => 2, 'level' => 'standard', 'rule' => 'commercial', 'rule_at' => 'policies/agrosoft.yaml:81',
            'reason' => self::both(
                'Стандартная поддержка: Первый ответ: срок идёт (8 рабочих часов)',
                'Standard support: First response running (8 working hours)'
            ),
            'verdict' => 'full', 'checks' => array_slice(self::checks(), 4), 'clocks' => $clocks,
            'customer' => ['id' => 'KUS-200-003', 'name' => 'СПК «Колос»', 'category' => 'commercial'], 'curator' => 'Соколова Анна',
            'absent_curator' => null, 'curator_until' => null, 'exceptions' => [], 'published' => self::DIGEST,
            'why_not' => [
                self::gap('urgent', '6h', 65, [
                    'Оперативная поддержка: по правилу «critical-error» нужно: «Критическая ошибка подтверждена» = да, сейчас пусто',
                    'Operative support: the rule critical-error needs “Critical error confirmed” = yes, now nothing',
                ], ['input' => 'sla_set_critical']),
                self::gap('general', '40h', 57, [
                    'Общие вопросы: по правилу «moved-to-general» нужно: «Задать уровень SLA» = Общие вопросы, сейчас пусто',
                    'General questions: the rule moved-to-general needs “Set SLA level” = General questions, now nothing',
                ], ['better' => false, 'input' => 'sla_set_level']),
            ],
        ];
    }

    /**
     * @param array{string, string} $text
     * @return array<string, mixed> what stands between a ticket and a level
     */
    public static function gap(string $level, ?string $target, int $line, array $text, array $changes = []): array
    {
        return $changes + ['level' => $level, 'better' => true, 'target' => $target, 'text' => self::both(...$text),
            'at' => "policies/agrosoft.yaml:$line", 'input' => null];
    }

    /** @return array<string, mixed> a detail whose every text is 400 characters without a space */
    private static function long(): array
    {
        $text = self::both(str_repeat('ы', 400), str_repeat('w', 400));
        $name = str_repeat('Щ', 400);
        return self::detail([self::clock('overdue', '2026-11-03 07:40', '2026-11-05 07:40')], [
            'level' => str_repeat('l', 40), 'rule' => str_repeat('r', 400), 'rule_at' => str_repeat('p', 400), 'reason' => $text,
            'verdict' => 'limited', 'customer' => ['id' => $name, 'name' => $name, 'category' => 'partner'], 'curator' => $name,
            'checks' => [['id' => 'c', 'title' => $text, 'outcome' => 'fail', 'message' => $text, 'remedy' => $text,
                'evidence' => ['version' => $name, $name => true], 'as_of' => self::wire('2026-11-05 06:00')]],
            'exceptions' => [['id' => 'x', 'level' => 'standard', 'reason' => $name, 'approver' => $name, 'until' => '2026-12-01']],
            'why_not' => [['level' => 'urgent', 'text' => $text], ['level' => 'general', 'text' => $text]],
        ]);
    }

    /** @return list<array<string, mixed>> */
    private static function checks(): array
    {
        $morning = self::wire('2026-11-05 06:00');
        $check = static fn (string $id, string $outcome, array $title, array $message, array $remedy = ['', ''], array $more = []): array =>
            $more + ['id' => $id, 'title' => self::both(...$title), 'outcome' => $outcome, 'reason' => $id,
            'message' => self::both(...$message),
            'remedy' => self::both(...$remedy), 'evidence' => [], 'as_of' => $morning];
        return [
            $check(
                'certificate',
                'fail',
                ['Сертификат поддержки', 'Support certificate'],
                ['Срок сертификата поддержки истёк 31.08.2026', 'The support certificate expired on 31 Aug 2026'],
                ['Продлите, пожалуйста, сертификат поддержки.', 'Please renew the support certificate.'],
                ['evidence' => ['certificate' => 'SC-77', 'valid_until' => '2026-08-31'], 'effect' => 'refuse',
                    'reason' => 'certificate_expired']
            ),
            $check(
                'version',
                'fail',
                ['Версия продукта', 'Product version'],
                ['Поддержка версии 3.0.52.35 закончилась 30.06.2026', 'Support of the version 3.0.52.35 ended on 30 Jun 2026'],
                ['Обновите, пожалуйста, продукт до версии 3.0.60.18.', 'Please update the product to version 3.0.60.18.'],
                ['evidence' => ['version' => '3.0.52.35', 'latest' => '3.0.60.18'], 'as_of' => null]
            ),
            $check(
                'completeness',
                'warn',
                ['Полнота обращения', 'Completeness'],
                ['Не указаны: версия платформы, порядок воспроизведения', 'Not stated: platform version, steps to reproduce'],
                ['Пришлите, пожалуйста, недостающее.', 'Please send what is missing.'],
                ['as_of' => null]
            ),
            $check(
                'conditions-of-use',
                'unknown',
                ['Условия эксплуатации (conditions-of-use)', 'Conditions of use (conditions-of-use)'],
                ['Операционная система сервера не указана', 'The server’s operating system is not stated'],
                ['Сообщите, пожалуйста, операционную систему сервера.', 'Please tell us the server’s operating system.'],
                ['as_of' => null]
            ),
            $check('registration', 'pass', ['Регистрация', 'Registration'], ['Клиент зарегистрирован', 'The customer is registered']),
            $check('licence', 'pass', ['Лицензия', 'Licence'], ['Лицензия действует', 'The licence is valid']),
            $check(
                'attachments',
                'pass',
                ['Вложения', 'Attachments'],
                ['Вложения читаются', 'The attachments can be read'],
                ['', ''],
                ['as_of' => null]
            ),
        ];
    }

    /** @return list<array<string, mixed>> */
    private static function cycles(): array
    {
        $cycle = static fn (int $number, string $state, string $from, string $due, string $to, int $took, int $late): array => [
            'metric' => 'first_response', 'cycle' => $number, 'state' => $state, 'started_at' => self::wire($from),
            'due_at' => self::wire($due), 'stopped_at' => self::wire($to), 'breached_at' => null, 'elapsed_seconds' => $took,
            'level' => 'standard', 'calendar' => 'support-msk', 'target' => '8h', 'cause' => null,
            'late_seconds' => $late, 'provisional' => false,
        ];
        return [
            $cycle(1, 'met', '2026-10-12 09:15', '2026-10-13 08:15', '2026-10-12 12:40', 12300, 0),
            $cycle(2, 'missed', '2026-10-19 10:10', '2026-10-20 09:10', '2026-10-20 09:45', 30900, 2100),
        ];
    }

    /**
     * @param array<string, mixed> $calendar members of the calendar that are otherwise
     * @return array<string, mixed>
     */
    public static function published(array $calendar = [], array $show = ['level', 'state', 'due']): array
    {
        $days = ['2026-11-03' => ['kind' => 'short', 'title' => self::both('', '')]];
        foreach (self::OFF as $date => $title) {
            $days[$date] = ['kind' => 'holiday', 'title' => self::both(...$title)];
        }
        for ($i = 0; $i < 9; $i++) {
            $days[gmdate('Y-m-d', gmmktime(12, 0, 0, 12, 31 + $i, 2026))] = ['kind' => 'holiday', 'title' => self::both(...self::NEW_YEAR)];
        }
        $level = static fn (string $ru, string $en, string $shortRu, string $shortEn): array => [
            'title' => self::both($ru, $en), 'short' => self::both($shortRu, $shortEn)];
        return [
            'digest' => self::DIGEST, 'at' => self::wire('2026-11-05 05:00'),
            'policy' => ['title' => self::both('Регламент поддержки', 'Support agreement'), 'digest' => self::POLICY],
            'calendars' => ['support-msk' => $calendar + [
                'title' => self::both('Часы поддержки', 'Support hours'), 'zone' => self::ZONE, 'from' => self::wire('2026-10-01 00:00'),
                'until' => self::wire('2027-12-31 00:00'), 'windows' => self::windows(array_keys($days)),
                'provisional_from' => self::wire('2027-01-01 00:00'), 'days' => $days,
            ]],
            'titles' => ['levels' => [
                'standard' => $level('Стандартная поддержка', 'Standard support', 'Стандартная', 'Standard'),
                'urgent' => $level('Оперативная поддержка', 'Operative support', 'Оперативная', 'Operative'),
                'general' => $level('Общие вопросы', 'General questions', 'Общие вопросы', 'General questions'),
                'development' => $level('На контроле отдела разработки', 'Under control of development', 'Разработка', 'Development'),
            ], 'metrics' => ['first_response' => self::both('Первый ответ', 'First response'),
                'development' => self::both('Ответ отдела разработки', 'Answer of development')]],
            'thresholds' => [], 'portal' => ['show' => $show], 'phrases' => [], 'registry' => null,
        ];
    }

    /**
     * @param list<string> $marked dates that are short (the first) or off
     * @return list<array{string, string}> 05:00 to 14:00 on Moscow's working days, October 2026 to March 2027
     */
    private static function windows(array $marked): array
    {
        $windows = [];
        for ($day = 1; $day <= 181; $day++) {
            $date = gmdate('Y-m-d', gmmktime(12, 0, 0, 10, $day, 2026));
            $isShort = $date === $marked[0];
            if (gmdate('N', (int) strtotime("$date 12:00 UTC")) < 6 && ($isShort || !in_array($date, $marked, true))) {
                $windows[] = [(string) self::wire("$date 05:00"), (string) self::wire($date . ($isShort ? ' 13:00' : ' 14:00'))];
            }
        }
        return $windows;
    }

    /** @return array{at: ?string, seconds: int} */
    private static function worked(string $at, int $seconds): array
    {
        return ['at' => self::wire($at), 'seconds' => $seconds];
    }

    /** @return array{ru: string, en: string} */
    public static function both(string $ru, string $en): array
    {
        return ['ru' => $ru, 'en' => $en];
    }
}
