<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\WorkedTime;

final class WorkedTimeTest extends TestCase
{
    /** 9 to 12 and 13 to 18, in seconds of a day, on two days. */
    private static function time(): WorkedTime
    {
        $hour = 3600;
        return new WorkedTime([[9 * $hour, 12 * $hour], [13 * $hour, 18 * $hour], [33 * $hour, 36 * $hour], [37 * $hour, 42 * $hour]]);
    }

    /** @dataProvider spans */
    public function testOnlySecondsOfTheWindowsOutsidePausesCount(float $from, float $to, array $pauses, float $expected): void
    {
        $seconds = static fn (?float $hours): ?int => $hours === null ? null : (int) ($hours * 3600);
        $pauses = array_map(static fn (array $one): array => array_map($seconds, $one), $pauses);
        self::assertSame($seconds($expected), self::time()->between($seconds($from), $seconds($to), $pauses));
    }

    /** @return array<string, array{float, float, list<array{float, ?float}>, float}> hours */
    public static function spans(): array
    {
        return [
            'a whole day' => [0, 24, [], 8], 'backwards' => [12, 9, [], 0], 'at night' => [18, 33, [], 0],
                'over lunch' => [11.5, 13.5, [], 1],
            'over night' => [17, 34, [], 2], 'a pause at night gives nothing back' => [9, 36, [[18, 33]], 11],
            'a pause over closing time' => [9, 36, [[17, 34]], 9], 'a pause without an end' => [9, 36, [[11, null]], 2],
            'pauses that overlap count once' => [9, 18, [[10, 12], [11, 14]], 5],
                'a pause before and one behind' => [10, 11, [[0, 9], [12, 13]], 1],
            'a pause around all' => [10, 11, [[9, 12]], 0], 'no windows there' => [100, 200, [], 0],
        ];
    }

    public function testReachGivesTheInstantAtWhichSoMuchIsWorked(): void
    {
        $time = self::time();
        self::assertSame(12 * 3600, $time->reach(0, 3 * 3600), 'at closing, not at the next opening');
        self::assertSame(13 * 3600 + 1, $time->reach(0, 3 * 3600 + 1));
        self::assertSame(34 * 3600, $time->reach(17 * 3600, 2 * 3600));
        self::assertSame(500, $time->reach(500, 0));
        self::assertNull($time->reach(0, 17 * 3600), 'beyond the last window');
    }

    public function testBetweenUndoesReach(): void
    {
        mt_srand(11);
        for ($i = 0; $i < 500; $i++) {
            [$from, $seconds] = [mt_rand(0, 40 * 3600), mt_rand(1, 16 * 3600)];
            $to = self::time()->reach($from, $seconds);
            if ($to !== null) {
                self::assertSame($seconds, self::time()->between($from, $to));
                self::assertSame($seconds - 1, self::time()->between($from, $to - 1));
            }
        }
    }

    public function testAWindowIsHalfOpen(): void
    {
        $time = self::time();
        self::assertSame([false, true, false, true], array_map($time->isOpen(...), [32399, 32400, 43200, 46800]));
        self::assertSame([32400, 46800, 118800, null], array_map($time->opens(...), [0, 43200, 64800, 151200]));
        self::assertSame([[36000, 43200], [46800, 50000]], $time->within(36000, 50000));
        self::assertSame([], (new WorkedTime([]))->within(0, 9));
        self::assertNull((new WorkedTime([]))->opens(0));
    }

    public function testPublishedWindowsAreThoseOfTheirInstantsWhateverTheirOrder(): void
    {
        $windows = [['1970-01-01T09:00:00Z', '1970-01-01T12:00:00Z'], ['1970-01-01T12:00:00Z', '1970-01-01T18:00:00Z'],
            ['1970-01-02T09:00:00Z', '1970-01-02T12:00:00Z']];
        $hours = [[9, 12], [12, 18], [33, 36]];
        $seconds = array_map(static fn (array $one): array => [$one[0] * 3600, $one[1] * 3600], $hours);
        $damaged = [...$windows, 7, ['yesterday', null], ['1970-01-03T09:00:00Z', null], ['1970-01-03T09:00:00Z', '1970-01-03T09:00:00Z']];
        foreach ([$windows, array_reverse($windows), ['x' => $windows[1], 'y' => $windows[0], 'z' => $windows[2]], $damaged] as $stored) {
            $time = WorkedTime::published($stored);
            self::assertSame($seconds, $time->within(0, 300000));
            self::assertSame([9 * 3600, 36 * 3600], $time->span());
            self::assertSame($time->within(11 * 3600, 300000), iterator_to_array($time->since(11 * 3600), false));
            self::assertSame([$seconds[1]], $time->opening(9 * 3600 + 1, 33 * 3600), 'whole, and without the one that is open');
        }
        foreach ([null, 7, 'windows', [], [7], [[]]] as $stored) {
            self::assertTrue(WorkedTime::published($stored)->isEmpty());
            self::assertNull(WorkedTime::published($stored)->span());
        }
    }

    public function testNeighbouringWindowsStayTwoForEachIsADayOfItsOwn(): void
    {
        self::assertSame([[0, 5], [5, 9]], WorkedTime::merged([[0, 5], [5, 9]]));
        self::assertSame([[0, 9]], WorkedTime::merged([[0, 5], [4, 9], [6, 7]]));
    }

    public function testItCountsAsAWatchWouldSecondBySecond(): void
    {
        mt_srand(7);
        for ($i = 0; $i < 40; $i++) {
            $at = 0;
            $windows = [];
            for ($j = 0; $j < 5; $j++) {
                $windows[] = [$at += mt_rand(0, 9), $at += mt_rand(1, 12)];
            }
            $pauses = [[mt_rand(0, 30), mt_rand(31, 50)], [mt_rand(51, 60), mt_rand(0, 1) ? null : mt_rand(61, 90)]];
            [$from, $to] = [mt_rand(0, 40), mt_rand(41, 99)];
            $counted = 0;
            for ($second = $from; $second < $to; $second++) {
                $in = static fn (array $spans): bool => array_filter(
                    $spans,
                    static fn (array $one): bool => $second >= $one[0] && $second < ($one[1] ?? 999)
                ) !== [];
                $counted += $in($windows) && !$in($pauses) ? 1 : 0;
            }
            self::assertSame($counted, (new WorkedTime($windows))->between($from, $to, $pauses));
        }
    }
}
