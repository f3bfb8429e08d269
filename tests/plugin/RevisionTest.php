<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Tickets\Revision;

final class RevisionTest extends TestCase
{
    /** @return array<string, mixed> */
    private function snapshot(): array
    {
        $event = static fn (string $kind, mixed $to): array =>
            [
                'at' => '2026-11-20T07:00:00Z',
                'kind' => $kind,
                'actor' => 'agent',
                'source' => 'web',
                'from' => null,
                'to' => $to,
                'field' => null,
            ];
        return ['id' => 7, 'rev' => 'x', 'subject' => 's', 'status' => ['id' => 1, 'name' => 'Open', 'state' => 'open'],
            'department' => ['id' => 1, 'name' => 'Support'], 'topic' => null, 'priority' => ['id' => 2, 'name' => 'Normal'],
            'assignee' => ['id' => 3, 'name' => 'A'], 'native' => ['sla' => 'x'], 'fields' => (object) ['product' => 'a'],
            'events' => [
                $event('created', ['status' => ['id' => 1, 'name' => 'Open'], 'topic' => null]), $event('note', null),
                $event('department', ['id' => 2, 'name' => 'Sales']),
            ],
            'bridge' => ['fields' => (object) ['sla_level' => 'gold']]];
    }

    private function rev(?callable $change = null, array $own = [false, false, false]): string
    {
        $snapshot = $this->snapshot();
        if ($change) {
            $change($snapshot);
        }
        return Revision::of($snapshot, $own);
    }

    public function testItIsStable(): void
    {
        self::assertSame($this->rev(), $this->rev());
        self::assertMatchesRegularExpression('/^[0-9a-f]{32}$/', $this->rev());
    }

    public function testWhatIsNoInputDoesNotMoveIt(): void
    {
        self::assertSame($this->rev(), $this->rev(static function (array &$s): void {
            $s['rev'] = 'y';
            $s['native'] = ['sla' => 'other'];
            $s['bridge'] = ['fields' => (object) ['sla_level' => 'silver'], 'cycles' => [1]];
        }));
    }

    public function testRenamesDoNotMoveIt(): void
    {
        self::assertSame($this->rev(), $this->rev(static function (array &$s): void {
            $s['status']['name'] = 'Offen';
            $s['department']['name'] = 'Hilfe';
            $s['assignee']['name'] = 'B';
            $s['events'][0]['to']['status']['name'] = 'Offen';
            $s['events'][2]['to']['name'] = 'Verkauf';
        }));
    }

    public function testWhoseDeedAnEventWasDoesNotMoveIt(): void
    {
        self::assertSame($this->rev(), $this->rev(static function (array &$s): void {
            foreach ($s['events'] as &$event) {
                $event['by'] = ['id' => 2, 'name' => 'Anton Agent'];
            }
        }));
    }

    public function testTheServiceAgentDoesNotMoveIt(): void
    {
        $without = static function (array &$s): void {
            array_splice($s['events'], 1, 1);
        };
        self::assertSame($this->rev($without, [false, false]), $this->rev(null, [false, true, false]));
        self::assertNotSame($this->rev($without, [false, false]), $this->rev());
    }

    public function testInputsMoveIt(): void
    {
        $seen = [$this->rev()];
        $changes = [
            static fn (array &$s) => $s['subject'] = 't', static fn (array &$s) => $s['status'] = [
                'id' => 2,
                'name' => 'Open',
                'state' => 'open',
            ],
            static fn (array &$s) => $s['fields'] = (object) ['product' => 'b'], static fn (array &$s) => $s['assignee'] = null,
            static fn (array &$s) => $s['events'][1]['kind'] = 'response', static fn (array &$s) => $s['events'][2]['to']['id'] = 3,
            static fn (array &$s) => $s['events'][0]['at'] = '2026-11-20T07:00:01Z',
        ];
        foreach ($changes as $change) {
            $rev = $this->rev($change);
            self::assertNotContains($rev, $seen);
            $seen[] = $rev;
        }
    }
}
