<?php

// SPDX-License-Identifier: GPL-2.0-or-later

spl_autoload_register(static function (string $class): void {
    $root = match (true) {
        strncmp($class, 'SlaBridge\\', 10) === 0 => 'lib',
        // What osTicket's search calls SlaClock is shown to people by that name: it stands in no namespace.
        strncmp($class, 'SlaClock', 8) === 0 => 'search',
        default => null,
    };
    $file = __DIR__ . "/$root/" . str_replace('\\', '/', $class) . '.php';
    if ($root !== null && is_file($file)) {
        require $file;
    }
});
