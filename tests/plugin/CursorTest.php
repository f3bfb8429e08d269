<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Feed\Cursor;

final class CursorTest extends TestCase
{
    private const INSTANCE = '7f0737df-3dda-40a3-957a-847bfaf087e1';

    public function testItComesBack(): void
    {
        foreach ([0, 1, 812, 2 ** 53] as $seq) {
            $cursor = Cursor::encode(self::INSTANCE, $seq);
            self::assertMatchesRegularExpression('/^[A-Za-z0-9_-]+$/', $cursor);
            self::assertSame($seq, Cursor::decode($cursor, self::INSTANCE));
        }
    }

    public function testACursorOfAnotherInstanceIsRefused(): void
    {
        self::assertNull(Cursor::decode(Cursor::encode('0c9e0000-0000-4000-8000-000000000000', 5), self::INSTANCE));
    }

    public function testRubbishIsRefused(): void
    {
        foreach (
            ['', 'garbage', '%%%', base64_encode('1:' . self::INSTANCE . ':-1'), base64_encode('2:' . self::INSTANCE . ':1'),
            base64_encode('1:' . self::INSTANCE . ":1\n"), base64_encode('1:' . self::INSTANCE . ':01')] as $cursor
        ) {
            self::assertNull(Cursor::decode($cursor, self::INSTANCE), $cursor);
        }
    }
}
