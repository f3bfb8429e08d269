<?php

// SPDX-License-Identifier: GPL-2.0-or-later

// The tested classes are pure: no osTicket, no database. Run: phpunit -c tests/plugin
require_once __DIR__ . '/../../plugin/sla-bridge/autoload.php';
