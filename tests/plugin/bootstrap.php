<?php

// SPDX-License-Identifier: GPL-2.0-or-later

// The tested classes are pure: no osTicket, no database. Run: phpunit -c tests/plugin
require_once __DIR__ . '/../../plugin/sla-bridge/autoload.php';
require_once __DIR__ . '/PanelCases.php';
require_once __DIR__ . '/PanelReader.php';
require_once __DIR__ . '/ReportCases.php';

// Whatever PHP says about a file of ours fails the test, deprecations too. PHPUnit puts its own handler up only where none is;
// that one would take PHPUnit's own files to task as well, of which a newer PHP than theirs complains.
error_reporting(E_ALL);
set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
    $ours = str_starts_with($file, dirname(__DIR__, 2) . '/plugin/') || str_starts_with($file, __DIR__ . '/');
    if ($ours && ($level & error_reporting())) {
        throw new ErrorException($message, 0, $level, $file, $line);
    }
    return !$ours && ($level === E_DEPRECATED || $level === E_USER_DEPRECATED);
});
