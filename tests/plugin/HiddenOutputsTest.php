<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Setup\HiddenOutputs;

final class HiddenOutputsTest extends TestCase
{
    /** @dataProvider lists */
    public function testOursAreAddedAndTheDesksOwnStay(?string $before, ?string $after): void
    {
        self::assertSame($after, HiddenOutputs::merged($before, [39, 40]));
    }

    /** @return iterable<string, array{?string, ?string}> */
    public static function lists(): iterable
    {
        yield 'nothing' => [null, '{"disable":[39,40]}'];
        yield 'empty text' => ['', '{"disable":[39,40]}'];
        yield 'as osTicket makes it' => ['{"disable":[]}', '{"disable":[39,40]}'];
        yield 'null' => ['null', '{"disable":[39,40]}'];
        yield 'no JSON' => ['disable', '{"disable":[39,40]}'];
        yield 'their own' => ['{"disable":[22]}', '{"disable":[22,39,40]}'];
        yield 'numbers as texts' => ['{"disable":["22","40"]}', '{"disable":["22","40",39]}'];
        yield 'a list with gaps' => ['{"disable":{"1":22,"7":39}}', '{"disable":[22,39,40]}'];
        yield 'something besides' => ['{"x":{},"disable":[22]}', '{"x":{},"disable":[22,39,40]}'];
        yield 'ours are there' => ['{"disable":[40,22,39]}', null];
        yield 'ours are there as texts' => ['{"disable":["39","40"]}', null];
    }

    public function testAddedOnceMoreNothingChanges(): void
    {
        foreach (self::lists() as $name => [$before, $after]) {
            self::assertNull(HiddenOutputs::merged($after ?? $before, [40, 39]), $name);
        }
    }

    public function testOursAreTakenOutAndTheDesksOwnStay(): void
    {
        $cases = [
            '{"disable":[22,39,40]}' => '{"disable":[22]}', '{"disable":["40"]}' => '{"disable":[]}',
            '{"x":[1],"disable":[39,"22"]}' => '{"x":[1],"disable":["22"]}', '{"disable":[22]}' => null, '' => null, '{}' => null,
        ];
        foreach ($cases as $before => $after) {
            self::assertSame($after, HiddenOutputs::without($before, [39, 40]), $before);
        }
        self::assertNull(HiddenOutputs::without(null, [39, 40]));
    }

    public function testWithoutFieldsOfOursNothingIsTouched(): void
    {
        self::assertNull(HiddenOutputs::merged(null, []));
        self::assertNull(HiddenOutputs::without('{"disable":[22]}', []));
    }
}
