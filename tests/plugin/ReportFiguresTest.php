<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Report\Dimensions;
use SlaBridge\Report\LocalTime;
use SlaBridge\Report\MonthRows;
use SlaBridge\Report\Period;
use SlaBridge\Report\Question;
use SlaBridge\Report\RowTallies;
use SlaBridge\Report\TicketTally;

final class ReportFiguresTest extends TestCase
{
    public function testAPercentileIsAnAmountThatACycleReallyTook(): void
    {
        self::assertNull(RowTallies::nearestRank([], 50));
        self::assertSame(7, RowTallies::nearestRank([7], 90));
        self::assertSame(1, RowTallies::nearestRank([1, 2], 50));
        self::assertSame(2, RowTallies::nearestRank([1, 2, 3], 50));
        self::assertSame(9, RowTallies::nearestRank(range(1, 10), 90));
        self::assertSame(10, RowTallies::nearestRank(range(1, 11), 90));
    }

    public function testNoPercentileIsAnotherOneByTheRoundingOfAProduct(): void
    {
        for ($count = 1; $count <= 300; $count++) {
            // The least amount that at least ninety of a hundred do not exceed, found by counting.
            $expected = min(array_filter(range(1, $count), static fn (int $one): bool => 100 * $one >= 90 * $count));
            self::assertSame($expected, RowTallies::nearestRank(range(1, $count), 90), "of $count");
        }
    }

    public function testRowsStandInTheOrderOfKeyAndMetricAsTexts(): void
    {
        $tallies = new RowTallies();
        foreach (['10', '9', '', 'я', 'z', 'Z'] as $key) {
            $tallies->ended($key, 'resolution', 5, false);
            $tallies->stands($key, 'first_response', true);
        }
        self::assertSame(['', '10', '9', 'Z', 'z', 'я'], array_values(array_unique(array_column($tallies->rows(), 'key'))));
        self::assertSame(['first_response', 'resolution'], array_slice(array_column($tallies->rows(), 'metric'), 0, 2));
    }

    public function testARowCountsWhatEndedAndWhatStands(): void
    {
        $tallies = new RowTallies();
        foreach ([[30, false], [10, true], [20, false]] as [$elapsed, $missed]) {
            $tallies->ended('gold', 'resolution', $elapsed, $missed);
        }
        $tallies->stands('gold', 'resolution', true);
        $tallies->stands('gold', 'resolution', false);
        $tallies->stands('gold', 'resolution', false);
        self::assertSame([['key' => 'gold', 'name' => 'Gold', 'metric' => 'resolution', 'met' => 2, 'breached' => 1, 'open' => 2,
            'open_breached' => 1, 'median_seconds' => 20, 'p90_seconds' => 30]], $tallies->rows(['gold' => 'Gold']));
    }

    public function testAKeyWithOpenClocksAloneHasARowWithoutPercentiles(): void
    {
        $tallies = new RowTallies();
        $tallies->stands('7', 'resolution', false);
        self::assertSame([0, 0, 1, null], [$tallies->rows()[0]['met'], $tallies->rows()[0]['breached'], $tallies->rows()[0]['open'],
            $tallies->rows()[0]['median_seconds']]);
        self::assertSame('7', $tallies->rows()[0]['key']);
    }

    public function testTotalsAreOfAllKeysAndMonthsCountByThemselves(): void
    {
        $period = new Period(new Question('2026-11-01', '2026-11-30'), new LocalTime(new DateTimeZone('UTC')), 0);
        $rows = new Dimensions(['level', 'month'], $period);
        foreach (['a', 'b'] as $level) {
            $rows->ended(['level' => $level, 'customer' => '', 'department' => '1', 'agent' => ''], 'resolution', 4, false);
        }
        self::assertSame([2], array_column($rows->tallies['']->rows(), 'met'));
        self::assertSame([1, 1], array_column($rows->tallies['level']->rows(), 'met'));
        self::assertSame([], $rows->tallies['month']->rows());
    }

    public function testATicketIsMetWhereAllItsCyclesWere(): void
    {
        $tally = new TicketTally();
        foreach (
            [[1, 'met', 10, 1], [1, 'met', 20, 1], [2, 'missed', 10, 1], [2, 'met', 20, 2], [3, 'met', 5, 1], [3, 'missed', 9, 1],
            [4, 'cancelled', 5, 1], [5, 'cancelled', 5, 1], [5, 'met', 6, 3], [6, 'met', 7, 0]] as [$ticket, $state, $stopped, $opening]
        ) {
            $tally->add($ticket, $state, $stopped, $opening);
        }
        self::assertSame(['met' => 3, 'breached' => 2, 'last_breached' => 1, 'reopened' => 2, 'cancelled' => 1], $tally->counts());
    }

    public function testOfSeveralThatEndedInTheLastSecondAMissedOneDecides(): void
    {
        foreach ([['missed', 'met'], ['met', 'missed']] as $states) {
            $tally = new TicketTally();
            foreach ($states as $state) {
                $tally->add(1, $state, 10, 1);
            }
            self::assertSame(1, $tally->counts()['last_breached'], implode(' ', $states));
        }
    }

    public function testACancelledCycleAfterTheLastOneChangesNothing(): void
    {
        $tally = new TicketTally();
        $tally->add(1, 'missed', 10, 1);
        $tally->add(1, 'cancelled', 20, 2);
        self::assertSame(['met' => 0, 'breached' => 1, 'last_breached' => 1, 'reopened' => 0, 'cancelled' => 0], $tally->counts());
    }

    public function testACycleCountsInTheMonthOfItsEndInWhateverOrderTheyCome(): void
    {
        $tallies = new RowTallies();
        $time = new LocalTime(new DateTimeZone('Europe/Moscow'));
        $months = new MonthRows(new Period(new Question('2026-11-10', '2026-11-20'), $time, 0), $tallies);
        $ends = ['2026-11-30 20:59:59', '2025-11-30 21:00:00', '2026-06-15 00:00:00', '2026-05-31 21:00:00', '2026-11-10 00:00:00'];
        foreach ([...$ends, '2025-11-30 20:59:59', '2026-11-30 21:00:00'] as $end) {
            $months->take((int) strtotime("$end UTC"), 'resolution', 1, false);
        }
        self::assertSame(['2025-12' => 1, '2026-06' => 2, '2026-11' => 2], array_column($tallies->rows(), 'met', 'key'));
    }
}
