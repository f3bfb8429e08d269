<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

use SlaBridge\Db;
use SlaBridge\Feed\Outbox;
use SlaBridge\Schema;

/**
 * Reports of mail servers about letters of ours. osTicket knows no bounce when it sees one: it would open a ticket with it, or take
 * it for the customer's message, which reopens and ends a wait.
 */
final class Bounces
{
    /** What osTicket looks for its own addresses in, to refer the ticket to their departments. */
    private const ADDRESSED = ['to', 'cc', 'bcc', 'delivered-to'];

    public function __construct(private readonly Db $db)
    {
    }

    /** A handler must never lose a mail: whatever fails here is logged, and osTicket goes on as it would without us. */
    public static function onMail(mixed $decoder, mixed $info): void
    {
        try {
            $mail = $info['mail'] ?? null;
            $report = is_object($mail) ? DeliveryReport::in($mail) : null;
            if ($report && (new self(Db::ofOsTicket()))->take($report)) {
                // osTicket has seen a mail with this Message-ID already: it takes the report for read, and does nothing with it.
                $mail->headers = ['message-id' => "<{$report->messageId}>"] + array_diff_key($mail->headers, array_flip(self::ADDRESSED));
            }
        } catch (\Throwable $error) {
            error_log('sla-bridge: delivery report: ' . $error->getMessage());
        }
    }

    /** Returns whether the report is about a letter of ours to a ticket that stands. */
    private function take(DeliveryReport $report): bool
    {
        $letter = $this->db->row('SELECT m.thread_entry_id AS entry, e.thread_id AS thread, e.type, e.recipients, h.object_id AS ticket
            FROM ' . THREAD_ENTRY_EMAIL_TABLE . ' m JOIN ' . THREAD_ENTRY_TABLE . ' e ON e.id = m.thread_entry_id
            JOIN ' . THREAD_TABLE . " h ON h.id = e.thread_id AND h.object_type IN ('T', 'C') WHERE m.mid = ?", "<{$report->messageId}>");
        if (!$letter) {
            return false;
        }
        (new Schema($this->db))->state();
        foreach ($report->failed as ['address' => $address, 'why' => $why]) {
            $this->db->transaction(fn () => $this->fail($report->messageId, $letter, $address, $why));
        }
        return true;
    }

    /** @param array<string, ?string> $letter */
    private function fail(string $messageId, array $letter, string $address, string $why): void
    {
        // The same report may come again, and mail servers on the way may each send one.
        $mark = 'sla-bounce-' . substr(hash('sha256', "$messageId\n" . strtolower($address)), 0, 32) . '@' . explode('@', $messageId)[1];
        $thread = new Thread($this->db, (int) $letter['thread']);
        if ($thread->entryOf($mark) !== null) {
            return;
        }
        $id = (int) $letter['ticket'];
        $isCustomers = $this->isCustomers($letter, $id, $address);
        if ($isCustomers) {
            MailState::note($this->db, $id, MailState::FAILED);
        }
        require_once INCLUDE_DIR . 'class.ticket.php';
        $said = Phrases::say($isCustomers ? 'bounced.customer' : 'bounced.staff', ['address' => $address, 'why' => $why]);
        // As plain text: what a mail server says is nothing to be shown as HTML.
        $note = \Ticket::lookup($id)?->logNote(Phrases::say('bounced'), PlainEntry::of($said), 'SYSTEM', false);
        if ($note) {
            $thread->know((int) $note->getId(), $mark);
        }
        (new Outbox($this->db, new Schema($this->db)))->put([$id], []);
    }

    /** @param array<string, ?string> $letter */
    private function isCustomers(array $letter, int $ticket, string $address): bool
    {
        // A reply goes to nobody else; its address may be one that the customer's mail server forwards to.
        return $letter['type'] === 'R' || $this->db->row('SELECT 1 FROM ' . TICKET_TABLE . ' t JOIN ' . USER_EMAIL_TABLE . ' a
            ON a.user_id = t.user_id WHERE t.ticket_id = ? AND a.address = ?', $ticket, $address) !== null;
    }
}
