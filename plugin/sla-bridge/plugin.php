<?php

// SPDX-License-Identifier: GPL-2.0-or-later

return [
    'id' => 'osticket-sla-bridge:sla-bridge',
    'version' => '0.1.0',
    'ost_version' => '1.18',
    'name' => 'SLA Bridge',
    'author' => 'osticket-sla-bridge',
    'description' => 'Lets osticket-sla-bridge read tickets with their history and write levels, deadlines and states back.',
    'plugin' => 'sla-bridge.php:SlaBridgePlugin',
];
