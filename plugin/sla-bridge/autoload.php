<?php

// SPDX-License-Identifier: GPL-2.0-or-later

spl_autoload_register(static function (string $class): void {
    if (strncmp($class, 'SlaBridge\\', 10) === 0) {
        $file = __DIR__ . '/lib/SlaBridge/' . str_replace('\\', '/', substr($class, 10)) . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
