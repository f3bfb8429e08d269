<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Queues\ClockRow;
use SlaBridge\Queues\Clocks;

final class ClockRowTest extends TestCase
{
    private static function rank(array $stored, ?string $detail = null): int
    {
        return (int) (ClockRow::of($stored, $detail)['rank'] ?? -1);
    }

    private static function state(string $state, ?string $due = null): array
    {
        return ['sla_state' => (string) json_encode([$state => 'a title']), 'sla_due' => $due];
    }

    /** @param array<string, mixed> ...$clocks */
    private static function detail(array ...$clocks): string
    {
        return (string) json_encode(['v' => 2, 'clocks' => $clocks]);
    }

    private static function waits(string ...$since): string
    {
        return self::detail(...array_map(
            static fn (string $at): array
                => ['state' => 'paused', 'pauses' => [['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'], [$at, null]]],
            $since
        ));
    }

    public function testARowHoldsKeysAndNoTitles(): void
    {
        $stored = ['sla_state' => '{"at_risk":"\u041f\u043e\u0434 \u0443\u0433\u0440\u043e\u0437\u043e\u0439"}',
            'sla_level' => '{"urgent":"Urgent"}', 'sla_due' => '2026-11-20 07:00:00'];
        self::assertSame(
            ['state' => 'at_risk', 'level' => 'urgent', 'due' => '2026-11-20 07:00:00', 'rank' => '11795158000', 'since' => null],
            ClockRow::of($stored)
        );
    }

    public function testKeysThatOsTicketMadeAnewAreTheSame(): void
    {
        self::assertSame('urgent', ClockRow::of(['sla_level' => '{"urgent,Urgent":"Urgent"}'])['level']);
    }

    public function testValuesThatSayNothingMakeNoRow(): void
    {
        $empty = [[], ['sla_state' => null, 'sla_level' => null, 'sla_due' => null], ['sla_state' => '', 'sla_due' => '0'],
            ['sla_due' => '0000-00-00 00:00:00'], ['sla_state' => '[]']];
        foreach ($empty as $stored) {
            self::assertNull(ClockRow::of($stored, self::waits('2026-11-02T08:00:00Z')));
        }
    }

    public function testOverdueAndRunningAreSortedAlikeByTheirDeadline(): void
    {
        $ranks = [
            self::rank(self::state('overdue', '2026-11-19 07:00:00')), self::rank(self::state('running', '2026-11-19 07:00:01')),
            self::rank(self::state('at_risk', '2026-11-20 07:00:00')), self::rank(self::state('overdue', '2026-11-20 07:00:01')),
        ];
        $sorted = $ranks;
        sort($sorted);
        self::assertSame($sorted, $ranks);
        self::assertSame($ranks[0], self::rank(self::state('running', '2026-11-19 07:00:00')));
    }

    public function testWhatWaitsComesNextAndThenWhatIsOver(): void
    {
        $ranks = [
            self::rank(self::state('running', '2200-01-01 00:00:00')), self::rank(self::state('running')),
            self::rank(self::state('paused'), self::waits('1999-01-01T00:00:00Z')), self::rank(self::state('paused')),
            self::rank(self::state('missed', '1999-01-01 00:00:00')), self::rank(self::state('met', '1999-01-01 00:00:00')),
            self::rank(self::state('none')), self::rank(self::state('a word of a later version', '1999-01-01 00:00:00')),
        ];
        $sorted = $ranks;
        sort($sorted);
        self::assertSame($sorted, $ranks);
        self::assertCount(count($ranks), array_unique($ranks));
    }

    public function testRanksAreOfTheSameLengthForTheyAreAlsoComparedAsTexts(): void
    {
        foreach (['1970-01-01 00:00:00', '2001-09-09 01:46:39', '2026-11-20 07:00:00', '9999-12-31 23:59:59', null] as $due) {
            foreach (['overdue', 'paused', 'none', 'a word of a later version'] as $state) {
                self::assertSame(11, strlen((string) self::rank(self::state($state, $due))), "$state $due");
            }
        }
    }

    public function testTheLongestWaitingComesFirstAndItsClocksTellSinceWhen(): void
    {
        $row = ClockRow::of(self::state('paused'), self::waits('2026-11-03T08:00:00Z', '2026-11-02T08:00:00Z'));
        self::assertSame('2026-11-02 08:00:00', $row['since']);
        $later = ClockRow::of(self::state('paused'), self::waits('2026-11-02T08:00:01Z'));
        self::assertGreaterThan((int) $row['rank'], (int) $later['rank']);
    }

    public function testWhatIsOverTellsWhenItWasAnsweredAndNotWhenItWasSolved(): void
    {
        $clock = ['state' => 'met', 'metric' => 'first_response', 'stopped_at' => '2026-10-29T08:00:00Z'];
        $next = ['metric' => 'next_response', 'stopped_at' => '2026-10-30T08:00:00Z'] + $clock;
        $solved = ['metric' => 'resolution', 'stopped_at' => '2026-11-01T08:00:00Z'] + $clock;
        self::assertSame('2026-10-30 08:00:00', ClockRow::of(self::state('met'), self::detail($clock, $solved, $next))['since']);
        self::assertNull(ClockRow::of(self::state('met'), self::detail($solved))['since']);
        self::assertNull(ClockRow::of(self::state('missed'), self::detail($clock))['since']);
    }

    public function testAnOverdueOneThatIsPausedStandsWhereItWasDue(): void
    {
        $clock = ['state' => 'overdue', 'due_at' => null, 'breached_at' => '2026-11-19T07:00:00Z'];
        $row = ClockRow::of(self::state('overdue'), self::detail($clock));
        self::assertSame([null, '2026-11-19 07:00:00'], [$row['due'], $row['since']]);
        self::assertSame(self::rank(self::state('overdue', '2026-11-19 07:00:00')), (int) $row['rank']);
    }

    public function testADetailOfAnyShapeIsSurvived(): void
    {
        $shapes = [null, '', '{', '[]', '7', '"clocks"', '{"clocks": 7}', '{"clocks": [7, null, {}]}',
            '{"clocks": [{"state": ["paused"]}]}',
            '{"clocks": [{"state": "paused", "pauses": 7}]}', '{"clocks": [{"state": "paused", "pauses": [7, [], [null], [[], null]]}]}',
            '{"clocks": [{"state": "paused", "pauses": [["yesterday", null]]}]}'];
        foreach ($shapes as $detail) {
            $row = ClockRow::of(self::state('paused'), $detail);
            self::assertSame(['paused', null], [$row['state'], $row['since']], (string) $detail);
        }
    }

    public function testOnlyTheStatesOfTheTwoQueuesAreInOne(): void
    {
        self::assertSame(['at_risk', 'overdue', null, null, null], array_map(Clocks::queueOf(...), [
            ['state' => 'at_risk'], ['state' => 'overdue'], ['state' => 'running'], ['state' => null], null]));
    }
}
