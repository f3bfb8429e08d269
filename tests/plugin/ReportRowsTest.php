<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Report\CycleRow;
use SlaBridge\Report\Reported;
use SlaBridge\Report\Spent;

final class ReportRowsTest extends TestCase
{
    /** @param array<string, mixed> $changes @return array<string, mixed> */
    private static function cycle(array $changes = []): array
    {
        return $changes + ['metric' => 'resolution', 'cycle' => 2, 'state' => 'missed', 'started_at' => '2026-11-01T08:00:00Z',
            'due_at' => '2026-11-02T08:00:00Z', 'stopped_at' => '2026-11-03T08:00:00Z', 'breached_at' => '2026-11-02T08:00:00Z',
            'elapsed_seconds' => 3600, 'level' => 'gold', 'customer' => 'C1', 'department' => ['id' => 4, 'name' => 'Support'],
            'agent' => ['id' => 9, 'name' => 'Anna'], 'opening' => 2, 'spent' => [
                ['status' => ['id' => 1, 'name' => 'Open'], 'department' => ['id' => 4, 'name' => 'Support'], 'seconds' => 3000],
                ['status' => ['id' => 6, 'name' => 'Waits'], 'department' => ['id' => 4, 'name' => 'Support'], 'seconds' => 600]]];
    }

    public function testAFinishedCycleBecomesARow(): void
    {
        self::assertSame(['stopped' => 1793692800, 'ticket_id' => 7, 'no' => 0, 'state' => 'missed', 'metric' => 'resolution',
            'level' => 'gold', 'due' => 1793606400, 'breached' => 1793606400, 'customer' => 'C1', 'department' => 4, 'agent' => 9,
            'elapsed' => 3600, 'opening' => 2, 'spent' => '1:4,6:4 3000,600'], CycleRow::finished(7, [self::cycle()])[0]);
    }

    public function testWhatAnOlderCycleDoesNotTellIsNobodys(): void
    {
        $old = array_diff_key(self::cycle(), array_flip(['customer', 'department', 'agent', 'opening', 'spent', 'level']));
        $row = CycleRow::finished(7, [$old])[0];
        self::assertSame(['', '', 0, 0, null, ''], [$row['level'], $row['customer'], $row['department'], $row['agent'], $row['opening'],
            $row['spent']]);
        $nulls = array_fill_keys(['customer', 'department', 'agent', 'opening', 'spent', 'level', 'due_at', 'breached_at'], null);
        self::assertNull(CycleRow::finished(7, [self::cycle($nulls)])[0]['due']);
    }

    public function testPlacesAreThoseOfTheListAlsoBehindWhatIsNoCycle(): void
    {
        $cycles = ['x', self::cycle(['stopped_at' => null]), self::cycle(['state' => 'running']), self::cycle(['stopped_at' => 'soon']),
            self::cycle(['state' => ['missed']]), self::cycle()];
        self::assertSame([5], array_column(CycleRow::finished(7, $cycles), 'no'));
    }

    public function testNothingThatSomebodyWritesIsRefusedByTheTable(): void
    {
        $odd = ['elapsed_seconds' => -5, 'opening' => 1 << 20, 'level' => str_repeat('я', 400), 'customer' => 'C😀', 'metric' => ['a'],
            'department' => ['id' => PHP_INT_MAX], 'agent' => 'Anna', 'stopped_at' => '9999-01-01T00:00:00Z', 'spent' => [[], 'x',
            ['seconds' => '5'], ['seconds' => 8]]];
        $row = CycleRow::finished(7, [self::cycle($odd)])[0];
        $expected = ['elapsed' => 0, 'opening' => 65535, 'customer' => "C\u{FFFD}", 'metric' => '', 'department' => 4294967295,
            'agent' => 0, 'stopped' => 4294967295, 'spent' => '0:0 8'];
        foreach ($expected as $column => $value) {
            self::assertSame($value, $row[$column], $column);
        }
        self::assertSame(190, mb_strlen($row['level']));
    }

    public function testOpenClocksAreThoseThatAreNotOver(): void
    {
        $clocks = array_map(
            static fn (string $state): array => self::cycle(['state' => $state]),
            ['met', 'running', 'overdue', 'missed', 'paused', 'cancelled', 'at_risk']
        );
        $rows = CycleRow::open(7, $clocks);
        self::assertSame(
            [[1, 'open'], [2, 'overdue'], [4, 'open'], [6, 'open']],
            array_map(static fn (array $row): array => [$row['no'], $row['state']], $rows)
        );
        self::assertSame([0, 0, '', 0], [$rows[0]['stopped'], $rows[0]['department'], $rows[0]['customer'], $rows[0]['elapsed']]);
    }

    public function testAMarkTellsTicketAndPlaceAgain(): void
    {
        foreach ([[1, 0], [4294967295, 65535], [442499, 12]] as $one) {
            self::assertSame($one, CycleRow::marked(CycleRow::mark(...$one)));
        }
    }

    public function testATicketsOwnRowTellsCustomerAndSupport(): void
    {
        self::assertSame(
            ['customer' => 'C1', 'customer_name' => 'Farm', 'support' => 'unknown'],
            Reported::row(['id' => 'C1', 'name' => 'Farm'], 'unknown')
        );
        self::assertSame(['customer' => '', 'customer_name' => '', 'support' => ''], Reported::row(['id' => null], "no'word"));
    }

    public function testTimeSpentIsPackedAndEmptyWhereNobodyRecordedIt(): void
    {
        self::assertSame('', Spent::packed(null));
        self::assertSame('', Spent::packed([]));
        self::assertSame('1:4,6:4 3000,600', Spent::packed(self::cycle()['spent']));
    }
}
