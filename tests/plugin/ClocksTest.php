<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Clocks;

final class ClocksTest extends TestCase
{
    /** @param array<string, ?string> $stored */
    private static function rank(array $stored): int
    {
        return (int) (Clocks::row($stored)['rank'] ?? -1);
    }

    private static function state(string $state, ?string $due = null): array
    {
        return ['sla_state' => (string) json_encode([$state => 'a title']), 'sla_due' => $due];
    }

    public function testARowHoldsKeysAndNoTitles(): void
    {
        $stored = ['sla_state' => '{"at_risk":"\u041f\u043e\u0434 \u0443\u0433\u0440\u043e\u0437\u043e\u0439"}',
            'sla_level' => '{"urgent":"Urgent"}', 'sla_due' => '2026-11-20 07:00:00'];
        self::assertSame(
            ['state' => 'at_risk', 'level' => 'urgent', 'due' => '2026-11-20 07:00:00', 'rank' => '2'],
            Clocks::row($stored)
        );
    }

    public function testValuesThatSayNothingMakeNoRow(): void
    {
        $empty = [[], ['sla_state' => null, 'sla_level' => null, 'sla_due' => null], ['sla_state' => '', 'sla_due' => '0'],
            ['sla_due' => '0000-00-00 00:00:00'], ['sla_state' => '[]']];
        foreach ($empty as $stored) {
            self::assertNull(Clocks::row($stored));
        }
    }

    public function testWhatIsUrgentComesFirst(): void
    {
        $ranks = array_map(static fn (string $state): int => self::rank(self::state($state, '2026-11-20 07:00:00')), [
            'overdue', 'at_risk', 'running', 'paused', 'missed', 'met', 'none', 'a word of a later version']);
        $sorted = $ranks;
        sort($sorted);
        self::assertSame($sorted, $ranks);
        self::assertSame(array_unique($ranks), $ranks);
    }

    public function testWithoutADeadlineAStateComesAfterItsOwnAndBeforeTheNext(): void
    {
        $dated = self::rank(self::state('at_risk', '2030-01-01 00:00:00'));
        $undated = self::rank(self::state('at_risk'));
        self::assertGreaterThan($dated, $undated);
        self::assertLessThan(self::rank(self::state('running', '1999-01-01 00:00:00')), $undated);
    }

    public function testALevelWithoutAStateIsKept(): void
    {
        $row = Clocks::row(['sla_level' => '{"general":"General"}']);
        self::assertSame(['general', null, null], [$row['level'], $row['state'], $row['due']]);
    }
}
