<?php

// SPDX-License-Identifier: GPL-2.0-or-later

// Writes and sends one letter at the osTicket in OSTICKET_ROOT: an intent as JSON on standard input, what became of it on standard
// output. Run by test_osticket_letters.py, so that letters are tried without the table of actions in between.

declare(strict_types=1);

use SlaBridge\Actions\Intent;
use SlaBridge\Actions\Outcome;
use SlaBridge\Db;
use SlaBridge\Letters\Letter;
use SlaBridge\Letters\MailState;
use SlaBridge\Letters\Postman;
use SlaBridge\Letters\Writing;
use SlaBridge\Schema;

error_reporting(E_ALL & ~E_DEPRECATED & ~E_NOTICE & ~E_WARNING);
$asked = json_decode((string) stream_get_contents(STDIN), true, 32, JSON_THROW_ON_ERROR);
chdir((string) getenv('OSTICKET_ROOT'));
define('DISABLE_SESSION', true);
define('ROOT_PATH', '/');
$_SERVER += ['REMOTE_ADDR' => '127.0.0.1', 'HTTP_HOST' => '127.0.0.1', 'SCRIPT_NAME' => '/letters.php', 'PHP_SELF' => '/letters.php',
    'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'CLI', 'DOCUMENT_ROOT' => getcwd()];
require 'main.inc.php';
foreach (['ticket', 'dept', 'staff', 'email'] as $file) {
    require_once INCLUDE_DIR . "class.$file.php";
}
$db = Db::ofOsTicket();
(new Schema($db))->state();
MailState::create($db);
$thisstaff = Staff::lookup($asked['agent']) ?: exit(3);
$ticket = Ticket::lookup($asked['ticket']) ?: exit(4);
[$id] = explode(':', $asked['key']);
$intent = new Intent(1, $asked['ticket'], $asked['key'], $id, $asked['kind'], $asked['params'], '', time(), null, Outcome::ACCEPTED);
$letter = $db->transaction(static fn () => (new Writing($db))->prepare($intent, $ticket, $thisstaff));
$started = microtime(true);
$outcome = $letter instanceof Letter ? (new Postman($db))->send($letter) : $letter;
echo json_encode([
    'state' => $outcome->state, 'reason' => $outcome->reason, 'seconds' => microtime(true) - $started,
    'message_id' => $letter instanceof Letter ? $letter->messageId : null,
    'entry' => $letter instanceof Letter ? $letter->entry : null,
    'mail' => MailState::of($db, [$asked['ticket']])[$asked['ticket']] ?? null,
], JSON_THROW_ON_ERROR);
