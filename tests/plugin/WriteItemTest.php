<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\ApiError;
use SlaBridge\Queues\ClockRow;
use SlaBridge\Tickets\InvalidValue;
use SlaBridge\Tickets\WriteItem;

final class WriteItemTest extends TestCase
{
    private const OUTPUTS = [
        'sla_level' => ['id' => 40, 'type' => 'choices', 'choices' => ['gold' => 'Gold'], 'length' => 0],
        'sla_reason' => ['id' => 42, 'type' => 'text', 'choices' => null, 'length' => 0],
    ];

    private static function item(string $members): WriteItem
    {
        return WriteItem::read(json_decode('{"id": 7, "if_rev": "x"' . ($members === '' ? '' : ", $members") . '}'), 0);
    }

    public function testFieldsBecomeStoredAndCopiedValues(): void
    {
        $fields = self::item('"fields": {"sla_level": "gold", "sla_reason": null}')->fields(self::OUTPUTS);
        self::assertSame([40 => ['{"gold":"Gold"}', 'gold', 'sla_level'], 42 => [null, null, 'sla_reason']], $fields);
        self::assertSame([], self::item('')->fields(self::OUTPUTS));
    }

    public function testDetailAndCyclesAreKeptAsTheyCame(): void
    {
        $json = '{"c":"я","b":1.0,"d":[{"f":"/\\\\\"","e":1}],"a":{"y":[],"x":{}}}';
        self::assertSame($json, self::item('"detail": {"c": "\u044f", "b": 1.0, "d": [{"f": "/\\\\\"", "e": 1}],
            "a": {"y": [], "x": {}}}')->detail('{}'));
        self::assertSame('[{"b":2,"a":1}]', self::item('"cycles": [{"b": 2, "a": 1}]')->cycles('[]'));
        self::assertNull(self::item('')->detail('{}'));
        self::assertNull(self::item('')->cycles('[]'));
    }

    /** @dataProvider details */
    public function testTheClocksOfItsDetailMakeTheSameRowAsThoseThatAreKept(string $detail): void
    {
        $item = self::item("\"detail\": $detail");
        foreach (['overdue', 'paused', 'missed', 'met', 'none'] as $state) {
            $stored = ['sla_state' => (string) json_encode([$state => 'a title'])];
            self::assertSame(ClockRow::of($stored, $item->detail('')), ClockRow::of($stored, 'not looked at', $item->clocks()), $state);
        }
    }

    /** @return list<array{string}> */
    public static function details(): array
    {
        $waits = '"state": "paused", "pauses": [["2026-11-01T08:00:00Z", "2026-11-01T09:00:00Z"], ["2026-11-02T08:00:00Z", null]]';
        $met = '"state": "met", "metric": "first_response", "stopped_at": "2026-11-03T08:00:00Z"';
        return [["{\"clocks\": [{{$waits}}, {{$met}}, {\"state\": \"overdue\", \"breached_at\": \"2026-11-04T08:00:00Z\"}]}"], ['{}'],
            ['{"clocks": 7}'], ['{"clocks": null}'], ['{"clocks": [7, null, [], {}, {"state": {"paused": 1}}]}'],
            ['{"clocks": [{"state": "paused", "pauses": {"0": 1}}, {"state": "met", "metric": "first_response", "stopped_at": {}}]}']];
    }

    public function testAnItemWithoutADetailHasNoClocksOfItsOwn(): void
    {
        self::assertNull(self::item('')->clocks());
    }

    public function testWhatStandsInAnyOrderOfMembersIsNotWrittenAgain(): void
    {
        $item = self::item('"detail": {"b": [{"y": 1.0, "x": {}}], "a": "я😀"}, "cycles": [{"b": 2, "a": 1}]');
        foreach (['{"b":[{"y":1.0,"x":{}}],"a":"я\ud83d\ude00"}', '{"a":"я\ud83d\ude00","b":[{"x":{},"y":1.0}]}'] as $stands) {
            self::assertNull($item->detail($stands));
        }
        self::assertNull($item->cycles('[{"a":1,"b":2}]'));
        foreach (['{"b":[{"y":1.0,"x":[]}],"a":"я\ud83d\ude00"}', '{"b":[{"y":2.0,"x":{}}],"a":"я\ud83d\ude00"}', '{', ''] as $other) {
            self::assertNotNull($item->detail($other));
        }
        self::assertNotNull($item->cycles('[{"a":2,"b":1}]'));
    }

    public function testLongerThanThreeByteCharactersAreKeptAsEscapes(): void
    {
        $kept = self::item('"detail": {"😀": "я🚀я"}, "cycles": [{"a": "𝄞"}]');
        self::assertSame('{"\ud83d\ude00":"я\ud83d\ude80я"}', $kept->detail('{}'));
        self::assertSame('[{"a":"\ud834\udd1e"}]', $kept->cycles('[]'));
    }

    public function testTheLimitOfDetailCountsBytesOfUtf8(): void
    {
        self::assertNotNull(self::item('"detail": {"t": "' . str_repeat('я', 32000) . '"}')->detail('{}'));
        $this->expectException(InvalidValue::class);
        self::item('"detail": {"t": "' . str_repeat('я', 33000) . '"}')->detail('{}');
    }

    /** @dataProvider dates */
    public function testWhatBecomesOfTheHelpdesksOwnDueDateIsRead(string $members, ?array $read): void
    {
        self::assertSame($read, self::item($members)->native());
        self::assertSame($read !== null, self::item($members)->touchesNative());
    }

    /** @return iterable<string, array{0: string, 1: ?array<int, ?int>}> */
    public static function dates(): iterable
    {
        yield 'left' => ['', null];
        yield 'null is as good as left out' => ['"native": null', null];
        yield 'set' => ['"native": {"due_at": "2026-11-20T07:00:00Z"}', [1795158000]];
        yield 'none' => ['"native": {"due_at": null}', [null]];
        yield 'given back' => ['"native": {"release": true}', []];
    }

    /** @dataProvider noDates */
    public function testAnythingElseIsNoDueDate(string $native): void
    {
        $this->expectException(InvalidValue::class);
        self::item("\"native\": $native")->native();
    }

    /** @return iterable<array{0: string}> */
    public static function noDates(): iterable
    {
        foreach (['[]', '{}', '7', '{"due_at": ""}', '{"due_at": 7}', '{"due_at": null, "release": true}', '{"release": 1}'] as $one) {
            yield $one => [$one];
        }
    }

    /** @return iterable<array{0: string, 1: string}> */
    public static function invalid(): iterable
    {
        yield ['"fields": {"sla_set_level": "x"}', 'unknown_field'];
        yield ['"fields": {"sla_due": null}', 'unknown_field'];
        yield ['"fields": {"subject": "x"}', 'unknown_field'];
        yield ['"fields": {"sla_level": "silver"}', 'bad_value'];
        yield ['"fields": []', 'bad_item'];
        yield ['"actions": [{"kind": "note"}]', 'bad_item'];
        yield ['"surprise": 1', 'bad_item'];
    }

    /** @dataProvider invalid */
    public function testInvalidItemsSayWhy(string $members, string $reason): void
    {
        try {
            $item = self::item($members);
            $item->fields(self::OUTPUTS);
            $item->actions();
            self::fail('accepted');
        } catch (InvalidValue $error) {
            self::assertSame($reason, $error->reason);
            self::assertNotSame('', $error->getMessage());
        }
    }

    public function testWithoutIdOrRevisionTheWholeRequestIsWrong(): void
    {
        foreach (['{"if_rev": "x"}', '{"id": "7", "if_rev": "x"}', '{"id": 0, "if_rev": "x"}', '{"id": 7}', '5'] as $json) {
            try {
                WriteItem::read(json_decode($json), 3);
                self::fail($json);
            } catch (ApiError $error) {
                self::assertSame(422, $error->status);
                self::assertStringContainsString('item 3', $error->getMessage());
            }
        }
    }
}
