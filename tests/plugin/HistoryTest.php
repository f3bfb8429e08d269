<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Tickets\History;

final class HistoryTest extends TestCase
{
    private const T0 = 1_760_000_000;
    private const OPEN = 1;
    private const RESOLVED = 2;
    private const WAITING = 6;
    private const SERVICE = 9;

    private int $id = 0;

    /** @return array<string, mixed> */
    private function catalog(array $change = []): array
    {
        return $change + [
            'statuses' => [
                1 => ['id' => 1, 'name' => 'Open', 'state' => 'open', 'reopen' => null],
                2 => ['id' => 2, 'name' => 'Resolved', 'state' => 'closed', 'reopen' => null],
                6 => ['id' => 6, 'name' => 'Waiting', 'state' => 'open', 'reopen' => null],
            ],
            'departments' => [1 => 'Support', 2 => 'Sales', 3 => 'Development'], 'topics' => [1 => 'General', 10 => 'Problem'],
            'priorities' => [1 => 'Low', 2 => 'Normal', 3 => 'High'], 'plans' => [1 => 'Default', 2 => 'Fast'],
            'staff' => [2 => 'Anton Agent', 9 => 'SLA Bridge'], 'teams' => [4 => 'Night shift'],
            'fields' => [
                22 => ['name' => 'priority', 'type' => 'priority', 'flags' => 0x3001, 'owner' => null],
                37 => ['name' => 'product_version', 'type' => 'text', 'flags' => 0x3301, 'owner' => null],
                40 => ['name' => 'sla_level', 'type' => 'choices', 'flags' => 0x41031, 'owner' => 'bridge'],
                46 => ['name' => 'sla_set_level', 'type' => 'choices', 'flags' => 0x43031, 'owner' => 'agent'],
                47 => ['name' => 'sla_set_critical', 'type' => 'bool', 'flags' => 0x43031, 'owner' => 'agent'],
                51 => ['name' => 'sla_set_promise', 'type' => 'datetime', 'flags' => 0x43031, 'owner' => 'agent'],
            ],
            'topicStatus' => [], 'defaultStatus' => 1, 'service' => self::SERVICE,
        ];
    }

    /** @return array<string, mixed> */
    private function ticket(array $change = []): array
    {
        return $change + ['id' => 7, 'created' => self::T0, 'merged' => false, 'parent' => null, 'status' => self::OPEN,
            'department' => 1, 'topic' => 10, 'priority' => 2, 'source' => 'web', 'values' => []];
    }

    /** @return array<string, mixed> */
    private function row(string $name, int $at, array $data = [], string $who = 'S2', array $change = []): array
    {
        return $change + ['id' => ++$this->id, 'name' => $name, 'at' => self::T0 + $at, 'dept_id' => 1, 'topic_id' => 10,
            'data' => $data ? json_encode($data) : null, 'uid' => $who === '' ? null : substr($who, 1),
            'uid_type' => $who === '' ? 'S' : $who[0], 'status_id' => null];
    }

    /** @return array<string, mixed> */
    private function entry(string $type, int $at, int $staff = 0, string $source = ''): array
    {
        return ['id' => ++$this->id, 'type' => $type, 'at' => self::T0 + $at, 'staff_id' => $staff, 'source' => $source];
    }

    /** @return list<array<string, mixed>> */
    private function events(array $ticket, array $rows, array $entries = [], array $inputs = [], array $catalog = []): array
    {
        return (new History($this->catalog($catalog)))->of($ticket, $rows, $entries, $inputs)[0];
    }

    private static function ids(array $events): array
    {
        return array_map(static fn (array $e): array => [$e['kind'], $e['from']['id'] ?? null, $e['to']['id'] ?? null], $events);
    }

    public function testStatusesAreReplayedAndMarkedAsInferred(): void
    {
        $events = $this->events($this->ticket(['status' => self::WAITING]), [
            $this->row('created', 0, [], 'U5'),
            $this->row('edited', 10, ['status' => self::WAITING]),
            $this->row('closed', 20, ['status' => [self::RESOLVED, 'Resolved']]),
            $this->row('reopened', 30, [], ''),
            $this->row('edited', 40, ['status' => self::WAITING]),
        ]);
        self::assertSame([
            ['created', null, null], ['status', 1, 6], ['closed', 6, 2], ['reopened', 2, 1], ['status', 1, 6],
        ], self::ids($events));
        self::assertSame('open', $events[4]['to']['state']);
        self::assertSame(['customer', 'agent', 'agent', 'system', 'agent'], array_column($events, 'actor'));
        foreach ($events as $event) {
            self::assertTrue($event['inferred']);
        }
    }

    public function testAReopeningThatIsTheLastChangeLedToTheStatusOfNow(): void
    {
        $events = $this->events($this->ticket(['status' => self::WAITING]), [
            $this->row('created', 0, [], 'U5'), $this->row('closed', 20, ['status' => [2, 'Resolved']]), $this->row('reopened', 30),
        ]);
        self::assertSame(['reopened', 2, 6], self::ids($events)[2]);
    }

    public function testTheReopeningStatusOfTheClosedOneIsUsed(): void
    {
        $statuses = $this->catalog()['statuses'];
        $statuses[2]['reopen'] = self::WAITING;
        $events = $this->events($this->ticket(['status' => 2]), [
            $this->row('created', 0, [], 'U5'), $this->row('closed', 20, ['status' => [2, 'Resolved']]), $this->row('reopened', 30),
            $this->row('closed', 40, ['status' => [2, 'Resolved']]),
        ], [], [], ['statuses' => $statuses]);
        self::assertSame(['reopened', 2, 6], self::ids($events)[2]);
    }

    public function testWhatThePluginNotedAtTheTimeWinsOverReplay(): void
    {
        $events = $this->events($this->ticket(['status' => 2]), [
            $this->row('created', 0, [], 'U5', ['status_id' => '6']), $this->row('closed', 20, ['status' => [2, 'Resolved']]),
            $this->row('reopened', 30, [], 'S2', ['status_id' => '6']), $this->row('closed', 40, ['status' => [2, 'Resolved']]),
        ]);
        self::assertSame(6, $events[0]['to']['status']['id']);
        self::assertArrayNotHasKey('inferred', $events[0]);
        self::assertSame([['closed', 6, 2], ['reopened', 2, 6], ['closed', 6, 2]], array_slice(self::ids($events), 1));
    }

    public function testCreatedCarriesWhatStoodAtTheBeginning(): void
    {
        $events = $this->events($this->ticket(['department' => 3, 'topic' => 1, 'priority' => 3]), [
            $this->row('created', 0, [], 'U5', ['dept_id' => 2]),
            $this->row('transferred', 10, ['dept' => 'Development'], 'S2', ['dept_id' => 3]),
            $this->row('edited', 20, ['topic_id' => [10, 1]]),
            $this->row('edited', 30, ['fields' => ['22' => [['Low', 1], ['High', 3]]]]),
            $this->row('edited', 40, ['sla_id' => [1, 2]]),
            $this->row('edited', 50, ['sla_id' => [2, 2]]),
        ]);
        self::assertSame(
            ['status' => 1, 'department' => 2, 'topic' => 10, 'priority' => 1],
            array_map(static fn (array $ref): int => $ref['id'], $events[0]['to'])
        );
        self::assertSame([
            ['department', 2, 3], ['topic', 10, 1], ['priority', 1, 3], ['sla', 1, 2],
        ], array_slice(self::ids($events), 1));
    }

    public function testATicketWithoutALogStillBegins(): void
    {
        $events = $this->events($this->ticket(['status' => 6]), [], [$this->entry('M', 5)]);
        self::assertSame(['created', 'message'], array_column($events, 'kind'));
        self::assertSame(6, $events[0]['to']['status']['id']);
        self::assertSame('system', $events[0]['actor']);
    }

    public function testWhoSpoke(): void
    {
        [$events, $own] = (new History($this->catalog()))->of($this->ticket(), [$this->row('created', 0, [], 'U5')], [
            $this->entry('M', 1), $this->entry('R', 2, 2), $this->entry('R', 3, 0), $this->entry('N', 4, 2, 'Email'),
            $this->entry('N', 5, self::SERVICE), $this->entry('X', 6, 2),
        ]);
        self::assertSame([
            ['created', 'customer', 'web'], ['message', 'customer', 'web'], ['response', 'agent', 'web'], ['response', 'system', 'web'],
            ['note', 'agent', 'email'], ['note', 'system', 'web'],
        ], array_map(static fn (array $e): array => [$e['kind'], $e['actor'], $e['source']], $events));
        self::assertSame([false, false, false, false, false, true], $own);
    }

    public function testFieldChangesAreNamedAndDecoded(): void
    {
        $events = $this->events($this->ticket(), [
            $this->row('created', 0, [], 'U5'),
            $this->row('edited', 1, ['0' => 'a', '1' => 'b', 'fields' => ['37' => ['3.0.1', '3.0.2']]]),
            $this->row('edited', 2, ['fields' => ['46' => [null, '{"general":"\u041e"}'], '47' => ['0', '1']]]),
            $this->row('edited', 3, ['fields' => ['51' => [0, '2026-12-24 18:00:00 MSK'], '40' => ['{"a":"A"}', null]]]),
            $this->row('edited', 4, ['fields' => ['46' => ['{"general":"G"}', '[]'], '47' => [null, '0'], '999' => ['a', 'b']]]),
        ]);
        self::assertSame([
            ['product_version', '3.0.1', '3.0.2'], ['sla_set_level', null, 'general'], ['sla_set_critical', false, true],
            ['sla_set_promise', null, '2026-12-24T15:00:00Z'], ['sla_set_level', 'general', null],
        ], array_map(static fn (array $e): array => [$e['field'], $e['from'], $e['to']], array_slice($events, 1)));
    }

    public function testChangesThatOsTicketLogsButDoesNotMakeAreLeftOut(): void
    {
        $events = $this->events($this->ticket(), [
            $this->row('created', 0, [], 'U5'),
            $this->row('edited', 1, ['fields' => ['22' => [['Normal', 2], null], '46' => [null, 'urgent'], '37' => ['1', '2']]], 'U5'),
        ]);
        self::assertSame(['created', 'field'], array_column($events, 'kind'));
        self::assertSame(2, $events[0]['to']['priority']['id']);
    }

    public function testAnAgentsInputsOfTheNewTicketFormBecomeEvents(): void
    {
        $now = ['sla_set_level' => 'general', 'sla_set_critical' => false, 'product_version' => '1'];
        $edit = $this->row('edited', 9, ['fields' => ['47' => ['1', '0']]]);
        $events = $this->events($this->ticket(['values' => $now]), [$this->row('created', 0, [], 'S2'), $edit]);
        self::assertSame([
            ['created', null], ['field', 'sla_set_critical'], ['field', 'sla_set_level'], ['field', 'sla_set_critical'],
        ], array_map(static fn (array $e): array => [$e['kind'], $e['field']], $events));
        self::assertTrue($events[1]['to']);
        $events = $this->events($this->ticket(['values' => $now]), [$this->row('created', 0, [], 'U5')]);
        self::assertSame(['created'], array_column($events, 'kind'));
    }

    /** @return array<string, mixed> a row of the plugin's own log of agents' inputs */
    private function input(int $field, int $at, ?string $before, ?string $after, array $change = []): array
    {
        return $change + ['id' => ++$this->id, 'field' => $field, 'uid' => '2', 'uid_type' => 'S', 'at' => self::T0 + $at,
            'before' => $before, 'after' => $after, 'event' => 0, 'at_creation' => false];
    }

    /** @param list<array<string, mixed>> $events @return list<array<int, mixed>> */
    private static function fieldEvents(array $events): array
    {
        $fields = array_values(array_filter($events, static fn (array $e): bool => $e['kind'] === 'field'));
        return array_map(static fn (array $e): array => [$e['field'], $e['actor'], $e['from'], $e['to']], $fields);
    }

    public function testWhatThePluginWroteDownTellsWhoSetAnInputAndIsToldOnce(): void
    {
        $created = $this->row('created', 0, [], 'U5');
        $both = $this->row('edited', 9, ['fields' => ['47' => ['0', '1'], '37' => [null, '3.0']]]);
        $events = $this->events($this->ticket(), [$created, $both], [], [
            $this->input(47, 9, null, '1', ['event' => $both['id']]),
            $this->input(46, 12, null, '{"general":"G"}'),
            $this->input(51, 13, null, '2030-01-01 00:00:00', ['uid' => '5', 'uid_type' => 'U']),
            $this->input(47, 14, '1', null, ['uid' => '0']),
            $this->input(46, 15, '{"general":"G"}', null, ['uid' => (string) self::SERVICE]),
            $this->input(999, 16, null, '1'),
        ]);
        self::assertSame([
            ['product_version', 'agent', null, '3.0'], ['sla_set_critical', 'agent', false, true],
            ['sla_set_level', 'agent', null, 'general'], ['sla_set_promise', 'customer', null, '2030-01-01T00:00:00Z'],
            ['sla_set_critical', 'system', true, false], ['sla_set_level', 'system', 'general', null],
        ], self::fieldEvents($events));
    }

    public function testWhatHappenedBeforeOrWhileThePluginWasOffStaysWithOsTicketsEvents(): void
    {
        $old = $this->row('edited', 5, ['fields' => ['47' => ['0', '1']]]);
        $off = $this->row('edited', 30, ['fields' => ['47' => ['0', '1']]]);
        $events = $this->events($this->ticket(), [$this->row('created', 0, [], 'U5'), $old, $off], [], [
            $this->input(47, 20, '1', '0'),
        ]);
        self::assertSame([[false, true], [true, false], [false, true]], array_map(
            static fn (array $e): array => array_slice($e, 2),
            self::fieldEvents($events)
        ));
    }

    public function testWhatIsWrittenDownAtCreationIsAllThatATicketBeganWith(): void
    {
        $now = ['sla_set_level' => 'general', 'sla_set_critical' => true];
        $complete = $this->input(0, 0, null, null, ['at_creation' => true]);
        $level = $this->input(46, 0, null, '{"general":"G"}', ['at_creation' => true]);
        $events = $this->events($this->ticket(['values' => $now]), [$this->row('created', 0, [], 'S2')], [], [$level, $complete]);
        self::assertSame([['sla_set_level', 'agent', null, 'general']], self::fieldEvents($events));
        $events = $this->events($this->ticket(['values' => $now]), [$this->row('created', 0, [], 'S2')], [], [$complete]);
        self::assertSame([], self::fieldEvents($events), 'a value that nobody wrote down was set behind our back');
    }

    public function testACutEventExplainsWhatStandsAndNothingElseTold(): void
    {
        $cut = substr('{"fields":{"37":[null,"' . str_repeat('x', 2000), 0, 1024);
        $rows = [$this->row('created', 0, [], 'U5'), $this->row('edited', 7, [], 'S2', ['data' => $cut])];
        $events = $this->events($this->ticket(['values' => ['sla_set_critical' => true]]), $rows);
        self::assertSame([['sla_set_critical', 'agent', false, true]], self::fieldEvents($events));
        self::assertTrue($events[1]['inferred']);
        foreach (['U5', 'S' . self::SERVICE, ''] as $who) {
            $rows[1] = $this->row('edited', 7, [], $who, ['data' => $cut]);
            self::assertSame([], self::fieldEvents($this->events($this->ticket(['values' => ['sla_set_critical' => true]]), $rows)));
        }
        $rows[1] = $this->row('edited', 7, [], 'S2', ['data' => '{"fields":{"37":["a']);
        self::assertSame([], self::fieldEvents($this->events($this->ticket(['values' => ['sla_set_critical' => true]]), $rows)));
    }

    public function testAFieldOfTheDesksOwnIsNoFieldOfOurs(): void
    {
        $catalog = $this->catalog();
        $catalog['fields'][60] = ['name' => 'sla_contract', 'type' => 'text', 'flags' => 0x3301, 'owner' => null];
        $rows = [$this->row('created', 0, [], 'U5'), $this->row('edited', 7, ['fields' => ['60' => [null, 'A-1']]])];
        [$events] = (new History($catalog))->of($this->ticket(), $rows, []);
        self::assertSame([['sla_contract', 'agent', null, 'A-1']], self::fieldEvents($events));
    }

    public function testRenamedThingsKeepTheirIds(): void
    {
        $catalog = $this->catalog();
        $catalog['statuses'][6]['name'] = 'Pending';
        $catalog['departments'][2] = 'Field work';
        $catalog['priorities'][3] = 'Hot';
        $rows = [$this->row('created', 0, [], 'U5'), $this->row('edited', 2, ['status' => 6]),
            $this->row('transferred', 3, ['dept' => 'Sales'], 'S2', ['dept_id' => 2]),
            $this->row('edited', 4, ['fields' => ['22' => [['Normal', 2], ['High', 3]]]])];
        [$events] = (new History($catalog))->of($this->ticket(['priority' => 3]), $rows, []);
        self::assertSame(
            [[6, 'Pending'], [2, 'Field work'], [3, 'Hot']],
            array_map(static fn (array $e): array => [$e['to']['id'], $e['to']['name']], array_slice($events, 1))
        );
    }

    public function testAssignments(): void
    {
        $events = $this->events($this->ticket(), [
            $this->row('created', 0, [], 'U5'), $this->row('assigned', 1, ['claim' => true]),
            $this->row('assigned', 2, ['staff' => [2, 'Anton Agent']]), $this->row('assigned', 3, ['staff' => 2]),
            $this->row('assigned', 4, ['team' => 4]), $this->row('released', 5, ['staff' => [77, 'Gone Away']]),
        ]);
        self::assertSame(
            ['Anton Agent', 'Anton Agent', 'Anton Agent', 'Night shift', null],
            array_map(static fn (array $e): ?string => $e['to']['name'] ?? null, array_slice($events, 1))
        );
        self::assertSame(['id' => 77, 'name' => 'Gone Away'], $events[5]['from']);
    }

    public function testMergedTicketsPointAtEachOther(): void
    {
        $row = $this->row('merged', 5, ['ticket' => 'Ticket #12', 'id' => 12]);
        $child = $this->events($this->ticket(['merged' => true, 'parent' => 12]), [$row]);
        self::assertSame(['merged', null, 12], self::ids($child)[1]);
        $parent = $this->events($this->ticket(), [$row]);
        self::assertSame(['merged', 12, null], self::ids($parent)[1]);
    }

    public function testUnreadableAndStrangeRowsAreSurvived(): void
    {
        $events = $this->events($this->ticket(), [
            $this->row('created', 0, [], 'U5'), $this->row('edited', 1, [], 'S2', ['data' => '{"fields":{"37":["a']),
            $this->row('edited', 2, ['fields' => 'text']), $this->row('edited', 3, ['status' => ['x']]),
            $this->row('edited', 4, ['topic_id' => 'x', 'fields' => ['Ticket Owner' => 'Somebody']]), $this->row('closed', 5),
            $this->row('edited', 6, [], 'S2', ['data' => '"text"']),
        ]);
        self::assertSame(['created', 'closed'], array_column($events, 'kind'));
    }

    public function testOrderIsByTimeWhateverTheRowsOrder(): void
    {
        $rows = [$this->row('created', 0, [], 'U5'), $this->row('closed', 50, ['status' => [2, 'R']])];
        $entries = [$this->entry('R', 50, 2), $this->entry('M', 0), $this->entry('N', 20, 2)];
        $a = $this->events($this->ticket(), $rows, $entries);
        $b = $this->events($this->ticket(), array_reverse($rows), array_reverse($entries));
        self::assertSame($a, $b);
        self::assertSame(['created', 'message', 'note', 'closed', 'response'], array_column($a, 'kind'));
    }

    /** @return list<array{0: string, 1: string, 2: ?string}> kind, actor, and by whom */
    private static function authors(array $events): array
    {
        return array_map(static fn (array $e): array => [$e['kind'], $e['actor'], $e['by']['name'] ?? null], $events);
    }

    public function testEachDeedOfAnAgentTellsWhoseItWas(): void
    {
        $events = $this->events($this->ticket(['status' => self::WAITING]), [
            $this->row('created', 0, [], 'S2'), $this->row('edited', 10, ['status' => self::WAITING]),
            $this->row('transferred', 20, ['dept' => 'Sales'], 'S2', ['dept_id' => 2]),
            $this->row('assigned', 30, ['claim' => true]), $this->row('edited', 40, ['fields' => [37 => ['1', '2']]]),
        ], [$this->entry('M', 0), $this->entry('R', 50, 2), $this->entry('N', 60, 2)]);
        self::assertSame([
            ['created', 'agent', 'Anton Agent'], ['message', 'customer', null], ['status', 'agent', 'Anton Agent'],
            ['department', 'agent', 'Anton Agent'], ['assigned', 'agent', 'Anton Agent'], ['field', 'agent', 'Anton Agent'],
            ['response', 'agent', 'Anton Agent'], ['note', 'agent', 'Anton Agent'],
        ], self::authors($events));
        self::assertSame(2, $events[0]['by']['id']);
    }

    public function testWhatCustomersAndMachinesAndTheServiceAgentDidIsNobodysDeed(): void
    {
        $events = $this->events($this->ticket(), [
            $this->row('created', 0, [], 'U2'), $this->row('assigned', 10, ['staff' => 2], 'S9'), $this->row('released', 20, [], ''),
        ], [$this->entry('M', 0, 2), $this->entry('R', 30, 9), $this->entry('R', 40), $this->entry('N', 50)]);
        self::assertSame(array_fill(0, count($events), null), array_column($events, 'by'));
        self::assertSame(['customer', 'customer', 'system', 'system', 'system', 'system', 'system'], array_column($events, 'actor'));
    }

    public function testADeletedAgentKeepsTheNameThatTheLogHas(): void
    {
        $input = ['id' => 1, 'field' => 46, 'uid' => '5', 'uid_type' => 'S', 'at' => self::T0 + 30, 'before' => null,
            'after' => '{"general":"General"}', 'event' => 0, 'at_creation' => false];
        $rows = [
            $this->row('created', 0, [], 'U1'), $this->row('assigned', 10, ['claim' => true], 'S5', ['username' => 'olga']),
            $this->row('released', 20, ['staff' => 6], 'S6', ['username' => 'SYSTEM']),
        ];
        $answer = $this->entry('R', 40, 5) + ['poster' => 'Olga Agent'];
        $events = $this->events($this->ticket(), $rows, [$answer], [$input]);
        self::assertSame([
            ['created', 'customer', null], ['assigned', 'agent', 'olga'], ['assigned', 'agent', null], ['field', 'agent', 'olga'],
            ['response', 'agent', 'Olga Agent'],
        ], self::authors($events));
        self::assertNull($events[2]['by']);
    }

    public function testAnAgentIsNamedAsHeIsCalledToday(): void
    {
        $rows = [$this->row('created', 0, [], 'S2', ['username' => 'anton'])];
        $events = $this->events($this->ticket(), $rows, [$this->entry('R', 10, 2) + ['poster' => 'A. Agent']]);
        self::assertSame(['Anton Agent', 'Anton Agent'], array_column(array_column($events, 'by'), 'name'));
    }

    public function testWhatNobodyLoggedIsTheDeedOfWhoOpenedTheTicketOrSavedTheCutEvent(): void
    {
        $ticket = $this->ticket(['values' => ['sla_set_critical' => true]]);
        $opened = $this->events($ticket, [$this->row('created', 0)]);
        self::assertSame([['created', 'agent', 'Anton Agent'], ['field', 'agent', 'Anton Agent']], self::authors($opened));
        $cut = $this->row('edited', 10, [], 'S3', ['data' => str_repeat('x', 1024)]);
        $events = $this->events($ticket, [$this->row('created', 0, [], 'U1'), $cut], [], [], ['staff' => [3 => 'Petr']]);
        self::assertSame([['created', 'customer', null], ['field', 'agent', 'Petr']], self::authors($events));
    }
}
