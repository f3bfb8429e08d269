<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Scopes;

final class ScopesTest extends TestCase
{
    public function testGrantsAreRead(): void
    {
        [$grants, $errors] = Scopes::parse("# keys\n3: read, WRITE ,setup\r\n\n 4:read; departments = 1, 2 # night shift\n5:");
        self::assertSame([], $errors);
        self::assertSame(['scopes' => ['read', 'write', 'setup'], 'departments' => null], $grants[3]);
        self::assertSame(['scopes' => ['read'], 'departments' => [1, 2]], $grants[4]);
        self::assertSame(['scopes' => [], 'departments' => null], $grants[5]);
    }

    public function testNothingIsGrantedByDefault(): void
    {
        self::assertSame([[], []], Scopes::parse(''));
    }

    /** @return iterable<array{0: string, 1: string}> */
    public static function mistakes(): iterable
    {
        yield ['3 read', 'line 1'];
        yield ["3: read\n0: read", 'line 2'];
        yield ['3: admin', 'no scope "admin"'];
        yield ["3: read\n3: write", 'stands twice'];
        yield ['3: read; departments=1,Support', '"Support" is no department id'];
        yield ['3: read; departments=', 'no department id'];
        yield ['3: read; depts=1', 'line 1'];
    }

    /** @dataProvider mistakes */
    public function testAMistakeIsNamedAndGrantsNothing(string $text, string $message): void
    {
        [$grants, $errors] = Scopes::parse($text);
        self::assertSame([], $grants);
        self::assertStringContainsString($message, implode('; ', $errors));
    }
}
