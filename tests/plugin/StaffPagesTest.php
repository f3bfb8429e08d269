<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\StaffPages;

final class StaffPagesTest extends TestCase
{
    public function testOnlyMariaDbFrom104OnIsToldNotToGuess(): void
    {
        foreach (['10.4.0-MariaDB', '10.11.19-MariaDB-0+deb12u1', '5.5.5-10.6.12-MariaDB-log', '11.8.2-MariaDB'] as $server) {
            self::assertTrue(StaffPages::guesses($server), $server);
        }
        foreach (['10.3.39-MariaDB', '5.5.5-10.1.48-MariaDB', '5.5.68-MariaDB', '8.0.36', '8.4.0-log', '', 'MariaDB'] as $server) {
            self::assertFalse(StaffPages::guesses($server), $server);
        }
    }

    public function testAgentsPagesAreKnownByTheirScript(): void
    {
        $before = $_SERVER['SCRIPT_NAME'] ?? null;
        $scripts = ['/scp/tickets.php' => true, '/desk/scp/ajax.php' => true, '/api/http.php' => false, '/open.php' => false];
        foreach ($scripts as $script => $is) {
            $_SERVER['SCRIPT_NAME'] = $script;
            self::assertSame($is, StaffPages::isOne(), $script);
        }
        $_SERVER['SCRIPT_NAME'] = $before;
    }
}
