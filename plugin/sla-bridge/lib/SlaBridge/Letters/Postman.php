<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

use osTicket\Mail\Mailer;
use SlaBridge\Actions\Outcome;
use SlaBridge\Db;

/**
 * Sends a letter by osTicket's own mailer, from its department's address or the desk's, and through the desk's mail account. To be
 * called outside of every transaction and lock. A mail server may hold it for ten seconds; what then became of the letter is told
 * as it is.
 */
final class Postman
{
    public function __construct(private readonly Db $db)
    {
    }

    public function send(Letter $letter): Outcome
    {
        require_once INCLUDE_DIR . 'class.email.php';
        $mailer = $this->mailer($letter);
        if ($mailer === null) {
            return Outcome::refused('mail_refused');
        }
        $addresses = array_map(static fn (Recipient $one): string => $one->address, $letter->to);
        $entry = $letter->entry === null ? null : \ThreadEntry::lookup($letter->entry);
        $options = ['inreplyto' => $letter->answers ?? '', 'references' => implode(' ', $letter->references)];
        $options += $entry ? ['thread' => $entry] : ['reply-tag' => ''];
        try {
            $left = $mailer->send($addresses, $letter->subject, $letter->html, $options);
        } catch (Undelivered $undelivered) {
            return $this->undelivered($letter, $undelivered, $mailer);
        }
        if (!$left) {
            // No way was tried at all: each of ours ends in a letter that left or in an error.
            return Outcome::refused('mail_refused');
        }
        $this->note($letter, MailState::OK);
        return Outcome::done();
    }

    private function undelivered(Letter $letter, Undelivered $undelivered, Mailer $mailer): Outcome
    {
        $mailer->logError("SLA Bridge, letter {$letter->messageId}: {$undelivered->fate}: {$undelivered->getMessage()}");
        if ($undelivered->fate === Undelivered::REJECTED) {
            $this->note($letter, MailState::FAILED);
        }
        return $undelivered->fate === Undelivered::UNKNOWN ? Outcome::unknown('mail_fate') : Outcome::refused('mail_refused');
    }

    private function note(Letter $letter, string $state): void
    {
        if ($letter->audience !== Letter::TO_CUSTOMER) {
            return;
        }
        try {
            MailState::note($this->db, $letter->ticket, $state);
        } catch (\Throwable $error) {
            // What became of the letter is known, and is told all the same.
            error_log('sla-bridge: state of mail: ' . $error->getMessage());
        }
    }

    private function mailer(Letter $letter): ?Mailer
    {
        $email = \Email::lookup($letter->sender);
        if (!$email) {
            return null;
        }
        $mailer = new class ($email) extends Mailer {
            public string $messageId = '';

            public function getMessageId($recipient, $options = [], $version = 'B')
            {
                return $this->messageId;
            }

            /** What a customer wrote (`cid:…`) fetches no file of the desk's into a letter. */
            public function getFile(string $key)
            {
                return null;
            }
        };
        $mailer->messageId = $letter->messageId;
        $accounts = array_values($mailer->getSmtpAccounts() ?: []) ?: [null];
        $limit = new TimeLimit(microtime(true));
        $mailer->smtpAccounts = [];
        foreach ($accounts as $place => $account) {
            $mailer->smtpAccounts[] = new Route($account, $letter, $limit, $place === count($accounts) - 1);
        }
        return $mailer;
    }
}
