<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use SlaBridge\ReportPage\Asked;
use SlaBridge\ReportPage\Choices;
use SlaBridge\ReportPage\Health;
use SlaBridge\ReportPage\View;

/** A month of a desk, as `Figures::every` would tell it, for the tests and for the guide's picture. */
final class ReportCases
{
    public const ZONE = 'Europe/Moscow';
    public const NOW = '2026-11-30 08:45';
    private const LEVELS = ['general' => ['Общие вопросы', 'General questions'], 'operative' => ['Оперативная поддержка', 'Urgent support'],
        'standard' => ['Стандартная поддержка', 'Standard support'], 'development' => ['На контроле разработки', 'With development']];
    private const PEOPLE = ['11' => ['Беляев Игорь', 'Igor Belyaev'], '12' => ['Орлов Дмитрий', 'Dmitry Orlov'],
        '13' => ['Ким Елена', 'Elena Kim'], '14' => ['Соколова Анна', 'Anna Sokolova'], '' => ['', '']];
    private const DEPARTMENTS = ['1' => ['Поддержка', 'Support'], '2' => ['Внедрение', 'Rollout'], '3' => ['Отдел разработки',
        'Development']];
    private const CUSTOMERS = ['c-1' => ['СПК «Колос»', 'Kolos Farm'], 'c-2' => ['АО «Луговое»', 'Lugovoye'], 'c-3' => ['ООО «Заря»',
        'Zarya Ltd'],
        '' => ['', '']];

    public static function at(string $local): int
    {
        return (new DateTimeImmutable($local, new DateTimeZone(self::ZONE)))->getTimestamp();
    }

    public static function wire(string $local): string
    {
        return gmdate('Y-m-d\TH:i:s\Z', self::at($local));
    }

    /**
     * @param array<string, mixed> $changes of the figures
     * @param array<string, string> $address what the page is asked for
     */
    public static function view(
        string $language = 'ru',
        array $changes = [],
        array $address = [],
        bool $seesAll = true,
        ?Health $health = null
    ): View {
        $asked = new Asked($address);
        $figures = array_replace(self::figures($language), $changes);
        $index = $language === 'ru' ? 0 : 1;
        $levels = array_map(static fn (array $titles): string => $titles[$index], self::LEVELS);
        $names = static fn (array $all): array => array_map(static fn (array $titles): string => $titles[$index], array_diff_key(
            $all,
            ['' => 1]
        ));
        $addresses = ['page' => '/scp/ajax.php/sla-bridge/report', 'ticket' => '/scp/tickets.php?id=',
            'actions' => '/scp/ajax.php/sla-bridge/actions'];
        $health ??= new Health(
            self::at('2026-11-30 08:44'),
            60,
            $seesAll ? self::at('2026-11-30 03:10') : null,
            $seesAll,
            ['held' => 2, 'refused' => 1, 'unknown' => 0]
        );
        $make = static fn (array $choices): View => new View($language, self::at(self::NOW), $asked, $figures, ['levels' => $levels,
            'metrics' => []], $choices, $health, $seesAll, $addresses);
        $bare = $make([]);
        return $make(Choices::figured($bare) + ['level' => $levels, 'department' => $names(self::DEPARTMENTS),
            'agent' => ['' => $bare->words->say('report.nobody.agent')] + $names(self::PEOPLE)]);
    }

    /** @return array<string, mixed> */
    public static function figures(string $language): array
    {
        $index = $language === 'ru' ? 0 : 1;
        $rows = static function (array $names, array $numbers) use ($index): array {
            $rows = [];
            foreach ($numbers as $key => [$met, $breached, $open, $late, $median, $p90, $solved]) {
                $rows[] = self::row((string) $key, $names[$key][$index] ?? '', 'first_response', [$met, $breached, $open, $late, $median,
                    $p90]);
                if ($solved) {
                    $rows[] = self::row((string) $key, $names[$key][$index] ?? '', 'resolution', [$solved, 0, 4, 0, 3 * $median, 3 * $p90]);
                }
            }
            return $rows;
        };
        $every = [
            'level' => $rows([], ['development' => [12, 0, 29, 0, 32400, 68400, 0], 'general' => [88, 4, 50, 1, 24000, 112500, 0],
                'operative' => [41, 3, 5, 1, 4200, 16500, 20], 'standard' => [121, 8, 78, 1, 7500, 26400, 45]]),
            'department' => $rows(self::DEPARTMENTS, ['1' => [173, 9, 98, 1, 7200, 45900, 40], '2' => [58, 5, 33, 1, 9600, 33000, 25],
                '3' => [31, 1, 31, 1, 18000, 61200, 0]]),
            'customer' => $rows(self::CUSTOMERS, ['' => [3, 0, 1, 0, 3600, 7200, 0], 'c-1' => [40, 6, 8, 1, 7800, 36000, 10],
                'c-2' => [7, 2, 3, 1, 5400, 30000, 0], 'c-3' => [5, 1, 0, 0, 4800, 9000, 0]]),
            'agent' => $rows(self::PEOPLE, ['' => [17, 0, 30, 1, 14400, 72600, 0], '11' => [52, 6, 30, 1, 11700, 37800, 12],
                '12' => [61, 5, 15, 0, 9000, 32700, 30], '13' => [58, 2, 46, 1, 7800, 40800, 15], '14' => [74, 2, 43, 0, 6000, 22500, 8]]),
            'month' => self::months(),
        ];
        $week = static fn (): array => array_fill(0, 7, array_fill(0, 24, 0));
        [$arrivals, $breaches, $working] = [$week(), $week(), $week()];
        for ($day = 0; $day < 5; $day++) {
            for ($hour = 4; $hour < 21; $hour++) {
                $arrivals[$day][$hour] = max(1, 16 - $day - 2 * abs($hour - 8));
                $working[$day][$hour] = $hour >= 5 && $hour < 14 ? 1 : 0;
            }
        }
        $breaches[0][7] = 3;
        $breaches[4][12] = 12;
        $breaches[6][2] = 1;
        return [
            'period' => ['from' => '2026-11-01', 'until' => '2026-11-30', 'zone' => self::ZONE],
            'filters' => array_fill_keys(['metric', 'level', 'department', 'customer', 'agent'], null), 'as_of' => self::wire(self::NOW),
            'by' => 'level', 'rows' => $every['level'],
            'total' => [self::row('', '', 'first_response', [262, 15, 162, 3, 8100, 45000]), self::row('', '', 'resolution', [65, 0, 8, 0,
                22500, 79200])],
            'tickets' => ['met' => 240, 'breached' => 14, 'last_breached' => 9, 'reopened' => 11, 'cancelled' => 2, 'excluded' => 1,
                'open_breached' => 3],
            'now' => ['open' => 184, 'new_today' => 12, 'at_risk' => 7, 'next_due' => self::wire('2026-11-30 09:30'), 'overdue' => 3,
                'most_late' => ['ticket' => 20, 'due_at' => self::wire('2026-11-27 10:15')], 'paused' => 59, 'no_sla' => 4, 'unknown' => 5],
            'backlog' => [self::band(0, 1, 53, 5), self::band(1, 3, 42, 13), self::band(3, 7, 17, 15), self::band(7, 30, 11, 19),
                self::band(30, null, 2, 7)],
            'arrivals' => $arrivals, 'breaches' => $breaches, 'working' => $working,
            'spent' => ['status' => [['key' => '1', 'name' => ['Открыта', 'Open'][$index], 'seconds' => 1800000, 'cycles' => 270],
                ['key' => '6', 'name' => ['Ждёт клиента', 'Waiting'][$index], 'seconds' => 600000, 'cycles' => 90]],
                'department' => [['key' => '1', 'name' => self::DEPARTMENTS['1'][$index], 'seconds' => 2000000, 'cycles' => 200],
                ['key' => '2', 'name' => self::DEPARTMENTS['2'][$index], 'seconds' => 400000, 'cycles' => 80]]],
            'missed' => self::missed($index),
            'excluded' => [['ticket' => 31, 'number' => '838031', 'reason' => ['Сбой у провайдера, письмо от 12.11',
                'Outage at the provider'][$index],
                'by' => self::PEOPLE['14'][$index]]],
            'unknown' => [['ticket' => 41, 'number' => '838141', 'checks' => ['certificate', 'licence']]],
            'registry' => self::registry($index), 'more' => ['missed' => 18, 'excluded' => 1, 'unknown' => 5], 'every' => $every,
        ];
    }

    /** A desk on its first day. @return array<string, mixed> */
    public static function nothing(): array
    {
        $week = array_fill(0, 7, array_fill(0, 24, 0));
        return [
            'rows' => [], 'total' => [], 'tickets' => array_fill_keys(['met', 'breached', 'last_breached', 'reopened', 'cancelled',
                'excluded',
                'open_breached'], 0), 'now' => ['open' => 0, 'new_today' => 0, 'at_risk' => 0, 'next_due' => null, 'overdue' => 0,
                    'most_late' => null,
                'paused' => 0, 'no_sla' => 0, 'unknown' => 0],
            'backlog' => [self::band(0, 1, 0, 0), self::band(1, 3, 0, 0)], 'arrivals' => $week, 'breaches' => $week, 'working' => $week,
            'spent' => ['status' => [], 'department' => []], 'missed' => [], 'excluded' => [], 'unknown' => [], 'registry' => null,
            'more' => ['missed' => 0, 'excluded' => 0, 'unknown' => 0],
            'every' => array_fill_keys(['level', 'customer', 'department', 'agent', 'month'], []),
        ];
    }

    /** @param list<int> $numbers @return array<string, mixed> */
    private static function row(string $key, string $name, string $metric, array $numbers): array
    {
        return ['key' => $key, 'name' => $name, 'metric' => $metric]
            + array_combine(['met', 'breached', 'open', 'open_breached', 'median_seconds', 'p90_seconds'], $numbers);
    }

    /** @return array<string, ?int> */
    private static function band(int $from, ?int $until, int $ours, int $waiting): array
    {
        return ['from_days' => $from, 'until_days' => $until, 'ours' => $ours, 'waiting' => $waiting];
    }

    /** @return list<array<string, mixed>> */
    private static function months(): array
    {
        $rows = [];
        foreach ([8, 9, 7, 10, 9, 7, 8, 6, 8, 6, 7, 15] as $index => $breached) {
            $month = gmdate('Y-m', (int) gmmktime(0, 0, 0, 12 + $index, 1, 2025));
            $rows[] = self::row($month, '', 'first_response', [$index === 3 ? 0 : 327 - 15 * (11 - $index), $index === 3 ? 0 : $breached,
                0, 0, 8100, 45000]);
        }
        return $rows;
    }

    /** @return list<array<string, mixed>> */
    private static function missed(int $index): array
    {
        $missed = [];
        $causes = ['unassigned', 'level_raised', 'transferred', 'mail_failed', 'curator_absent', 'in_work', null, 'brand_new', 'in_work'];
        foreach ($causes as $number => $cause) {
            $customer = ['c-1', 'c-2', 'c-3', ''][$number % 4];
            $agent = ['11', '12', '13', ''][$number % 4];
            $isOpen = $number < 3;
            $missed[] = ['ticket' => 20 + $number, 'number' => (string) (838204 - 13 * $number), 'level' => $number % 2 ? 'operative'
                : 'standard',
                'customer' => $customer, 'customer_name' => self::CUSTOMERS[$customer][$index], 'department' => ['id' => 1,
                'name' => self::DEPARTMENTS['1'][$index]], 'agent' => $agent === '' ? null : ['id' => (int) $agent,
                    'name' => self::PEOPLE[$agent][$index]],
                'metric' => 'first_response', 'cycle' => 1, 'started_at' => self::wire('2026-11-20 09:00'),
                'due_at' => self::wire('2026-11-' . (30 - $number) . ' 07:40'), 'breached_at' => self::wire('2026-11-' . (30 - $number)
                    . ' 07:40'),
                'stopped_at' => $isOpen ? null : self::wire('2026-11-' . (30 - $number) . ' 11:00'), 'late_seconds' => $number === 2
                    ? null : 3900 + 600 * $number,
                'late_days' => $number === 4 ? 2 : 0, 'elapsed_seconds' => 32700, 'calendar' => 'support-msk', 'target' => $number === 4
                    ? '10wd' : '8h',
                'breach_cause' => $cause, 'policy_digest' => 'sha256:00ff', 'inputs' => 'sha256:11ee'];
        }
        return $missed;
    }

    /** @return array<string, mixed> */
    private static function registry(int $index): array
    {
        $who = static fn (string $id): array => ['customer' => $id, 'name' => self::CUSTOMERS[$id][$index]];
        return [
            'as_of' => self::wire('2026-11-30 03:10'),
            'certificates' => [$who('c-1') + ['until' => '2026-12-20', 'days' => 20], $who('c-2') + ['until' => '2027-01-20', 'days' => 51],
                $who('c-3') + ['until' => '2027-02-20', 'days' => 82]],
            'entitlements' => [$who('c-2') + ['entitlement' => 'Консультации', 'period' => '2026-06-15..2027-06-14', 'used' => 9.5,
                'left' => 0.5,
                'of' => 10, 'unit' => 'ч']],
            'versions' => [$who('c-3') + ['product' => 'Элеватор', 'version' => '3.9', 'state' => 'outdated', 'latest' => '4.2'],
                $who('c-1') + ['product' => 'Элеватор', 'version' => 'новая', 'state' => 'unreadable', 'latest' => null]],
            'exceptions' => [['id' => 'e-7', 'customer' => null, 'name' => null, 'level' => 'standard', 'reason' => 'Переход на 4.2',
                'approver' => 'Громов С. В.',
                'until' => '2026-12-31']],
            'more' => ['certificates' => 3, 'entitlements' => 1, 'versions' => 2, 'exceptions' => 1],
        ];
    }
}
