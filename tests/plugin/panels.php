<?php

// SPDX-License-Identifier: GPL-2.0-or-later

// Draws panels: a JSON list of the arguments of views in, a JSON list of their HTML out.

declare(strict_types=1);

require dirname(__DIR__, 2) . '/plugin/sla-bridge/autoload.php';

use SlaBridge\Panel\Panel;
use SlaBridge\Panel\View;

$views = json_decode((string) file_get_contents('php://stdin'), true, 64, JSON_THROW_ON_ERROR);
echo json_encode(array_map(static fn (array $one): string => Panel::html(new View(...$one)), $views), JSON_THROW_ON_ERROR);
