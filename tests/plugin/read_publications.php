<?php

// SPDX-License-Identifier: GPL-2.0-or-later

// Reads publications, one JSON text a line, and answers each with a line: "ok", or the status with which it would be refused.

declare(strict_types=1);

require_once __DIR__ . '/bootstrap.php';

while (($line = fgets(STDIN)) !== false) {
    try {
        SlaBridge\PublicationBody::read(json_decode($line));
        echo "ok\n";
    } catch (SlaBridge\ApiError $error) {
        echo $error->status, "\n";
    }
}
