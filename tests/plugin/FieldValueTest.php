<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Tickets\FieldValue;
use SlaBridge\Tickets\InvalidValue;

final class FieldValueTest extends TestCase
{
    private const LEVEL = ['type' => 'choices', 'choices' => ['gold' => 'Золото', 'not_ok' => 'B'], 'length' => 0];
    private const DUE = ['type' => 'datetime', 'choices' => null, 'length' => 0];
    private const TEXT = ['type' => 'text', 'choices' => null, 'length' => 0];
    private const BOOL = ['type' => 'bool', 'choices' => null, 'length' => 0];

    /** @return iterable<string, array{0: array<string, mixed>, 1: mixed, 2: ?string, 3: ?string}> */
    public static function written(): iterable
    {
        yield 'choice as osTicket stores it' => [self::LEVEL, 'gold', '{"gold":"\u0417\u043e\u043b\u043e\u0442\u043e"}', 'gold'];
        yield 'cleared' => [self::LEVEL, null, null, null];
        yield 'instant' => [self::DUE, '2026-02-28T23:59:59Z', '2026-02-28 23:59:59', '2026-02-28 23:59:59'];
        yield 'text' => [self::TEXT, "1+1= \0", '1+1= ', '1+1= '];
        yield 'empty text clears' => [self::TEXT, '', null, null];
        yield 'beyond three bytes' => [self::TEXT, 'a😀b', "a\u{FFFD}b", "a\u{FFFD}b"];
        yield 'bool' => [self::BOOL, false, '0', '0'];
    }

    /** @dataProvider written */
    public function testValuesAreStoredAsOsTicketWould(array $field, mixed $value, ?string $stored, ?string $copy): void
    {
        self::assertSame([$stored, $copy], FieldValue::encode($field, $value));
    }

    /** @return iterable<array{0: array<string, mixed>, 1: mixed}> */
    public static function refused(): iterable
    {
        yield [self::LEVEL, 'ok'];
        yield [self::LEVEL, 'Золото'];
        yield [self::LEVEL, true];
        yield [self::DUE, '2026-02-30T10:00:00Z'];
        yield [self::DUE, '2026-02-20 10:00:00'];
        yield [self::DUE, '2026-02-20T10:00:00+03:00'];
        yield [self::DUE, '2026-02-20T24:00:00Z'];
        yield [self::DUE, "2026-02-20T10:00:00Z\n"];
        yield [self::DUE, 1];
        yield [self::TEXT, 7];
        yield [self::TEXT, ['a']];
        yield [['length' => 3] + self::TEXT, 'four'];
        yield [self::TEXT, str_repeat('я', 21846)];
        yield [self::BOOL, '1'];
        yield [['type' => 'files'] + self::TEXT, 'x'];
    }

    /** @dataProvider refused */
    public function testBadValuesAreRefused(array $field, mixed $value): void
    {
        $this->expectException(InvalidValue::class);
        FieldValue::encode($field, $value);
    }

    /** @return iterable<array{0: string, 1: ?string, 2: mixed}> */
    public static function read(): iterable
    {
        yield ['choices', '{"gold":"Gold"}', 'gold'];
        yield ['choices', '{"a":"A","b":"B"}', 'a,b'];
        yield ['choices', '[]', null];
        yield ['choices', 'gold', 'gold'];
        yield ['bool', '1', true];
        yield ['bool', '0', false];
        yield ['bool', null, null];
        yield ['datetime', '2026-11-20 07:00:00', '2026-11-20T07:00:00Z'];
        yield ['datetime', '2026-11-20 07:00:00 MSK', '2026-11-20T04:00:00Z'];
        yield ['datetime', '2026-11-20T07:00:00+01:00', '2026-11-20T06:00:00Z'];
        yield ['datetime', '0', null];
        yield ['datetime', 'nonsense', null];
        yield ['datetime', '0000-00-00 00:00:00', null];
        yield ['text', '3.0.52', '3.0.52'];
        yield ['text', '0', '0'];
        yield ['text', '', null];
        yield ['text', '{broken', '{broken'];
        yield ['list-2', '{"12":"Windows"}', 'Windows'];
        yield ['memo', '<p>one</p><p>two</p>', "one\ntwo"];
    }

    /** @dataProvider read */
    public function testStoredValuesAreRead(string $type, ?string $stored, mixed $value): void
    {
        self::assertSame($value, FieldValue::decode($type, $stored));
    }

    public function testNoTextMayBeginLikeAFormula(): void
    {
        foreach (['=1+1', '+7 495', '-1', '@SUM(A1)', "\t=1", "\r=1", "\0=1", '='] as $text) {
            foreach (['text', 'memo'] as $type) {
                try {
                    FieldValue::encode(['type' => $type] + self::TEXT, $text);
                    self::fail("$text was taken");
                } catch (InvalidValue $error) {
                    self::assertSame('bad_value', $error->reason);
                }
            }
        }
        foreach (['1=1', '№ 7', '«-»', ' -1'] as $text) {
            self::assertSame([$text, $text], FieldValue::encode(self::TEXT, $text));
        }
    }

    public function testWhatIsWrittenIsReadBack(): void
    {
        $pairs = [[self::LEVEL, 'gold'], [self::DUE, '2026-11-20T07:00:00Z'], [self::TEXT, 'a-1'], [self::BOOL, true]];
        foreach ($pairs as [$field, $value]) {
            self::assertSame($value, FieldValue::decode($field['type'], FieldValue::encode($field, $value)[0]));
        }
    }
}
