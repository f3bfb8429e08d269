<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

use SlaBridge\Actions\Intent;
use SlaBridge\Actions\Outcome;
use SlaBridge\Db;
use SlaBridge\Schema;

/**
 * Makes letters out of intents, and their entries in the ticket's thread. To be called in the transaction of the intent's mark:
 * mail leaves only when it is committed. A second call under the same key finds the entry that the first one made.
 */
final class Writing
{
    private const LONGEST_SUBJECT = 180;

    public function __construct(private readonly Db $db)
    {
    }

    public function prepare(Intent $intent, \Ticket $ticket, \Staff $staff): Letter|Outcome
    {
        $params = $intent->params;
        $recipients = new Recipients($ticket, $staff);
        $names = array_values(array_filter((array) ($params['to'] ?? []), 'is_string'));
        $toCustomer = $intent->kind === 'reply' || $names === ['customer'];
        $to = $toCustomer ? $recipients->customer() : $recipients->staff(array_diff($names, ['customer']));
        $sender = $ticket->getDept()?->getEmail();
        if (!$to || !$sender) {
            return Outcome::refused($to ? 'mail_refused' : 'no_address');
        }
        $language = $toCustomer ? Language::ofCustomer($ticket) : Language::ofStaff($to);
        $draft = self::draft(
            $params,
            $language,
            new Places($toCustomer ? Values::forCustomer($ticket, $intent->key) : Values::forStaff($ticket)),
            new Places(Values::always()),
            (string) $ticket->getSubject()
        );
        $messageId = $this->messageId($intent->ticketId, $intent->key);
        $thread = new Thread($this->db, (int) $ticket->getThreadId());
        $entry = $thread->entryOf($messageId);
        if ($entry === null) {
            $entry = $intent->kind === 'reply' ? $this->response($ticket, $staff, $draft, $to) : $this->note($ticket, $staff, $draft, $to);
            $thread->know($entry, $messageId);
        }
        return $this->letter($ticket, $messageId, $sender, $entry, $to, $draft, $thread, $toCustomer);
    }

    /**
     * A letter that belongs to no ticket, from the address of the desk's own alerts. It stands in no thread and refers to no other
     * letter, so what comes back about it is a new ticket.
     *
     * @param ?\Staff $service who gets no letters, being nobody
     */
    public function ofNoTicket(Intent $intent, ?\Staff $service): Letter|Outcome
    {
        global $cfg;
        $to = (new Recipients(null, $service))->staff(array_values(array_filter((array) ($intent->params['to'] ?? []), 'is_string')));
        $sender = $cfg->getAlertEmail() ?: $cfg->getDefaultEmail();
        if (!$to || !$sender) {
            return Outcome::refused($to ? 'mail_refused' : 'no_address');
        }
        $places = new Places(Values::always());
        $draft = self::draft($intent->params, Language::ofStaff($to), $places, $places);
        $messageId = $this->messageId($intent->ticketId, $intent->key);
        return self::alone($intent->ticketId, $messageId, Letter::TO_STAFF, $sender, $to, $draft);
    }

    /**
     * A letter to look at, for one address: it leaves nothing in the thread, and an answer to it is a new ticket.
     *
     * @param array{subject?: mixed, text?: mixed, html?: mixed} $texts
     */
    public function test(\Ticket $ticket, string $to, array $texts): Letter|Outcome
    {
        $sender = $ticket->getDept()?->getEmail();
        if (!$sender || !Recipients::isAddress($to)) {
            return Outcome::refused($sender ? 'no_address' : 'mail_refused');
        }
        $places = new Places(Values::forStaff($ticket));
        $draft = self::draft($texts, Language::ofDesk(), $places, $places);
        $id = (int) $ticket->getId();
        $messageId = $this->messageId($id, 'test:' . bin2hex(random_bytes(8)));
        return self::alone($id, $messageId, Letter::TEST, $sender, [new Recipient($to)], $draft);
    }

    /** A letter with no entry in a thread. @param list<Recipient> $to */
    private static function alone(int $ticket, string $messageId, string $audience, \Email $sender, array $to, Draft $draft): Letter
    {
        $subject = $draft->subject(self::LONGEST_SUBJECT);
        return new Letter($ticket, $messageId, $audience, (int) $sender->getId(), null, $to, $subject, $draft->text(), $draft->html());
    }

    /** @param array<string, mixed> $texts `subject`, `text` and `html` by language; $otherwise stands for a subject there is none of */
    private static function draft(array $texts, string $language, Places $places, Places $inThread, string $otherwise = ''): Draft
    {
        [$subject, $text, $html] = array_map(
            static fn (string $part): string => Language::text($texts[$part] ?? '', $language),
            ['subject', 'text', 'html']
        );
        return new Draft($subject ?: $otherwise, $text, $html, $places, $inThread);
    }

    private function messageId(int $ticket, string $key): string
    {
        return MessageId::of((new Schema($this->db))->state()['instance'], $ticket, $key, self::host(), SECRET_SALT);
    }

    /** @param list<Recipient> $to */
    private function letter(
        \Ticket $ticket,
        string $messageId,
        \Email $sender,
        int $entry,
        array $to,
        Draft $draft,
        Thread $thread,
        bool $toCustomer
    ): Letter {
        $subject = $draft->subject(self::LONGEST_SUBJECT);
        $number = (string) $ticket->getNumber();
        // As osTicket's own letters have it, and as it looks for it in answers.
        if (!preg_match('/#' . preg_quote($number, '/') . '(?![\p{L}\p{N}])/u', $subject)) {
            $subject = trim("$subject [#$number]");
        }
        return new Letter(
            (int) $ticket->getId(),
            $messageId,
            $toCustomer ? Letter::TO_CUSTOMER : Letter::TO_STAFF,
            (int) $sender->getId(),
            $entry,
            $to,
            $subject,
            $draft->text(),
            $draft->html(),
            $toCustomer ? $thread->latestOf((int) $ticket->getUserId()) : null,
            $toCustomer ? $thread->correspondence($entry) : array_merge($this->agentsSign($to, $entry), $thread->warnings($entry))
        );
    }

    /**
     * A Message-ID by which osTicket takes an agent's answer for a note of his: by ours alone it would be a message of a stranger.
     *
     * @param list<Recipient> $to
     * @return list<string>
     */
    private function agentsSign(array $to, int $entry): array
    {
        foreach ($to as $one) {
            $agent = $one->agent ? \Staff::lookup($one->agent) : null;
            if ($agent) {
                return [(new \osTicket\Mail\Mailer())->getMessageId($agent, ['thread' => \ThreadEntry::lookup($entry)])];
            }
        }
        return [];
    }

    /** @param list<Recipient> $to */
    private function response(\Ticket $ticket, \Staff $staff, Draft $draft, array $to): int
    {
        $errors = [];
        $entry = $ticket->getThread()->addResponse([
            'response' => $draft->entry(''),
            'title' => $draft->title(self::LONGEST_SUBJECT),
            'poster' => (string) $staff->getName(),
            'staffId' => (int) $staff->getId(),
            'ip_address' => (string) ($_SERVER['REMOTE_ADDR'] ?? ''),
            'thread_entry_recipients' => ['to' => array_map(static fn (Recipient $one): string => $one->shown(), $to)],
        ], $errors);
        return self::idOf($entry, $errors);
    }

    /** @param list<Recipient> $to */
    private function note(\Ticket $ticket, \Staff $staff, Draft $draft, array $to): int
    {
        $errors = [];
        $shown = implode(', ', array_map(static fn (Recipient $one): string => $one->shown(), $to));
        $entry = $ticket->postNote([
            'note' => $draft->entry(Phrases::say('to', ['to' => $shown])),
            'title' => $draft->title(self::LONGEST_SUBJECT),
        ], $errors, $staff, false);
        return self::idOf($entry, $errors);
    }

    /** @param array<string, mixed> $errors */
    private static function idOf(mixed $entry, array $errors): int
    {
        return $entry ? (int) $entry->getId() : throw new \RuntimeException('osTicket takes no entry: ' . json_encode($errors));
    }

    private static function host(): string
    {
        global $cfg;
        $address = (string) $cfg->getDefaultEmailAddress();
        return preg_match('/@([^@\s>]+)>?$/D', $address, $match) ? $match[1] : (string) parse_url((string) $cfg->getUrl(), PHP_URL_HOST);
    }
}
